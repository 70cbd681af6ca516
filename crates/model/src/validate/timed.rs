//! Step 3: scaling at set times.

use super::basics;
use super::check::{MOST_PODS, no_duplicates};
use super::part::Part;
use crate::app::{Replicas, TimedJob, TimedScaling, WorkloadKind};
use crate::value::{DnsLabel, TimedSchedule, whole};
use crate::{Draft, Issues, Problem, draft};

pub(super) fn validate(
    draft: &Draft,
    replicas: Option<&Replicas>,
    issues: &mut Issues,
) -> Option<TimedScaling> {
    let typed = &draft.scaling.timed;
    let mut part = Part::new("scaling.timed", issues);
    if !part.switch("enabled", &typed.enabled) {
        return None;
    }
    if let Some(kind) = basics::kind(&draft.basics).filter(|kind| !WorkloadKind::keeps_running(*kind)) {
        part.warn(
            "enabled",
            Problem::NotForType {
                kind: kind.as_str().to_owned(),
            },
        );
        return None;
    }
    if typed.jobs.is_empty() {
        part.error("jobs", Problem::NeedsRow {});
    }
    let bounds = match replicas {
        Some(Replicas::Autoscaled(scaling)) => Some((scaling.min, scaling.max)),
        _ => None,
    };
    let rows = typed.jobs.iter().map(|row| (row, format!("jobs.{}", row.id)));
    let jobs: Vec<_> = rows
        .filter_map(|(row, at)| job(row, bounds, &mut part.inner(at)))
        .collect();
    let names: Vec<_> = jobs
        .iter()
        .map(|job| (part.field(format!("jobs.{}.name", job.row)), job.name.clone()))
        .collect();
    no_duplicates(part.issues(), &names);
    let mut excluded = Vec::new();
    for row in &typed.excluded {
        let mut part = part.inner(format!("excluded.{}", row.id));
        excluded.extend(part.optional("schedule", &row.schedule, TimedSchedule::parse));
    }
    Some(TimedScaling { jobs, excluded })
}

fn job(row: &draft::TimedJob, bounds: Option<(u32, u32)>, part: &mut Part) -> Option<TimedJob> {
    let name = part.needed("name", &row.name, DnsLabel::parse);
    let schedule = part.needed("schedule", &row.schedule, TimedSchedule::parse);
    if schedule.as_ref().is_some_and(TimedSchedule::names_a_year) {
        part.warn("schedule", Problem::ScheduleYearIgnored {});
    }
    // An autoscaler keeps one pod at least.
    let least = u64::from(bounds.is_some());
    let replicas = part.needed("replicas", &row.replicas, |text| whole(text, least, MOST_PODS));
    let replicas = replicas.and_then(|replicas| u32::try_from(replicas).ok());
    if let Some((min, max)) = bounds
        && replicas.is_some_and(|replicas| !(min..=max).contains(&replicas))
    {
        part.warn("replicas", Problem::MovesBounds { min, max });
    }
    let once = part.switch("once", &row.once);
    Some(TimedJob {
        row: row.id,
        name: name?,
        schedule: schedule?,
        replicas: replicas?,
        once,
    })
}
