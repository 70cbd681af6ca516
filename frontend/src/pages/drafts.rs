//! The drafts of the team.

use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::DraftLine;

use crate::frame::Page;
use crate::load::{Loaded, States};
use crate::ui::{Ago, Badge, Button, Colour, Column, Confirm, EmptyState, Look, Shape, Table, Tone, toast};
use crate::{api, place, say, session, text, words};

/// The drafts of the team: open, delete, or begin one.
#[component]
pub fn Drafts() -> impl IntoView {
    let drafts = Loaded::<Vec<DraftLine>>::new();
    let fetch = move || drafts.fetch(api::drafts());
    fetch();
    let doomed = RwSignal::new(None::<DraftLine>);
    let asking = RwSignal::new(false);
    let delete = move |()| {
        let Some(draft) = doomed.get_untracked() else {
            return;
        };
        spawn_local(async move {
            match api::delete_draft(&draft.id, draft.revision).await {
                Ok(()) => toast(Tone::Success, say!(pages.drafts.deleted)),
                Err(failure) => {
                    session::note(&failure);
                    toast(Tone::Danger, text::failure(&failure));
                }
            }
            fetch();
        });
    };
    let ask = Callback::new(move |draft: DraftLine| {
        doomed.set(Some(draft));
        asking.set(true);
    });
    let some = Memo::new(move |_| drafts.with(|drafts| drafts.is_some_and(|drafts| !drafts.is_empty())));
    view! {
        <Page title=words!(pages.drafts.title) acts=|| view! { <NewDraft /> } under=|| view! { <p class="app-quiet">{words!(pages.drafts.intro)}</p> }>
            <States of=drafts retry=move |()| fetch()>
                {move || if some.get() {
                    view! { <DraftTable drafts ask /> }.into_any()
                } else {
                    view! {
                        <EmptyState shape=Shape::Edit title=words!(pages.drafts.empty_title) body=words!(pages.drafts.empty_body)>
                            <NewDraft />
                        </EmptyState>
                    }.into_any()
                }}
            </States>
        </Page>
        <Confirm open=asking id="delete-draft" title=words!(pages.drafts.delete_title) act=words!(pages.drafts.delete) on_confirm=delete>
            {move || {
                let name = doomed.get().map(|draft| shown_name(&draft)).unwrap_or_default();
                say!(pages.drafts.delete_body, name = name)
            }}
        </Confirm>
    }
}

#[component]
fn NewDraft() -> impl IntoView {
    move || {
        place::cluster().get().map(|cluster| {
            view! {
                <a href=format!("/c/{cluster}/create") class="pf-v6-c-button pf-m-primary">
                    <span class="pf-v6-c-button__text">{words!(pages.drafts.new)}</span>
                </a>
            }
        })
    }
}

fn shown_name(draft: &DraftLine) -> String {
    if draft.name.trim().is_empty() {
        say!(pages.drafts.unnamed).to_owned()
    } else {
        draft.name.clone()
    }
}

#[component]
fn DraftTable(drafts: Loaded<Vec<DraftLine>>, ask: Callback<DraftLine>) -> impl IntoView {
    let head = || {
        view! {
            <Column label=words!(pages.drafts.name) />
            <Column label=words!(pages.drafts.errors) />
            <Column label=words!(pages.drafts.image) />
            <Column label=words!(pages.drafts.namespace) />
            <Column label=words!(pages.drafts.cluster) />
            <Column label=words!(pages.drafts.saved) />
            <Column label=words!(pages.drafts.delete) hidden=true />
        }
    };
    view! {
        <Table name=words!(pages.drafts.title) head busy=drafts.busy()>
            <For each=move || drafts.get().unwrap_or_default() key=|draft| (draft.id.clone(), draft.revision) let(draft)>
                <Row draft ask />
            </For>
        </Table>
    }
}

#[component]
fn Row(draft: DraftLine, ask: Callback<DraftLine>) -> impl IntoView {
    let named = StoredValue::new(draft.clone());
    let name = move || named.with_value(shown_name);
    let (errors, saved_by) = (draft.errors, draft.saved_by.clone());
    let used = draft.operation.clone();
    view! {
        <tr class="pf-v6-c-table__tr" role="row">
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(pages.drafts.name)>
                <a href=format!("/drafts/{}", draft.id) class="app-name">{name}</a>
            </td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(pages.drafts.errors)>
                {match (used, errors) {
                    (Some(operation), _) => view! {
                        <a href=format!("/operations/{operation}")>{words!(pages.drafts.used)}</a>
                    }.into_any(),
                    (None, 0) => view! { <Badge label=words!(pages.drafts.ready) colour=Colour::Green icon=Shape::Good /> }.into_any(),
                    (None, _) => view! {
                        <Badge label=move || say!(pages.drafts.error_count, count = errors) colour=Colour::Orange icon=Shape::Warning />
                    }.into_any(),
                }}
            </td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(pages.drafts.image)>
                <span class="app-image">{or_dash(draft.image)}</span>
            </td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(pages.drafts.namespace)>{or_dash(draft.namespace)}</td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(pages.drafts.cluster)>{draft.cluster}</td>
            <td class="pf-v6-c-table__td app-time" role="cell" data-label=words!(pages.drafts.saved)>
                <Ago at=draft.saved_at />
                {(session::has_names() && !saved_by.is_empty()).then(|| view! {
                    <div class="app-quiet app-small">{move || say!(pages.drafts.saved_by, person = saved_by.clone())}</div>
                })}
            </td>
            <td class="pf-v6-c-table__td pf-v6-c-table__action" role="cell">
                <Button
                    label=move || say!(pages.drafts.delete_named, name = name())
                    look=Look::Plain
                    icon=Shape::Delete
                    on_click=move |()| ask.run(named.get_value())
                />
            </td>
        </tr>
    }
}

fn or_dash(text: String) -> String {
    if text.trim().is_empty() {
        "–".to_owned()
    } else {
        text
    }
}
