//! What the cluster made otherwise than was asked for, in an operation that succeeded.

use leptos::prelude::*;
use slipway_api::OperationView;

use crate::ui::{Alert, Tone};
use crate::wizard::form::use_form;
use crate::wizard::{field_text, issue_text};
use crate::words;

/// Each field that is not as it was asked for; nothing if all are.
#[component]
pub(super) fn Otherwise(operation: RwSignal<Option<OperationView>>) -> impl IntoView {
    let form = use_form();
    let issues =
        Memo::new(move |_| operation.with(|o| o.as_ref().map(|o| o.issues.clone()).unwrap_or_default()));
    move || {
        let issues = issues.get();
        (!issues.is_empty()).then(|| {
            // In another language as soon as it is chosen: what is inside an alert is asked for once.
            let lines = issues.into_iter().map(move |issue| {
                let field = issue.field.clone();
                let place = move || form.now(|draft| field_text::place(draft, &field));
                view! { <li><strong>{place}</strong>" — "{move || issue_text::sentence(&issue)}</li> }
            });
            view! {
                <Alert tone=Tone::Warning title=words!(change.record.not_taken)>
                    <ul role="list">{lines.collect_view()}</ul>
                </Alert>
            }
        })
    }
}
