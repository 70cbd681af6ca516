//! Checks 创建前检查: what the cluster would say, asked on demand.

use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::{CheckState, CheckView, ChecksView};

use crate::api::{self, Failure};
use crate::ui::{Alert, Button, Icon, Look, Shape, Tone};
use crate::wizard::autosave::use_autosave;
use crate::wizard::form::use_form;
use crate::wizard::work::use_work;
use crate::{say, text, words};

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
    let lines = lines(view.checks);
    view! {
        <ul class="wizard-checks" role="list">
            {lines.into_iter().map(|(check, count)| view! { <CheckLine check count /> }).collect_view()}
        </ul>
    }
}

/// The checks as they are shown: what passed in one line of each sort with its count, everything else by itself, first.
fn lines(checks: Vec<CheckView>) -> Vec<(CheckView, usize)> {
    let (passed, told): (Vec<_>, Vec<_>) = checks
        .into_iter()
        .partition(|check| check.state == CheckState::Passed);
    let mut lines: Vec<(CheckView, usize)> = told.into_iter().map(|check| (check, 1)).collect();
    let first = lines.len();
    for check in passed {
        match lines[first..]
            .iter_mut()
            .find(|(line, _)| line.code == check.code)
        {
            Some((_, count)) => *count += 1,
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

#[component]
fn CheckLine(check: CheckView, count: usize) -> impl IntoView {
    let CheckView {
        code,
        object,
        state,
        evidence,
    } = check;
    let (shape, class) = match state {
        CheckState::Passed => (Shape::Good, "wizard-check wizard-check--good"),
        CheckState::Warning | CheckState::CouldNotCheck => {
            (Shape::Warning, "wizard-check wizard-check--doubtful")
        }
        CheckState::Failed => (Shape::Danger, "wizard-check wizard-check--wrong"),
    };
    view! {
        <li class=class>
            <span class="wizard-check__icon"><Icon shape /></span>
            <div>
                <span class="wizard-check__what">{move || check_name(&code)}</span>
                {object.map(|object| view! { " "<code>{object}</code> })}
                <span class="wizard-check__state">
                    {move || state_word(state)}
                    {(count > 1).then(|| format!(" ({count})"))}
                </span>
                {evidence.map(|evidence| view! { <p class="wizard-check__evidence">{evidence}</p> })}
            </div>
        </li>
    }
}

fn check_name(code: &str) -> String {
    match code {
        "namespace" => say!(wizard.check.namespace),
        "names" => say!(wizard.check.names),
        "rights" => say!(wizard.check.rights),
        "dry_run" => say!(wizard.check.dry_run),
        "pod_dry_run" => say!(wizard.check.pod_dry_run),
        other => return other.to_owned(),
    }
    .to_owned()
}

fn state_word(state: CheckState) -> &'static str {
    match state {
        CheckState::Passed => say!(wizard.check.passed),
        CheckState::Warning => say!(wizard.check.warning),
        CheckState::Failed => say!(wizard.check.failed),
        CheckState::CouldNotCheck => say!(wizard.check.could_not),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, object: &str, state: CheckState) -> CheckView {
        CheckView {
            code: code.into(),
            object: Some(object.into()),
            state,
            evidence: None,
        }
    }

    #[test]
    fn what_passed_is_told_in_one_line_and_everything_else_by_itself() {
        let shown = lines(vec![
            check("names", "Service a", CheckState::Passed),
            check("names", "Service b", CheckState::Failed),
            check("names", "Deployment c", CheckState::Passed),
            check("rights", "Deployment c", CheckState::Passed),
        ]);

        let told: Vec<_> = shown
            .iter()
            .map(|(check, count)| (check.code.as_str(), check.object.as_deref(), *count))
            .collect();
        assert_eq!(
            told,
            [
                ("names", Some("Service b"), 1),
                ("names", None, 2),
                ("rights", None, 1)
            ]
        );
    }
}
