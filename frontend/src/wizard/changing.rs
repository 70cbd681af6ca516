//! What belongs to a draft of an app that is there: what it would change, what was agreed to, and the app moving on.

use leptos::prelude::*;
use slipway_api::{ChangesView, Consent};
use slipway_model::draft::Origin;

use super::autosave::Autosave;
use super::form::Form;
use crate::api;
use crate::change::{Questions, Ticks};
use crate::load::Loaded;

/// A handle to it, cheap to hand around.
#[derive(Clone, Copy)]
pub(crate) struct Changing {
    /// Where the draft was opened from; nothing for an app that is still to be created.
    pub(crate) origin: Memo<Option<Origin>>,
    /// What the draft would change, as it was last asked.
    pub(crate) view: Loaded<ChangesView>,
    /// What was agreed to.
    pub(crate) ticks: RwSignal<Ticks>,
    /// Whether the draft and what the app has become are being brought together.
    pub(crate) merging: RwSignal<bool>,
    /// Counts how often somebody was sent to the objects.
    pub(crate) sent_to_objects: RwSignal<u32>,
    autosave: Autosave,
}

impl Changing {
    /// Of the draft in a form.
    pub(crate) fn of(form: Form, autosave: &Autosave) -> Self {
        Self {
            origin: Memo::new(move |_| form.with(|draft| draft.origin.clone())),
            view: Loaded::new(),
            ticks: RwSignal::new(Ticks::new()),
            merging: RwSignal::new(false),
            sent_to_objects: RwSignal::new(0),
            autosave: *autosave,
        }
    }

    /// Whether the draft is of an app that is there.
    pub(crate) fn is_change(&self) -> bool {
        self.origin.with(Option::is_some)
    }

    /// Asks what the draft, as the server has it, would change.
    pub(crate) fn ask(&self) {
        if let Some(id) = self.autosave.draft.get_untracked() {
            self.view.fetch(async move { api::changes(&id).await });
        }
    }

    /// Sends somebody to the objects.
    pub(crate) fn show_objects(&self) {
        self.sent_to_objects.try_update(|count| *count += 1);
    }

    /// What is sent along when the changes are saved.
    pub(crate) fn consent(&self) -> Consent {
        let ticks = self.ticks.get_untracked();
        let read = |view: Option<&ChangesView>| view.map(|view| Questions::from(view).consent(&ticks));
        untrack(|| self.view.with(read)).unwrap_or_default()
    }

    /// How much is still to be agreed to, as far as is known of the draft as it is saved.
    pub(crate) fn undecided(&self) -> usize {
        let revision = self.autosave.revision.get();
        let read = |view: Option<&ChangesView>| {
            let view = view.filter(|view| Some(view.revision) == revision)?;
            Some(self.ticks.with(|ticks| Questions::from(view).undecided(ticks)))
        };
        self.view.with(read).unwrap_or_default()
    }
}

/// The changing of the wizard around.
pub(crate) fn use_changing() -> Changing {
    expect_context()
}
