//! Steps on the way to something, and how far each is.

use leptos::prelude::*;

use super::{Icon, Shape};

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepLook {
    /// Not begun.
    Pending,
    /// Under way.
    Current,
    /// Done.
    Done,
    /// Went wrong.
    Failed,
    /// Doubtful, or taken back.
    Warning,
}

impl StepLook {
    fn class(self) -> &'static str {
        match self {
            Self::Pending => "pf-m-pending",
            Self::Current => "pf-m-current pf-m-info",
            Self::Done => "pf-m-success",
            Self::Failed => "pf-m-danger",
            Self::Warning => "pf-m-warning",
        }
    }

    fn shape(self) -> Shape {
        match self {
            Self::Pending => Shape::Pending,
            Self::Current => Shape::Progress,
            Self::Done => Shape::Good,
            Self::Failed => Shape::Danger,
            Self::Warning => Shape::Warning,
        }
    }
}

/// A list of [`ProgressStep`]s, from top to bottom.
#[component]
pub fn Progress(
    /// What the list is, when read out.
    #[prop(into)]
    name: Signal<String>,
    /// The steps.
    children: Children,
) -> impl IntoView {
    view! { <ol class="pf-v6-c-progress-stepper pf-m-vertical" role="list" aria-label=name>{children()}</ol> }
}

/// One step.
#[component]
pub fn ProgressStep(
    /// What it is.
    #[prop(into)]
    title: Signal<String>,
    /// How far it is.
    #[prop(into)]
    look: Signal<StepLook>,
    /// How far it is, in words.
    #[prop(into)]
    state: Signal<String>,
    /// More about it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <li
            class=move || format!("pf-v6-c-progress-stepper__step {}", look.get().class())
            role="listitem"
            aria-current=move || (look.get() == StepLook::Current).then_some("step")
        >
            <div class="pf-v6-c-progress-stepper__step-connector">
                <span class="pf-v6-c-progress-stepper__step-icon"><Icon shape=Signal::derive(move || look.get().shape()) /></span>
            </div>
            <div class="pf-v6-c-progress-stepper__step-main">
                <div class="pf-v6-c-progress-stepper__step-title">
                    {title} <span class="app-step-state">{state}</span>
                </div>
                {children.map(|children| view! {
                    <div class="pf-v6-c-progress-stepper__step-description">{children()}</div>
                })}
            </div>
        </li>
    }
}
