//! Facts about one thing: a term and what it is.

use leptos::prelude::*;

/// A list of [`Fact`]s.
#[component]
pub fn DescriptionList(
    /// The facts.
    children: Children,
) -> impl IntoView {
    view! { <dl class="pf-v6-c-description-list pf-m-auto-fit app-facts">{children()}</dl> }
}

/// One fact.
#[component]
pub fn Fact(
    /// The term.
    #[prop(into)]
    term: Signal<String>,
    /// What it is.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="pf-v6-c-description-list__group">
            <dt class="pf-v6-c-description-list__term"><span class="pf-v6-c-description-list__text">{term}</span></dt>
            <dd class="pf-v6-c-description-list__description"><div class="pf-v6-c-description-list__text">{children()}</div></dd>
        </div>
    }
}
