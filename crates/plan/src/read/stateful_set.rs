//! The `StatefulSet`.

use slipway_model::Draft;

use super::owner::Owner;
use super::part::Part;
use super::{pod, storage, workload};

/// Reads what a `StatefulSet` is.
pub(super) fn read(spec: &mut Part, owner: &Owner, draft: &mut Draft) {
    workload::running(spec, owner, draft);
    let update = &mut draft.workload.update;
    let mut strategy = spec.inner("updateStrategy");
    // The server fills in the settings only where nobody said which way.
    update.kind = match strategy.peek("rollingUpdate") {
        None => strategy.text("type"),
        Some(_) => strategy.unless("type", "RollingUpdate"),
    };
    let mut rolling = strategy.inner("rollingUpdate");
    rolling.forget_unasked("maxUnavailable", 1);
    update.partition = rolling.unless("partition", 0);
    let stateful = &mut draft.workload.stateful;
    stateful.service = spec.text("serviceName");
    stateful.pod_management = spec.unless("podManagementPolicy", "OrderedReady");
    let mut retention = spec.inner("persistentVolumeClaimRetentionPolicy");
    stateful.when_deleted = retention.unless("whenDeleted", "Retain");
    stateful.when_scaled = retention.unless("whenScaled", "Retain");
    draft.volumes = spec
        .rows("volumeClaimTemplates")
        .iter_mut()
        .filter_map(|claim| storage::template(claim, owner))
        .collect();
    pod::read(&mut spec.inner("template"), owner, draft);
}
