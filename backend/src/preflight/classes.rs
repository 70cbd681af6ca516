//! Classes that are named, or the default where none is: of storage for new claims, of Ingresses for who carries them
//! out. Without one the cluster takes the object and nothing comes of it, so it is a warning.

use k8s_openapi::api::networking::v1::Ingress;
use serde::Deserialize;
use slipway_api::CheckCode;
use slipway_model::Problem;
use slipway_plan::ObjectKey;

use super::report::Finding;
use super::subject::Subject;
use super::witness::Witness;
use crate::cluster::ClusterError;

const MOST: usize = 1000;
const STORAGE: (&str, &str, &str) = (
    "storage.k8s.io/v1",
    "StorageClass",
    "storageclass.kubernetes.io/is-default-class",
);
const INGRESS: (&str, &str, &str) = (
    "networking.k8s.io/v1",
    "IngressClass",
    "ingressclass.kubernetes.io/is-default-class",
);
/// How classes of Ingresses were named before there were objects for them.
const OLD_CLASS: &str = "kubernetes.io/ingress.class";

/// A class, as far as it matters here.
#[derive(Deserialize)]
struct Class {
    metadata: k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta,
}

/// A class that is asked for: its name, or the default.
struct Wish {
    class: Option<String>,
    object: ObjectKey,
    field: String,
}

pub(super) async fn storage(witness: &Witness, subject: &Subject<'_>) -> Result<Vec<Finding>, ClusterError> {
    let claims = subject
        .claims()
        .into_iter()
        .filter_map(|(claim, path, part, each)| {
            if is_served(claim.metadata.name.as_deref().unwrap_or_default(), each, subject) {
                return None;
            }
            let spec = claim.spec?;
            // With a volume of its own, or explicitly no class, nothing is made by a class.
            let fixed = spec.selector.is_some() || spec.volume_name.is_some();
            let class = spec.storage_class_name;
            let field = part.fields.field(&format!("{path}spec.storageClassName"));
            (!fixed && class.as_deref() != Some("")).then(|| Wish {
                class,
                object: part.object.key.clone(),
                field: field.to_owned(),
            })
        });
    look(witness, CheckCode::StorageClasses, STORAGE, claims.collect()).await
}

/// Whether the class of a claim, or of those made for each pod, has done its part already: an app that has its volumes does
/// not need the class any more.
fn is_served(claim: &str, each: bool, subject: &Subject) -> bool {
    if each {
        return subject.own.has_template(claim) && subject.own.ready() >= subject.pods.most;
    }
    let live = subject.own.object("PersistentVolumeClaim", claim);
    live.is_some_and(|live| live["status"]["phase"] == "Bound")
}

pub(super) async fn ingress(witness: &Witness, subject: &Subject<'_>) -> Result<Vec<Finding>, ClusterError> {
    let ingresses = subject
        .of_kind::<Ingress>("Ingress")
        .filter_map(|(ingress, part)| {
            let old = ingress
                .metadata
                .annotations
                .is_some_and(|annotations| annotations.contains_key(OLD_CLASS));
            (!old).then(|| Wish {
                class: ingress.spec.and_then(|spec| spec.ingress_class_name),
                object: part.object.key.clone(),
                field: part.fields.field("spec.ingressClassName").to_owned(),
            })
        });
    look(witness, CheckCode::IngressClass, INGRESS, ingresses.collect()).await
}

async fn look(
    witness: &Witness,
    code: CheckCode,
    (api_version, kind, mark): (&str, &str, &str),
    wishes: Vec<Wish>,
) -> Result<Vec<Finding>, ClusterError> {
    if wishes.is_empty() {
        return Ok(Vec::new());
    }
    let like = ObjectKey::cluster_wide(api_version, kind, "");
    let classes = match witness.own.list::<Class>(&like, None, MOST).await {
        Err(error @ ClusterError::ServerForbidden { .. }) => {
            // What the server lacks is told, not that the person may not either.
            let theirs = witness.person.list(&like, None, MOST).await;
            theirs.map_err(|_| error)?
        }
        answer => answer?,
    };
    let names: Vec<(String, bool)> = classes
        .items
        .into_iter()
        .map(|class| named(class, mark))
        .collect();
    Ok(wishes
        .into_iter()
        .map(|wish| judge(code, kind, &names, &wish))
        .collect())
}

