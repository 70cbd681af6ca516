//! The YAML of everything that will be created.

use leptos::prelude::*;
use slipway_api::PlanView;

use super::nothing::Nothing;
use crate::load::Loaded;
use crate::ui::CodeBlock;
use crate::words;

/// All documents, with a button to copy them.
#[component]
pub(super) fn Yaml(plan: Loaded<PlanView>, to_problems: Callback<()>) -> impl IntoView {
    let yaml = Memo::new(move |_| plan.with(|plan| plan.map(|plan| plan.yaml.clone()).unwrap_or_default()));
    let is_empty = Memo::new(move |_| yaml.with(|yaml| yaml.trim().is_empty()));
    move || {
        if is_empty.get() {
            view! { <Nothing plan to_problems /> }.into_any()
        } else {
            view! { <CodeBlock code=yaml name=words!(wizard.side.yaml) /> }.into_any()
        }
    }
}
