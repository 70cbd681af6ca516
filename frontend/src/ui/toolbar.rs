//! What stands above a list: search, filters, acts.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::{Icon, Shape};

/// A row of items that wraps.
#[component]
pub fn Toolbar(
    /// The items.
    children: Children,
) -> impl IntoView {
    view! { <div class="app-toolbar">{children()}</div> }
}

/// A box to search in. Reports while typing, but not while an input method is composing.
#[component]
pub fn SearchBox(
    /// The id of the input.
    #[prop(into)]
    id: String,
    /// What is searched, when read out and as the hint in the empty box.
    #[prop(into)]
    name: Signal<String>,
    /// What the box shows.
    #[prop(into)]
    value: Signal<String>,
    /// Told what to look for.
    #[prop(into)]
    on_search: Callback<String>,
) -> impl IntoView {
    let composing = StoredValue::new(false);
    let report = move |event: &web_sys::Event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        on_search.run(input.map(|input| input.value()).unwrap_or_default());
    };
    view! {
        <div class="pf-v6-c-text-input-group app-search" role="search">
            <div class="pf-v6-c-text-input-group__main pf-m-icon">
                <span class="pf-v6-c-text-input-group__text">
                    <span class="pf-v6-c-text-input-group__icon"><Icon shape=Shape::Search /></span>
                    <input
                        class="pf-v6-c-text-input-group__text-input"
                        type="search"
                        id=id
                        aria-label=name
                        placeholder=name
                        autocomplete="off"
                        prop:value=value
                        on:compositionstart=move |_| composing.set_value(true)
                        on:compositionend=move |event| { composing.set_value(false); report(&event); }
                        on:input=move |event| if !composing.get_value() { report(&event); }
                    />
                </span>
            </div>
        </div>
    }
}
