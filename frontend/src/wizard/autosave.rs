//! Saving while somebody types: carries out what [`Saving`] decides.

use std::time::Duration;

use futures::channel::oneshot;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::{CreateDraft, DraftView};
use slipway_model::Draft;

use super::form::Form;
use super::kept::{self, Kept, Made};
use super::saving::{Act, Failed, Happened, PAUSE, Saving, Status};
use crate::api::{self, Failure};
use crate::{browser, member};

/// A handle to the saving of one form, cheap to hand around.
#[derive(Clone, Copy)]
pub(crate) struct Autosave {
    form: Form,
    cluster: StoredValue<String>,
    /// The key under which the draft is made.
    key: StoredValue<String>,
    machine: StoredValue<Saving>,
    timer: StoredValue<Option<TimeoutHandle>>,
    waiting: StoredValue<Vec<oneshot::Sender<()>>>,
    /// What to tell about it.
    pub(crate) status: RwSignal<Status>,
    /// The draft's id, once it is on the server.
    pub(crate) draft: RwSignal<Option<String>>,
    /// The revision the server has.
    pub(crate) revision: RwSignal<Option<u64>>,
    /// What somebody else saved meanwhile.
    pub(crate) theirs: RwSignal<Option<DraftView>>,
}

impl Autosave {
    /// Saves a form, from the state a machine is in.
    pub(crate) fn new(form: Form, cluster: &str, draft: Option<String>, machine: Saving) -> Self {
        let autosave = Self {
            form,
            cluster: StoredValue::new(cluster.to_owned()),
            key: StoredValue::new(browser::random()),
            timer: StoredValue::new(None),
            waiting: StoredValue::new(Vec::new()),
            status: RwSignal::new(machine.status().clone()),
            draft: RwSignal::new(draft),
            revision: RwSignal::new(machine.base()),
            theirs: RwSignal::new(None),
            machine: StoredValue::new(machine),
        };
        form.tell(
            Callback::new(move |()| {
                autosave.keep();
                autosave.note(Happened::Changed);
            }),
            Callback::new(move |()| autosave.note(Happened::Left)),
            Callback::new(move |began| {
                autosave.note(if began {
                    Happened::ComposingBegan
                } else {
                    Happened::ComposingEnded
                });
            }),
        );
        autosave
    }

    /// Takes note of what happened and does what follows.
    pub(crate) fn note(&self, happened: Happened) {
        let Some((act, status, base, at_rest)) = self.machine.try_update_value(|machine| {
            let act = machine.note(happened);
            (
                act,
                machine.status().clone(),
                machine.base(),
                machine.settled() || machine.halted() || machine.away(),
            )
        }) else {
            return;
        };
        if self.status.get_untracked() != status {
            self.status.set(status);
        }
        if self.revision.get_untracked() != base {
            self.revision.set(base);
        }
        if at_rest {
            let waiting = self.waiting.try_update_value(std::mem::take).unwrap_or_default();
            for waiting in waiting {
                // Whoever waited may be gone.
                let _ = waiting.send(());
            }
        }
        match act {
            Some(Act::AwaitPause) => self.wait(PAUSE, Happened::Paused),
            Some(Act::AwaitHope(millis)) => self.wait(millis, Happened::Hope),
            Some(Act::Send { outlive }) => self.send(outlive),
            Some(Act::ReadTheirs) => self.read_theirs(),
            None => {}
        }
    }

    /// Saves what is left to save. Answers the id and the revision once the server has all of it.
    pub(crate) async fn settle(&self) -> Option<(String, u64)> {
        if self.draft.get_untracked().is_none() {
            // A form nobody typed into is saved as well when it is asked for.
            self.note(Happened::Changed);
        }
        self.rest().await;
        let settled = self.machine.try_with_value(Saving::settled)?;
        settled.then(|| Some((self.draft.get_untracked()?, self.revision.get_untracked()?)))?
    }

    /// Sends what was typed, and waits until nothing is on its way to the server.
    pub(crate) async fn rest(&self) {
        let (told, waiting) = oneshot::channel();
        if self.machine.try_with_value(|machine| !machine.settled()) == Some(true) {
            self.waiting.update_value(|all| all.push(told));
            self.note(Happened::Hope);
            self.note(Happened::Left);
            let _ = waiting.await;
        }
    }

    /// Shows what somebody else saved, in the place of what was typed here.
    pub(crate) fn take_theirs(&self) {
        if let Some(theirs) = self.theirs.get_untracked() {
            self.take(theirs);
        }
    }

    /// Shows the draft as the server has it now, in the place of what was typed here.
    pub(crate) fn take(&self, draft: DraftView) {
        self.form.replace(draft.content);
        self.theirs.set(None);
        self.forget();
        self.note(Happened::TookTheirs {
            revision: draft.revision,
            at: draft.saved_at,
        });
    }

    /// Saves what was typed here over exactly what somebody else saved.
    pub(crate) fn keep_mine(&self) {
        if let Some(theirs) = self.theirs.get_untracked() {
            self.theirs.set(None);
            self.note(Happened::KeptMine {
                over: theirs.revision,
            });
        }
    }

