//! The side panel: problems, checks, objects and YAML at any time. It is the review.

mod changes;
mod checks;
mod nothing;
mod objects;
mod problems;
mod yaml;

use leptos::prelude::*;
use slipway_api::PlanView;

use super::autosave::use_autosave;
use super::changing::use_changing;
use super::create::use_create;
use super::form::use_form;
use crate::api;
use crate::browser;
use crate::load::Loaded;
use crate::ui::{Tab, TabPanel, Tabs};
use crate::words;
use changes::Changes;
use checks::Checks;
use objects::Objects;
use problems::Problems;
use yaml::Yaml;

const PROBLEMS: &str = "side-problems";
const CHECKS: &str = "side-checks";
const OBJECTS: &str = "side-objects";
const YAML: &str = "side-yaml";

/// Moves the keyboard to the tab that is shown.
pub(crate) fn focus() {
    if let Ok(Some(tab)) = document().query_selector("#review [role=tab][aria-selected=true]") {
        browser::focus(&tab.id());
    }
}

/// The four tabs. Until one is chosen by hand the panel leads with what stands in the way, else with what will be made.
#[component]
pub(crate) fn Side() -> impl IntoView {
    let form = use_form();
    let chosen = RwSignal::new(None::<&'static str>);
    let leading = follow_leading();
    let current = Memo::new(move |_| chosen.get().unwrap_or_else(|| leading.get()));
    let plan = follow_plan();
    let changing = use_changing();
    Effect::new(move |_| {
        if changing.sent_to_objects.get() > 0 {
            chosen.set(Some(OBJECTS));
            request_animation_frame(|| browser::focus(OBJECTS));
        }
    });
    let count = Memo::new(move |_| form.issues.with(Vec::len));
    let tabs = vec![
        Tab::new(PROBLEMS, words!(wizard.side.problems)).counting(count),
        Tab::new(CHECKS, words!(wizard.side.checks)),
        Tab::new(OBJECTS, words!(wizard.side.objects)),
        Tab::new(YAML, words!(wizard.side.yaml)),
    ];
    let shown = Signal::derive(move || current.get().to_owned());
    let to_problems = Callback::new(move |()| {
        chosen.set(Some(PROBLEMS));
        browser::focus(PROBLEMS);
    });
    view! {
        <Tabs name=words!(wizard.side.title) tabs current=shown on_choose=move |id| chosen.set(Some(id)) />
        {move || match current.get() {
            CHECKS => view! { <TabPanel id=CHECKS><Checks /></TabPanel> }.into_any(),
            OBJECTS if changing.is_change() => view! { <TabPanel id=OBJECTS><Changes to_problems /></TabPanel> }.into_any(),
            OBJECTS => view! { <TabPanel id=OBJECTS><Objects plan to_problems /></TabPanel> }.into_any(),
            YAML => view! { <TabPanel id=YAML><Yaml plan to_problems /></TabPanel> }.into_any(),
            _ => view! { <TabPanel id=PROBLEMS><Problems /></TabPanel> }.into_any(),
        }}
    }
}

/// The tab to lead with. Decided anew after each save and each refusal, not at every key: half a word is wrong too.
fn follow_leading() -> RwSignal<&'static str> {
    let (form, autosave, create) = (use_form(), use_autosave(), use_create());
    let leading = RwSignal::new(PROBLEMS);
    Effect::new(move |_| {
        autosave.revision.track();
        create.state.track();
        create.outcome.track();
        leading.set(lead(form.first_shown_error().is_some()));
    });
    leading
}

fn lead(has_errors: bool) -> &'static str {
    if has_errors { PROBLEMS } else { OBJECTS }
}

/// The plan of what the server has, read again after each save.
fn follow_plan() -> Loaded<PlanView> {
    let autosave = use_autosave();
    let plan = Loaded::new();
    Effect::new(move |_| {
        let revision = autosave.revision.get();
        if let Some(id) = autosave.draft.get().filter(|_| revision.is_some()) {
            plan.fetch(async move { api::draft_plan(&id).await });
        }
    });
    plan
}
