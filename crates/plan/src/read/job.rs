//! The Job.

use slipway_model::Draft;
use slipway_model::app::WorkloadKind;

use super::owner::Owner;
use super::part::Part;
use super::pod;

/// The most pods one workload can have here; more at a time is written for itself.
const MOST_PODS: u64 = 10_000;

/// Reads what a Job is. Its selector is the cluster's.
pub(super) fn read(spec: &mut Part, owner: &Owner, draft: &mut Draft) {
    spec.forget("completionMode", "NonIndexed");
    let has_policy = spec.peek("podFailurePolicy").is_some();
    // `SetDefaults_Job`
    let replaced = if has_policy {
        "Failed"
    } else {
        "TerminatingOrFailed"
    };
    spec.forget("podReplacementPolicy", replaced);
    let is_manual = spec.peek("manualSelector") == Some(&true.into());
    for key in ["suspend", "manualSelector"] {
        spec.forget(key, false);
    }
    // A Job of ours is made suspended, until the rest of the app is there.
    if owner.ours && draft.basics.kind.text() == WorkloadKind::Job.as_str() {
        spec.forget("suspend", true);
    }
    if !is_manual {
        spec.inner("selector").take("matchLabels");
    }
    let is_by_index = spec.peek("backoffLimitPerIndex").is_some();
    let job = &mut draft.workload.job;
    // Left empty it would be as many as replicas, and follow them.
    job.completions = spec.text("completions");
    if job.completions.is_blank() {
        job.completions = "none".into();
    }
    job.parallelism = spec.text("parallelism");
    if job.parallelism.is_blank() {
        job.parallelism = "1".into();
    }
    let few = job
        .parallelism
        .text()
        .parse::<u64>()
        .is_ok_and(|pods| pods <= MOST_PODS);
    draft.basics.replicas = if few {
        std::mem::take(&mut job.parallelism)
    } else {
        "1".into()
    };
    // `SetDefaults_Job`: where each index has a limit, all pods together have none.
    let backoff_limit = if is_by_index { i32::MAX } else { 6 };
    job.backoff_limit = spec.unless("backoffLimit", backoff_limit);
    job.ttl = spec.text("ttlSecondsAfterFinished");
    job.deadline = spec.text("activeDeadlineSeconds");
    let mut template = spec.inner("template");
    if let Some(restart) = template
        .inner("spec")
        .word("restartPolicy", &["Never", "OnFailure"])
    {
        job.restart = restart.into();
    }
    pod::read(&mut template, owner, draft);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::read::{Opened, read};

    /// A Job as a server shows it, with what it has filled in.
    fn served(fields: &Value) -> Opened {
        let container = json!({ "name": "work", "image": "busybox:1" });
        let mut job = json!({
            "apiVersion": "batch/v1", "kind": "Job", "metadata": { "name": "work", "uid": "1" },
            "spec": { "template": { "spec": { "restartPolicy": "Never", "containers": [container] } } },
        });
        for (key, value) in fields.as_object().unwrap() {
            job["spec"][key] = value.clone();
        }
        read(vec![job]).unwrap()
    }

    #[test]
    fn the_limit_that_a_server_fills_in_depends_on_whether_each_index_has_its_own() {
        for (fields, typed) in [
            (json!({ "backoffLimit": 6 }), ""),
            (json!({ "backoffLimit": 2_147_483_647 }), "2147483647"),
            (
                json!({ "backoffLimit": 2_147_483_647, "backoffLimitPerIndex": 1 }),
                "",
            ),
            (json!({ "backoffLimit": 6, "backoffLimitPerIndex": 1 }), "6"),
        ] {
            let limit = served(&fields).draft.workload.job.backoff_limit;
            assert_eq!(limit.as_str(), typed, "{fields}");
        }
    }

    #[test]
    fn when_pods_are_replaced_depends_on_whether_failures_have_a_policy() {
        let rule = json!({ "action": "Ignore", "onExitCodes": { "operator": "In", "values": [1] } });
        let policy = json!({ "rules": [rule] });
        for (fields, is_kept) in [
            (json!({ "podReplacementPolicy": "TerminatingOrFailed" }), false),
            (json!({ "podReplacementPolicy": "Failed" }), true),
            (
                json!({ "podReplacementPolicy": "Failed", "podFailurePolicy": policy }),
                false,
            ),
            (
                json!({ "podReplacementPolicy": "TerminatingOrFailed", "podFailurePolicy": policy }),
                true,
            ),
        ] {
            let mut kept = served(&fields).kept.into_iter();
            let found = kept.any(|kept| kept.pointer == "/spec/podReplacementPolicy");
            assert_eq!(found, is_kept, "{fields}");
        }
    }
}
