//! What is at the address of an app and was made by somebody else from a plan of Slipway: taking it over.

use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::AppKey;

use crate::api::Failure;
use crate::change::failure;
use crate::ui::{Alert, Button, Dialog, Look, Tone};
use crate::{api, browser, say, session, words};

/// Where the focus goes when the offer has gone.
const DONE: &str = "taken-over";

/// Taking an object over, and how that fares. Cheap to hand around.
#[derive(Clone, Copy)]
pub(super) struct TakingOver {
    app: StoredValue<AppKey>,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    done: RwSignal<bool>,
}

impl TakingOver {
    /// Of what is at the address of an app.
    pub(super) fn of(app: &AppKey) -> Self {
        Self {
            app: StoredValue::new(app.clone()),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            done: RwSignal::new(false),
        }
    }

    /// Takes this very object over. Whatever comes of it, the page looks again: another one may be there by now, or somebody
    /// else may have taken it over.
    fn start(self, uid: String, again: Callback<()>) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        let app = self.app.get_value();
        spawn_local(async move {
            let answer = api::take_over(&app, uid).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => self.done.set(true),
                Err(why) => {
                    session::note(&why);
                    self.failure.set(Some(why));
                }
            }
            again.run(());
        });
    }
}

/// The offer while there is something to take over, why it was refused, and that it was done.
#[component]
pub(super) fn TakeOver(
    /// How it fares.
    taking_over: TakingOver,
    /// The uid of what can be taken over.
    other: Memo<Option<String>>,
    /// Looks again.
    again: Callback<()>,
) -> impl IntoView {
    let TakingOver {
        failure: refused,
        done,
        ..
    } = taking_over;
    // Another uid changes nothing in what is offered, so the button keeps the focus.
    let offered = Memo::new(move |_| other.with(Option::is_some) && !done.get());
    // What is made anew once more is offered once more.
    Effect::new(move |before: Option<Option<String>>| {
        let now = other.get();
        if now.is_some() && before.is_some_and(|before| before != now) {
            done.set(false);
        }
        now
    });
    view! {
        {move || offered.get().then(|| view! { <Offer taking_over other again /> })}
        {move || refused.get().map(|why| view! {
            <Alert tone=Tone::Danger title=words!(change.take_over.not_taken)><p>{move || reason(&why)}</p></Alert>
        })}
        {move || done.get().then(|| view! { <Done /> })}
    }
}

/// Why it was not taken over. The cluster was only asked what the person may do, so it has no words of its own.
fn reason(why: &Failure) -> String {
    match why {
        Failure::Problem(problem) if problem.code == "cluster_forbidden" => {
            say!(change.take_over.forbidden).to_owned()
        }
        _ => failure(why),
    }
}

#[component]
fn Offer(taking_over: TakingOver, other: Memo<Option<String>>, again: Callback<()>) -> impl IntoView {
    let (busy, open) = (taking_over.busy, RwSignal::new(false));
    let label = Signal::derive(move || {
        let label = if busy.get() {
            say!(change.take_over.working)
        } else {
            say!(change.take_over.ask)
        };
        label.to_owned()
    });
    let name = taking_over.app.with_value(|app| app.name.clone());
    let title = Signal::derive(move || say!(change.take_over.question, name = name.clone()));
    let take = move |()| {
        open.set(false);
        if let Some(uid) = other.get_untracked() {
            taking_over.start(uid, again);
        }
    };
    let footer = move || {
        view! {
            <Button label=words!(change.take_over.act) look=Look::Primary on_click=take />
            <Button label=words!(frame.cancel) look=Look::Link on_click=move |()| open.set(false) />
        }
    };
    view! {
        <Alert tone=Tone::Warning title=words!(change.take_over.title)>
            <p>{words!(change.take_over.body)}</p>
            <div class="app-acts app-acts--apart">
                <Button id="take-over-app" label busy on_click=move |()| open.set(true) />
            </div>
        </Alert>
        <Dialog open id="take-over" title footer>
            <ul class="app-list">
                <li>{words!(change.take_over.history)}</li>
                <li>{words!(change.take_over.nothing_written)}</li>
                <li>{words!(change.take_over.differs)}</li>
            </ul>
        </Dialog>
    }
}

/// That it was done. It takes the focus of the button that has gone.
#[component]
fn Done() -> impl IntoView {
    Effect::new(move |_| request_animation_frame(|| browser::focus(DONE)));
    view! {
        <div id=DONE tabindex="-1">
            <Alert tone=Tone::Success title=words!(change.take_over.done)><p>{words!(change.take_over.done_more)}</p></Alert>
        </div>
    }
}
