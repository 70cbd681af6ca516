//! Signing out. What the server does not have would be lost, so it is saved first, and asked for where it cannot be.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::router::AS_A_LINK;
use crate::ui::{Button, Look};
use crate::{router, session, unsaved, words};

/// The button. Where something would be lost it leads to the page that asks.
#[component]
pub(super) fn SignOut() -> impl IntoView {
    let busy = RwSignal::new(false);
    let start = move |()| {
        busy.set(true);
        spawn_local(async move {
            unsaved::save().await;
            if unsaved::is_any() {
                router::go("/sign-out", AS_A_LINK);
            } else {
                session::sign_out().await;
            }
            // The page may be gone by now.
            busy.try_set(false);
        });
    };
    view! { <Button id="sign-out" label=words!(frame.sign_out) look=Look::Secondary busy on_click=start /> }
}
