//! The workload.

use slipway_model::Draft;
use slipway_model::app::WorkloadKind;

use super::owner::{Owner, annotations};
use super::part::Part;
use super::{cron_job, deployment, job, stateful_set};

/// Reads a workload into a draft.
pub(super) fn read(workload: &mut Part, kind: WorkloadKind, owner: &Owner, draft: &mut Draft) {
    let mut metadata = workload.inner("metadata");
    draft.basics.name = metadata.text("name");
    draft.basics.kind = kind.as_str().into();
    draft.basics.labels = owner.app_labels(&mut metadata);
    draft.basics.annotations = annotations(&mut metadata);
    let mut spec = workload.inner("spec");
    match kind {
        WorkloadKind::Deployment => deployment::read(&mut spec, owner, draft),
        WorkloadKind::StatefulSet => stateful_set::read(&mut spec, owner, draft),
        WorkloadKind::Job => job::read(&mut spec, owner, draft),
        WorkloadKind::CronJob => cron_job::read(&mut spec, owner, draft),
    }
}

/// What Deployments and `StatefulSet`s have in common.
pub(super) fn running(spec: &mut Part, owner: &Owner, draft: &mut Draft) {
    draft.basics.replicas = spec.number("replicas").unwrap_or(1).to_string().into();
    if !owner.take_selector(spec, "selector") {
        spec.inner("selector").take("matchLabels");
    }
    draft.workload.min_ready = spec.text("minReadySeconds");
    draft.workload.revision_history = spec.unless("revisionHistoryLimit", 10);
}
