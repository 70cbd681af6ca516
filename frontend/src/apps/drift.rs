//! What was changed outside Slipway since the current revision was applied, and what can be done about it.

use leptos::prelude::*;
use slipway_api::{AppDetail, AppKey, DriftView, FieldDrift, ObjectDrift};

use super::detail::part;
use super::opening::{First, Opening};
use crate::change::{FieldValue, Managed, Naming, called, failure};
use crate::load::Loaded;
use crate::ui::{Alert, Button, Column, Look, Table, Tone};
use crate::wizard::kind_text;
use crate::{api, say, words};

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
    let revision = drift.part(|drift| drift.revision);
    let who = drift.part(|drift| drift.managed_by.clone());
    let objects = drift.part(|drift| drift.objects.clone());
    let unseen = drift.part(|drift| drift.unseen.clone());
    let failed = Memo::new(move |_| drift.failure().filter(|failure| failure.status() != Some(404)));
    let again = Callback::new(move |()| fetch());
    view! {
        <div class="app-notes">
            {move || who.get().map(|who| view! { <Managed who /> })}
            {move || Some(objects.get()).filter(|objects| !objects.is_empty()).map(|objects| view! {
                <Drifted app=asked.get_value() revision=revision.get_untracked() objects again />
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

#[component]
fn Drifted(app: AppKey, revision: u64, objects: Vec<ObjectDrift>, again: Callback<()>) -> impl IntoView {
    let opening = Opening::of(&app);
    let naming = Naming::of_revisions(&app, [revision]);
    let lines = objects
        .into_iter()
        .map(|object| view! { <DriftedObject object naming /> })
        .collect_view();
    view! {
        <Alert tone=Tone::Warning title=words!(change.drift.title)>
            <p>{move || say!(change.drift.body, revision = revision)}</p>
            <details class="app-drift"><summary>{words!(change.drift.list)}</summary>{lines}</details>
            <div class="app-acts app-acts--apart">
                <Button id="take-drift" label=words!(change.drift.take) busy=opening.busy on_click=move |()| opening.open(First::TakeDrift) />
                <Button id="overwrite-drift" label=words!(change.drift.overwrite) look=Look::Link busy=opening.busy on_click=move |()| opening.open(First::Nothing) />
                <Button label=words!(change.act.again) look=Look::Link on_click=again />
            </div>
            <p class="app-small">{words!(change.drift.overwrite_more)}</p>
        </Alert>
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
        <h3 class="pf-v6-c-title pf-m-md">
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
    // What the form does not show has a path only.
    let named = move || {
        if field.is_empty() {
            path.clone()
        } else {
            naming.place(&field)
        }
    };
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
