//! A box to tick.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A box to tick, with its label beside it.
#[component]
pub fn Check(
    /// The id of the input.
    #[prop(into)]
    id: String,
    /// What is agreed to or chosen.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is ticked.
    #[prop(into)]
    on: Signal<bool>,
    /// Told when it is ticked or not any more.
    #[prop(into)]
    on_tick: Callback<bool>,
    /// Whether it cannot be ticked.
    #[prop(optional)]
    disabled: bool,
    /// Whether the label is only read out.
    #[prop(optional)]
    hide_label: bool,
    /// More about it, read out with it.
    #[prop(optional, into)]
    more: Signal<String>,
) -> impl IntoView {
    let (label_for, more_id) = (id.clone(), format!("{id}-more"));
    let described = more_id.clone();
    view! {
        <div class="pf-v6-c-check">
            <input
                class="pf-v6-c-check__input"
                type="checkbox"
                id=id
                disabled=disabled
                aria-describedby=described
                prop:checked=on
                on:change=move |event| on_tick.run(checked(&event))
            />
            <label class="pf-v6-c-check__label" class:pf-m-disabled=disabled class:pf-v6-screen-reader=hide_label for=label_for>{label}</label>
            <span class="pf-v6-c-check__description" id=more_id>{more}</span>
        </div>
    }
}

fn checked(event: &web_sys::Event) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok())
        .is_some_and(|input| input.checked())
}
