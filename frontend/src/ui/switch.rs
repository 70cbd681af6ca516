//! On or off.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A switch with its label beside it.
#[component]
pub fn Switch(
    /// The id of the input. In the wizard the path of the field.
    #[prop(into)]
    id: String,
    /// What is on or off.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is on.
    #[prop(into)]
    on: Signal<bool>,
    /// Told when it is switched.
    #[prop(into)]
    on_switch: Callback<bool>,
    /// Whether it cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let label_for = id.clone();
    view! {
        <label class="pf-v6-c-switch" for=label_for>
            <input
                class="pf-v6-c-switch__input"
                type="checkbox"
                role="switch"
                id=id
                disabled=disabled
                prop:checked=on
                on:change=move |event| on_switch.run(checked(&event))
            />
            <span class="pf-v6-c-switch__toggle"></span>
            <span class="pf-v6-c-switch__label">{label}</span>
        </label>
    }
}

fn checked(event: &web_sys::Event) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok())
        .is_some_and(|input| input.checked())
}
