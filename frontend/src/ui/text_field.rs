//! Inputs for text and for numbers. What is typed stays text: it is judged elsewhere and never rewritten here.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::{Button, FieldShell, Icon, Look, Remark, Shape};

/// A labelled text input.
///
/// Nothing is reported while an input method is composing, so half a Chinese word is never judged, saved or rewritten.
#[component]
pub fn TextField(
    /// The id of the input. In the wizard the path of the field.
    #[prop(into)]
    id: String,
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// What the input shows.
    #[prop(into)]
    value: Signal<String>,
    /// Told what was typed.
    #[prop(into)]
    on_input: Callback<String>,
    /// Told when the person leaves the input.
    #[prop(optional, into)]
    on_leave: Option<Callback<()>>,
    /// A sentence of help under the input.
    #[prop(optional, into)]
    help: Signal<String>,
    /// What is wrong or doubtful.
    #[prop(optional, into)]
    remark: Signal<Option<Remark>>,
    /// Whether something must be given.
    #[prop(optional)]
    required: bool,
    /// Whether the label is only read out.
    #[prop(optional)]
    hide_label: bool,
    /// An example of what to type.
    #[prop(optional, into)]
    placeholder: Signal<String>,
    /// The keyboard of a touch screen: `text`, `numeric`, `url`.
    #[prop(optional, into)]
    inputmode: Option<&'static str>,
    /// Texts to choose from while typing.
    #[prop(optional, into)]
    suggestions: Signal<Vec<String>>,
    /// Whether it cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let input = view! {
        <TextInput id=id.clone() value on_input on_leave remark required placeholder inputmode suggestions disabled />
    }
    .into_any();
    view! {
        <FieldShell id label help remark required hide_label>{input}</FieldShell>
    }
}

/// A labelled input for a whole number, with buttons for one more and one less.
#[component]
pub fn NumberField(
    /// The id of the input. In the wizard the path of the field.
    #[prop(into)]
    id: String,
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// What the input shows.
    #[prop(into)]
    value: Signal<String>,
    /// Told what was typed, or counted.
    #[prop(into)]
    on_input: Callback<String>,
    /// Told when the person leaves the input.
    #[prop(optional, into)]
    on_leave: Option<Callback<()>>,
    /// The name of the button for one more.
    #[prop(into)]
    more: Signal<String>,
    /// The name of the button for one less.
    #[prop(into)]
    less: Signal<String>,
    /// The least the buttons count down to.
    #[prop(optional)]
    least: u32,
    /// A sentence of help under the input.
    #[prop(optional, into)]
    help: Signal<String>,
    /// What is wrong or doubtful.
    #[prop(optional, into)]
    remark: Signal<Option<Remark>>,
    /// Whether something must be given.
    #[prop(optional)]
    required: bool,
    /// Whether it cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let count = move |by: i64| {
        let now = value.get_untracked().trim().parse::<i64>().unwrap_or_default();
        on_input.run(now.saturating_add(by).max(i64::from(least)).to_string());
    };
    let input = view! {
        <div class="pf-v6-c-number-input">
            <div class="pf-v6-c-input-group">
                <div class="pf-v6-c-input-group__item">
                    <Button label=less look=Look::Plain icon=Shape::Minus disabled on_click=move |()| count(-1) />
                </div>
                <div class="pf-v6-c-input-group__item app-number">
                    <TextInput id=id.clone() value on_input on_leave remark required inputmode=Some("numeric") disabled />
                </div>
                <div class="pf-v6-c-input-group__item">
                    <Button label=more look=Look::Plain icon=Shape::Plus disabled on_click=move |()| count(1) />
                </div>
            </div>
        </div>
    }
    .into_any();
    view! {
        <FieldShell id label help remark required>{input}</FieldShell>
    }
}

/// The bare input, for places that have their own label.
#[component]
fn TextInput(
    id: String,
    value: Signal<String>,
    on_input: Callback<String>,
    on_leave: Option<Callback<()>>,
    remark: Signal<Option<Remark>>,
    required: bool,
    #[prop(optional)] placeholder: Signal<String>,
    inputmode: Option<&'static str>,
    #[prop(optional)] suggestions: Signal<Vec<String>>,
    disabled: Signal<bool>,
) -> impl IntoView {
    let composing = StoredValue::new(false);
    let wrong = move || remark.get().is_some_and(|remark| remark.is_error);
    let doubtful = move || remark.get().is_some_and(|remark| !remark.is_error);
    let list = format!("{id}-list");
    let has_list = move || suggestions.with(|texts| !texts.is_empty());
    let list_id = list.clone();
    view! {
        <span
            class="pf-v6-c-form-control"
            class:pf-m-error=wrong
            class:pf-m-warning=doubtful
            class:pf-m-disabled=disabled
        >
            <input
                type="text"
                id=id.clone()
                required=required
                disabled=disabled
                placeholder=move || Some(placeholder.get()).filter(|text| !text.is_empty())
                inputmode=inputmode
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                list=move || has_list().then(|| list_id.clone())
                prop:value=value
                aria-invalid=move || wrong().to_string()
                aria-describedby=format!("{id}-remark {id}-help")
                on:compositionstart=move |_| composing.set_value(true)
                on:compositionend=move |event| {
                    composing.set_value(false);
                    on_input.run(typed(&event));
                }
                on:input=move |event| {
                    if !composing.get_value() {
                        on_input.run(typed(&event));
                    }
                }
                on:blur=move |_| {
                    // An input that goes away while it has the focus is left after its owner is gone.
                    if let Some(on_leave) = on_leave {
                        on_leave.try_run(());
                    }
                }
            />
            {move || (wrong() || doubtful()).then(|| view! {
                <span class="pf-v6-c-form-control__utilities">
                    <span class="pf-v6-c-form-control__icon pf-m-status">
                        <Icon shape=if wrong() { Shape::Danger } else { Shape::Warning } />
                    </span>
                </span>
            })}
        </span>
        {move || has_list().then(|| view! {
            <datalist id=list.clone()>
                {suggestions.get().into_iter().map(|text| view! { <option value=text></option> }).collect_view()}
            </datalist>
        })}
    }
}

fn typed(event: &web_sys::Event) -> String {
    event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok())
        .map(|input| input.value())
        .unwrap_or_default()
}
