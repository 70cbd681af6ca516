//! What was chosen: a draft without what was typed for kinds that are not chosen.
//!
//! A draft keeps the fields of all kinds, so that switching back loses nothing. What is submitted holds the chosen ones only:
//! a password that was typed as a value, or as a header of a health check that asks by TCP now, is in no revision.
//!
//! `validate` decides which fields an app is made of, and this leaves out the others. The tests hold the two together.

mod access;
mod containers;
mod pods;
mod volumes;

use super::{Draft, MetricScaling, TimedScaling, Workload};
use crate::Typed;
use crate::app::WorkloadKind;

impl Draft {
    /// The draft as it is submitted: without the fields of kinds that are not chosen.
    ///
    /// The app it describes is the same. Whether it describes one is to be asked of the draft itself, of which a row may
    /// be wrong that has nothing left here.
    #[must_use]
    pub fn chosen(&self) -> Self {
        let mut draft = self.clone();
        let kind = one_of(&draft.basics.kind, WorkloadKind::CHOICES);
        if let Some(kind) = kind {
            workload(&mut draft.workload, kind);
            if !kind.keeps_running() {
                draft.scaling.metric = MetricScaling::default();
                draft.scaling.timed = TimedScaling::default();
            }
        }
        scaling(&mut draft);
        draft.containers.iter_mut().for_each(containers::container);
        draft.volumes.iter_mut().for_each(volumes::volume);
        draft.services.iter_mut().for_each(access::service);
        draft.ingresses.iter_mut().for_each(access::ingress);
        pods::pod(&mut draft.pod);
        draft
    }

    /// Drops what was typed as the value of variables that come from a Secret now. It may be the very text that is in the
    /// Secret, so it is not kept for switching back. Answers whether there was any.
    pub fn drop_values_moved_to_secrets(&mut self) -> bool {
        let rows = self
            .containers
            .iter_mut()
            .flat_map(|container| &mut container.env);
        let mut dropped = false;
        for row in rows.filter(|row| row.kind.text() == "secret" && !row.value.as_str().is_empty()) {
            row.value = Typed::default();
            dropped = true;
        }
        dropped
    }
}

/// The choice that stands in a leaf; the first one when nothing was chosen, and none when it is not one of them.
fn one_of<T: Copy>(typed: &Typed, choices: &[(&str, T)]) -> Option<T> {
    let named = choices.iter().find(|(name, _)| *name == typed.text());
    let first = choices.first().filter(|_| typed.is_blank());
    named.or(first).map(|(_, value)| *value)
}

/// Empties leaves.
fn clear<'t>(leaves: impl IntoIterator<Item = &'t mut Typed>) {
    for leaf in leaves {
        *leaf = Typed::default();
    }
}

fn workload(typed: &mut Workload, kind: WorkloadKind) {
    let all = std::mem::take(typed);
    match kind {
        WorkloadKind::Deployment => {
            typed.revision_history = all.revision_history;
            typed.min_ready = all.min_ready;
            typed.progress_deadline = all.progress_deadline;
            typed.update = all.update;
            clear([&mut typed.update.partition]);
            if typed.update.kind.text() == "Recreate" {
                clear([&mut typed.update.max_surge, &mut typed.update.max_unavailable]);
            }
        }
        WorkloadKind::StatefulSet => {
            typed.revision_history = all.revision_history;
            typed.min_ready = all.min_ready;
            typed.stateful = all.stateful;
            typed.update = all.update;
            clear([&mut typed.update.max_surge, &mut typed.update.max_unavailable]);
            if typed.update.kind.text() == "OnDelete" {
                clear([&mut typed.update.partition]);
            }
        }
        WorkloadKind::Job => typed.job = all.job,
        WorkloadKind::CronJob => (typed.job, typed.cron) = (all.job, all.cron),
    }
}

fn scaling(draft: &mut Draft) {
    let scaling = &mut draft.scaling;
    if !scaling.metric.enabled.is_on() {
        scaling.metric = MetricScaling {
            enabled: scaling.metric.enabled.clone(),
            ..MetricScaling::default()
        };
    }
    if !scaling.timed.enabled.is_on() {
        scaling.timed = TimedScaling {
            enabled: scaling.timed.enabled.clone(),
            ..TimedScaling::default()
        };
    }
}

#[cfg(test)]
mod tests;
