//! Stage 3: what an app means to Kubernetes.
//!
//! [`plan()`] is pure and cannot fail: everything that could be wrong was judged before. Equal input gives byte-equal
//! YAML. The side panel, the dry run, the operation and the files all use this one plan; there is no second path.

mod access;
mod address;
mod anew;
mod autoscaler;
mod canary;
pub mod change;
mod container;
mod cron_job;
mod deployment;
mod drift;
mod environment;
mod http_route;
mod ingress;
mod job;
pub mod lists;
mod log_volume;
mod manifest;
mod object;
mod ownership;
mod pod;
mod probe;
pub mod read;
mod scheduling;
mod service;
mod stateful_set;
mod storage;
mod target;
mod timed_scaler;
mod volume;
mod workload;

use slipway_model::App;
use slipway_model::app::Exposure;

pub use access::keep_access;
pub use anew::as_new;
pub use change::{Change, changes};
pub use drift::{Drift, as_found, counterpart, drift};
pub use manifest::Manifest;
pub use object::{ObjectKey, Plan, PlannedObject, SkipReason};
pub use ownership::{LABEL_APP, LABEL_MANAGED_BY, LABEL_NAME, MANAGED_BY, Ownership};
pub use read::read;
pub use target::{AccessMechanism, CanaryMechanism, Feature, Target, Version};

/// The objects that make an app, in the order they are created.
///
/// What others refer to comes first, so that no pod starts without what it calls; what cannot be undone, a load
/// balancer that the cloud bills, comes last.
pub fn plan(app: &App, target: &Target) -> Plan {
    plan_as(app, target, &Ownership::of(app))
}

/// The same, marked as somebody says.
pub(crate) fn plan_as(app: &App, target: &Target, ownership: &Ownership) -> Plan {
    let outward =
        |service: &&slipway_model::app::Service| matches!(service.exposure, Exposure::LoadBalancer(_));
    let mut objects = Vec::new();
    objects.extend(storage::planned(app, ownership));
    objects.extend(
        app.services
            .iter()
            .filter(|s| !outward(s))
            .map(|s| service::planned(app, s, ownership)),
    );
    objects.push(workload::planned(app, ownership, target));
    objects.extend(autoscaler::planned(app, ownership, target));
    objects.extend(timed_scaler::planned(app, ownership, target));
    objects.extend(
        app.ingresses
            .iter()
            .flat_map(|ingress| access::planned(app, ingress, ownership, target)),
    );
    objects.extend(
        app.services
            .iter()
            .filter(outward)
            .map(|s| service::planned(app, s, ownership)),
    );
    Plan::new(objects)
}

#[cfg(test)]
mod tests;
