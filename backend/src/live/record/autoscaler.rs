//! What is kept of a `HorizontalPodAutoscaler`.

use k8s_openapi::api::autoscaling::v2::{HorizontalPodAutoscaler, MetricSpec, MetricStatus};
use slipway_api::HealthReason;

use super::{Place, Record, count, created_at, message};

/// A `HorizontalPodAutoscaler`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AutoscalerRecord {
    pub(crate) place: Place,
    /// The Deployment it scales; empty if it scales something else.
    pub(crate) deployment: String,
    pub(crate) min: u32,
    pub(crate) max: u32,
    pub(crate) desired: u32,
    pub(crate) target_utilization: Option<u32>,
    pub(crate) current_utilization: Option<u32>,
    pub(crate) reason: Option<HealthReason>,
    pub(crate) created_at: i64,
}

impl Record for AutoscalerRecord {
    fn namespace(&self) -> &str {
        &self.place.namespace
    }

    fn name(&self) -> &str {
        &self.place.name
    }
}

impl From<HorizontalPodAutoscaler> for AutoscalerRecord {
    fn from(autoscaler: HorizontalPodAutoscaler) -> Self {
        let place = Place::of(&autoscaler.metadata);
        let created_at = created_at(&autoscaler.metadata);
        let spec = autoscaler.spec.unwrap_or_default();
        let status = autoscaler.status.unwrap_or_default();
        let target = spec.scale_target_ref;
        let conditions = status.conditions.iter().flatten();
        let blocked = { conditions }
            .find(|one| {
                one.status == "False" && matches!(one.type_.as_str(), "AbleToScale" | "ScalingActive")
            })
            // Its target is at zero: nothing is wrong.
            .filter(|one| one.reason.as_deref() != Some("ScalingDisabled"));
        Self {
            deployment: if target.kind == "Deployment" {
                target.name
            } else {
                String::new()
            },
            min: spec.min_replicas.map_or(1, |min| count(Some(min))),
            max: count(Some(spec.max_replicas)),
            desired: count(Some(status.desired_replicas)),
            target_utilization: spec.metrics.iter().flatten().find_map(target_utilization),
            current_utilization: status
                .current_metrics
                .iter()
                .flatten()
                .find_map(current_utilization),
            reason: blocked.map(|condition| HealthReason {
                code: code(condition.reason.as_deref().unwrap_or_default()).to_owned(),
                object: format!("HorizontalPodAutoscaler {}", place.name),
                message: message(condition.message.as_deref()),
            }),
            created_at,
            place,
        }
    }
}

fn code(reason: &str) -> &'static str {
    match reason {
        "FailedGetScale" => "scale_target_missing",
        _ if reason.contains("Metric") => "metrics_missing",
        _ => "autoscaler_blocked",
    }
}

fn target_utilization(metric: &MetricSpec) -> Option<u32> {
    let cpu = metric
        .resource
        .as_ref()
        .filter(|resource| resource.name == "cpu")?;
    cpu.target.average_utilization.map(|percent| count(Some(percent)))
}

fn current_utilization(metric: &MetricStatus) -> Option<u32> {
    let cpu = metric
        .resource
        .as_ref()
        .filter(|resource| resource.name == "cpu")?;
    cpu.current
        .average_utilization
        .map(|percent| count(Some(percent)))
}
