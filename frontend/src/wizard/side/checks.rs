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
                        form.answer(problem.issues.clone());
                    }
                    let _ = failure.try_set(Some(failed));
                }
            }
        });
    };
    let errors = Memo::new(move |_| form.has_errors());
    let outdated = move || checks.with(|checks| checks.as_ref().is_some_and(|c| Some(c.revision) != autosave.revision.get()));
    view! {
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
    }
}

#[component]
fn CheckList(view: ChecksView) -> impl IntoView {
    view! {
        <ul class="wizard-checks" role="list">
            {view.checks.into_iter().map(|check| view! { <CheckLine check /> }).collect_view()}
        </ul>
    }
}

#[component]
fn CheckLine(check: CheckView) -> impl IntoView {
    let CheckView { code, object, state, evidence } = check;
    let (shape, class) = match state {
        CheckState::Passed => (Shape::Good, "wizard-check wizard-check--good"),
        CheckState::Warning | CheckState::CouldNotCheck => (Shape::Warning, "wizard-check wizard-check--doubtful"),
        CheckState::Failed => (Shape::Danger, "wizard-check wizard-check--wrong"),
    };
    view! {
        <li class=class>
            <span class="wizard-check__icon"><Icon shape /></span>
            <div>
                <span class="wizard-check__what">{move || check_name(&code)}</span>
                {object.map(|object| view! { " "<code>{object}</code> })}
                <span class="wizard-check__state">{move || state_word(state)}</span>
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
