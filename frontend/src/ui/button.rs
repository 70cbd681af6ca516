//! Buttons.

use leptos::prelude::*;

use super::{Icon, Shape};

/// How much a button stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The one thing to do here.
    Primary,
    /// One of several things to do.
    #[default]
    Secondary,
    /// As quiet as text.
    Link,
    /// Only an icon.
    Plain,
    /// Destroys something.
    Danger,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "pf-v6-c-button pf-m-primary",
            Self::Secondary => "pf-v6-c-button pf-m-secondary",
            Self::Link => "pf-v6-c-button pf-m-link",
            Self::Plain => "pf-v6-c-button pf-m-plain",
            Self::Danger => "pf-v6-c-button pf-m-danger",
        }
    }
}

/// A button. Its label is always there; with [`Look::Plain`] it is read out, not shown.
///
/// While `busy`, it says so and does nothing, but keeps the keyboard focus.
#[component]
pub fn Button(
    /// What it does.
    #[prop(into)]
    label: Signal<String>,
    /// Does it.
    #[prop(into)]
    on_click: Callback<()>,
    /// How much it stands out.
    #[prop(optional)]
    look: Look,
    /// An icon before the label.
    #[prop(optional, into)]
    icon: Option<Signal<Shape>>,
    /// Whether it cannot be used now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether it is at work.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Its id, where something refers to it.
    #[prop(optional, into)]
    id: Option<String>,
    /// Whether it is as small as its text.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    let idle = move || !busy.get_untracked() && !disabled.get_untracked();
    view! {
        <button
            type="button"
            id=id
            class=look.class()
            class:pf-m-small=small
            class:pf-m-progress=move || busy.get()
            class:pf-m-in-progress=move || busy.get()
            aria-label=move || (look == Look::Plain).then(|| label.get())
            title=move || (look == Look::Plain).then(|| label.get())
            aria-disabled=move || busy.get().then_some("true")
            disabled=disabled
            on:click=move |_| {
                if idle() {
                    on_click.run(());
                }
            }
        >
            {icon.map(|shape| view! { <span class="pf-v6-c-button__icon pf-m-start"><Icon shape /></span> })}
            {(look != Look::Plain).then(|| view! { <span class="pf-v6-c-button__text">{label}</span> })}
        </button>
    }
}
