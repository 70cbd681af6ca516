//! Which workloads use an object.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

/// Workloads, by what they may use: a namespace may have thousands of them, and of what is used as well.
#[derive(Default)]
pub(super) struct Users<'w> {
    /// By each label of their pods.
    by_label: HashMap<(&'w str, &'w Value), Vec<&'w Value>>,
    /// By each claim that their pods mount.
    by_claim: HashMap<&'w str, BTreeMap<usize, &'w Value>>,
}

impl<'w> Users<'w> {
    pub(super) fn of(workloads: impl Iterator<Item = &'w Value>) -> Self {
        let mut users = Self::default();
        for (number, workload) in workloads.enumerate() {
            let template = template(workload);
            let labels = template["metadata"]["labels"].as_object();
            for (key, value) in labels.into_iter().flatten() {
                users.by_label.entry((key, value)).or_default().push(workload);
            }
            let volumes = template["spec"]["volumes"].as_array();
            for volume in volumes.into_iter().flatten() {
                if let Some(claim) = volume["persistentVolumeClaim"]["claimName"].as_str() {
                    // A workload may mount a claim twice.
                    users.by_claim.entry(claim).or_default().insert(number, workload);
                }
            }
        }
        users
    }

    /// Those whose pods a selector finds, looked for among those that bear its rarest label.
    pub(super) fn of_service(&self, selector: &Value) -> Vec<String> {
        let labels = selector.as_object().into_iter().flatten();
        let bearing = labels.map(|(key, value)| self.by_label.get(&(key.as_str(), value)));
        let bearing = bearing.map(|found| found.map_or(&[][..], Vec::as_slice));
        let rarest = bearing.min_by_key(|found| found.len()).unwrap_or_default();
        let found = rarest
            .iter()
            .filter(|other| covers(selector, &template(other)["metadata"]["labels"]));
        found.map(|other| named(other)).collect()
    }

    /// Those whose pods mount a claim.
    pub(super) fn of_claim(&self, name: &str) -> Vec<String> {
        let found = self.by_claim.get(name).into_iter().flat_map(BTreeMap::values);
        found.map(|other| named(other)).collect()
    }
}

/// A workload as people are told of it.
fn named(workload: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    format!(
        "{} {}",
        text(&workload["kind"]),
        text(&workload["metadata"]["name"])
    )
}

/// The pods of a workload.
fn template(workload: &Value) -> &Value {
    let spec = &workload["spec"];
    if workload["kind"] == "CronJob" {
        &spec["jobTemplate"]["spec"]["template"]
    } else {
        &spec["template"]
    }
}

/// Whether labels hold all of some, and some is something.
pub(super) fn covers(some: &Value, labels: &Value) -> bool {
    some.as_object().is_some_and(|some| {
        !some.is_empty() && some.iter().all(|(key, value)| labels.get(key) == Some(value))
    })
}
