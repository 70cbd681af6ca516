//! Step 4: what became of it 创建完成: each object live, then "created" and "running" apart.

mod following;
mod otherwise;
mod running;
mod steps;
mod undone;

use leptos::prelude::*;
use slipway_api::{AppKey, OperationKind, OperationState, OperationView};

use super::changing::use_changing;
use super::create::use_create;
use super::form::use_form;
use super::step::Step;
use super::work::use_work;
use crate::ui::{Alert, Button, EmptyState, Look, Shape, Skeleton, Tone};
use crate::{change, say, words};
use otherwise::Otherwise;
use running::Running;
use steps::Steps;
use undone::Undone;

/// The operation of the draft, if one was started.
#[component]
pub(crate) fn Done() -> impl IntoView {
    let create = use_create();
    move || match create.operation.get() {
        Some(id) => view! { <Started id /> }.into_any(),
        None => view! { <NotYet /> }.into_any(),
    }
}

#[component]
fn NotYet() -> impl IntoView {
    let form = use_form();
    let (title, body) = if use_changing().is_change() {
        (words!(change.wizard.not_yet), words!(change.wizard.not_yet_more))
    } else {
        (words!(wizard.done.not_yet), words!(wizard.done.not_yet_more))
    };
    view! {
        <EmptyState shape=Shape::Boxes title body>
            <Button label=words!(wizard.done.to_review) look=Look::Link on_click=move |()| form.show(Step::Advanced) />
        </EmptyState>
    }
}

#[component]
fn Started(id: String) -> impl IntoView {
    let operation = following::operation(&id);
    let state =
        Memo::new(move |_| operation.with(|operation| operation.as_ref().map(|operation| operation.state)));
    let outcome = use_create().outcome;
    Effect::new(move |_| outcome.set(state.get()));
    let receipt = format!("/operations/{id}");
    move || match state.get() {
        None => view! { <Skeleton lines=4 /> }.into_any(),
        Some(state) => {
            let receipt = receipt.clone();
            view! {
                <div class="wizard-done">
                    <Outcome state operation />
                    <Steps operation />
                    {matches!(state, OperationState::Undone | OperationState::Stuck | OperationState::Stopped)
                        .then(|| view! { <Undone operation /> })}
                    {(state == OperationState::Succeeded).then(|| view! {
                        <Otherwise operation />
                        <Running operation />
                    })}
                    <p class="wizard-done__links">
                        <a class="pf-v6-c-button pf-m-link pf-m-inline" href=receipt>{words!(wizard.done.receipt)}</a>
                        <Another />
                    </p>
                </div>
            }
            .into_any()
        }
    }
}

/// How it went, in one sentence.
#[component]
fn Outcome(state: OperationState, operation: RwSignal<Option<OperationView>>) -> impl IntoView {
    let counted = move || {
        operation.with(|operation| {
            let steps = operation
                .as_ref()
                .map(|operation| operation.steps.as_slice())
                .unwrap_or_default();
            let made = steps
                .iter()
                .filter(|step| step.state == slipway_api::StepState::Done)
                .count();
            (made, steps.len())
        })
    };
    let kind = operation.with_untracked(|operation| operation.as_ref().map(|operation| operation.kind));
    if let Some(kind) = kind.filter(|kind| *kind != OperationKind::Create) {
        if state == OperationState::Succeeded && is_otherwise(operation) {
            let title = Signal::derive(|| change::otherwise_more().to_owned());
            return view! { <Alert tone=Tone::Warning title /> };
        }
        let title = Signal::derive(move || change::outcome_more(kind, state).to_owned());
        return view! { <Alert tone=tone(state) title /> };
    }
    let title: Signal<String> = match state {
        OperationState::Queued => Signal::derive(|| say!(wizard.done.queued).to_owned()),
        OperationState::Running => Signal::derive(move || {
            let (made, all) = counted();
            say!(wizard.done.running, made = made, all = all).to_string()
        }),
        OperationState::Undoing => Signal::derive(|| say!(wizard.done.undoing).to_owned()),
        OperationState::Succeeded => {
            Signal::derive(move || say!(wizard.done.succeeded, all = counted().1).to_string())
        }
        OperationState::Undone => Signal::derive(|| say!(wizard.done.undone).to_owned()),
        OperationState::Stopped => Signal::derive(|| say!(wizard.done.stopped).to_owned()),
        OperationState::Stuck => Signal::derive(|| say!(wizard.done.stuck).to_owned()),
    };
    view! { <Alert tone=tone(state) title /> }
}

/// Whether the cluster made something otherwise than was asked for.
fn is_otherwise(operation: RwSignal<Option<OperationView>>) -> bool {
    operation.with_untracked(|operation| {
        operation
            .as_ref()
            .is_some_and(|operation| !operation.issues.is_empty())
    })
}

fn tone(state: OperationState) -> Tone {
    match state {
        OperationState::Queued | OperationState::Running => Tone::Info,
        OperationState::Undoing => Tone::Warning,
        OperationState::Succeeded => Tone::Success,
        OperationState::Undone | OperationState::Stopped | OperationState::Stuck => Tone::Danger,
    }
}

#[component]
fn Another() -> impl IntoView {
    let cluster = use_work().slug.get_value();
    view! { <a class="pf-v6-c-button pf-m-link pf-m-inline" href=format!("/c/{cluster}/create")>{words!(wizard.done.another)}</a> }
}

/// The address of the app an operation makes.
fn key(operation: &OperationView) -> AppKey {
    AppKey {
        cluster: operation.cluster.clone(),
        namespace: operation.namespace.clone(),
        kind: operation.workload.to_lowercase(),
        name: operation.name.clone(),
    }
}
