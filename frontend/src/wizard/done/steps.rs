//! The objects of an operation, live.

use leptos::prelude::*;
use slipway_api::{OperationKind, OperationState, OperationView, StepState, StepView};

use crate::change::{remover, step_word};
use crate::ui::{Progress, ProgressStep, StepLook};
use crate::wizard::kind_text;
use crate::{say, words};

/// One line for each object.
#[component]
pub(super) fn Steps(operation: RwSignal<Option<OperationView>>) -> impl IntoView {
    let positions = Memo::new(move |_| {
        operation.with(|operation| {
            operation
                .as_ref()
                .map(|o| o.steps.iter().map(|s| s.position).collect::<Vec<_>>())
                .unwrap_or_default()
        })
    });
    view! {
        <Progress name=words!(wizard.done.objects)>
            <For each=move || positions.get() key=|position| *position let(position)>
                <Line operation position />
            </For>
        </Progress>
    }
}

#[component]
fn Line(operation: RwSignal<Option<OperationView>>, position: u32) -> impl IntoView {
    let step = Memo::new(move |_| {
        operation.with(|operation| {
            operation
                .as_ref()?
                .steps
                .iter()
                .find(|step| step.position == position)
                .cloned()
        })
    });
    let goes_on = Memo::new(move |_| operation.with(|o| o.as_ref().is_some_and(|o| !o.state.is_final())));
    let undoing = Memo::new(move |_| {
        operation.with(|o| o.as_ref().is_some_and(|o| o.state == OperationState::Undoing))
    });
    let of =
        move |read: fn(&StepView) -> String| step.with(|step| step.as_ref().map(read).unwrap_or_default());
    let state = move || step.with(|step| step.as_ref().map_or(StepState::Pending, |step| step.state));
    let title = Signal::derive(move || {
        kind_text::named(&of(|step| step.kind.clone()), &of(|step| step.name.clone()))
    });
    let outcome = Memo::new(move |_| step.with(|step| step.as_ref().and_then(|step| step.outcome.clone())));
    let kept =
        Memo::new(move |_| outcome.with(|outcome| outcome.as_ref().is_some_and(|o| o.starts_with("kept_"))));
    let look = Signal::derive(move || match state() {
        StepState::Done if kept.get() => StepLook::Warning,
        StepState::Pending => StepLook::Pending,
        StepState::Sent if goes_on.get() => StepLook::Current,
        StepState::Done if undoing.get() => StepLook::Current,
        StepState::Done => StepLook::Done,
        StepState::Refused => StepLook::Failed,
        StepState::Sent | StepState::Undone | StepState::Skipped => StepLook::Warning,
    });
    let creates =
        Memo::new(move |_| operation.with(|o| o.as_ref().is_none_or(|o| o.kind == OperationKind::Create)));
    let word = Signal::derive(move || {
        if kept.get() || !creates.get() {
            return outcome.with(|outcome| step_word(state(), outcome.as_deref()));
        }
        match state() {
            StepState::Pending if goes_on.get() => say!(wizard.done.step_pending),
            StepState::Pending => say!(wizard.done.step_not_made),
            StepState::Sent => say!(wizard.done.step_sent),
            StepState::Done if undoing.get() => say!(wizard.done.step_taking_back),
            StepState::Done if of(|step| step.outcome.clone().unwrap_or_default()) == "released" => {
                say!(wizard.done.step_released)
            }
            StepState::Done => say!(wizard.done.step_done),
            StepState::Refused => say!(wizard.done.step_refused),
            StepState::Undone => say!(wizard.done.step_undone),
            StepState::Skipped => say!(wizard.done.step_skipped),
        }
        .to_owned()
    });
    view! {
        <ProgressStep title look state=word>
            {move || step.with(|step| step.as_ref().and_then(|step| step.message.clone())).map(|message| view! {
                <p class="wizard-done__message">{message}</p>
            })}
            {move || outcome.with(|outcome| remover(outcome.as_deref())).map(|who| view! {
                <p class="wizard-done__message">{who}</p>
            })}
        </ProgressStep>
    }
}
