//! The activity record of one operation, live.

use leptos::prelude::*;
use slipway_api::{Change, OperationState, OperationView, StepState, StepView, Topic};

use super::operations::{StateBadge, title};
use crate::address::{self, Address};
use crate::frame::Page;
use crate::load::{Loaded, States};
use crate::ui::{Ago, Alert, Crumb, DescriptionList, Fact, Moment, Progress, ProgressStep, StepLook, Tone};
use crate::{api, say, stream, words};

/// The page of an operation.
#[component]
pub fn OperationPage() -> impl IntoView {
    let id = address::subject(|address| match address {
        Address::Operation(id) => Some(id),
        _ => None,
    });
    let operation = Loaded::<OperationView>::new();
    let fetch = move || {
        let id = id.get_untracked();
        operation.fetch(async move { api::operation(&id).await });
    };
    Effect::new(move |_| {
        let id = id.get();
        operation.clear();
        fetch();
        stream::listen(&Topic::Operation { id }, move |change| {
            if let Change::Operation { operation: now } = change {
                operation.put(now.as_ref().clone());
            }
        });
    });
    let name =
        Memo::new(move |_| operation.with(|found| found.map(|found| (found.kind, found.name.clone()))));
    let heading = Signal::derive(move || match name.get() {
        Some((kind, name)) => title(kind, name)(),
        None => say!(pages.operations.record).to_owned(),
    });
    let crumbs = vec![
        Crumb::link(words!(pages.operations.title), "/operations"),
        Crumb::here(heading),
    ];
    view! {
        <Page title=heading crumbs>
            <States of=operation retry=move |()| fetch()>
                {move || operation.get().map(|operation| view! { <OperationRecord operation /> })}
            </States>
        </Page>
    }
}

/// What an operation has done so far, and what comes next.
#[component]
pub fn OperationRecord(
    /// The operation.
    operation: OperationView,
) -> impl IntoView {
    let OperationView {
        cluster,
        namespace,
        workload,
        name,
        state,
        failure,
        person,
        draft,
        steps,
        created_at,
        finished_at,
        ..
    } = operation;
    let app = format!("/c/{cluster}/apps/{namespace}/{}/{name}", workload.to_lowercase());
    let place = format!("{cluster} / {namespace}");
    view! {
        <div class="app-sections">
            <Outcome state failure />
            <div class="app-acts">
                {(state == OperationState::Succeeded).then(|| view! {
                    <a href=app class="pf-v6-c-button pf-m-primary">
                        <span class="pf-v6-c-button__text">{words!(pages.operations.open_app)}</span>
                    </a>
                })}
                {draft.filter(|_| state != OperationState::Succeeded).map(|draft| view! {
                    <a href=format!("/drafts/{draft}") class="pf-v6-c-button pf-m-secondary">
                        <span class="pf-v6-c-button__text">{words!(pages.operations.open_draft)}</span>
                    </a>
                })}
            </div>
            <DescriptionList>
                <Fact term=words!(pages.operations.state)><StateBadge state /></Fact>
                <Fact term=words!(pages.operations.place)>{place}</Fact>
                <Fact term=words!(pages.operations.person)>{person}</Fact>
                <Fact term=words!(pages.operations.started)><Moment at=created_at /></Fact>
                {finished_at.map(|at| view! { <Fact term=words!(pages.operations.ended)><Moment at /></Fact> })}
                {finished_at.map(|at| view! { <Fact term=words!(pages.operations.took)>{took(at - created_at)}</Fact> })}
            </DescriptionList>
            <section>
                <h2 class="pf-v6-c-title pf-m-lg">{words!(pages.operations.steps)}</h2>
                <Progress name=words!(pages.operations.steps)>
                    {steps.into_iter().map(|step| view! { <Step step /> }).collect_view()}
                </Progress>
            </section>
        </div>
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "seconds, with one digit after the point"
)]
fn took(milliseconds: i64) -> impl Fn() -> String + Clone + Send + 'static {
    let seconds = format!("{:.1}", milliseconds as f64 / 1000.0);
    move || say!(pages.operations.seconds, seconds = seconds.clone())
}

