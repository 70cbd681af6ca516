//! One check: how it went, what was seen, and what it found, each leading to the field to fix.

use leptos::prelude::*;
use slipway_api::{CheckState, CheckView};
use slipway_model::Issue;

use super::wording;
use crate::say;
use crate::ui::{Icon, Shape};
use crate::wizard::form::use_form;
use crate::wizard::{field_text, issue_text};

#[component]
pub(super) fn CheckLine(check: CheckView, count: usize) -> impl IntoView {
    let CheckView {
        code,
        object,
        state,
        evidence,
        facts,
        issues,
    } = check;
    let (shape, class) = look(state);
    // What was found says it already, at its field.
    let evidence = evidence.filter(|_| issues.is_empty());
    view! {
        <li class=class>
            <span class="wizard-check__icon"><Icon shape /></span>
            <div>
                <span class="wizard-check__what">{move || wording::name(code)}</span>
                {object.map(|object| view! { " "<code>{object}</code> })}
                <span class="wizard-check__state">
                    {move || wording::state(state)}
                    {(count > 1).then(|| format!(" ({count})"))}
                </span>
                {facts
                    .into_iter()
                    .map(|fact| view! { <p class="wizard-check__evidence">{move || wording::fact(&fact)}</p> })
                    .collect_view()}
                {evidence.map(|evidence| view! { <p class="wizard-check__evidence">{evidence}</p> })}
                {(!issues.is_empty()).then(|| view! { <Findings issues /> })}
            </div>
        </li>
    }
}

fn look(state: CheckState) -> (Shape, &'static str) {
    match state {
        CheckState::Passed => (Shape::Good, "wizard-check wizard-check--good"),
        CheckState::CouldNotCheck => (Shape::Info, "wizard-check"),
        CheckState::Warning => (Shape::Warning, "wizard-check wizard-check--doubtful"),
        CheckState::Failed => (Shape::Danger, "wizard-check wizard-check--wrong"),
    }
}

#[component]
fn Findings(issues: Vec<Issue>) -> impl IntoView {
    view! {
        <ul class="wizard-check__findings" role="list">
            {issues.into_iter().map(|issue| view! { <li><Finding issue /></li> }).collect_view()}
        </ul>
    }
}

#[component]
fn Finding(issue: Issue) -> impl IntoView {
    let form = use_form();
    let place = form.now(|draft| field_text::place(draft, &issue.field));
    let label = say!(wizard.check.go, place = place).to_string();
    let sentence = issue_text::sentence(&issue);
    let field = issue.field;
    view! {
        <p>{sentence}</p>
        <button type="button" class="pf-v6-c-button pf-m-link pf-m-inline" on:click=move |_| form.go_to(&field)>
            <span class="pf-v6-c-button__text">{label}</span>
        </button>
    }
}
