//! Signing out. What the server does not have would be lost, so it is saved first, and asked for where it cannot be.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::{Button, Confirm, Look, Tone, toast};
use crate::unsaved::{self, Work};
use crate::{api, say, session, text, words};

/// The button, and the question where something would be lost.
#[component]
pub(super) fn SignOut() -> impl IntoView {
    let busy = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let work = RwSignal::new(Vec::new());
    let start = move |()| {
        busy.set(true);
        spawn_local(async move {
            unsaved::save().await;
            let unsaved = unsaved::all();
            if unsaved.is_empty() {
                sign_out().await;
            } else {
                // The page may be gone by now.
                work.try_set(unsaved);
                asking.try_set(true);
            }
            busy.try_set(false);
        });
    };
    view! {
        <Button id="sign-out" label=words!(frame.sign_out) look=Look::Secondary busy on_click=start />
        // Keys pressed in the dialog are none of the menu around.
        <div class="app-no-box" on:keydown=|event| event.stop_propagation()>
            <Confirm
                open=asking
                id="unsaved"
                title=words!(frame.unsaved_title)
                act=words!(frame.unsaved_discard)
                on_confirm=|()| spawn_local(sign_out())
            >
                <p>{words!(frame.unsaved_body)}</p>
                <UnsavedWork work on_follow=move |()| asking.set(false) />
            </Confirm>
        </div>
    }
}

/// Names work that is not saved.
#[component]
pub fn UnsavedWork(
    /// The work.
    #[prop(into)]
    work: Signal<Vec<Work>>,
    /// Hears that somebody goes to it. Without, it is only named.
    #[prop(optional, into)]
    on_follow: Option<Callback<()>>,
) -> impl IntoView {
    let line = move |Work { href, name }: Work| {
        let shown = move || {
            if name.trim().is_empty() {
                say!(frame.unsaved_unnamed).to_owned()
            } else {
                name.clone()
            }
        };
        match on_follow {
            Some(heard) => {
                view! { <li><a href=href on:click=move |_| heard.run(())>{shown}</a></li> }.into_any()
            }
            None => view! { <li>{shown}</li> }.into_any(),
        }
    };
    view! { <ul class="app-unsaved">{move || work.get().into_iter().map(line).collect_view()}</ul> }
}

async fn sign_out() {
    match api::sign_out().await {
        Ok(()) | Err(api::Failure::SignedOut) => session::signed_out(),
        Err(failure) => toast(Tone::Danger, text::failure(&failure)),
    }
}
