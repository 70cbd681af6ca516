//! The object that scales at set times.

use slipway_model::draft::{ExcludedDays, TimedJob, TimedScaling};

use super::owner::Owner;
use super::part::{Part, is_leaf};

/// Reads scaling at set times.
pub(super) fn read(part: &mut Part, owner: &Owner) -> Option<TimedScaling> {
    part.attempt(|part| {
        let mut spec = owner.scaler_spec(part);
        let excluded = spec.texts("excludeDates").into_iter();
        let excluded = excluded.map(|days| ExcludedDays {
            id: spec.id(),
            schedule: days.into(),
        });
        let excluded = excluded.collect();
        let jobs: Vec<TimedJob> = spec.rows("jobs").iter_mut().filter_map(job).collect();
        (!jobs.is_empty()).then(|| TimedScaling {
            enabled: "true".into(),
            jobs,
            excluded,
        })
    })
}

/// A job whose name is no text is left.
fn job(part: &mut Part) -> Option<TimedJob> {
    part.attempt(|part| {
        Some(TimedJob {
            id: part.id(),
            name: part.string("name").filter(|name| is_leaf(name))?.into(),
            schedule: part.text("schedule"),
            replicas: part
                .number("targetSize")
                .map(|pods| pods.to_string())
                .unwrap_or_default()
                .into(),
            once: part.switch("runOnce"),
        })
    })
}
