//! Whose app it is that is read, and the labels and annotations that are not the user's.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use slipway_model::app::WorkloadKind;
use slipway_model::draft::{Annotation, Label};
use slipway_model::value::{AnnotationKey, LabelKey};

use super::part::Part;
use crate::{LABEL_APP, Ownership};

/// Labels that the server puts on the pods of a Job.
const OF_JOBS: [&str; 4] = [
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-name",
    "controller-uid",
    "job-name",
];

/// Whose app it is.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    /// Names and selector, as the plan of this app has them.
    pub(crate) ownership: Ownership,
    /// Whether it bears our marks.
    pub(crate) ours: bool,
    /// The app's name.
    pub(crate) name: String,
}

impl Owner {
    /// Reads the marks of a workload.
    pub(crate) fn of(kind: WorkloadKind, namespace: &str, workload: &Value) -> Self {
        let name = workload["metadata"]["name"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let ownership = Ownership::at(namespace, kind, &name);
        let ours = workload["metadata"]["labels"][LABEL_APP] == ownership.mark();
        let ownership = if ours {
            ownership
        } else {
            ownership.foreign(selector(kind, workload))
        };
        Self {
            ownership,
            ours,
            name,
        }
    }

    /// Whether an object bears the marks of this app.
    pub(crate) fn has(&self, object: &Value) -> bool {
        object["metadata"]["labels"][LABEL_APP] == self.ownership.mark()
    }

    /// Whether these labels find the pods of this app and no others.
    pub(crate) fn selects(&self, labels: Option<&Value>) -> bool {
        labels == Some(&json!(self.ownership.selector()))
    }

    /// Takes a label selector that finds the pods of this app.
    pub(crate) fn take_selector(&self, part: &mut Part, key: &str) -> bool {
        let own = json!({ "matchLabels": self.ownership.selector() });
        part.take_if(key, own)
    }

    /// Takes our marks.
    pub(crate) fn marks(&self, metadata: &mut Part) {
        for (key, value) in self.ownership.labels() {
            metadata.inner("labels").take_if(&key, value);
        }
    }

    /// Takes what a scaler says of itself and of what it scales, which follow from the app; the rest of its `spec`.
    pub(crate) fn scaler_spec<'p>(&self, scaler: &'p mut Part) -> Part<'p> {
        let mut metadata = scaler.inner("metadata");
        self.marks(&mut metadata);
        metadata.take("name");
        let mut spec = scaler.inner("spec");
        let mut target = spec.inner("scaleTargetRef");
        for known in ["apps/v1", "autoscaling/v1"] {
            target.take_if("apiVersion", known);
        }
        target.take("kind");
        target.take("name");
        spec
    }

    /// Takes labels; our marks are not the user's.
    pub(crate) fn labels(&self, metadata: &mut Part) -> Vec<Label> {
        self.marks(metadata);
        let may = |key: &str, _: &str| LabelKey::parse(key).is_ok_and(|key| !key.is_reserved());
        metadata.inner("labels").labels(may)
    }

    /// Takes labels of the workload or its pods, which have one by default.
    pub(crate) fn app_labels(&self, metadata: &mut Part) -> Vec<Label> {
        let mut labels = metadata.inner("labels");
        for key in OF_JOBS {
            labels.take(key);
        }
        if let Some((key, value)) = self.ownership.default_label() {
            labels.take_if(&key, value);
        }
        self.labels(metadata)
    }
}

/// Takes annotations.
pub(crate) fn annotations(metadata: &mut Part) -> Vec<Annotation> {
    let may = |key: &str, _: &str| AnnotationKey::parse(key).is_ok_and(|key| !key.is_reserved());
    metadata.inner("annotations").annotations(may)
}

/// The labels by which somebody else's workload finds its pods; what its pods bear where it does not say.
fn selector(kind: WorkloadKind, workload: &Value) -> BTreeMap<String, String> {
    let spec = match kind {
        WorkloadKind::CronJob => &workload["spec"]["jobTemplate"]["spec"],
        _ => &workload["spec"],
    };
    let said = &spec["selector"]["matchLabels"];
    let labels = if said.is_object() && kind.keeps_running() {
        said
    } else {
        &spec["template"]["metadata"]["labels"]
    };
    let labels = labels.as_object().into_iter().flatten();
    labels
        .filter(|(key, _)| !OF_JOBS.contains(&key.as_str()))
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}
