//! The side panel: problems, checks, objects and YAML at any time. It is the review.

mod checks;
mod objects;
mod problems;
mod yaml;

use leptos::prelude::*;
use slipway_api::PlanView;

use super::autosave::use_autosave;
use super::form::use_form;
use crate::api;
use crate::browser;
use crate::load::Loaded;
use crate::ui::{Tab, TabPanel, Tabs};
use crate::{say, words};
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

/// The four tabs.
#[component]
pub(crate) fn Side() -> impl IntoView {
    let form = use_form();
    let current = RwSignal::new(OBJECTS);
    let plan = follow_plan();
    let count = Memo::new(move |_| form.issues.with(Vec::len));
    let problems = move || match count.get() {
        0 => say!(wizard.side.problems).to_owned(),
        count => say!(wizard.side.problems_count, count = count).to_string(),
    };
    let tabs = vec![
        Tab::new(PROBLEMS, problems),
        Tab::new(CHECKS, words!(wizard.side.checks)),
        Tab::new(OBJECTS, words!(wizard.side.objects)),
        Tab::new(YAML, words!(wizard.side.yaml)),
    ];
    let shown = Signal::derive(move || current.get().to_owned());
    view! {
        <Tabs name=words!(wizard.side.title) tabs current=shown on_choose=move |id| current.set(id) />
        {move || match current.get() {
            CHECKS => view! { <TabPanel id=CHECKS><Checks /></TabPanel> }.into_any(),
            OBJECTS => view! { <TabPanel id=OBJECTS><Objects plan /></TabPanel> }.into_any(),
            YAML => view! { <TabPanel id=YAML><Yaml plan /></TabPanel> }.into_any(),
            _ => view! { <TabPanel id=PROBLEMS><Problems /></TabPanel> }.into_any(),
        }}
    }
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
