//! What is kept of a Deployment.

use k8s_openapi::api::apps::v1::{Deployment, DeploymentCondition, DeploymentSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use slipway_plan::LABEL_MANAGED_BY;

use super::{Place, Record, count, created_at, message, pairs};

const ARGO_CD: &str = "argocd.argoproj.io/tracking-id";
const FLUX: &str = "kustomize.toolkit.fluxcd.io/name";

/// A condition that holds or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    /// Whether it holds.
    pub(crate) holds: bool,
    /// Why, as a word.
    pub(crate) reason: String,
    /// The cluster's words.
    pub(crate) message: Option<String>,
}

/// A Deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DeploymentRecord {
    pub(crate) place: Place,
    /// The very object. Whose app it is follows from this and from no mark.
    pub(crate) uid: String,
    pub(crate) created_at: i64,
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) template_labels: Vec<(String, String)>,
    pub(crate) images: Vec<String>,
    pub(crate) strategy: Option<String>,
    pub(crate) paused: bool,
    /// Whether its controller has seen its newest version.
    pub(crate) observed: bool,
    pub(crate) wanted: u32,
    pub(crate) pods: u32,
    pub(crate) ready: u32,
    pub(crate) updated: u32,
    pub(crate) available: u32,
    pub(crate) progressing: Option<Condition>,
    pub(crate) replica_failure: Option<Condition>,
    pub(crate) managed_by: Option<String>,
}

impl Record for DeploymentRecord {
    fn namespace(&self) -> &str {
        &self.place.namespace
    }

    fn name(&self) -> &str {
        &self.place.name
    }
}

impl From<Deployment> for DeploymentRecord {
    fn from(deployment: Deployment) -> Self {
        let meta = &deployment.metadata;
        let spec = deployment.spec.unwrap_or_default();
        let status = deployment.status.unwrap_or_default();
        let condition = |kind: &str| {
            status
                .conditions
                .iter()
                .flatten()
                .find(|c| c.type_ == kind)
                .map(Condition::of)
        };
        let template = spec
            .template
            .metadata
            .as_ref()
            .and_then(|meta| meta.labels.as_ref());
        Self {
            place: Place::of(meta),
            uid: meta.uid.clone().unwrap_or_default(),
            created_at: created_at(meta),
            labels: pairs(meta.labels.as_ref()),
            template_labels: pairs(template),
            images: images(&spec),
            strategy: strategy(&spec),
            paused: spec.paused == Some(true),
            observed: status.observed_generation >= meta.generation,
            wanted: spec.replicas.map_or(1, |replicas| count(Some(replicas))),
            pods: count(status.replicas),
            ready: count(status.ready_replicas),
            updated: count(status.updated_replicas),
            available: count(status.available_replicas),
            progressing: condition("Progressing"),
            replica_failure: condition("ReplicaFailure"),
            managed_by: managed_by(meta),
        }
    }
}

impl Condition {
    fn of(condition: &DeploymentCondition) -> Self {
        Self {
            holds: condition.status == "True",
            reason: condition.reason.clone().unwrap_or_default(),
            message: message(condition.message.as_deref()),
        }
    }
}

/// Characters of an image in lists. Kubernetes takes any text for one.
const LONGEST_IMAGE: usize = 512;

fn images(spec: &DeploymentSpec) -> Vec<String> {
    let pod = spec.template.spec.as_ref();
    pod.into_iter()
        .flat_map(|pod| &pod.containers)
        .filter_map(|container| container.image.as_deref())
        .map(|image| image.chars().take(LONGEST_IMAGE).collect())
        .collect()
}

/// `RollingUpdate` with its two figures, or `Recreate`.
fn strategy(spec: &DeploymentSpec) -> Option<String> {
    let strategy = spec.strategy.as_ref()?;
    let kind = strategy.type_.clone()?;
    let Some(rolling) = &strategy.rolling_update else {
        return Some(kind);
    };
    let figure = |value: &Option<IntOrString>| match value {
        Some(IntOrString::Int(number)) => number.to_string(),
        Some(IntOrString::String(text)) => text.clone(),
        None => "25%".to_owned(),
    };
    let (unavailable, surge) = (figure(&rolling.max_unavailable), figure(&rolling.max_surge));
    Some(format!("{kind} maxUnavailable={unavailable} maxSurge={surge}"))
}

/// Which tool an object says it belongs to. A tool that would revert changes comes before the label.
fn managed_by(meta: &ObjectMeta) -> Option<String> {
    if meta
        .annotations
        .as_ref()
        .is_some_and(|marks| marks.contains_key(ARGO_CD))
    {
        return Some("argocd".to_owned());
    }
    let label = |key: &str| meta.labels.as_ref()?.get(key);
    if label(FLUX).is_some() {
        return Some("flux".to_owned());
    }
    let owners = meta.owner_references.as_deref().unwrap_or_default();
    // An operator makes its objects anew, whatever labels it has copied to them.
    if let Some(owner) = owners.iter().find(|owner| owner.controller == Some(true)) {
        return Some(owner.kind.to_lowercase());
    }
    label(LABEL_MANAGED_BY).map(|tool| tool.to_lowercase())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_image_that_is_far_too_long_is_cut_in_lists_between_two_characters() {
        let images_of = |image: String| {
            let spec = json!({ "selector": {}, "template": { "spec": { "containers": [{ "name": "web", "image": image }] } } });
            images(&serde_json::from_value(spec).unwrap())
        };
        let longest = format!("registry.example.com/{}", "像".repeat(LONGEST_IMAGE - 21));

        assert_eq!(images_of(format!("{longest}:latest")), [longest.as_str()]);
        assert_eq!(images_of(longest.clone()), [longest]);
    }
}
