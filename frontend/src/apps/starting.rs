//! Starting an operation on a running app, once however often it is asked for.

use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::{AppKey, StartAppOperation};

use crate::api::{self, Failure};
use crate::change;
use crate::router::AS_A_LINK;
use crate::ui::{Alert, Tone};
use crate::wizard::issue_text;
use crate::{browser, router, session};

/// What was sent without an answer: asking for the same again uses the same key.
#[derive(Clone, PartialEq)]
struct Sent {
    seen: u64,
    wanted: StartAppOperation,
    key: String,
}

/// A handle to it, cheap to hand around.
#[derive(Clone, Copy)]
pub struct Starting {
    app: StoredValue<AppKey>,
    sent: StoredValue<Option<Sent>>,
    /// Whether it is on its way.
    pub busy: RwSignal<bool>,
    /// Why it was refused.
    pub failure: RwSignal<Option<Failure>>,
}

impl Starting {
    /// Of an app.
    pub fn of(app: &AppKey) -> Self {
        Self {
            app: StoredValue::new(app.clone()),
            sent: StoredValue::new(None),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
        }
    }

    /// Starts, and goes to the record. `moved` is told when the app, or what others have set, is not as it was seen any
    /// more.
    pub fn start(self, seen: u64, wanted: StartAppOperation, moved: impl Fn() + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        let (app, key) = (self.app.get_value(), self.key(seen, &wanted));
        spawn_local(async move {
            let answer = api::start_app_operation(&app, seen, &key, &wanted).await;
            if answer != Err(Failure::Unreachable) {
                let _ = self.sent.try_set_value(None);
            }
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(operation) => router::go(&format!("/operations/{}", operation.id), AS_A_LINK),
                Err(failure) => {
                    session::note(&failure);
                    if failure.status() == Some(412) || change::is_conflict(&failure) {
                        moved();
                    }
                    self.failure.set(Some(failure));
                }
            }
        });
    }

    fn key(self, seen: u64, wanted: &StartAppOperation) -> String {
        let before = self
            .sent
            .get_value()
            .filter(|sent| sent.seen == seen && sent.wanted == *wanted);
        let key = before.map_or_else(browser::random, |sent| sent.key);
        self.sent.set_value(Some(Sent {
            seen,
            wanted: wanted.clone(),
            key: key.clone(),
        }));
        key
    }
}

/// Why it was not started.
#[component]
pub fn NotStarted(
    /// What was to be started.
    starting: Starting,
    /// That nothing was done.
    #[prop(into)]
    title: Signal<String>,
) -> impl IntoView {
    move || {
        starting.failure.get().map(|failure| {
            let lines = failure.issues().into_iter();
            let lines = lines
                .map(|issue| view! { <li>{move || issue_text::sentence(&issue)}</li> })
                .collect_view();
            view! {
                <Alert tone=Tone::Danger title>
                    <p>{move || change::failure(&failure)}</p>
                    <ul class="app-list">{lines}</ul>
                </Alert>
            }
        })
    }
}
