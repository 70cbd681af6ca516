//! What was refused, and the way back to the field to blame. The draft is still there.

use leptos::prelude::*;
use slipway_api::OperationView;

use crate::ui::{Button, Look};
use crate::wizard::autosave::use_autosave;
use crate::wizard::create::use_create;
use crate::wizard::form::use_form;
use crate::wizard::saving::Status;
use crate::wizard::{field_text, issue_text};
use crate::{say, words};

/// The refusals of an operation.
#[component]
pub(super) fn Undone(operation: RwSignal<Option<OperationView>>) -> impl IntoView {
    let form = use_form();
    let create = use_create();
    let autosave = use_autosave();
    let issues =
        Memo::new(move |_| operation.with(|o| o.as_ref().map(|o| o.issues.clone()).unwrap_or_default()));
    let failure = Memo::new(move |_| operation.with(|o| o.as_ref().and_then(|o| o.failure.clone())));
    let ended = Memo::new(move |_| operation.with(|o| o.as_ref().and_then(|o| o.finished_at)));
    // The same refusals stand at their fields until those are changed; perhaps they were, when this is read later.
    Effect::new(move |_| {
        let changed_since = match autosave.status.get_untracked() {
            Status::Saved { at } => ended.get().is_some_and(|ended| at > ended),
            _ => true,
        };
        if !changed_since {
            form.answer(issues.get());
        }
    });
    view! {
        <ul class="wizard-refusals" role="list">
            {move || issues.get().into_iter().map(|issue| {
                let place = form.now(|draft| field_text::place(draft, &issue.field));
                let sentence = issue_text::sentence(&issue);
                let label = say!(wizard.done.to_field, field = place.clone()).to_string();
                let field = issue.field;
                let go = move |()| {
                    create.operation.set(None);
                    form.go_to(&field);
                };
                view! {
                    <li>
                        <p><strong>{place}</strong>" — "{sentence}</p>
                        <Button label look=Look::Primary on_click=go />
                    </li>
                }
            }).collect_view()}
        </ul>
        {move || failure.get().filter(|_| issues.with(Vec::is_empty)).map(|code| view! {
            <p>{failure_text(&code)}</p>
        })}
        <p>{words!(wizard.done.draft_kept)}</p>
    }
}

fn failure_text(code: &str) -> String {
    match code {
        "cluster_replaced" => say!(wizard.done.cluster_replaced).to_owned(),
        "cluster_unreachable" => say!(wizard.done.cluster_unreachable).to_owned(),
        "cluster_credentials_refused" => say!(problem.cluster_credentials_refused).to_owned(),
        "forbidden" => say!(wizard.done.forbidden).to_owned(),
        other => say!(wizard.done.failure, code = other.to_owned()).to_string(),
    }
}
