//! Step 3: how many pods run, and who decides.

use std::collections::BTreeSet;

use super::check::{MOST_PODS, choice, needed, no_duplicates};
use super::part::Part;
use super::{basics, containers};
use crate::app::{Autoscaling, Metric, MetricKind, Replicas, WorkloadKind};
use crate::value::whole;
use crate::{Draft, Issues, Problem, Typed, draft};

pub(super) fn validate(draft: &Draft, issues: &mut Issues) -> Option<Replicas> {
    let replicas = count(issues, "basics.replicas", &draft.basics.replicas, 0, MOST_PODS);
    if !Part::new("scaling.metric", issues).switch("enabled", &draft.scaling.metric.enabled) {
        return replicas.map(Replicas::Fixed);
    }
    if let Some(kind) = basics::kind(&draft.basics).filter(|kind| !WorkloadKind::keeps_running(*kind)) {
        let kind = kind.as_str().to_owned();
        issues.warn("scaling.metric.enabled", Problem::NotForType { kind });
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
    let mut asked = BTreeSet::new();
    let metrics: Vec<_> = rows
        .iter()
        .map(|row| {
            let (kind, metric) = metric(row, issues);
            // Each kind is asked for once, however often it was typed.
            if let Some(kind) = kind.filter(|kind| asked.insert(*kind)) {
                requests(draft, kind, issues);
            }
            metric
        })
        .collect();
    let field = |metric: &Metric| format!("scaling.metric.metrics.{}.kind", metric.row);
    let kinds: Vec<_> = metrics
        .iter()
        .flatten()
        .map(|metric| (field(metric), metric.kind))
        .collect();
    no_duplicates(issues, &kinds);
    metrics.into_iter().collect()
}

fn metric(row: &draft::Metric, issues: &mut Issues) -> (Option<MetricKind>, Option<Metric>) {
    let at = format!("scaling.metric.metrics.{}", row.id);
    let kind = choice(issues, &format!("{at}.kind"), &row.kind, MetricKind::CHOICES);
    let utilization = count(issues, &format!("{at}.utilization"), &row.utilization, 1, 10_000);
    let metric = kind.zip(utilization).map(|(kind, utilization)| Metric {
        row: row.id,
        kind,
        utilization,
    });
    (kind, metric)
}

/// Use is counted in percent of what is reserved, in every container that keeps running. What has only a limit has it
/// reserved as well.
fn requests(draft: &Draft, kind: MetricKind, issues: &mut Issues) {
    for container in draft
        .containers
        .iter()
        .filter(|container| container.kind.text() != "init")
    {
        let resources = &container.resources;
        let (leaf, request, limit) = match kind {
            MetricKind::Cpu => ("cpu_request", &resources.cpu_request, &resources.cpu_limit),
            MetricKind::Memory => (
                "memory_request",
                &resources.memory_request,
                &resources.memory_limit,
            ),
        };
        if request.is_blank() && limit.is_blank() {
            let problem = Problem::RequestNeeded {
                metric: kind.as_str().to_owned(),
                container: containers::name_of(draft, container).to_owned(),
            };
            issues.error(format!("containers.{}.resources.{leaf}", container.id), problem);
        }
    }
}

fn count(issues: &mut Issues, field: &str, typed: &Typed, min: u64, max: u64) -> Option<u32> {
    let number = needed(issues, field, typed, |text| whole(text, min, max))?;
    let count = u32::try_from(number).ok();
    if count.is_none() {
        issues.refuse(field, Problem::NumberOutOfRange { min, max });
    }
    count
}
