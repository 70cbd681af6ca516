//! A part of a step, with a heading, and notes in it.

use leptos::prelude::*;

/// A part of a step.
#[component]
pub(crate) fn Section(
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="wizard-section">
            <h3 class="pf-v6-c-title pf-m-md wizard-section__title">{title}</h3>
            <div class="pf-v6-c-form wizard-section__body">{children()}</div>
        </section>
    }
}

/// A quiet sentence between fields.
#[component]
pub(crate) fn Note(
    /// What it says.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    view! { <p class="wizard-note">{text}</p> }
}
