//! The autoscaler.

use slipway_model::draft::{Metric, MetricScaling};

use super::owner::Owner;
use super::part::Part;

/// Reads scaling by use. Metrics that the form does not have are left; with no other the whole autoscaler is.
pub(super) fn read(part: &mut Part, owner: &Owner) -> Option<MetricScaling> {
    part.attempt(|part| {
        let mut spec = owner.scaler_spec(part);
        let min = spec.text("minReplicas");
        let metrics: Vec<Metric> = spec
            .rows("metrics")
            .iter_mut()
            .filter_map(|row| row.wholly(metric))
            .collect();
        (!metrics.is_empty()).then(|| MetricScaling {
            enabled: "true".into(),
            min: if min.is_blank() { "1".into() } else { min },
            max: spec.text("maxReplicas"),
            metrics,
        })
    })
}

fn metric(part: &mut Part) -> Option<Metric> {
    part.take_if("type", "Resource").then_some(())?;
    let mut resource = part.inner("resource");
    let kind = resource.word("name", &["cpu", "memory"])?;
    let mut target = resource.inner("target");
    target.take_if("type", "Utilization").then_some(())?;
    Some(Metric {
        kind: kind.into(),
        utilization: target.text("averageUtilization"),
        id: part.id(),
    })
}
