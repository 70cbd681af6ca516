//! Creating or changing the app of a draft: save, then start the operation, once however often it is asked for.

use std::hash::{DefaultHasher, Hash, Hasher};

use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::{Consent, OperationState, OperationView};

use super::autosave::Autosave;
use super::changing::Changing;
use super::form::Form;
use super::step::Step;
use crate::api::{self, Failure};
use crate::browser;
use crate::change::{is_agreed_to, is_app_moved};

/// How far creating is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Creating {
    /// Not asked for.
    Idle,
    /// Being saved and sent.
    Busy,
    /// It is not known whether it was started: there was no answer.
    Unanswered,
    /// The draft could not be saved; the saving says why.
    Unsaved,
    /// Refused; the reason is not one of the fields.
    Refused(Failure),
}

/// A handle to creating, cheap to hand around.
#[derive(Clone, Copy)]
pub(crate) struct Create {
    form: Form,
    autosave: Autosave,
    changing: Changing,
    /// How far it is.
    pub(crate) state: RwSignal<Creating>,
    /// The operation, once started.
    pub(crate) operation: RwSignal<Option<String>>,
    /// How far the operation is, once it was looked at.
    pub(crate) outcome: RwSignal<Option<OperationState>>,
}

impl Create {
    /// Creates from a form.
    pub(crate) fn new(
        form: Form,
        autosave: &Autosave,
        changing: &Changing,
        operation: Option<String>,
    ) -> Self {
        Self {
            form,
            autosave: *autosave,
            changing: *changing,
            state: RwSignal::new(Creating::Idle),
            operation: RwSignal::new(operation),
            outcome: RwSignal::new(None),
        }
    }

    /// Starts, or goes to the first field that stands in the way.
    pub(crate) fn start(&self) {
        self.form.attempt();
        if let Some(issue) = self.form.first_error() {
            self.form.go_to(&issue.field);
            return;
        }
        if self.state.get_untracked() == Creating::Busy {
            return;
        }
        if untrack(|| self.changing.undecided()) > 0 {
            self.changing.show_objects();
            return;
        }
        self.state.set(Creating::Busy);
        let create = *self;
        spawn_local(async move {
            let Some((draft, revision)) = create.autosave.settle().await else {
                create.state.try_set(Creating::Unsaved);
                return;
            };
            let consent = create.changing.consent();
            let key = Key::of(&draft, revision, &consent);
            let answer = api::start_operation(&draft, revision, &key.text, &consent).await;
            if answer != Err(Failure::Unreachable) {
                key.forget();
            }
            create.answered(answer);
        });
    }

    fn answered(&self, answer: Result<OperationView, Failure>) {
        match answer {
            Ok(operation) => {
                self.state.try_set(Creating::Idle);
                self.operation.try_set(Some(operation.id));
                self.form.answer(Vec::new());
                self.form.step.try_set(Step::Done);
            }
            Err(Failure::Unreachable) => {
                self.state.try_set(Creating::Unanswered);
            }
            Err(failure) if is_app_moved(&failure) => {
                self.state.try_set(Creating::Idle);
                self.changing.merging.try_set(true);
            }
            Err(failure) => {
                if let Failure::Problem(problem) = &failure {
                    let issues = problem.issues();
                    if issues.iter().any(is_agreed_to) {
                        self.changing.ask();
                        self.changing.show_objects();
                    }
                    self.form.answer(issues);
                }
                self.state.try_set(Creating::Refused(failure));
                if let Some(issue) = self.form.first_shown_error() {
                    self.form.go_to(&issue.field);
                }
            }
        }
    }
}

/// The key under which one revision of a draft is started with what was agreed to, kept until there is an answer so that
/// asking again starts nothing twice.
struct Key {
    slot: String,
    text: String,
}

impl Key {
    fn of(draft: &str, revision: u64, consent: &Consent) -> Self {
        let mut agreed = DefaultHasher::new();
        serde_json::to_string(consent)
            .unwrap_or_default()
            .hash(&mut agreed);
        let slot = format!("slipway.create.{draft}.{revision}.{:x}", agreed.finish());
        let kept = storage().and_then(|storage| storage.get_item(&slot).ok()?);
        let text = kept.unwrap_or_else(|| {
            let fresh = browser::random();
            if let Some(storage) = storage() {
                let _ = storage.set_item(&slot, &fresh);
            }
            fresh
        });
        Self { slot, text }
    }

    fn forget(&self) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(&self.slot);
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok()?
}

/// Creating from the wizard around.
pub(crate) fn use_create() -> Create {
    expect_context()
}
