//! The Deployment.

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use slipway_model::App;
use slipway_model::app::{self, DeploymentUpdate, Rolling};
use slipway_model::value::CountOrPercent;

use crate::workload::{metadata, number};
use crate::{Ownership, pod};

/// The Deployment of an app.
pub(crate) fn built(
    app: &App,
    settings: &app::Deployment,
    replicas: Option<i32>,
    ownership: &Ownership,
) -> Deployment {
    Deployment {
        metadata: metadata(app, ownership),
        spec: Some(DeploymentSpec {
            replicas,
            selector: ownership.label_selector(),
            template: pod::template(app, ownership),
            strategy: settings.update.map(strategy),
            min_ready_seconds: number(settings.min_ready),
            revision_history_limit: number(settings.revision_history),
            progress_deadline_seconds: number(settings.progress_deadline),
            paused: None,
        }),
        status: None,
    }
}

fn strategy(update: DeploymentUpdate) -> DeploymentStrategy {
    match update {
        DeploymentUpdate::Recreate => DeploymentStrategy {
            type_: Some("Recreate".to_owned()),
            rolling_update: None,
        },
        DeploymentUpdate::Rolling(rolling) => DeploymentStrategy {
            type_: Some("RollingUpdate".to_owned()),
            rolling_update: (rolling != Rolling::default()).then(|| RollingUpdateDeployment {
                max_surge: rolling.max_surge.map(count_or_percent),
                max_unavailable: rolling.max_unavailable.map(count_or_percent),
            }),
        },
    }
}

fn count_or_percent(value: CountOrPercent) -> IntOrString {
    match value {
        CountOrPercent::Count(count) => IntOrString::Int(i32::try_from(count).unwrap_or(i32::MAX)),
        CountOrPercent::Percent(percent) => IntOrString::String(format!("{percent}%")),
    }
}