/// The name of a class, and whether it is the default.
fn named(class: Class, mark: &str) -> (String, bool) {
    let annotations = class.metadata.annotations.unwrap_or_default();
    let is_default = annotations.get(mark).is_some_and(|value| value == "true");
    (class.metadata.name.unwrap_or_default(), is_default)
}

fn judge(code: CheckCode, kind: &str, classes: &[(String, bool)], wish: &Wish) -> Finding {
    let finding = Finding::about(code, &wish.object);
    let kind = kind.to_owned();
    match &wish.class {
        Some(name) if !classes.iter().any(|(known, _)| known == name) => {
            let name = name.clone();
            finding.warned(&wish.field, Problem::Absent { kind, name })
        }
        None if !classes.iter().any(|(_, is_default)| *is_default) => {
            finding.warned(&wish.field, Problem::NoDefault { kind })
        }
        _ => finding,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use slipway_api::CheckState;

    use super::*;
    use crate::preflight::testing::changing;

    fn judged(class: Option<&str>, classes: &[(&str, bool)]) -> Finding {
        let wish = Wish {
            class: class.map(ToOwned::to_owned),
            object: ObjectKey::namespaced("v1", "PersistentVolumeClaim", "shop", "data"),
            field: "volumes.1.class".to_owned(),
        };
        let classes: Vec<_> = classes
            .iter()
            .map(|(name, default)| ((*name).to_owned(), *default))
            .collect();
        judge(CheckCode::StorageClasses, "StorageClass", &classes, &wish)
    }

    #[test]
    fn a_class_must_be_there_by_its_name_or_as_the_default() {
        for (class, classes, expected) in [
            (Some("fast"), &[("fast", false)][..], CheckState::Passed),
            (Some("fast"), &[("slow", true)], CheckState::Warning),
            (None, &[("slow", true)], CheckState::Passed),
            (None, &[("slow", false)], CheckState::Warning),
            (None, &[], CheckState::Warning),
        ] {
            assert_eq!(judged(class, classes).view().state, expected, "{class:?}");
        }
        assert_eq!(judged(Some("x"), &[]).view().issues[0].field, "volumes.1.class");
    }

    #[test]
    fn a_class_that_has_made_its_volume_is_not_needed_any_more() {
        let served = |phase: &str| {
            let live = json!({
                "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": { "name": "web-data" },
                "status": { "phase": phase },
            });
            is_served("web-data", false, &changing(&[live], |_| {}))
        };

        assert!(served("Bound"));
        assert!(!served("Pending"));
        assert!(!is_served("web-data", false, &changing(&[], |_| {})));
    }

    #[test]
    fn the_class_of_claims_for_each_pod_is_needed_by_further_pods() {
        let live = |ready: u32| {
            json!({
                "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": { "name": "web" },
                "spec": { "template": { "spec": { "containers": [] } },
                          "volumeClaimTemplates": [{ "metadata": { "name": "data" } }] },
                "status": { "replicas": 3, "readyReplicas": ready },
            })
        };
        let served = |live: Value, claim: &str, pods: u32| {
            let subject = changing(&[live], |draft| draft["basics"]["replicas"] = json!(pods));
            is_served(claim, true, &subject)
        };

        assert!(served(live(3), "data", 3));
        assert!(served(live(3), "data", 2));
        assert!(!served(live(3), "data", 4));
        assert!(!served(live(2), "data", 3), "one has not got its volume");
        assert!(!served(live(3), "other", 3));
    }
}
