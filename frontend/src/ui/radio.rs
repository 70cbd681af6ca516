//! One of several.

use leptos::prelude::*;

/// One of several things that exclude each other; those with the same `group` belong together.
#[component]
pub fn Radio(
    /// The id of the input.
    #[prop(into)]
    id: String,
    /// The name of the group.
    #[prop(into)]
    group: String,
    /// What is chosen.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is chosen.
    #[prop(into)]
    on: Signal<bool>,
    /// Told when it is chosen.
    #[prop(into)]
    on_choose: Callback<()>,
) -> impl IntoView {
    let label_for = id.clone();
    view! {
        <div class="pf-v6-c-radio">
            <input class="pf-v6-c-radio__input" type="radio" id=id name=group prop:checked=on on:change=move |_| on_choose.run(()) />
            <label class="pf-v6-c-radio__label" for=label_for>{label}</label>
        </div>
    }
}
