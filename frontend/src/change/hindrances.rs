//! What stands in the way of a change, or is doubtful about it.

use leptos::prelude::*;
use slipway_model::Issue;

use crate::ui::{Alert, Tone};
use crate::wizard::issue_text;
use crate::words;

/// The sentences; nothing when there are none.
#[component]
pub fn Hindrances(
    /// The problems and doubts.
    issues: Vec<Issue>,
) -> impl IntoView {
    if issues.is_empty() {
        return ().into_any();
    }
    let tone = if issues.iter().any(Issue::is_error) {
        Tone::Danger
    } else {
        Tone::Warning
    };
    let lines = issues
        .into_iter()
        .map(|issue| view! { <li>{move || issue_text::sentence(&issue)}</li> });
    view! {
        <Alert tone title=words!(change.deletion.issues)>
            <ul class="app-list">{lines.collect_view()}</ul>
        </Alert>
    }
    .into_any()
}