#[component]
fn Outcome(state: OperationState, failure: Option<String>) -> impl IntoView {
    let tone = match state {
        OperationState::Queued | OperationState::Running => Tone::Info,
        OperationState::Succeeded => Tone::Success,
        OperationState::Undoing | OperationState::Undone => Tone::Warning,
        OperationState::Stopped | OperationState::Stuck => Tone::Danger,
    };
    let sentence = move || match state {
        OperationState::Queued => say!(pages.operations.queued_more),
        OperationState::Running => say!(pages.operations.running_more),
        OperationState::Undoing => say!(pages.operations.undoing_more),
        OperationState::Succeeded => say!(pages.operations.succeeded_more),
        OperationState::Undone => say!(pages.operations.undone_more),
        OperationState::Stopped => say!(pages.operations.stopped_more),
        OperationState::Stuck => say!(pages.operations.stuck_more),
    };
    // The sentence for what was undone says already that something was refused.
    let failure = failure.filter(|code| {
        !(code == "refused" && matches!(state, OperationState::Undone | OperationState::Undoing))
    });
    view! {
        <Alert tone title=sentence>
            {failure.map(|code| view! { <p>{words!(pages.operations.reason)} ": " {move || reason(&code)}</p> })}
        </Alert>
    }
}

/// Why an operation did not succeed. A code that is not known here is shown as it is.
fn reason(code: &str) -> String {
    let sentence = match code {
        "refused" => say!(pages.operations.failure_refused),
        "name_taken" => say!(pages.operations.failure_name_taken),
        "permission_lost" => say!(pages.operations.failure_permission_lost),
        "missing" => say!(pages.operations.failure_missing),
        "cluster_replaced" => say!(pages.operations.failure_cluster_replaced),
        "cluster_removed" => say!(pages.operations.failure_cluster_removed),
        "cluster_unreachable" => say!(pages.operations.failure_cluster_unreachable),
        "cluster_credentials_refused" => say!(pages.operations.failure_credentials_refused),
        other => return other.to_owned(),
    };
    sentence.to_owned()
}

#[component]
fn Step(step: StepView) -> impl IntoView {
    let look = match step.state {
        StepState::Pending | StepState::Skipped => StepLook::Pending,
        StepState::Sent => StepLook::Current,
        StepState::Done => StepLook::Done,
        StepState::Refused => StepLook::Failed,
        StepState::Undone => StepLook::Warning,
    };
    let (state, outcome, attempts) = (step.state, step.outcome.unwrap_or_default(), step.attempts);
    view! {
        <ProgressStep title=format!("{} {}", step.kind, step.name) look state=move || step_word(state, &outcome)>
            {step.finished_at.map(|at| view! { <Ago at /> })}
            {(attempts > 1).then(|| view! { <span>" · " {move || say!(pages.operations.attempts, count = attempts)}</span> })}
            {step.message.map(|message| view! { <p class="app-reason__words" lang="en">{message}</p> })}
        </ProgressStep>
    }
}

/// What became of an object.
fn step_word(state: StepState, outcome: &str) -> &'static str {
    match (state, outcome) {
        (StepState::Refused, "name_taken") => say!(pages.operations.step_name_taken),
        (_, "kept_changed_by_others") => say!(pages.operations.step_kept_changed),
        (_, "kept_not_allowed") => say!(pages.operations.step_kept_not_allowed),
        (_, "kept_refused") => say!(pages.operations.step_kept_refused),
        (StepState::Skipped, "not_reached") => say!(pages.operations.step_not_reached),
        (StepState::Skipped, "kind_missing") => say!(pages.operations.step_kind_missing),
        (StepState::Skipped, "canary_missing") => say!(pages.operations.step_canary_missing),
        (StepState::Done, "released") => say!(pages.operations.step_released),
        (StepState::Pending, _) => say!(pages.operations.step_pending),
        (StepState::Sent, _) => say!(pages.operations.step_sent),
        (StepState::Done, _) => say!(pages.operations.step_done),
        (StepState::Refused, _) => say!(pages.operations.step_refused),
        (StepState::Undone, _) => say!(pages.operations.step_undone),
        (StepState::Skipped, _) => say!(pages.operations.step_skipped),
    }
}
