//! Fields with the value they had and the value they get.

use leptos::prelude::*;
use slipway_api::FieldChange;

use super::Naming;
use crate::ui::{Column, Table};
use crate::words;

/// The fields that differ, in words; a sentence when none does.
#[component]
pub fn FieldTable(
    /// The fields.
    fields: Vec<FieldChange>,
    /// What names them.
    naming: Naming,
) -> impl IntoView {
    if fields.is_empty() {
        return view! { <p class="app-quiet">{words!(change.fields.none)}</p> }.into_any();
    }
    let head = || {
        view! {
            <Column label=words!(change.fields.field) />
            <Column label=words!(change.fields.before) />
            <Column label=words!(change.fields.after) />
        }
    };
    let lines = fields.into_iter().map(move |FieldChange { field, before, after }| {
        view! {
            <tr class="pf-v6-c-table__tr" role="row">
                <td class="pf-v6-c-table__td" role="cell" data-label=words!(change.fields.field)>{move || naming.place(&field)}</td>
                <td class="pf-v6-c-table__td" role="cell" data-label=words!(change.fields.before)><FieldValue value=before /></td>
                <td class="pf-v6-c-table__td" role="cell" data-label=words!(change.fields.after)><FieldValue value=after /></td>
            </tr>
        }
    });
    view! { <Table name=words!(change.fields.title) head>{lines.collect_view()}</Table> }.into_any()
}

/// What stands in a field, or that nothing does.
#[component]
pub fn FieldValue(
    /// The text; nothing where the field is blank or there is no such row.
    value: Option<String>,
) -> impl IntoView {
    match value {
        Some(text) if !text.is_empty() => view! { <span class="app-value">{text}</span> }.into_any(),
        _ => view! { <span class="app-quiet">{words!(change.fields.empty)}</span> }.into_any(),
    }
}
