//! Opening a running app in the wizard.

use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::{AppKey, DraftView};

use crate::api::{self, Answer, Failure};
use crate::change;
use crate::router::AS_A_LINK;
use crate::ui::{Tone, toast};
use crate::{browser, router, session};

/// What is done with the draft before it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// Nothing.
    Nothing,
    /// What was changed outside Slipway is taken into it.
    TakeDrift,
}

/// Opens drafts of one app. Asked again after an answer was lost, it opens the same one.
#[derive(Clone, Copy)]
pub struct Opening {
    app: StoredValue<AppKey>,
    key: StoredValue<String>,
    /// Whether one is on its way.
    pub busy: RwSignal<bool>,
}

impl Opening {
    /// Of an app.
    pub fn of(app: &AppKey) -> Self {
        Self {
            app: StoredValue::new(app.clone()),
            key: StoredValue::new(browser::random()),
            busy: RwSignal::new(false),
        }
    }

    /// Opens a draft and goes there.
    pub fn open(self, first: First) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let (app, key) = (self.app.get_value(), self.key.get_value());
        spawn_local(async move {
            let answer = opened(&app, &key, first).await;
            if self.busy.try_set(false).is_some() {
                // The page is gone: the person is elsewhere by now.
                return;
            }
            match answer {
                Ok(draft) => {
                    self.key.set_value(browser::random());
                    router::go(&format!("/drafts/{}", draft.id), AS_A_LINK);
                }
                Err(failure) => {
                    session::note(&failure);
                    if failure != Failure::Unreachable {
                        self.key.set_value(browser::random());
                    }
                    toast(Tone::Danger, change::failure(&failure));
                }
            }
        });
    }
}

async fn opened(app: &AppKey, key: &str, first: First) -> Answer<DraftView> {
    let draft = api::draft_of(app, key).await?;
    match first {
        First::Nothing => Ok(draft),
        First::TakeDrift => api::take_drift(&draft.id, draft.revision).await,
    }
}
