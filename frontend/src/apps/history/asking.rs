//! What has to be agreed to before an app goes back to an earlier revision.

use leptos::prelude::*;
use slipway_api::{CompareView, Consent};
use slipway_model::Issue;

use crate::change::{Questions, Ticks, is_agreed_to};

/// A handle to it, cheap to hand around.
#[derive(Clone, Copy)]
pub(super) struct Asking {
    /// What is asked; nothing while that is not known, or where something stands in the way.
    questions: RwSignal<Option<Questions>>,
    /// What was agreed to.
    pub(super) ticks: RwSignal<Ticks>,
    /// Counts how often it is to be asked again.
    pub(super) asked_again: RwSignal<u32>,
}

impl Asking {
    /// Nothing is known yet.
    pub(super) fn new() -> Self {
        Self {
            questions: RwSignal::new(None),
            ticks: RwSignal::new(Ticks::new()),
            asked_again: RwSignal::new(0),
        }
    }

    /// What the server says going back would do.
    pub(super) fn answered(self, view: Option<&CompareView>) {
        let free = |view: &&CompareView| !in_the_way(view.issues.clone()).iter().any(Issue::is_error);
        self.questions.set(view.filter(free).map(Questions::from));
    }

    /// Asks again what it would do.
    pub(super) fn again(self) {
        self.asked_again.try_update(|count| *count += 1);
    }

    /// Whether everything is agreed to that has to be.
    pub(super) fn is_decided(self) -> bool {
        let undecided = |questions: &Questions| self.ticks.with(|ticks| questions.undecided(ticks));
        self.questions
            .with(|questions| questions.as_ref().map(undecided) == Some(0))
    }

    /// What is sent along.
    pub(super) fn consent(self) -> Consent {
        let agreed = |questions: &Questions| self.ticks.with_untracked(|ticks| questions.consent(ticks));
        self.questions
            .with_untracked(|questions| questions.as_ref().map(agreed).unwrap_or_default())
    }
}

/// What does not go away by agreeing to it.
pub(super) fn in_the_way(issues: Vec<Issue>) -> Vec<Issue> {
    issues.into_iter().filter(|issue| !is_agreed_to(issue)).collect()
}
