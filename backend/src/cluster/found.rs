//! An object as it was found in the cluster, and what its marks say about whose it is.

use serde_json::Value;

/// The name under which this program writes.
pub const FIELD_MANAGER: &str = "slipway";

/// The operation that made an object.
pub const MARK_OPERATION: &str = "slipway.dev/operation";
/// The installation that looks after an object.
pub const MARK_INSTALLATION: &str = "slipway.dev/installation";
/// The life of an app an object belongs to.
pub const MARK_APP_ID: &str = "slipway.dev/app-id";
/// The revision of the app.
pub const MARK_REVISION: &str = "slipway.dev/revision";
/// The hash of the plan.
pub const MARK_PLAN_HASH: &str = "slipway.dev/plan-hash";

/// Parts of Kubernetes that write into objects they do not own: revisions, finalizers, counts.
const CONTROLLERS: [&str; 3] = [
    "kube-controller-manager",
    "cloud-controller-manager",
    "kube-scheduler",
];

/// An object as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its uid.
    pub uid: String,
    /// The version of its content.
    pub resource_version: String,
    /// Whether it is being deleted.
    pub deleting: bool,
    /// The operation it bears, if one.
    pub operation: Option<String>,
    /// Who else wrote something that is not status.
    pub other_writers: Vec<String>,
    is_written_by_us: bool,
    owner: Mark,
}

/// Whose marks an object bears.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Mark {
    Slipway(String),
    Other(String),
    None,
}

impl Found {
    /// Reads what matters from an object.
    pub(super) fn read(object: &Value) -> Option<Self> {
        let metadata = &object["metadata"];
        Some(Self {
            uid: text(&metadata["uid"])?,
            resource_version: text(&metadata["resourceVersion"])?,
            deleting: metadata["deletionTimestamp"].is_string(),
            operation: text(&metadata["annotations"][MARK_OPERATION]),
            other_writers: other_writers(metadata),
            is_written_by_us: is_written_by_us(metadata),
            owner: mark(metadata),
        })
    }

    /// Whether this operation made it: it bears the operation, and we have written it. A copy that somebody else has made
    /// of it is not.
    pub fn is_made_by(&self, operation: &str) -> bool {
        self.operation.as_deref() == Some(operation) && self.is_written_by_us
    }

    /// Whether it is what this operation made, and nobody else had a hand in it since.
    pub fn is_untouched_since(&self, operation: &str) -> bool {
        self.is_made_by(operation) && self.other_writers.is_empty()
    }