    /// Something else than what is typed here was found on the server.
    pub(crate) fn found_theirs(&self, theirs: DraftView) {
        self.theirs.set(Some(theirs));
        self.note(Happened::Failed(Failed::Stale));
    }

    fn slot(&self) -> String {
        let draft = self.draft.get_untracked();
        self.cluster
            .with_value(|cluster| kept::slot(draft.as_deref(), cluster))
    }

    /// Mirrors what is typed in this browser.
    fn keep(&self) {
        let base = self.machine.with_value(Saving::base);
        let kept = Kept {
            cluster: self.cluster.get_value(),
            base,
            content: self.form.now(Clone::clone),
            key: self.key.get_value(),
        };
        kept::keep(&self.slot(), &kept);
    }

    /// Lets go of what is mirrored in this browser.
    pub(crate) fn forget(&self) {
        kept::forget(&self.slot());
    }

    /// Makes the draft under the key it was asked for before; under a new one when there is none.
    pub(crate) fn make_under(&self, key: Option<String>) {
        let key = key.filter(|key| !key.is_empty());
        self.key.set_value(key.unwrap_or_else(browser::random));
    }

    fn wait(&self, millis: u32, then: Happened) {
        let autosave = *self;
        let timer = set_timeout_with_handle(
            move || autosave.note(then),
            Duration::from_millis(u64::from(millis)),
        );
        let old = self
            .timer
            .try_update_value(|old| std::mem::replace(old, timer.ok()))
            .flatten();
        if let Some(old) = old {
            old.clear();
        }
    }

    fn send(&self, outlive: bool) {
        if !member::is_current() {
            // The page is about to be loaded anew, for somebody else.
            return;
        }
        let autosave = *self;
        self.form.drop_values_moved_to_secrets();
        let content = self.form.now(Clone::clone);
        let base = self.machine.with_value(Saving::base);
        let (id, cluster, slot) = (self.draft.get_untracked(), self.cluster.get_value(), self.slot());
        let key = self.key.get_value();
        spawn_local(async move {
            let answer = match id.zip(base) {
                Some((id, base)) if outlive => api::save_draft_outliving(&id, base, &content).await,
                Some((id, base)) => api::save_draft(&id, base, &content).await,
                None => {
                    let draft = CreateDraft {
                        cluster,
                        content: Some(content.clone()),
                    };
                    api::create_draft(&draft, &key).await
                }
            };
            // The page may be gone by now; what is mirrored is let go of all the same.
            if answer.is_ok() && kept::find(&slot).is_some_and(|kept| kept.content == content) {
                kept::forget(&slot);
            }
            autosave.answered(answer, &content, &slot);
        });
    }

    fn answered(&self, answer: Result<DraftView, Failure>, sent: &Draft, slot: &str) {
        match answer {
            Ok(saved) => {
                let is_new = self
                    .draft
                    .try_get_untracked()
                    .is_some_and(|known| known.as_ref() != Some(&saved.id));
                if is_new {
                    kept::forget(slot);
                    self.draft.try_set(Some(saved.id.clone()));
                    match kept::made(sent, &saved) {
                        Made::AsSent => {}
                        Made::Earlier => self.note(Happened::Changed),
                        Made::Changed => {
                            self.keep();
                            self.found_theirs(saved);
                            return;
                        }
                    }
                }
                self.note(Happened::Saved {
                    revision: saved.revision,
                    at: saved.saved_at,
                });
                if is_new && self.machine.try_with_value(Saving::unsaved) == Some(true) {
                    self.keep();
                }
            }
            Err(failure) => self.note(Happened::Failed(why(&failure))),
        }
    }

    fn read_theirs(&self) {
        if self.theirs.get_untracked().is_some() {
            return;
        }
        let autosave = *self;
        let Some(id) = self.draft.get_untracked() else {
            return;
        };
        spawn_local(async move {
            match api::draft(&id).await {
                // Our own save, of which the answer was lost.
                Ok(theirs) if autosave.form_holds(&theirs.content) => {
                    autosave.note(Happened::TookTheirs {
                        revision: theirs.revision,
                        at: theirs.saved_at,
                    });
                    autosave.forget();
                }
                Ok(theirs) => {
                    autosave.theirs.try_set(Some(theirs));
                }
                Err(failure) => autosave.note(Happened::Failed(why(&failure))),
            }
        });
    }

    fn form_holds(&self, content: &Draft) -> bool {
        self.form.try_now(|draft| draft == content).unwrap_or_default()
    }
}

/// What a failed call means for the work.
fn why(failure: &Failure) -> Failed {
    match failure {
        Failure::SignedOut => Failed::SignedOut,
        Failure::Unreachable => Failed::Unreachable,
        Failure::Problem(problem) => match problem.status {
            408 | 429 | 500.. => Failed::Unreachable,
            412 => Failed::Stale,
            404 => Failed::Gone,
            _ => Failed::Refused(problem.code.clone()),
        },
    }
}

/// The saving of the wizard around.
pub(crate) fn use_autosave() -> Autosave {
    expect_context()
}
