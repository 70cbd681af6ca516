//! The Job.

use k8s_openapi::api::batch::v1::{Job, JobSpec};
use slipway_model::App;
use slipway_model::app;

use crate::workload::{metadata, number};
use crate::{Ownership, pod};

/// The Job of an app.
pub(crate) fn built(app: &App, settings: &app::Job, ownership: &Ownership) -> Job {
    Job {
        metadata: metadata(app, ownership),
        spec: Some(spec(app, settings, ownership)),
        status: None,
    }
}

/// What a Job is. Its selector is the cluster's to make.
pub(crate) fn spec(app: &App, settings: &app::Job, ownership: &Ownership) -> JobSpec {
    let mut template = pod::template(app, ownership);
    if let Some(spec) = &mut template.spec {
        spec.restart_policy = Some(settings.restart.as_str().to_owned());
    }
    JobSpec {
        completions: number(settings.completions),
        parallelism: number(Some(settings.parallelism)),
        backoff_limit: number(settings.backoff_limit),
        ttl_seconds_after_finished: number(settings.ttl),
        active_deadline_seconds: settings.deadline.map(i64::from),
        template,
        ..JobSpec::default()
    }
}
