//! What is wrong or doubtful; each line leads to its field.

use leptos::prelude::*;
use slipway_model::Issue;

use crate::ui::{EmptyState, Icon, Shape};
use crate::wizard::form::{fix, use_form};
use crate::wizard::{field_text, issue_text};
use crate::{say, words};

/// The list.
#[component]
pub(super) fn Problems() -> impl IntoView {
    let form = use_form();
    let is_empty = Memo::new(move |_| form.issues.with(Vec::is_empty));
    let sorted = move || {
        let mut issues = form.issues.get();
        issues.sort_by_key(|issue| !issue.is_error());
        issues
    };
    move || {
        if is_empty.get() {
            view! { <EmptyState shape=Shape::Good title=words!(wizard.side.no_problems) body=words!(wizard.side.no_problems_more) /> }.into_any()
        } else {
            view! {
                <ul class="wizard-problems" role="list">
                    {move || sorted().into_iter().map(|issue| view! { <Line issue /> }).collect_view()}
                </ul>
            }
            .into_any()
        }
    }
}

#[component]
fn Line(issue: Issue) -> impl IntoView {
    let form = use_form();
    let place = form.now(|draft| field_text::place(draft, &issue.field));
    let sentence = issue_text::sentence(&issue);
    let is_error = issue.is_error();
    let fix = fix(&issue.problem).map(|text| {
        let (field, text) = (issue.field.clone(), text.to_owned());
        let label = say!(wizard.field.fix, text = text.clone()).to_string();
        view! {
            <button type="button" class="pf-v6-c-button pf-m-link pf-m-inline" on:click=move |_| form.write(&field, &text)>
                <span class="pf-v6-c-button__text">{label}</span>
            </button>
        }
    });
    let field = issue.field;
    view! {
        <li class="wizard-problem" class:wizard-problem--error=is_error>
            <span class="wizard-problem__icon"><Icon shape=if is_error { Shape::Danger } else { Shape::Warning } /></span>
            <div>
                <button type="button" class="wizard-problem__go" on:click=move |_| form.go_to(&field)>
                    <span class="wizard-problem__place">
                        <span class="pf-v6-screen-reader">{if is_error { say!(wizard.side.error) } else { say!(wizard.side.warning) }}": "</span>
                        {place}
                    </span>
                    <span class="wizard-problem__what">{sentence}</span>
                </button>
                {fix}
            </div>
        </li>
    }
}
