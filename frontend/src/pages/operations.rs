//! What the team has done.

use leptos::prelude::*;
use slipway_api::{OperationKind, OperationLine, OperationState};

use crate::change::{state_word, title};
use crate::frame::Page;
use crate::load::{Loaded, States};
use crate::ui::{Ago, Badge, Colour, Column, EmptyState, Shape, Table};
use crate::{api, session, words};

/// How often the list is asked for while something in it is under way.
const REPEAT: std::time::Duration = std::time::Duration::from_secs(3);

/// The operations of the team, newest first.
#[component]
pub fn Operations() -> impl IntoView {
    let operations = Loaded::<Vec<OperationLine>>::new();
    let fetch = move || operations.fetch(api::operations());
    fetch();
    let under_way =
        move || operations.with(|all| all.is_some_and(|all| all.iter().any(|line| !line.state.is_final())));
    let repeat = move || {
        if untrack(under_way) {
            fetch();
        }
    };
    if let Ok(timer) = set_interval_with_handle(repeat, REPEAT) {
        on_cleanup(move || timer.clear());
    }
    let some = Memo::new(move |_| operations.with(|all| all.is_some_and(|all| !all.is_empty())));
    view! {
        <Page title=words!(pages.operations.title)>
            <States of=operations retry=move |()| fetch()>
                {move || if some.get() {
                    view! { <Lines operations /> }.into_any()
                } else {
                    view! {
                        <EmptyState shape=Shape::Boxes title=words!(pages.operations.empty_title) body=words!(pages.operations.empty_body) />
                    }.into_any()
                }}
            </States>
        </Page>
    }
}

#[component]
fn Lines(operations: Loaded<Vec<OperationLine>>) -> impl IntoView {
    let head = || {
        view! {
            <Column label=words!(pages.operations.app) />
            <Column label=words!(change.record.revision) />
            <Column label=words!(pages.operations.state) />
            <Column label=words!(apps.namespace) />
            <Column label=words!(frame.cluster) />
            {session::has_names().then(|| view! { <Column label=words!(pages.operations.person) /> })}
            <Column label=words!(pages.operations.started) />
        }
    };
    view! {
        <Table name=words!(pages.operations.title) head>
            <For each=move || operations.get().unwrap_or_default() key=|line| (line.id.clone(), line.state as u8) let(line)>
                <tr class="pf-v6-c-table__tr" role="row">
                    <td class="pf-v6-c-table__td" role="cell" data-label=words!(pages.operations.app)>
                        <a href=format!("/operations/{}", line.id) class="app-name">{
                            let (kind, name) = (line.kind, line.name.clone());
                            move || title(kind, &name)
                        }</a>
                    </td>
                    <td class="pf-v6-c-table__td app-number-cell" role="cell" data-label=words!(change.record.revision)>{revision_text(line.revision)}</td>
                    <td class="pf-v6-c-table__td" role="cell" data-label=words!(pages.operations.state)><StateBadge kind=line.kind state=line.state /></td>
                    <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.namespace)>{line.namespace.clone()}</td>
                    <td class="pf-v6-c-table__td" role="cell" data-label=words!(frame.cluster)>{line.cluster.clone()}</td>
                    {session::has_names().then(|| view! {
                        <td class="pf-v6-c-table__td" role="cell" data-label=words!(pages.operations.person)>{line.person.clone()}</td>
                    })}
                    <td class="pf-v6-c-table__td app-time" role="cell" data-label=words!(pages.operations.started)><Ago at=line.created_at /></td>
                </tr>
            </For>
        </Table>
    }
}

/// A revision; an app that Slipway did not make has none.
pub fn revision_text(number: u64) -> String {
    if number == 0 {
        "–".to_owned()
    } else {
        number.to_string()
    }
}

/// How far an operation is: a word, a colour and an icon.
#[component]
pub fn StateBadge(
    /// What it does.
    kind: OperationKind,
    /// How far it is.
    state: OperationState,
) -> impl IntoView {
    let (colour, icon) = match state {
        OperationState::Queued => (Colour::Grey, Shape::Pending),
        OperationState::Running => (Colour::Blue, Shape::Progress),
        OperationState::Undoing => (Colour::Orange, Shape::Progress),
        OperationState::Succeeded => (Colour::Green, Shape::Good),
        OperationState::Undone => (Colour::Orange, Shape::Warning),
        OperationState::Stopped | OperationState::Stuck => (Colour::Red, Shape::Danger),
    };
    let label = move || state_word(kind, state);
    view! { <Badge label colour icon /> }
}
