//! What saving a draft of a running app changes: each object, what that destroys, and what has to be agreed to.

use leptos::prelude::*;
use slipway_api::{ChangesView, ObjectChange};
use slipway_model::Issue;

use crate::change::{
    Agree, Consequences, Export, FieldTable, Managed, Naming, ObjectChanges, Questions, diff_text, failure,
    softened,
};
use crate::ui::{Alert, Button, EmptyState, Look, Shape, Skeleton, Tone};
use crate::wizard::autosave::use_autosave;
use crate::wizard::changing::{Changing, use_changing};
use crate::wizard::form::use_form;
use crate::wizard::{field_text, issue_text};
use crate::{say, words};

/// The changes, asked for anew after each save.
#[component]
pub(super) fn Changes(to_problems: Callback<()>) -> impl IntoView {
    let changing = use_changing();
    let (form, autosave) = (use_form(), use_autosave());
    let has_errors = Memo::new(move |_| form.has_errors());
    Effect::new(move |_| {
        let saved = autosave.revision.get().is_some();
        if saved && !has_errors.get() {
            changing.ask();
        }
    });
    let there = Memo::new(move |_| changing.view.with(|view| view.is_some()));
    let failed = Memo::new(move |_| changing.view.failure());
    move || {
        if has_errors.get() {
            view! { <Errors to_problems /> }.into_any()
        } else if let Some(why) = failed.get() {
            view! {
                <Alert tone=Tone::Warning title=Signal::derive(move || failure(&why))>
                    <Button label=words!(change.act.again) look=Look::Link on_click=move |()| changing.ask() />
                </Alert>
            }
            .into_any()
        } else if there.get() {
            view! { <Shown changing /> }.into_any()
        } else {
            view! { <p class="wizard-note">{words!(change.wizard.reading)}</p><Skeleton lines=4 /> }
                .into_any()
        }
    }
}

#[component]
fn Errors(to_problems: Callback<()>) -> impl IntoView {
    let form = use_form();
    let count = Memo::new(move |_| form.errors());
    let body = Signal::derive(move || say!(change.wizard.errors, count = count.get()));
    view! {
        <EmptyState shape=Shape::Boxes title=words!(wizard.side.no_objects) body>
            <Button label=words!(wizard.side.show_problems) look=Look::Link on_click=to_problems />
        </EmptyState>
    }
}

/// The answer. Its parts are drawn anew only when they differ, so that a tick keeps the focus.
#[component]
fn Shown(changing: Changing) -> impl IntoView {
    let form = use_form();
    let naming = move || Naming::of(form.now(Clone::clone));
    let view = changing.view;
    let moved = view.part(|view| (view.current != view.opened_on).then_some((view.opened_on, view.current)));
    let managed = view.part(|view| view.managed_by.clone().map(|who| (who, view.objects.clone())));
    let foreign = view.part(|view| view.found);
    let consequences = view.part(|view| view.consequences.clone());
    let objects = view.part(|view| view.objects.clone());
    let fields = view.part(|view| view.fields.clone());
    let issues = view.part(|view| view.issues.iter().cloned().map(softened).collect::<Vec<Issue>>());
    let questions = view.part(|view: &ChangesView| Questions::from(view));
    let nothing = Memo::new(move |_| objects.with(Vec::is_empty) && fields.with(Vec::is_empty));
    view! {
        <div class="wizard-changes" aria-busy=move || view.busy().get().to_string()>
            {move || moved.get().map(|(opened_on, current)| view! { <Moved changing opened_on current /> })}
            {move || managed.get().map(|(who, objects)| view! { <ManagedBy who objects /> })}
            {move || foreign.get().then(|| view! {
                <Alert tone=Tone::Info title=words!(change.wizard.foreign)><p>{words!(change.wizard.foreign_more)}</p></Alert>
            })}
            {move || view! { <Consequences consequences=consequences.get() /> }}
            {move || view! { <Agree questions=questions.get() ticks=changing.ticks naming=naming() /> }}
            {move || view! { <Issues issues=issues.get() /> }}
            {move || if nothing.get() {
                view! { <EmptyState shape=Shape::Good title=words!(change.wizard.nothing_title) body=words!(change.wizard.nothing) /> }.into_any()
            } else {
                view! {
                    <p class="wizard-note">{words!(change.wizard.objects_help)}</p>
                    <ObjectChanges objects=objects.get() />
                    <h3 class="pf-v6-c-title pf-m-md">{words!(change.fields.title)}</h3>
                    <FieldTable fields=fields.get() naming=naming() />
                }.into_any()
            }}
        </div>
    }
}

/// The app is not as it was when the draft was opened.
#[component]
fn Moved(changing: Changing, opened_on: u64, current: u64) -> impl IntoView {
    let title = Signal::derive(move || say!(change.wizard.moved, opened_on = opened_on, current = current));
    view! {
        <Alert tone=Tone::Warning title>
            <Button label=words!(change.wizard.bring_together) look=Look::Link on_click=move |()| changing.merging.set(true) />
        </Alert>
    }
}

#[component]
fn ManagedBy(who: String, objects: Vec<ObjectChange>) -> impl IntoView {
    let name = use_form().now(|draft| draft.basics.name.text().to_owned());
    view! {
        <Managed who>
            {(!objects.is_empty()).then(|| view! {
                <Export label=words!(change.managed.export) file=format!("{name}.diff") text=diff_text(&objects) primary=true />
            })}
        </Managed>
    }
}

/// What the server finds wrong or doubtful about the change; each line leads to its field.
#[component]
fn Issues(issues: Vec<Issue>) -> impl IntoView {
    if issues.is_empty() {
        return ().into_any();
    }
    let tone = if issues.iter().any(Issue::is_error) {
        Tone::Danger
    } else {
        Tone::Warning
    };
    let lines = issues
        .into_iter()
        .map(|issue| view! { <IssueLine issue /> })
        .collect_view();
    view! {
        <Alert tone title=words!(change.wizard.issues)>
            <ul class="wizard-links" role="list">{lines}</ul>
        </Alert>
    }
    .into_any()
}

#[component]
fn IssueLine(issue: Issue) -> impl IntoView {
    let form = use_form();
    let issue = StoredValue::new(issue);
    let place = Signal::derive(move || {
        issue.with_value(|issue| form.now(|draft| field_text::place(draft, &issue.field)))
    });
    let sentence = move || issue.with_value(issue_text::sentence);
    let go = move |()| issue.with_value(|issue| form.go_to(&issue.field));
    let placed = issue.with_value(|issue| !issue.field.is_empty());
    view! {
        <li>
            {placed.then(|| view! { <Button label=place look=Look::Link small=true on_click=go /> " " })}
            {sentence}
        </li>
    }
}