    /// Whose it is, as far as its marks say; empty when they say nothing.
    pub fn owner(&self, installation: &str) -> String {
        match &self.owner {
            Mark::Slipway(id) if id == installation => "Slipway".to_owned(),
            Mark::Slipway(id) => format!("Slipway {id}"),
            Mark::Other(owner) => owner.clone(),
            Mark::None => String::new(),
        }
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(ToOwned::to_owned)
}

/// Who makes an object what it is, and would undo what is changed here: a tool as its files say, or the operator of the
/// object that it belongs to.
pub fn keeper(object: &Value) -> Option<String> {
    keeper_of(&object["metadata"])
}

/// A mark of ours on an object.
pub fn mark_of(object: &Value, mark: &str) -> Option<String> {
    text(&object["metadata"]["annotations"][mark])
}

fn keeper_of(metadata: &Value) -> Option<String> {
    let label = |key: &str| text(&metadata["labels"][key]);
    let annotation = |key: &str| text(&metadata["annotations"][key]);
    annotation("argocd.argoproj.io/tracking-id")
        .map(|id| format!("Argo CD {}", id.split(':').next().unwrap_or_default()))
        .or_else(|| label("argocd.argoproj.io/instance").map(|name| format!("Argo CD {name}")))
        .or_else(|| label("kustomize.toolkit.fluxcd.io/name").map(|name| format!("Flux {name}")))
        .or_else(|| label("helm.toolkit.fluxcd.io/name").map(|name| format!("Flux {name}")))
        .or_else(|| controller_of(metadata))
        .or_else(|| annotation("meta.helm.sh/release-name").map(|name| format!("Helm {name}")))
}

/// Kind and name of the object whose controller looks after this one (`ownerReferences` of Kubernetes, `controller: true`).
fn controller_of(metadata: &Value) -> Option<String> {
    let owners = metadata["ownerReferences"].as_array()?;
    let owner = owners.iter().find(|owner| owner["controller"] == true)?;
    Some(format!("{} {}", owner["kind"].as_str()?, owner["name"].as_str()?))
}

fn mark(metadata: &Value) -> Mark {
    let label = |key: &str| text(&metadata["labels"][key]);
    let installation = text(&metadata["annotations"][MARK_INSTALLATION]);
    match (installation, keeper_of(metadata)) {
        (Some(installation), _) => Mark::Slipway(installation),
        (None, Some(other)) => Mark::Other(other),
        (None, None) => label("app.kubernetes.io/managed-by").map_or(Mark::None, Mark::Other),
    }
}

/// Managers that own more than status. What Kubernetes itself adds is nobody's wish, so it does not count.
fn other_writers(metadata: &Value) -> Vec<String> {
    let entries = metadata["managedFields"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let wrote = |entry: &&Value| {
        let manager = entry["manager"].as_str().unwrap_or_default();
        manager != FIELD_MANAGER && !CONTROLLERS.contains(&manager) && !only_status(entry)
    };
    let mut writers: Vec<String> = entries
        .iter()
        .filter(wrote)
        .map(|entry| entry["manager"].as_str().unwrap_or("unknown").to_owned())
        .collect();
    writers.dedup();
    writers
}

fn is_written_by_us(metadata: &Value) -> bool {
    let entries = metadata["managedFields"].as_array();
    entries
        .into_iter()
        .flatten()
        .any(|entry| entry["manager"] == FIELD_MANAGER)
}

fn only_status(entry: &Value) -> bool {
    let fields = entry["fieldsV1"].as_object();
    entry["subresource"] == "status"
        || fields.is_some_and(|fields| !fields.is_empty() && fields.keys().all(|field| field == "f:status"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(annotations: &Value, managers: &Value) -> Found {
        let metadata = json!({ "uid": "u", "resourceVersion": "1", "annotations": annotations, "managedFields": managers });
        Found::read(&json!({ "metadata": metadata })).unwrap()
    }

    #[test]
    fn an_object_is_ours_with_our_operation_and_our_hand_and_untouched_without_another() {
        let ours = json!({ "slipway.dev/operation": "op" });
        let slipway = json!([{ "manager": "slipway", "fieldsV1": { "f:spec": {} } }]);
        let edited =
            json!([{ "manager": "slipway" }, { "manager": "kubectl-edit", "fieldsV1": { "f:spec": {} } }]);

        assert!(object(&ours, &slipway).is_made_by("op"));
        assert!(!object(&ours, &slipway).is_made_by("another"));
        assert!(object(&ours, &edited).is_made_by("op"));
        assert!(
            !object(
                &ours,
                &json!([{ "manager": "kubectl", "fieldsV1": { "f:spec": {} } }])
            )
            .is_made_by("op")
        );
        assert!(object(&ours, &slipway).is_untouched_since("op"));
        assert!(!object(&ours, &edited).is_untouched_since("op"));
        assert!(!object(&json!({}), &slipway).is_made_by("op"));
    }

    #[test]
    fn status_and_controllers_are_no_other_writers() {
        let managers = json!([
            { "manager": "slipway", "fieldsV1": { "f:spec": {} } },
            { "manager": "kube-controller-manager", "fieldsV1": { "f:metadata": {} } },
            { "manager": "ingress-controller", "subresource": "status", "fieldsV1": { "f:status": {} } },
            { "manager": "old-controller", "fieldsV1": { "f:status": {} } },
        ]);

        assert_eq!(object(&json!({}), &managers).other_writers, Vec::<String>::new());
    }

    #[test]
    fn the_owner_is_named_by_its_marks() {
        let owner = |annotations: Value| object(&annotations, &json!([])).owner("here");

        assert_eq!(
            owner(json!({ "slipway.dev/installation": "there" })),
            "Slipway there"
        );
        assert_eq!(owner(json!({ "slipway.dev/installation": "here" })), "Slipway");
        assert_eq!(owner(json!({ "meta.helm.sh/release-name": "web" })), "Helm web");
        assert_eq!(
            owner(json!({ "argocd.argoproj.io/tracking-id": "web:apps/Deployment:x/y" })),
            "Argo CD web"
        );
        assert_eq!(owner(json!({})), "");
    }

    #[test]
    fn an_operator_is_named_by_the_object_that_it_looks_after() {
        let owned = |controller: bool| {
            let owner = json!({ "apiVersion": "example.com/v1", "kind": "Shop", "name": "web", "uid": "u", "controller": controller });
            let helm = json!({ "meta.helm.sh/release-name": "shops" });
            keeper(&json!({ "metadata": { "ownerReferences": [owner], "annotations": helm } }))
        };

        assert_eq!(owned(true).as_deref(), Some("Shop web"));
        assert_eq!(owned(false).as_deref(), Some("Helm shops"));
    }
}
