//! Somebody else looks after an app: said first, with the way to take the change there.

use leptos::prelude::*;

use crate::say;
use crate::ui::{Alert, Tone};

/// Who looks after the app and would undo what is changed here; below it what can be done about it, first.
#[component]
pub fn Managed(
    /// Who.
    who: String,
    /// What can be done: an [`Export`](super::Export).
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let who = StoredValue::new(who);
    let title = Signal::derive(move || say!(change.managed.title, who = who.get_value()));
    view! {
        <Alert tone=Tone::Warning title>
            <p>{move || say!(change.managed.body, who = who.get_value())}</p>
            {children.map(|children| view! { <div class="app-acts app-acts--apart">{children()}</div> })}
        </Alert>
    }
}
