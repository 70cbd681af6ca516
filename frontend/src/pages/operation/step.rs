//! One step of an operation: its object, what was asked of the cluster, and what came of it.

use leptos::prelude::*;
use slipway_api::{StepState, StepView};

use crate::change::{remover, step_word, verb_word};
use crate::ui::{Ago, ProgressStep, StepLook};
use crate::wizard::kind_text;
use crate::{say, words};

/// One step.
#[component]
pub(super) fn Step(
    /// The step.
    step: StepView,
) -> impl IntoView {
    let look = look(step.state, step.outcome.as_deref());
    let (state, outcome, verb, attempts) = (step.state, step.outcome, step.verb, step.attempts);
    let (kind, name) = (step.kind, step.name);
    let title = Signal::derive(move || kind_text::named(&kind, &name));
    let kept = outcome.clone();
    let word = Signal::derive(move || step_word(state, outcome.as_deref()));
    let took = step
        .sent_at
        .zip(step.finished_at)
        .map(|(sent, ended)| (ended - sent).max(0));
    view! {
        <ProgressStep title look state=word>
            <p class="app-step">
                <span>{move || verb_word(verb)}</span>
                {(!step.request.is_empty()).then(|| view! { <code class="app-value">{step.request}</code> })}
                {step.finished_at.map(|at| view! { <Ago at /> })}
                {took.map(|took| view! { <span>{move || say!(change.record.milliseconds, count = took)}</span> })}
                {(attempts > 1).then(|| view! { <span>{move || say!(pages.operations.attempts, count = attempts)}</span> })}
            </p>
            {step.uid.map(|uid| view! {
                <p class="app-step"><span>{words!(change.record.uid)}</span><code class="app-value">{uid}</code></p>
            })}
            {step.message.map(|message| view! { <p class="app-reason__words" lang="en">{message}</p> })}
            {move || remover(kept.as_deref()).map(|who| view! { <p class="app-step">{who}</p> })}
        </ProgressStep>
    }
}

fn look(state: StepState, outcome: Option<&str>) -> StepLook {
    match (state, outcome) {
        (StepState::Pending | StepState::Skipped, _) => StepLook::Pending,
        (StepState::Sent, _) => StepLook::Current,
        (StepState::Done, Some(kept)) if kept.starts_with("kept_") => StepLook::Warning,
        (StepState::Done, _) => StepLook::Done,
        (StepState::Refused, _) => StepLook::Failed,
        (StepState::Undone, _) => StepLook::Warning,
    }
}
