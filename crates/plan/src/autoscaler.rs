//! The autoscaler.

use k8s_openapi::api::autoscaling::v2::{
    CrossVersionObjectReference, HorizontalPodAutoscaler, HorizontalPodAutoscalerSpec, MetricSpec,
    MetricTarget, ResourceMetricSource,
};
use slipway_model::App;
use slipway_model::app::{Autoscaling, Metric, Replicas};

use crate::{Manifest, ObjectKey, Ownership, PlannedObject, Target};

/// The autoscaler of an app, if it has one. Planned even where figures of use are missing: it starts to work as soon
/// as they come.
pub(crate) fn planned(app: &App, ownership: &Ownership, _target: &Target) -> Option<PlannedObject> {
    let Replicas::Autoscaled(scaling) = &app.replicas else {
        return None;
    };
    let manifest = HorizontalPodAutoscaler {
        metadata: ownership.metadata(app.name.as_str(), []),
        spec: Some(spec(app, scaling)),
        status: None,
    };
    let key = ObjectKey::namespaced(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        &app.namespace,
        &app.name,
    );
    Some(PlannedObject::new(key, Manifest::of(&manifest)))
}

fn spec(app: &App, scaling: &Autoscaling) -> HorizontalPodAutoscalerSpec {
    HorizontalPodAutoscalerSpec {
        scale_target_ref: CrossVersionObjectReference {
            api_version: Some("apps/v1".to_owned()),
            kind: app.kind().as_str().to_owned(),
            name: app.name.to_string(),
        },
        min_replicas: i32::try_from(scaling.min).ok(),
        max_replicas: i32::try_from(scaling.max).unwrap_or(i32::MAX),
        metrics: Some(scaling.metrics.iter().copied().map(metric).collect()),
        behavior: None,
    }
}

fn metric(metric: Metric) -> MetricSpec {
    MetricSpec {
        type_: "Resource".to_owned(),
        resource: Some(ResourceMetricSource {
            name: metric.kind.as_str().to_owned(),
            target: MetricTarget {
                type_: "Utilization".to_owned(),
                average_utilization: i32::try_from(metric.utilization).ok(),
                ..MetricTarget::default()
            },
        }),
        ..MetricSpec::default()
    }
}
