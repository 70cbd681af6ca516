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
    for (key, default) in [
        ("completionMode", "NonIndexed"),
        ("podReplacementPolicy", "TerminatingOrFailed"),
    ] {
        spec.forget(key, default);
    }
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
    job.backoff_limit = spec.unless("backoffLimit", 6);
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
