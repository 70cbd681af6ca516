//! The Deployment.

use slipway_model::Draft;

use super::owner::Owner;
use super::part::Part;
use super::{pod, workload};

/// Reads what a Deployment is.
pub(super) fn read(spec: &mut Part, owner: &Owner, draft: &mut Draft) {
    workload::running(spec, owner, draft);
    draft.workload.progress_deadline = spec.unless("progressDeadlineSeconds", 600);
    let update = &mut draft.workload.update;
    let mut strategy = spec.inner("strategy");
    update.kind = strategy.unless("type", "RollingUpdate");
    let mut rolling = strategy.inner("rollingUpdate");
    update.max_surge = rolling.share("maxSurge", "25%");
    update.max_unavailable = rolling.share("maxUnavailable", "25%");
    pod::read(&mut spec.inner("template"), owner, draft);
}
