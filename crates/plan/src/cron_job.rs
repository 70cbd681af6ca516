//! The `CronJob`.

use k8s_openapi::api::batch::v1::{CronJob, CronJobSpec, JobTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use slipway_model::App;
use slipway_model::app;

use crate::workload::{metadata, number};
use crate::{Ownership, job};

/// The `CronJob` of an app.
pub(crate) fn built(app: &App, settings: &app::CronJob, ownership: &Ownership) -> CronJob {
    CronJob {
        metadata: metadata(app, ownership),
        spec: Some(CronJobSpec {
            schedule: settings.schedule.to_string(),
            time_zone: settings.time_zone.as_ref().map(ToString::to_string),
            concurrency_policy: settings.concurrency.map(|policy| policy.as_str().to_owned()),
            starting_deadline_seconds: settings.starting_deadline.map(i64::from),
            successful_jobs_history_limit: number(settings.successful_history),
            failed_jobs_history_limit: number(settings.failed_history),
            suspend: settings.suspended.then_some(true),
            job_template: JobTemplateSpec {
                metadata: Some(ObjectMeta {
                    labels: Some(ownership.labels().into_iter().collect()),
                    ..ObjectMeta::default()
                }),
                spec: Some(job::spec(app, &settings.job, ownership)),
            },
        }),
        status: None,
    }
}
