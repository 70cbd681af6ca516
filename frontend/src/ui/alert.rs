//! A message in the page.

use leptos::prelude::*;

use super::{Icon, Shape};

/// What kind of message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Worth knowing.
    Info,
    /// It went well.
    Success,
    /// Doubtful.
    Warning,
    /// It went wrong.
    Danger,
}

impl Tone {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Info => "pf-m-info",
            Self::Success => "pf-m-success",
            Self::Warning => "pf-m-warning",
            Self::Danger => "pf-m-danger",
        }
    }

    pub(super) fn shape(self) -> Shape {
        match self {
            Self::Info => Shape::Info,
            Self::Success => Shape::Good,
            Self::Warning => Shape::Warning,
            Self::Danger => Shape::Danger,
        }
    }
}

/// A message in the page: a title, and perhaps more and something to do.
#[component]
pub fn Alert(
    /// What kind it is.
    tone: Tone,
    /// What it says.
    #[prop(into)]
    title: Signal<String>,
    /// More about it, or something to do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let role = if tone == Tone::Danger { "alert" } else { "status" };
    view! {
        <div class=format!("pf-v6-c-alert pf-m-inline {}", tone.class()) role=role>
            <div class="pf-v6-c-alert__icon"><Icon shape=tone.shape() /></div>
            <p class="pf-v6-c-alert__title">{title}</p>
            {children.map(|children| view! { <div class="pf-v6-c-alert__description">{children()}</div> })}
        </div>
    }
}
