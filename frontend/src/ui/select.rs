//! One of a few choices, by the browser's own list.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::{FieldShell, Icon, Remark, Shape};

/// One choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is stored.
    pub value: String,
    /// What is shown.
    pub label: String,
}

impl Choice {
    /// A choice that shows something other than what is stored.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
        }
    }

    /// A choice that shows what is stored.
    pub fn plain(value: &str) -> Self {
        Self::new(value, value)
    }
}

/// A labelled choice.
#[component]
pub fn SelectField(
    /// The id of the input. In the wizard the path of the field.
    #[prop(into)]
    id: String,
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// What can be chosen. A value that is none of them is shown as it is, so that nothing typed is lost.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// What is chosen.
    #[prop(into)]
    value: Signal<String>,
    /// Told what was chosen.
    #[prop(into)]
    on_choose: Callback<String>,
    /// A sentence of help under the input.
    #[prop(optional, into)]
    help: Signal<String>,
    /// What is wrong or doubtful.
    #[prop(optional, into)]
    remark: Signal<Option<Remark>>,
    /// Whether something must be chosen.
    #[prop(optional)]
    required: bool,
    /// Whether the label is only read out.
    #[prop(optional)]
    hide_label: bool,
    /// Whether it cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let wrong = Signal::derive(move || remark.get().is_some_and(|remark| remark.is_error));
    let described = format!("{id}-remark {id}-help");
    let input =
        view! { <Select id=id.clone() choices value on_choose wrong disabled described /> }.into_any();
    view! {
        <FieldShell id label help remark required hide_label>{input}</FieldShell>
    }
}

/// A choice without a label around it; the label is read out.
#[component]
pub fn Select(
    /// The id of the input.
    #[prop(into)]
    id: String,
    /// What can be chosen.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// What is chosen.
    #[prop(into)]
    value: Signal<String>,
    /// Told what was chosen.
    #[prop(into)]
    on_choose: Callback<String>,
    /// The label to read out, where no `<label>` refers to the id.
    #[prop(optional, into)]
    name: Signal<String>,
    /// Whether the choice is wrong.
    #[prop(optional, into)]
    wrong: Signal<bool>,
    /// Whether it cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Ids of what describes it.
    #[prop(optional, into)]
    described: Option<String>,
) -> impl IntoView {
    let options = move || {
        let chosen = value.get();
        let mut choices = choices.get();
        if !choices.iter().any(|choice| choice.value == chosen) {
            choices.insert(0, Choice::plain(&chosen));
        }
        choices
            .into_iter()
            .map(|choice| {
                let selected = choice.value == chosen;
                view! { <option value=choice.value selected=selected prop:selected=selected>{choice.label}</option> }
            })
            .collect_view()
    };
    view! {
        <span class="pf-v6-c-form-control" class:pf-m-error=wrong class:pf-m-disabled=disabled>
            <select
                id=id
                disabled=disabled
                aria-label=move || Some(name.get()).filter(|name| !name.is_empty())
                aria-invalid=move || wrong.get().to_string()
                aria-describedby=described
                on:change=move |event| on_choose.run(chosen(&event))
            >
                {options}
            </select>
            <span class="pf-v6-c-form-control__utilities">
                <span class="pf-v6-c-form-control__toggle-icon"><Icon shape=Shape::Down /></span>
            </span>
        </span>
    }
}

fn chosen(event: &web_sys::Event) -> String {
    event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlSelectElement>().ok())
        .map(|select| select.value())
        .unwrap_or_default()
}
