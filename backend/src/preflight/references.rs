//! `ConfigMaps` and Secrets that the pods refer to: are they there, with their keys, and of the right type.
//!
//! One that is missing is a warning: the cluster takes the app, and its pods wait until somebody makes it. Values are
//! dropped while they are read.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, KeyToPath, PodSpec};
use slipway_api::CheckCode;
use slipway_model::{Issue, Problem};

use super::demand::containers;
use super::report::Finding;
use super::subject::Subject;
use super::witness::Witness;
use crate::cluster::{ClusterError, Keys, few_at_once};

pub(super) const CONFIG_MAP: &str = "ConfigMap";
pub(super) const SECRET: &str = "Secret";
/// The end of the path of keys that become files.
const ITEMS: &str = ".items";
/// Types of Secrets that open a registry.
const OF_REGISTRIES: [&str; 2] = ["kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"];

/// One place where an object is referred to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Reference {
    kind: &'static str,
    name: String,
    /// The key that is wanted, if one.
    key: Option<String>,
    /// The types one of which is needed, if any.
    types: &'static [&'static str],
    optional: bool,
    /// The path in the pod.
    path: String,
}

pub(super) async fn check(witness: &Witness, subject: &Subject<'_>) -> Result<Vec<Finding>, ClusterError> {
    let all = references(&subject.spec());
    let mut by_object: BTreeMap<(&str, &str), Vec<&Reference>> = BTreeMap::new();
    for reference in &all {
        let object = (reference.kind, reference.name.as_str());
        by_object.entry(object).or_default().push(reference);
    }
    let asked = by_object
        .into_iter()
        .map(|((kind, name), references)| async move {
            let finding = Finding::named(CheckCode::References, kind, name);
            match witness.person.keys(&subject.key("v1", kind, name)).await {
                Ok(found) => judge(found.as_ref(), &references, subject, finding),
                Err(error) => finding.could_not(Some(error.to_string())),
            }
        });
    Ok(few_at_once(asked).await)
}

fn judge(found: Option<&Keys>, references: &[&Reference], subject: &Subject, finding: Finding) -> Finding {
    let issue = |reference: &&Reference| {
        let problem = reference.problem(found)?;
        let whole = !matches!(problem, Problem::KeyAbsent { .. });
        let part = if whole {
            &reference.object_path()
        } else {
            &reference.path
        };
        Some(Issue::warning(subject.fields.field(part), problem))
    };
    finding.with_all(references.iter().filter_map(issue))
}

impl Reference {
    fn problem(&self, found: Option<&Keys>) -> Option<Problem> {
        let (kind, name) = (self.kind.to_owned(), self.name.clone());
        match (found, &self.key) {
            // The object's own name says that it is missing; there are no keys to miss then.
            (None, _) if self.optional || self.path.ends_with(ITEMS) => None,
            (None, _) => Some(Problem::Absent { kind, name }),
            (Some(found), Some(key)) if !self.optional && !found.keys.contains(key) => {
                let key = key.clone();
                Some(Problem::KeyAbsent { kind, name, key })
            }
            (Some(found), _) => {
                let expected = self.types.first()?;
                let fits = self.types.contains(&found.of_type.as_str());
                (!fits).then(|| Problem::SecretTypeWrong {
                    name,
                    found: found.of_type.clone(),
                    expected: (*expected).to_owned(),
                })
            }
        }
    }

    /// The path of the part that names the object.
    fn object_path(&self) -> String {
        match self.path.strip_suffix(".key") {
            Some(part) => format!("{part}.name"),
            None => self.path.clone(),
        }
    }
}

fn references(pod: &PodSpec) -> Vec<Reference> {
    let mut all = of_registries(pod);
    for (path, container) in containers(pod) {
        all.extend(of_variables(&path, container));
        all.extend(of_whole_objects(&path, container));
    }
    all.extend(of_volumes(pod));
    all
}

fn of_registries(pod: &PodSpec) -> Vec<Reference> {
    let all = pod.image_pull_secrets.iter().flatten().enumerate();
    all.map(|(index, secret)| Reference {
        kind: SECRET,
        name: secret.name.clone(),
        key: None,
        types: &OF_REGISTRIES,
        optional: false,
        path: format!("spec.imagePullSecrets[{index}]"),
    })
    .collect()
}

fn of_variables(path: &str, container: &Container) -> Vec<Reference> {
    let variables = container.env.iter().flatten().enumerate();
    let sources = variables.filter_map(|(index, variable)| {
        let source = variable.value_from.as_ref()?;
        let at = |part: &str| format!("{path}.env[{index}].valueFrom.{part}.key");
        let reference = |kind, part: &str, name: &str, key: &str, optional: Option<bool>| Reference {
            kind,
            name: name.to_owned(),
            key: Some(key.to_owned()),
            types: &[],
            optional: optional == Some(true),
            path: at(part),
        };
        let config = source.config_map_key_ref.as_ref().map(|from| {
            reference(
                CONFIG_MAP,
                "configMapKeyRef",
                &from.name,
                &from.key,
                from.optional,
            )
        });
        let secret = source
            .secret_key_ref
            .as_ref()
            .map(|from| reference(SECRET, "secretKeyRef", &from.name, &from.key, from.optional));
        config.or(secret)
    });
    sources.collect()
}

fn of_whole_objects(path: &str, container: &Container) -> Vec<Reference> {
    let wholes = container.env_from.iter().flatten().enumerate();
    let named = wholes.filter_map(|(index, whole)| {
        let (config, secret) = (whole.config_map_ref.as_ref(), whole.secret_ref.as_ref());
        let (kind, name, optional) = config
            .map(|from| (CONFIG_MAP, &from.name, from.optional))
            .or(secret.map(|from| (SECRET, &from.name, from.optional)))?;
        Some(Reference {
            kind,
            name: name.clone(),
            key: None,
            types: &[],
            optional: optional == Some(true),
            path: format!("{path}.envFrom[{index}]"),
        })
    });
    named.collect()
}

fn of_volumes(pod: &PodSpec) -> Vec<Reference> {
    let mut all = Vec::new();
    for (index, volume) in pod.volumes.iter().flatten().enumerate() {
        let path = format!("spec.volumes[{index}]");
        if let Some(files) = &volume.config_map {
            let path = format!("{path}.configMap");
            let named = (CONFIG_MAP, "name", Some(&files.name));
            all.extend(of_files(&path, named, files.items.as_deref(), files.optional));
        }
        if let Some(files) = &volume.secret {
            let path = format!("{path}.secret");
            let named = (SECRET, "secretName", files.secret_name.as_ref());
            all.extend(of_files(&path, named, files.items.as_deref(), files.optional));
        }
    }
    all
}

/// The object itself, and each key that is wanted of it.
fn of_files(
    path: &str,
    (kind, leaf, name): (&'static str, &str, Option<&String>),
    items: Option<&[KeyToPath]>,
    optional: Option<bool>,
) -> Vec<Reference> {
    let reference = |key: Option<&String>, path: String| Reference {
        kind,
        name: name.cloned().unwrap_or_default(),
        key: key.cloned(),
        types: &[],
        optional: optional == Some(true),
        path,
    };
    let whole = reference(None, format!("{path}.{leaf}"));
    let keys = items.unwrap_or_default().iter();
    let keys = keys.map(|item| reference(Some(&item.key), format!("{path}{ITEMS}")));
    std::iter::once(whole).chain(keys).collect()
}

#[cfg(test)]
mod tests;
