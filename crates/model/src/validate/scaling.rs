//! Step 3: how many pods run, and who decides.

use super::check::{MOST_PODS, choice, needed, no_duplicates};
use crate::app::{Autoscaling, Metric, MetricKind, Replicas};
use crate::value::whole;
use crate::{Draft, Issues, Problem, Typed, draft};

pub(super) fn validate(draft: &Draft, issues: &mut Issues) -> Option<Replicas> {
    let replicas = count(issues, "basics.replicas", &draft.basics.replicas, 0, MOST_PODS);
    if !draft.scaling.metric.enabled.is_on() {
        return replicas.map(Replicas::Fixed);
    }
    let scaling = &draft.scaling.metric;
    let min = count(issues, "scaling.metric.min", &scaling.min, 1, MOST_PODS);
    let max = count(issues, "scaling.metric.max", &scaling.max, 1, MOST_PODS);
    if min.zip(max).is_some_and(|(min, max)| min > max) {
        issues.error("scaling.metric.max", Problem::MinOverMax {});
    }
    let metrics = metrics(draft, issues);
    let (min, max) = (min?, max?);
    let start = replicas?.clamp(min, max.max(min));
    Some(Replicas::Autoscaled(Autoscaling {
        start,
        min,
        max,
        metrics: metrics?,
    }))
}

fn metrics(draft: &Draft, issues: &mut Issues) -> Option<Vec<Metric>> {
    let rows = &draft.scaling.metric.metrics;
    if rows.is_empty() {
        issues.error("scaling.metric.metrics", Problem::NeedsRow {});
    }
    let metrics: Vec<_> = rows.iter().map(|row| metric(draft, row, issues)).collect();
    let kinds: Vec<_> = rows
        .iter()
        .map(|row| (format!("scaling.metric.metrics.{}.kind", row.id), row.kind.text()))
        .collect();
    no_duplicates(issues, &kinds);
    metrics.into_iter().collect()
}

fn metric(draft: &Draft, row: &draft::Metric, issues: &mut Issues) -> Option<Metric> {
    let at = format!("scaling.metric.metrics.{}", row.id);
    let kind = choice(
        issues,
        &format!("{at}.kind"),
        &row.kind,
        &[("cpu", MetricKind::Cpu)],
    );
    let utilization = count(issues, &format!("{at}.utilization"), &row.utilization, 1, 10_000);
    for container in draft
        .containers
        .iter()
        .filter(|c| c.resources.cpu_request.is_blank())
    {
        let name = if container.name.is_blank() {
            &draft.basics.name
        } else {
            &container.name
        };
        issues.error(
            format!("containers.{}.resources.cpu_request", container.id),
            Problem::RequestNeeded {
                metric: kind?.as_str().to_owned(),
                container: name.text().to_owned(),
            },
        );
    }
    Some(Metric {
        row: row.id,
        kind: kind?,
        utilization: utilization?,
    })
}

fn count(issues: &mut Issues, field: &str, typed: &Typed, min: u64, max: u64) -> Option<u32> {
    let number = needed(issues, field, typed, |text| whole(text, min, max))?;
    u32::try_from(number).ok()
}
