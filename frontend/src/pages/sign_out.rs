//! What somebody who signs out would lose: work that only this browser has.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::frame::Page;
use crate::ui::{Alert, Button, Look, Tone};
use crate::unsaved::{self, Work};
use crate::{say, session, words};

/// Names the work, and asks.
#[component]
pub fn SignOutPage() -> impl IntoView {
    let work = RwSignal::new(unsaved::all());
    let busy = RwSignal::new(false);
    let leave = move |()| {
        busy.set(true);
        spawn_local(async move {
            session::sign_out().await;
            // The page may be gone by now.
            busy.try_set(false);
        });
    };
    let stay = |()| {
        if let Ok(history) = window().history() {
            let _ = history.back();
        }
    };
    view! {
        <Page title=words!(frame.sign_out)>
            <div class="app-question">
                {move || if work.with(Vec::is_empty) {
                    view! { <p>{words!(pages.sign_out.nothing)}</p> }.into_any()
                } else {
                    view! {
                        <Alert tone=Tone::Warning title=words!(pages.sign_out.title)>
                            <p>{words!(pages.sign_out.body)}</p>
                            <UnsavedWork work links=true />
                        </Alert>
                    }.into_any()
                }}
                <div class="app-question__acts">
                    <Button label=words!(pages.sign_out.act) look=Look::Danger busy on_click=leave />
                    <Button label=words!(frame.cancel) look=Look::Link on_click=stay />
                </div>
            </div>
        </Page>
    }
}

/// Names work that is not saved.
#[component]
pub fn UnsavedWork(
    /// The work.
    #[prop(into)]
    work: Signal<Vec<Work>>,
    /// Whether one can go to it from here.
    links: bool,
) -> impl IntoView {
    let line = move |Work { href, name }: Work| {
        let shown = move || {
            if name.trim().is_empty() {
                say!(pages.drafts.unnamed).to_owned()
            } else {
                name.clone()
            }
        };
        if links {
            view! { <li><a href=href>{shown}</a></li> }.into_any()
        } else {
            view! { <li>{shown}</li> }.into_any()
        }
    };
    view! { <ul class="app-unsaved">{move || work.get().into_iter().map(line).collect_view()}</ul> }
}
