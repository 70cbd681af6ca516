//! The workload.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use slipway_model::App;
use slipway_model::app::{Replicas, Workload, WorkloadKind};

use crate::ownership::text_pairs;
use crate::{
    Feature, Manifest, ObjectKey, Ownership, PlannedObject, Target, cron_job, deployment, job, stateful_set,
};

/// The workload of an app.
pub(crate) fn planned(app: &App, ownership: &Ownership, target: &Target) -> PlannedObject {
    let (fixed, start) = pods(app, target);
    let replicas = number(fixed);
    let (api_version, manifest) = match &app.workload {
        Workload::Deployment(settings) => (
            "apps/v1",
            Manifest::of(&deployment::built(app, settings, replicas, ownership)),
        ),
        Workload::StatefulSet(settings) => (
            "apps/v1",
            Manifest::of(&stateful_set::built(app, settings, replicas, ownership)),
        ),
        Workload::Job(settings) => ("batch/v1", Manifest::of(&job::built(app, settings, ownership))),
        Workload::CronJob(settings) => (
            "batch/v1",
            Manifest::of(&cron_job::built(app, settings, ownership)),
        ),
    };
    let key = ObjectKey::namespaced(api_version, app.kind().as_str(), &app.namespace, &app.name);
    PlannedObject {
        start_replicas: start,
        // A Job runs once: were it to begin before what comes after it is there, nothing could be taken back.
        suspended_at_first: app.kind() == WorkloadKind::Job,
        ..PlannedObject::new(key, manifest)
    }
}

/// The number of pods the user decides, and the number to start with where something else decides from then on: an
/// autoscaler, or timed scaling on a cluster that has it.
fn pods(app: &App, target: &Target) -> (Option<u32>, Option<u32>) {
    match &app.replicas {
        Replicas::Autoscaled(scaling) => (None, Some(scaling.start)),
        Replicas::Fixed(replicas) if app.timed.is_some() && target.has(Feature::CronHpa) => {
            (None, Some(*replicas))
        }
        Replicas::Fixed(replicas) => (Some(*replicas), None),
    }
}

/// The metadata of the workload. Its labels: `app: <name>` as the guide sets it, unless the user says otherwise, then
/// the user's.
pub(crate) fn metadata(app: &App, ownership: &Ownership) -> ObjectMeta {
    let labels = ownership
        .default_label()
        .into_iter()
        .chain(text_pairs(&app.labels));
    ownership.annotated(app.name.as_str(), labels, text_pairs(&app.annotations))
}

/// A number as Kubernetes writes it.
pub(crate) fn number(number: Option<u32>) -> Option<i32> {
    number.and_then(|number| i32::try_from(number).ok())
}
