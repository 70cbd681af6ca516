//! Says how far what is shown can be trusted.

use leptos::prelude::*;
use slipway_api::Access;

use crate::say;
use crate::ui::{Alert, Tone, moment};

/// Nothing while all is well; else that the page may be old, or what the member may not see.
#[component]
pub fn AccessNote(
    /// How far it can be trusted.
    access: Memo<Access>,
) -> impl IntoView {
    view! {
        {move || access.get().stale_since.map(|since| view! {
            <Alert tone=Tone::Warning title=move || say!(frame.stale, when = moment(since)) />
        })}
        {move || Some(access.get().forbidden).filter(|kinds| !kinds.is_empty()).map(|kinds| {
            let kinds = kinds.join(", ");
            view! { <Alert tone=Tone::Info title=move || say!(frame.forbidden_kinds, kinds = kinds.clone()) /> }
        })}
    }
}
