//! A few choices that need a sentence each, so they are radio buttons and not a list.

use leptos::prelude::*;

use super::fields::Bound;
use super::form::use_form;
use super::rows::Told;

/// One choice: what is stored, what it is called, what it means.
#[derive(Clone)]
pub(crate) struct Meant {
    /// What is stored.
    pub(crate) value: &'static str,
    /// What it is called.
    pub(crate) label: Signal<String>,
    /// What it means.
    pub(crate) meaning: Signal<String>,
}

/// Radio buttons bound to the draft by their path. The first one carries the path as its id.
#[component]
pub(crate) fn Choices(
    /// The path of the field.
    #[prop(into)]
    path: String,
    /// What is chosen.
    #[prop(into)]
    label: Signal<String>,
    /// The choices.
    options: Vec<Meant>,
    /// Whether something must be chosen.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    let bound = Bound::to(use_form(), &path);
    let remark = bound.remark;
    let wrong = move || remark.get().is_some_and(|remark| remark.is_error);
    let remark_id = format!("{path}-remark");
    let legend = format!("{path}-legend");
    let (labelled, told) = (legend.clone(), remark_id.clone());
    let radios = options
        .into_iter()
        .enumerate()
        .map(|(position, option)| {
            let id = if position == 0 {
                path.clone()
            } else {
                format!("{path}-{}", option.value)
            };
            let (name, described) = (path.clone(), format!("{id}-meaning {remark_id}"));
            let meaning_id = format!("{id}-meaning");
            view! {
                <div class="pf-v6-c-radio">
                    <input
                        class="pf-v6-c-radio__input"
                        type="radio"
                        id=id.clone()
                        name=name
                        prop:checked=move || bound.value.get() == option.value
                        aria-describedby=described
                        on:change=move |_| {
                            bound.on_input.run(option.value.to_owned());
                            bound.on_leave.run(());
                        }
                    />
                    <label class="pf-v6-c-radio__label" for=id>{option.label}</label>
                    <span class="pf-v6-c-radio__description" id=meaning_id>{option.meaning}</span>
                </div>
            }
        })
        .collect_view();
    view! {
        <div class="pf-v6-c-form__group" role="radiogroup" aria-labelledby=labelled aria-required=required.to_string() aria-invalid=move || wrong().to_string()>
            <div class="pf-v6-c-form__group-label">
                <span class="pf-v6-c-form__label" id=legend>
                    <span class="pf-v6-c-form__label-text">{label}</span>
                    {required.then(|| view! { <span class="pf-v6-c-form__label-required" aria-hidden="true">"\u{a0}*"</span> })}
                </span>
            </div>
            <div class="pf-v6-c-form__group-control pf-m-stack">
                {radios}
                <div id=told aria-live="polite"><Told remark /></div>
            </div>
        </div>
    }
}
