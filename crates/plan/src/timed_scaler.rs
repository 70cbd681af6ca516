//! The object that scales at set times. Its kind comes with a component of ACK, so its body is a struct of ours.

use serde::Serialize;
use slipway_model::App;
use slipway_model::app::{Replicas, TimedJob};

use crate::{Feature, Manifest, ObjectKey, Ownership, PlannedObject, SkipReason, Target};

const API_VERSION: &str = "autoscaling.alibabacloud.com/v1beta1";
const KIND: &str = "CronHorizontalPodAutoscaler";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CronHorizontalPodAutoscaler {
    api_version: &'static str,
    kind: &'static str,
    metadata: k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta,
    spec: Spec,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    scale_target_ref: ScaleTarget,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exclude_dates: Vec<String>,
    jobs: Vec<Job>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ScaleTarget {
    api_version: &'static str,
    kind: &'static str,
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Job {
    name: String,
    schedule: String,
    target_size: u32,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    run_once: bool,
}

/// Timed scaling of an app, if it has any.
pub(crate) fn planned(app: &App, ownership: &Ownership, target: &Target) -> Option<PlannedObject> {
    let timed = app.timed.as_ref()?;
    let manifest = CronHorizontalPodAutoscaler {
        api_version: API_VERSION,
        kind: KIND,
        metadata: ownership.metadata(app.name.as_str(), []),
        spec: Spec {
            scale_target_ref: scale_target(app),
            exclude_dates: timed.excluded.iter().map(ToString::to_string).collect(),
            jobs: timed.jobs.iter().map(job).collect(),
        },
    };
    let key = ObjectKey::namespaced(API_VERSION, KIND, &app.namespace, &app.name);
    let missing = (!target.has(Feature::CronHpa)).then_some(SkipReason::KindMissing);
    Some(PlannedObject::new(key, Manifest::of(&manifest)).skipped_for(missing))
}

/// The autoscaler where there is one: two that scale the same workload would overwrite each other.
fn scale_target(app: &App) -> ScaleTarget {
    let (api_version, kind) = match &app.replicas {
        Replicas::Autoscaled(_) => ("autoscaling/v1", "HorizontalPodAutoscaler"),
        Replicas::Fixed(_) => ("apps/v1", app.kind().as_str()),
    };
    ScaleTarget {
        api_version,
        kind,
        name: app.name.to_string(),
    }
}

fn job(job: &TimedJob) -> Job {
    Job {
        name: job.name.to_string(),
        schedule: job.schedule.to_string(),
        target_size: job.replicas,
        run_once: job.once,
    }
}
