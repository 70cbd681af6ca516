//! The activity record of one operation, live.

use leptos::prelude::*;
use slipway_api::{Change, OperationState, OperationView, StepState, StepView, Topic};

use super::operations::{StateBadge, title};
use crate::address::{self, Address};
use crate::frame::Page;
use crate::load::{Loaded, States};
use crate::ui::{Ago, Alert, Crumb, DescriptionList, Fact, Moment, Progress, ProgressStep, StepLook, Tone};
use crate::{api, say, session, stream, words};

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
        stream::listen(&Topic::Operation { id }, Change::of_operation, move |change| {
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
                <OperationRecord operation />
            </States>
        </Page>
    }
}

/// What an operation has done so far, and what comes next. Each part is drawn anew only when it changes.
#[component]
fn OperationRecord(operation: Loaded<OperationView>) -> impl IntoView {
    let state = operation.part(|operation| Some(operation.state));
    let failure = operation.part(|operation| operation.failure.clone());
    let app = operation.part(app_href);
    let draft = operation.part(|operation| operation.draft.clone());
    let place = operation.part(|operation| format!("{} / {}", operation.cluster, operation.namespace));
    let person = operation.part(|operation| operation.person.clone());
    let started = operation.part(|operation| operation.created_at);
    let ended = operation.part(|operation| operation.finished_at);
    let steps = operation.part(|operation| operation.steps.clone());
    let succeeded = Memo::new(move |_| state.get() == Some(OperationState::Succeeded));
    let unused = move || draft.get().filter(|_| !succeeded.get());
    view! {
        <div class="app-sections">
            {move || state.get().map(|state| view! { <Outcome state failure=failure.get() /> })}
            <div class="app-acts">
                {move || succeeded.get().then(|| view! {
                    <a href=app class="pf-v6-c-button pf-m-primary">
                        <span class="pf-v6-c-button__text">{words!(pages.operations.open_app)}</span>
                    </a>
                })}
                {move || unused().map(|draft| view! {
                    <a href=format!("/drafts/{draft}") class="pf-v6-c-button pf-m-secondary">
                        <span class="pf-v6-c-button__text">{words!(pages.operations.open_draft)}</span>
                    </a>
                })}
            </div>
            <DescriptionList>
                <Fact term=words!(pages.operations.state)>{move || state.get().map(|state| view! { <StateBadge state /> })}</Fact>
                <Fact term=words!(pages.operations.place)>{place}</Fact>
                {session::has_names().then(|| view! { <Fact term=words!(pages.operations.person)>{person}</Fact> })}
                <Fact term=words!(pages.operations.started)><Moment at=started /></Fact>
                {move || ended.get().map(|at| view! {
                    <Fact term=words!(pages.operations.ended)><Moment at /></Fact>
                    <Fact term=words!(pages.operations.took)>{took(at - started.get())}</Fact>
                })}
            </DescriptionList>
            <section>
                <h2 class="pf-v6-c-title pf-m-lg">{words!(pages.operations.steps)}</h2>
                <Progress name=words!(pages.operations.steps)>
                    <For each=move || steps.get() key=|step| format!("{step:?}") let(step)><Step step /></For>
                </Progress>
            </section>
        </div>
    }
}

fn app_href(operation: &OperationView) -> String {
    let OperationView {
        cluster,
        namespace,
        workload,
        name,
        ..
    } = operation;
    format!("/c/{cluster}/apps/{namespace}/{}/{name}", workload.to_lowercase())
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
