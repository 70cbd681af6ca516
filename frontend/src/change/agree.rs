//! What has to be agreed to, each by a tick of its own: fields of others, and objects that are made anew.

use leptos::prelude::*;
use slipway_api::{FieldConflict, KeptField, ObjectRef};

use super::{FieldValue, Naming, Questions, Tick, Ticks, called};
use crate::ui::{Alert, Check, Tone};
use crate::{say, words};

/// The ticks; nothing when there is nothing to agree to.
#[component]
pub fn Agree(
    /// What is asked.
    questions: Questions,
    /// What was agreed to.
    ticks: RwSignal<Ticks>,
    /// What names the fields.
    naming: Naming,
) -> impl IntoView {
    if questions.is_empty() {
        return ().into_any();
    }
    let Questions {
        conflicts,
        recreated,
        kept,
        left_over,
    } = questions.clone();
    let kept = kept
        .into_iter()
        .enumerate()
        .map(|(place, kept)| view! { <Remove ticks place kept /> })
        .collect_view();
    let conflicts = conflicts
        .into_iter()
        .enumerate()
        .map(|(place, conflict)| view! { <Conflict ticks naming place conflict /> })
        .collect_view();
    let recreated = recreated
        .into_iter()
        .enumerate()
        .map(|(place, object)| view! { <Recreate ticks place object /> })
        .collect_view();
    let left_over = left_over
        .into_iter()
        .enumerate()
        .map(|(place, object)| view! { <LeftOver ticks place object /> })
        .collect_view();
    let title = Signal::derive(move || match ticks.with(|ticks| questions.undecided(ticks)) {
        0 => say!(change.wizard.decided).to_owned(),
        count => say!(change.wizard.decide_here, count = count),
    });
    view! {
        <Alert tone=Tone::Warning title>
            <ul class="wizard-agree" role="list">{conflicts}{recreated}{kept}{left_over}</ul>
        </Alert>
    }
    .into_any()
}

/// A field that somebody else has set.
#[component]
fn Conflict(ticks: RwSignal<Ticks>, naming: Naming, place: usize, conflict: FieldConflict) -> impl IntoView {
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
    let named = Signal::derive(move || naming.place_or(&field, &path));
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
            <p><strong>{title}</strong> {move || say!(change.in_object, object = called(&object))}</p>
            <p class="wizard-agree__values">
                <span>{words!(change.drift.live)} {words!(change.colon)} <FieldValue value=theirs /></span>
                <span>{words!(change.fields.after)} {words!(change.colon)} <FieldValue value=mine /></span>
            </p>
            <Ticked ticks tick id=format!("take-over-{place}") label />
        </li>
    }
}

/// An object that the cluster does not let change.
#[component]
fn Recreate(ticks: RwSignal<Ticks>, place: usize, object: ObjectRef) -> impl IntoView {
    let tick = Tick::Recreate(object.clone());
    let label = Signal::derive(move || say!(change.wizard.recreate, object = called(&object)));
    view! {
        <li>
            <p>{words!(change.wizard.recreate_more)}</p>
            <Ticked ticks tick id=format!("recreate-{place}") label />
        </li>
    }
}

/// Something that the form does not show and that stands in the way.
#[component]
fn Remove(ticks: RwSignal<Ticks>, place: usize, kept: KeptField) -> impl IntoView {
    let tick = Tick::Remove(kept.clone());
    let label = Signal::derive(move || {
        say!(
            change.wizard.remove_kept,
            path = kept.path.clone(),
            object = called(&kept.object)
        )
    });
    view! {
        <li>
            <p>{words!(change.wizard.remove_kept_more)}</p>
            <Ticked ticks tick id=format!("remove-{place}") label />
        </li>
    }
}

/// An object of somebody else that the app does without.
#[component]
fn LeftOver(ticks: RwSignal<Ticks>, place: usize, object: ObjectRef) -> impl IntoView {
    let tick = Tick::Delete(object.clone());
    let label = Signal::derive(move || say!(change.wizard.delete_too, object = called(&object)));
    view! {
        <li>
            <p>{words!(change.wizard.delete_too_more)}</p>
            <Ticked ticks tick id=format!("delete-too-{place}") label />
        </li>
    }
}

#[component]
fn Ticked(ticks: RwSignal<Ticks>, tick: Tick, id: String, label: Signal<String>) -> impl IntoView {
    let asked = tick.clone();
    let on = Signal::derive(move || ticks.with(|ticks| ticks.contains(&asked)));
    let set = move |on| {
        ticks.update(|ticks| {
            if on {
                ticks.insert(tick.clone());
            } else {
                ticks.remove(&tick);
            }
        });
    };
    view! { <Check id label on on_tick=set /> }
}
