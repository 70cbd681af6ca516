//! A word in a coloured pill.

use leptos::prelude::*;

use super::{Icon, Shape};

/// The colour of a badge. The word alone must be enough; the colour only helps to find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Neutral.
    Grey,
    /// Worth knowing.
    Blue,
    /// Good.
    Green,
    /// Doubtful.
    Orange,
    /// Wrong.
    Red,
    /// Not real.
    Purple,
}

impl Colour {
    fn class(self) -> &'static str {
        match self {
            Self::Grey => "",
            Self::Blue => "pf-m-blue",
            Self::Green => "pf-m-green",
            Self::Orange => "pf-m-orange",
            Self::Red => "pf-m-red",
            Self::Purple => "pf-m-purple",
        }
    }
}

/// A word in a coloured pill.
#[component]
pub fn Badge(
    /// The word.
    #[prop(into)]
    label: Signal<String>,
    /// The colour.
    #[prop(into)]
    colour: Signal<Colour>,
    /// An icon before the word.
    #[prop(optional, into)]
    icon: Option<Signal<Shape>>,
    /// What the word means, shown when pointed at.
    #[prop(optional, into)]
    meaning: Signal<String>,
) -> impl IntoView {
    view! {
        <span
            class=move || format!("pf-v6-c-label pf-m-compact {}", colour.get().class())
            title=move || Some(meaning.get()).filter(|text| !text.is_empty())
        >
            <span class="pf-v6-c-label__content">
                {icon.map(|shape| view! { <span class="pf-v6-c-label__icon"><Icon shape /></span> })}
                <span class="pf-v6-c-label__text">{label}</span>
            </span>
        </span>
    }
}
