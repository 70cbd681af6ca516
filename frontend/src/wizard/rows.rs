//! Lists of rows: ports, variables, labels, rules.

use leptos::prelude::*;

use super::fields::remark_at;
use super::form::use_form;
use crate::ui::{Button, Icon, Look, Remark, Shape};
use crate::{browser, say};

/// What a list of rows looks like.
#[derive(Clone, Copy)]
pub(crate) struct Shown {
    /// How the columns share the width; a class of the style sheet.
    pub(crate) class: &'static str,
    /// The field of a new row that gets the keyboard focus.
    pub(crate) first: &'static str,
}

/// A list of rows with a button to add one and one on each to remove it.
#[component]
pub(crate) fn Rows<F>(
    /// The path of the list.
    #[prop(into)]
    list: String,
    /// How it looks.
    shown: Shown,
    /// What the button that adds a row says.
    #[prop(into)]
    add: Signal<String>,
    /// What one row is called, to name the buttons that remove one.
    #[prop(into)]
    one: Signal<String>,
    /// Whether the last row stays.
    #[prop(optional)]
    keep_one: bool,
    /// Draws the fields of the row at a path.
    row: F,
) -> impl IntoView
where
    F: Fn(String) -> AnyView + Clone + Send + Sync + 'static,
{
    let form = use_form();
    let ids = form.rows(list.as_str());
    let add_id = format!("{list}-add");
    let on_add = {
        let list = list.clone();
        move |()| {
            if let Some(row) = form.add_row(&list) {
                form.wanted.set(Some(format!("{row}.{}", shown.first)));
            }
        }
    };
    let each = {
        let (list, add_id) = (list.clone(), add_id.clone());
        move |id: u32| {
            let fields = row(format!("{list}.{id}"));
            let position =
                move || ids.with(|ids| ids.iter().position(|other| *other == id).unwrap_or_default() + 1);
            let name = Signal::derive(move || {
                say!(wizard.field.remove, row = one.get(), number = position()).to_string()
            });
            let (list, add_id) = (list.clone(), add_id.clone());
            let on_remove = move |()| {
                form.remove_row(&list, id);
                browser::focus(&add_id);
            };
            view! {
                <div class=shown.class role="group" aria-label=move || format!("{} {}", one.get(), position())>
                    {fields}
                    <div class="wizard-row__remove">
                        <Button
                            label=name
                            look=Look::Plain
                            icon=Shape::Minus
                            disabled=Signal::derive(move || keep_one && ids.with(Vec::len) == 1)
                            on_click=on_remove
                        />
                    </div>
                </div>
            }
        }
    };
    view! {
        <div class="wizard-rows">
            <For each=move || ids.get() key=|id| *id children=each />
            <ListRemark path=list />
            <div><Button id=add_id label=add look=Look::Link icon=Shape::Plus on_click=on_add /></div>
        </div>
    }
}

/// What is wrong with a list as a whole.
#[component]
pub(crate) fn ListRemark(
    /// The path of the list.
    #[prop(into)]
    path: String,
) -> impl IntoView {
    let remark = remark_at(use_form(), &path);
    view! { <div id=path tabindex="-1" class="wizard-remark" aria-live="polite"><Told remark /></div> }
}

/// A remark where no field of the usual sort stands around.
#[component]
pub(crate) fn Told(
    /// The remark, if there is one.
    remark: Signal<Option<Remark>>,
) -> impl IntoView {
    move || {
        remark.get().map(|remark| {
            let shape = if remark.is_error { Shape::Danger } else { Shape::Warning };
            view! {
                <div class="pf-v6-c-helper-text">
                    <div class="pf-v6-c-helper-text__item" class:pf-m-error=remark.is_error class:pf-m-warning=!remark.is_error>
                        <span class="pf-v6-c-helper-text__item-icon"><Icon shape /></span>
                        <span class="pf-v6-c-helper-text__item-text">{remark.text}</span>
                    </div>
                </div>
            }
        })
    }
}
