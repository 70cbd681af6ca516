//! One revision in the history.

use leptos::prelude::*;
use slipway_api::{AppKey, FieldChange, OperationKind, RevisionLine};

use super::{choice, href};
use crate::change::{FieldValue, Naming};
use crate::session::has_names;
use crate::ui::{Badge, Check, Colour, Moment, Shape};
use crate::{say, words};

/// How many changed fields are shown at once.
const SHOWN: usize = 3;

/// A revision.
#[component]
pub(super) fn Line(
    /// The app.
    app: AppKey,
    /// The revision.
    line: RevisionLine,
    /// What is chosen to be compared.
    chosen: RwSignal<Vec<u64>>,
    /// What names fields.
    naming: Naming,
) -> impl IntoView {
    let number = line.number;
    let label = Signal::derive(move || say!(change.history.choose, number = number));
    let on = Signal::derive(move || chosen.with(|chosen| chosen.contains(&number)));
    let tick = move |on| chosen.update(|chosen| *chosen = choice::tick(std::mem::take(chosen), number, on));
    let (kind, back_to) = (line.kind, line.rolls_back_to);
    let roll_back = href(&app, &format!("&back={number}"));
    view! {
        <tr class="pf-v6-c-table__tr" role="row">
            <td class="pf-v6-c-table__td" role="cell"><Check id=format!("compare-{number}") label on on_tick=tick hide_label=true /></td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(change.history.number)>
                <span class="app-cell-line">
                    <span class="app-name">{number}</span>
                    {line.current.then(|| view! { <Badge label=words!(change.history.current) colour=Colour::Green icon=Shape::Good /> })}
                </span>
            </td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(change.history.what)>
                {match line.operation {
                    Some(id) => view! { <a href=format!("/operations/{id}")>{move || what(number, kind, back_to)}</a> }.into_any(),
                    None => view! { {move || what(number, kind, back_to)} }.into_any(),
                }}
            </td>
            {has_names().then(|| view! {
                <td class="pf-v6-c-table__td" role="cell" data-label=words!(change.history.person)>{line.person}</td>
            })}
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(change.history.when)><Moment at=line.created_at /></td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(change.history.changed)>
                <Changed fields=line.changed first=number == 1 naming />
            </td>
            <td class="pf-v6-c-table__td pf-v6-c-table__action" role="cell">
                {(!line.current).then(|| view! {
                    <a
                        href=roll_back
                        class="pf-v6-c-button pf-m-link"
                        aria-label=move || say!(change.history.roll_back_named, number = number)
                    >
                        <span class="pf-v6-c-button__text">{words!(change.history.roll_back)}</span>
                    </a>
                })}
            </td>
        </tr>
    }
}

/// What made a revision.
fn what(number: u64, kind: Option<OperationKind>, back_to: Option<u64>) -> String {
    match (kind, back_to) {
        (None, _) => say!(change.history.found),
        (Some(OperationKind::Create), _) => say!(change.history.created),
        (Some(OperationKind::Update), _) => say!(change.history.updated),
        (Some(OperationKind::RollBack), Some(before)) if before + 1 == number => {
            return say!(change.history.put_back_to, number = before);
        }
        (Some(OperationKind::RollBack), Some(number)) => {
            return say!(change.history.rolled_back_to, number = number);
        }
        (Some(OperationKind::RollBack), None) => say!(change.history.rolled_back),
        (Some(OperationKind::Delete), _) => say!(change.history.deleted),
    }
    .to_owned()
}

/// The fields that differ from the revision before; beyond the first few they are folded away.
#[component]
fn Changed(fields: Vec<FieldChange>, first: bool, naming: Naming) -> impl IntoView {
    if fields.is_empty() {
        let text = if first {
            words!(change.history.first)
        } else {
            words!(change.history.same)
        };
        return view! { <span class="app-quiet">{text}</span> }.into_any();
    }
    let mut fields = fields;
    let folded = fields.split_off(fields.len().min(SHOWN));
    let count = folded.len();
    let list = move |fields: Vec<FieldChange>| {
        let lines = fields
            .into_iter()
            .map(|field| view! { <li><ChangedField field naming /></li> });
        view! { <ul class="app-changed" role="list">{lines.collect_view()}</ul> }
    };
    view! {
        {list(fields)}
        {(count > 0).then(|| view! {
            <details><summary>{move || say!(change.history.more, count = count)}</summary>{list(folded)}</details>
        })}
    }
    .into_any()
}

#[component]
fn ChangedField(field: FieldChange, naming: Naming) -> impl IntoView {
    let FieldChange { field, before, after } = field;
    view! {
        <span class="app-quiet">{move || naming.place(&field)} {words!(change.colon)}</span>
        <FieldValue value=before />
        <span class="pf-v6-screen-reader">" " {words!(change.fields.after)}</span> <span aria-hidden="true">" → "</span>
        <FieldValue value=after />
    }
}
