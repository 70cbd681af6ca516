//! The activity record of one operation, live.

mod step;

use leptos::prelude::*;
use slipway_api::{Change, OperationKind, OperationState, OperationView, Topic, paths};
use slipway_model::Issue;

use super::operations::{StateBadge, revision_text};
use crate::address::{self, Address};
use crate::change::{Naming, app_href, app_key, app_list_href, otherwise_more, outcome_more, reason, title};
use crate::frame::Page;
use crate::load::{Loaded, States};
use crate::ui::{Alert, Crumb, DescriptionList, Fact, Moment, Progress, Tone};
use crate::wizard::issue_text;
use crate::{api, say, session, stream, words};
use step::Step;

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
        Some((kind, name)) => title(kind, &name),
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
    let state = operation.part(|operation| Some((operation.kind, operation.state)));
    let failure = operation.part(|operation| operation.failure.clone());
    let otherwise = operation.part(|operation| !operation.issues.is_empty());
    let place = operation.part(|operation| format!("{} / {}", operation.cluster, operation.namespace));
    let revision = operation.part(|operation| revision_text(operation.revision));
    let person = operation.part(|operation| operation.person.clone());
    let started = operation.part(|operation| operation.created_at);
    let ended = operation.part(|operation| operation.finished_at);
    let steps = operation.part(|operation| operation.steps.clone());
    view! {
        <div class="app-sections">
            {move || state.get().map(|(kind, state)| view! { <Outcome kind state otherwise=otherwise.get() failure=failure.get() /> })}
            <Refusals operation />
            <Onwards operation />
            <DescriptionList>
                <Fact term=words!(pages.operations.state)>
                    {move || state.get().map(|(kind, state)| view! { <StateBadge kind state /> })}
                </Fact>
                <Fact term=words!(change.record.revision)>{revision}</Fact>
                <Fact term=words!(pages.operations.place)>{place}</Fact>
                {session::has_names().then(|| view! { <Fact term=words!(pages.operations.person)>{person}</Fact> })}
                <Fact term=words!(pages.operations.started)><Moment at=started /></Fact>
                {move || ended.get().map(|at| view! {
                    <Fact term=words!(pages.operations.ended)><Moment at /></Fact>
                    <Fact term=words!(pages.operations.took)>{took(at - started.get())}</Fact>
                })}
            </DescriptionList>
            <section>
                <h2 class="pf-v6-c-title pf-m-lg">{words!(change.record.steps)}</h2>
                <Progress name=words!(change.record.steps)>
                    <For each=move || steps.get() key=|step| format!("{step:?}") let(step)><Step step /></For>
                </Progress>
            </section>
        </div>
    }
}

/// Where to go from here, and the record as a file.
#[component]
fn Onwards(operation: Loaded<OperationView>) -> impl IntoView {
    let app = operation.part(app_href);
    let apps = operation.part(app_list_href);
    let draft = operation.part(|operation| operation.draft.clone());
    let receipt = operation.part(|operation| operation.id.clone());
    let done =
        operation.part(|operation| (operation.state == OperationState::Succeeded).then_some(operation.kind));
    // An app that could not be created is not there; one that could not be changed is.
    let is_there = operation.part(|operation| match operation.kind {
        OperationKind::Create => operation.state == OperationState::Succeeded,
        OperationKind::Delete => operation.state != OperationState::Succeeded,
        OperationKind::Update | OperationKind::RollBack => true,
    });
    let unused = move || draft.get().filter(|_| done.get().is_none());
    view! {
        <div class="app-acts">
            {move || (done.get() == Some(OperationKind::Delete)).then(|| view! {
                <Way href=apps label=words!(change.record.to_apps) primary=true />
            })}
            {move || is_there.get().then(|| view! {
                <Way href=app label=words!(pages.operations.open_app) primary=done.get().is_some() />
            })}
            {move || unused().map(|draft| view! {
                <Way href=Signal::derive(move || format!("/drafts/{draft}")) label=words!(pages.operations.open_draft) primary=false />
            })}
            <a
                href=move || paths::operation_receipt(&receipt.get())
                download=move || format!("operation-{}.json", receipt.get())
                class="pf-v6-c-button pf-m-secondary"
            >
                <span class="pf-v6-c-button__text">{words!(change.record.download)}</span>
            </a>
        </div>
    }
}

#[component]
fn Way(
    #[prop(into)] href: Signal<String>,
    #[prop(into)] label: Signal<String>,
    primary: bool,
) -> impl IntoView {
    let class = if primary {
        "pf-v6-c-button pf-m-primary"
    } else {
        "pf-v6-c-button pf-m-secondary"
    };
    view! { <a href=href class=class><span class="pf-v6-c-button__text">{label}</span></a> }
}

/// What the cluster refused, or has made otherwise, at the field to blame. The rows of the draft are named as far as the revision holds them.
#[component]
fn Refusals(operation: Loaded<OperationView>) -> impl IntoView {
    let issues = operation.part(|operation| operation.issues.clone());
    move || {
        let issues = issues.get();
        (!issues.is_empty()).then(|| {
            let naming = Naming::none();
            operation.with(|operation| operation.map(|operation| name_rows(naming, operation)));
            let title = if issues.iter().any(Issue::is_error) {
                words!(change.record.issues)
            } else {
                words!(change.record.not_taken)
            };
            let lines = issues.into_iter().map(move |issue| {
                let field = issue.field.clone();
                view! {
                    <li><strong>{move || naming.place(&field)}</strong> " — " {move || issue_text::sentence(&issue)}</li>
                }
            });
            view! {
                <section>
                    <h2 class="pf-v6-c-title pf-m-lg">{title}</h2>
                    <ul class="app-list">{lines.collect_view()}</ul>
                </section>
            }
        })
    }
}

/// The rows are those of the draft it came from; of one that is gone, those of the revision before.
fn name_rows(naming: Naming, operation: &OperationView) {
    if let Some(draft) = operation.draft.clone() {
        naming.and_draft(draft);
    }
    naming.and_revision(&app_key(operation), operation.revision.saturating_sub(1));
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
fn Outcome(
    kind: OperationKind,
    state: OperationState,
    otherwise: bool,
    failure: Option<String>,
) -> impl IntoView {
    let otherwise = otherwise && state == OperationState::Succeeded && kind != OperationKind::Create;
    let tone = match state {
        _ if otherwise => Tone::Warning,
        OperationState::Queued | OperationState::Running => Tone::Info,
        OperationState::Succeeded => Tone::Success,
        OperationState::Undoing | OperationState::Undone => Tone::Warning,
        OperationState::Stopped | OperationState::Stuck => Tone::Danger,
    };
    // The sentence for what was undone says already that something was refused.
    let failure = failure.filter(|code| {
        !(code == "refused" && matches!(state, OperationState::Undone | OperationState::Undoing))
    });
    let sentence = move || {
        if otherwise {
            otherwise_more()
        } else {
            outcome_more(kind, state)
        }
    };
    view! {
        <Alert tone title=Signal::derive(move || sentence().to_owned())>
            {failure.map(|code| view! { <p>{words!(pages.operations.reason)} ": " {move || reason(&code)}</p> })}
        </Alert>
    }
}
