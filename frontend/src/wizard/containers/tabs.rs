//! The row of containers: choose one, add one, remove one.

use leptos::prelude::*;

use crate::ui::{Button, Icon, Look, Shape};
use crate::wizard::form::{Form, use_form};
use crate::{browser, say, words};

/// The tabs, and beside them the buttons to add and to remove a container.
#[component]
pub(super) fn ContainerTabs(
    /// The containers, in order.
    ids: Memo<Vec<u32>>,
    /// The one shown.
    shown: Memo<Option<u32>>,
) -> impl IntoView {
    let form = use_form();
    let choose = move |id: u32| {
        form.container.set(id);
        browser::focus(&format!("container-{id}"));
    };
    let by_key = move |event: web_sys::KeyboardEvent| {
        let next = shown
            .get_untracked()
            .and_then(|id| ids.with_untracked(|ids| neighbour(ids, id, &event.key())));
        if let Some(id) = next {
            event.prevent_default();
            choose(id);
        }
    };
    let on_add = move |()| {
        if let Some(id) = form.edit(|draft| draft.add_row("containers")).flatten() {
            form.go_to(&format!("containers.{id}.image"));
        }
    };
    let on_remove = move |()| {
        let Some(id) = shown.get_untracked() else { return };
        let next = ids.with_untracked(|ids| neighbour(ids, id, "ArrowLeft").filter(|next| *next != id));
        form.remove_row("containers", id);
        if let Some(next) = next {
            choose(next);
        }
    };
    let removable = Signal::derive(move || ids.with(Vec::len) < 2);
    let remove = Signal::derive(move || {
        let name = shown.get().map(|id| name(form, ids, id)).unwrap_or_default();
        say!(wizard.containers.remove, name = name).to_string()
    });
    view! {
        <div class="wizard-containers">
            <div class="pf-v6-c-tabs">
                <ul class="pf-v6-c-tabs__list" role="tablist" aria-label=words!(wizard.step.containers) on:keydown=by_key>
                    <For each=move || ids.get() key=|id| *id let(id)>
                        <ContainerTab id ids shown />
                    </For>
                </ul>
            </div>
            <div class="wizard-containers__acts">
                <Button label=words!(wizard.containers.add) look=Look::Link icon=Shape::Plus on_click=on_add />
                {move || (!removable.get()).then(|| view! {
                    <Button label=remove look=Look::Link icon=Shape::Delete on_click=on_remove />
                })}
            </div>
        </div>
    }
}

#[component]
fn ContainerTab(id: u32, ids: Memo<Vec<u32>>, shown: Memo<Option<u32>>) -> impl IntoView {
    let form = use_form();
    let is_shown = move || shown.get() == Some(id);
    let errors = Memo::new(move |_| form.errors_below(&format!("containers.{id}")).count());
    view! {
        <li class="pf-v6-c-tabs__item" class:pf-m-current=is_shown role="presentation">
            <button
                type="button"
                class="pf-v6-c-tabs__link"
                role="tab"
                id=format!("container-{id}")
                aria-selected=move || is_shown().to_string()
                aria-controls=move || is_shown().then(|| format!("container-{id}-panel"))
                tabindex=move || if is_shown() { "0" } else { "-1" }
                on:click=move |_| form.container.set(id)
            >
                <span class="pf-v6-c-tabs__item-text">{move || name(form, ids, id)}</span>
                {move || (errors.get() > 0).then(|| view! {
                    <span class="pf-v6-c-tabs__item-icon wizard-mark">
                        <Icon shape=Shape::Danger />
                        <span class="pf-v6-screen-reader">{move || say!(wizard.step.problems, count = errors.get()).to_string()}</span>
                    </span>
                })}
            </button>
        </li>
    }
}

/// What a container is called: its name, else its place.
fn name(form: Form, ids: Memo<Vec<u32>>, id: u32) -> String {
    let typed = form.text(&format!("containers.{id}.name"));
    if !typed.trim().is_empty() {
        return typed.trim().to_owned();
    }
    let position = ids.with(|ids| ids.iter().position(|other| *other == id).unwrap_or_default() + 1);
    format!("{} {position}", say!(wizard.field.container))
}

/// The container a key leads to from another.
fn neighbour(ids: &[u32], id: u32, key: &str) -> Option<u32> {
    let place = ids.iter().position(|other| *other == id)?;
    let next = match key {
        "ArrowRight" => (place + 1) % ids.len(),
        "ArrowLeft" => (place + ids.len() - 1) % ids.len(),
        "Home" => 0,
        "End" => ids.len() - 1,
        _ => return None,
    };
    ids.get(next).copied()
}
