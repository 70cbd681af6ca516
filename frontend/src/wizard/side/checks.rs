//! Checks 创建前检查: what the cluster would say, asked on demand.

mod line;
mod wording;

use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::{CheckState, CheckView, ChecksView};

use crate::api::{self, Failure};
use crate::ui::{Alert, Button, Look, Shape, Tone};
use crate::wizard::autosave::use_autosave;
use crate::wizard::form::use_form;
use crate::wizard::work::use_work;
use crate::{text, words};
use line::CheckLine;

/// The button, and what came of it.
#[component]
pub(super) fn Checks() -> impl IntoView {
    let form = use_form();
    let autosave = use_autosave();
    let checks = use_work().checks;
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let run = move |()| {
        busy.set(true);
        spawn_local(async move {
            let answer = match autosave.settle().await {
                Some((id, _)) => api::draft_checks(&id).await,
                None => Err(Failure::Unreachable),
            };
            let _ = busy.try_set(false);
            match answer {
                Ok(view) => {
                    form.answer(view.issues.clone());
                    let _ = checks.try_set(Some(view));
                    let _ = failure.try_set(None);
                }
                Err(failed) => {
                    if let Failure::Problem(problem) = &failed {
                        form.answer(problem.issues());
                    }
                    let _ = failure.try_set(Some(failed));
                }
            }
        });
    };
    let errors = Memo::new(move |_| form.has_errors());
    let outdated = move || {
        checks.with(|checks| {
            checks
                .as_ref()
                .is_some_and(|c| Some(c.revision) != autosave.revision.get())
        })
    };
    view! {
        <div class="wizard-checking">
        <p class="wizard-note">{words!(wizard.side.checks_help)}</p>
        {move || errors.get().then(|| view! { <p class="wizard-note">{words!(wizard.side.checks_need)}</p> })}
        <Button label=words!(wizard.side.run_checks) look=Look::Secondary icon=Shape::Progress busy disabled=errors on_click=run />
        {move || failure.get().map(|failed| view! {
            <Alert tone=Tone::Danger title=Signal::derive(move || text::failure(&failed)) />
        })}
        {move || outdated().then(|| view! { <p class="wizard-note">{words!(wizard.side.checks_outdated)}</p> })}
        <div aria-live="polite">
            {move || checks.get().map(|view| view! { <CheckList view /> })}
        </div>
        </div>
    }
}

#[component]
fn CheckList(view: ChecksView) -> impl IntoView {
    let counts = wording::Counts::of(&view.checks);
    let lines = lines(view.checks);
    view! {
        <p class="wizard-note">{move || wording::summary(counts)}</p>
        <ul class="wizard-checks" role="list">
            {lines.into_iter().map(|(check, count)| view! { <CheckLine check count /> }).collect_view()}
        </ul>
    }
}

/// The checks as they are shown: what passed in one line of each sort with its count, everything else by itself, the
/// worst first.
fn lines(checks: Vec<CheckView>) -> Vec<(CheckView, usize)> {
    let (passed, told): (Vec<_>, Vec<_>) = checks
        .into_iter()
        .partition(|check| check.state == CheckState::Passed);
    let mut lines: Vec<(CheckView, usize)> = told.into_iter().map(|check| (check, 1)).collect();
    lines.sort_by_key(|(check, _)| std::cmp::Reverse(check.state));
    let first = lines.len();
    for check in passed {
        match lines[first..]
            .iter_mut()
            .find(|(line, _)| line.code == check.code)
        {
            Some((line, count)) => {
                *count += 1;
                line.facts.extend(check.facts);
            }
            None => lines.push((
                CheckView {
                    object: None,
                    evidence: None,
                    ..check
                },
                1,
            )),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use slipway_api::{CheckCode, Fact, FactCode};

    use super::*;

    fn check(code: CheckCode, object: &str, state: CheckState) -> CheckView {
        let fact = Fact::new(FactCode::RoomFor, [("pods", object.to_owned())]);
        CheckView {
            code,
            object: Some(object.into()),
            state,
            evidence: None,
            facts: vec![fact],
            issues: Vec::new(),
        }
    }

    #[test]
    fn what_passed_is_told_in_one_line_and_everything_else_by_itself_the_worst_first() {
        let shown = lines(vec![
            check(CheckCode::Names, "Service a", CheckState::Passed),
            check(CheckCode::Names, "Service b", CheckState::Warning),
            check(CheckCode::Names, "Deployment c", CheckState::Passed),
            check(CheckCode::Rights, "Deployment c", CheckState::Passed),
            check(CheckCode::Quota, "ResourceQuota q", CheckState::Failed),
        ]);

        let told: Vec<_> = shown
            .iter()
            .map(|(check, count)| (check.code, check.object.as_deref(), *count, check.facts.len()))
            .collect();
        assert_eq!(
            told,
            [
                (CheckCode::Quota, Some("ResourceQuota q"), 1, 1),
                (CheckCode::Names, Some("Service b"), 1, 1),
                (CheckCode::Names, None, 2, 2),
                (CheckCode::Rights, None, 1, 1)
            ]
        );
    }
}
