//! What was changed outside Slipway since the current revision was applied, and what can be done about it.

mod put_back;
mod take_over;

use leptos::prelude::*;
use slipway_api::{AppDetail, AppKey, DriftView, FieldDrift, ObjectDrift};

use super::detail::part;
use super::opening::{First, Opening};
use super::starting::{NotStarted, Starting};
use crate::change::{FieldValue, Managed, Naming, called, failure};
use crate::load::Loaded;
use crate::ui::{Alert, Button, Column, Look, Table, Tone};
use crate::wizard::kind_text;
use crate::{api, say, words};
use put_back::PutBack;
use take_over::{TakeOver, TakingOver};

/// Nothing while the app is as it was applied and nobody else looks after it.
#[component]
pub fn Drift(
    /// The app.
    app: AppKey,
    /// How it is.
    detail: Signal<Option<AppDetail>>,
) -> impl IntoView {
    let drift = Loaded::<DriftView>::new();
    let written = part(detail, |app| (app.revision, app.operation.clone()));
    let asked = StoredValue::new(app);
    let fetch = move || {
        let app = asked.get_value();
        drift.fetch(async move { api::drift(&app).await });
    };
    Effect::new(move |_| {
        written.track();
        fetch();
    });
    let starting = Starting::of(&asked.get_value());
    let opening = Opening::of(&asked.get_value());
    let who = drift.part(|drift| drift.managed_by.clone());
    let drifted = drift.part(|drift| Some(drift.clone()).filter(|drift| !drift.objects.is_empty()));
    let unseen = drift.part(|drift| drift.unseen.clone());
    let taking_over = TakingOver::of(&asked.get_value());
    let other = drift.part(|drift| drift.take_over.clone());
    let failed = Memo::new(move |_| drift.failure().filter(|failure| failure.status() != Some(404)));
    let again = Callback::new(move |()| fetch());
    let export = move || {
        view! {
            <Button label=words!(change.managed.prepare) look=Look::Secondary busy=opening.busy on_click=move |()| opening.open(First::Nothing) />
        }
    };
    view! {
        <div class="app-notes">
            {move || who.get().map(|who| view! { <Managed who>{export()}</Managed> })}
            <TakeOver taking_over other again />
            <NotStarted starting title=words!(change.drift.not_put_back) />
            {move || drifted.get().map(|drift| view! {
                <Drifted app=asked.get_value() drift opening starting again />
            })}
            {move || Some(unseen.get()).filter(|unseen| !unseen.is_empty()).map(|unseen| view! { <Unseen unseen /> })}
            {move || failed.get().map(|why| view! {
                <Alert tone=Tone::Info title=words!(change.drift.failed)>
                    <p>{move || failure(&why)}</p>
                    <Button label=words!(change.act.again) look=Look::Link on_click=again />
                </Alert>
            })}
        </div>
    }
}

/// What was changed, and the choice: it is taken into a draft, or put back.
#[component]
fn Drifted(
    app: AppKey,
    drift: DriftView,
    opening: Opening,
    starting: Starting,
    again: Callback<()>,
) -> impl IntoView {
    let revision = drift.revision;
    let naming = Naming::of_revisions(&app, [revision]);
    let lines = drift.objects.iter().cloned();
    let lines = lines
        .map(|object| view! { <DriftedObject object naming /> })
        .collect_view();
    let open = RwSignal::new(false);
    view! {
        <Alert tone=Tone::Warning title=words!(change.drift.title)>
            <p>{move || say!(change.drift.body, revision = revision)}</p>
            <details class="app-drift"><summary>{words!(change.drift.list)}</summary>{lines}</details>
            <div class="app-acts app-acts--apart">
                <Button id="take-drift" label=words!(change.drift.take) look=Look::Primary busy=opening.busy on_click=move |()| opening.open(First::TakeDrift) />
                <Button
                    id="put-back-drift"
                    label=Signal::derive(move || say!(change.drift.put_back, revision = revision))
                    busy=starting.busy
                    on_click=move |()| open.set(true)
                />
                <Button label=words!(change.act.again) look=Look::Link on_click=again />
            </div>
            <p class="app-small">{words!(change.drift.choices)}</p>
        </Alert>
        <PutBack drift naming open starting again />
    }
}

/// An object that is not as it was applied.
#[component]
fn DriftedObject(object: ObjectDrift, naming: Naming) -> impl IntoView {
    let ObjectDrift {
        object,
        missing,
        fields,
    } = object;
    let title = Signal::derive(move || called(&object));
    let head = || {
        view! {
            <Column label=words!(change.fields.field) />
            <Column label=words!(change.drift.applied) />
            <Column label=words!(change.drift.live) />
            <Column label=words!(change.drift.manager) />
        }
    };
    let some = !fields.is_empty();
    let lines = fields
        .into_iter()
        .map(|field| view! { <DriftedField field naming /> })
        .collect_view();
    view! {
        <h3 class="app-name">
            {title} {missing.then(|| view! { " " <strong>{words!(change.drift.missing)}</strong> })}
        </h3>
        {some.then(|| view! { <Table name=title head>{lines}</Table> })}
    }
}

#[component]
fn DriftedField(field: FieldDrift, naming: Naming) -> impl IntoView {
    let FieldDrift {
        path,
        field,
        applied,
        live,
        manager,
    } = field;
    let named = move || naming.place_or(&field, &path);
    view! {
        <tr class="pf-v6-c-table__tr" role="row">
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(change.fields.field)>{named}</td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(change.drift.applied)><FieldValue value=applied /></td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(change.drift.live)><FieldValue value=live /></td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(change.drift.manager)>
                {match manager {
                    Some(manager) => manager.into_any(),
                    None => view! { <span class="app-quiet">{words!(change.drift.unknown)}</span> }.into_any(),
                }}
            </td>
        </tr>
    }
}

/// What could not be looked at.
#[component]
fn Unseen(unseen: Vec<(String, String)>) -> impl IntoView {
    let lines = unseen.into_iter().map(|(kind, reason)| {
        view! {
            <li>{move || say!(change.drift.unseen, kind = kind_text::called(&kind), reason = reason.clone())}</li>
        }
    });
    view! {
        <Alert tone=Tone::Info title=words!(change.drift.failed)>
            <ul class="app-list">{lines.collect_view()}</ul>
        </Alert>
    }
}
