//! The four steps on top. They can be entered in any order; each says how many problems stand on it.

use leptos::prelude::*;
use slipway_api::OperationState;

use super::changing::Changing;
use super::create::use_create;
use super::form::use_form;
use super::step::{Step, counts};
use crate::ui::{Icon, Shape};
use crate::{say, words};

/// What a step is called.
pub(crate) fn step_name(step: Step) -> &'static str {
    let changes = use_context::<Changing>().is_some_and(|changing| changing.is_change());
    match step {
        Step::Basics => say!(wizard.step.basics),
        Step::Containers => say!(wizard.step.containers),
        Step::Advanced => say!(wizard.step.advanced),
        Step::Done if changes => say!(change.wizard.done),
        Step::Done => say!(wizard.step.done),
    }
}

/// The steps.
#[component]
pub(crate) fn StepBar() -> impl IntoView {
    view! {
        <nav aria-label=words!(wizard.step.steps) class="wizard-steps">
            <ol class="wizard-steps__list" role="list">
                {Step::ALL.into_iter().map(|step| view! { <StepLink step /> }).collect_view()}
            </ol>
        </nav>
    }
}

#[component]
fn StepLink(step: Step) -> impl IntoView {
    let form = use_form();
    let create = use_create();
    let here = move || form.step.get() == step;
    let counted = Memo::new(move |_| form.issues.with(|issues| counts(issues, step)));
    // Nothing is called wrong that nobody has been to yet.
    let seen = RwSignal::new(false);
    Effect::new(move |_| {
        if form.has_attempted() || form.step.get() > step || (here() && form.has_left_on(step)) {
            seen.set(true);
        }
    });
    let errors = move || if seen.get() { counted.get().0 } else { 0 };
    let warnings = move || if seen.get() { counted.get().1 } else { 0 };
    let finished = move || match step {
        Step::Done => create.outcome.get() == Some(OperationState::Succeeded),
        _ => seen.get() && counted.get().0 == 0 && !here(),
    };
    let failed = move || {
        use OperationState::{Stopped, Stuck, Undone};
        create.operation.with(Option::is_some)
            && matches!(create.outcome.get(), Some(Undone | Stopped | Stuck))
    };
    let number = Step::ALL
        .iter()
        .position(|other| *other == step)
        .unwrap_or_default()
        + 1;
    view! {
        <li class="wizard-steps__item" class:wizard-steps__item--current=here class:wizard-steps__item--wrong=move || { errors() > 0 }>
            <button
                type="button"
                class="wizard-steps__link"
                aria-current=move || here().then_some("step")
                on:click=move |_| form.show(step)
            >
                <span class="wizard-steps__number" aria-hidden="true">
                    {move || if errors() > 0 || (step == Step::Done && failed()) {
                        view! { <Icon shape=Shape::Danger /> }.into_any()
                    } else if finished() {
                        view! { <Icon shape=Shape::Check /> }.into_any()
                    } else {
                        number.to_string().into_any()
                    }}
                </span>
                <span class="wizard-steps__text">
                    <span class="wizard-steps__name">{move || step_name(step)}</span>
                    <span class="wizard-steps__count">
                        {move || match (errors(), warnings()) {
                            (0, 0) => String::new(),
                            (0, warnings) => say!(wizard.step.hints, count = warnings).to_string(),
                            (errors, _) => say!(wizard.step.problems, count = errors).to_string(),
                        }}
                    </span>
                </span>
            </button>
        </li>
    }
}
