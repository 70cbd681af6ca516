//! What has to be agreed to, each by a tick of its own: fields of others, and objects that are made anew.

use leptos::prelude::*;
use slipway_api::{ChangesView, FieldConflict, ObjectRef};

use crate::change::{FieldValue, Naming, called};
use crate::ui::{Alert, Check, Tone};
use crate::wizard::changing::use_changing;
use crate::wizard::consent::{self, Tick};
use crate::{say, words};

/// The ticks; nothing when there is nothing to agree to.
#[component]
pub(super) fn Agree(
    /// What names the fields.
    naming: Naming,
) -> impl IntoView {
    let changing = use_changing();
    let Asked {
        conflicts,
        recreated,
        left_over,
    } = untrack(|| changing.view.with(|view| view.map(asked).unwrap_or_default()));
    if conflicts.is_empty() && recreated.is_empty() && left_over.is_empty() {
        return ().into_any();
    }
    let conflicts = conflicts
        .into_iter()
        .enumerate()
        .map(|(place, conflict)| view! { <Conflict naming place conflict /> })
        .collect_view();
    let recreated = recreated
        .into_iter()
        .enumerate()
        .map(|(place, object)| view! { <Recreate place object /> })
        .collect_view();
    let left_over = left_over
        .into_iter()
        .enumerate()
        .map(|(place, object)| view! { <LeftOver place object /> })
        .collect_view();
    let title = Signal::derive(move || match changing.undecided() {
        0 => say!(change.wizard.decided).to_owned(),
        count => say!(change.wizard.decide, count = count),
    });
    view! {
        <Alert tone=Tone::Warning title>
            <ul class="wizard-agree" role="list">{conflicts}{recreated}{left_over}</ul>
        </Alert>
    }
    .into_any()
}

/// What is asked.
#[derive(Default)]
struct Asked {
    conflicts: Vec<FieldConflict>,
    recreated: Vec<ObjectRef>,
    left_over: Vec<ObjectRef>,
}

fn asked(view: &ChangesView) -> Asked {
    Asked {
        conflicts: view.conflicts.clone(),
        recreated: consent::recreated(view),
        left_over: consent::left_over(view),
    }
}

/// A field that somebody else has set.
#[component]
fn Conflict(naming: Naming, place: usize, conflict: FieldConflict) -> impl IntoView {
    let tick = Tick::to(&conflict);
    let FieldConflict {
        object,
        path,
        field,
        manager,
        theirs,
        mine,
        ..
    } = conflict;
    // What the form does not show has a path only.
    let named = Signal::derive(move || {
        if field.is_empty() {
            path.clone()
        } else {
            naming.place(&field)
        }
    });
    let who = StoredValue::new(manager);
    let title = move || {
        say!(
            change.wizard.conflict_by,
            field = named.get(),
            manager = who.get_value()
        )
    };
    let label = Signal::derive(move || {
        say!(
            change.wizard.take_over_of,
            field = named.get(),
            manager = who.get_value()
        )
    });
    view! {
        <li>
            <p><strong>{title}</strong> " (" {move || called(&object)} ")"</p>
            <p class="wizard-agree__values">
                <span>{words!(change.drift.live)} ": " <FieldValue value=theirs /></span>
                <span>{words!(change.fields.after)} ": " <FieldValue value=mine /></span>
            </p>
            <Ticked tick id=format!("take-over-{place}") label />
        </li>
    }
}

/// An object that the cluster does not let change.
#[component]
fn Recreate(place: usize, object: ObjectRef) -> impl IntoView {
    let tick = Tick::Recreate(object.clone());
    let label = Signal::derive(move || say!(change.wizard.recreate, object = called(&object)));
    view! {
        <li>
            <p>{words!(change.wizard.recreate_more)}</p>
            <Ticked tick id=format!("recreate-{place}") label />
        </li>
    }
}

/// An object of somebody else that the app does without.
#[component]
fn LeftOver(place: usize, object: ObjectRef) -> impl IntoView {
    let tick = Tick::Delete(object.clone());
    let label = Signal::derive(move || say!(change.wizard.delete_too, object = called(&object)));
    view! {
        <li>
            <p>{words!(change.wizard.delete_too_more)}</p>
            <Ticked tick id=format!("delete-too-{place}") label />
        </li>
    }
}

#[component]
fn Ticked(tick: Tick, id: String, label: Signal<String>) -> impl IntoView {
    let changing = use_changing();
    let asked = tick.clone();
    let on = Signal::derive(move || changing.ticks.with(|ticks| ticks.contains(&asked)));
    view! { <Check id label on on_tick=move |on| changing.tick(&tick, on) /> }
}
