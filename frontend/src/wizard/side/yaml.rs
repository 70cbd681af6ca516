//! The YAML of everything that will be created.

use leptos::prelude::*;
use slipway_api::PlanView;

use crate::load::Loaded;
use crate::ui::{CodeBlock, EmptyState, Shape};
use crate::words;

/// All documents, with a button to copy them.
#[component]
pub(super) fn Yaml(plan: Loaded<PlanView>) -> impl IntoView {
    let yaml = Memo::new(move |_| plan.with(|plan| plan.map(|plan| plan.yaml.clone()).unwrap_or_default()));
    let is_empty = Memo::new(move |_| yaml.with(|yaml| yaml.trim().is_empty()));
    move || {
        if is_empty.get() {
            view! { <EmptyState shape=Shape::Boxes title=words!(wizard.side.no_objects) body=words!(wizard.side.no_objects_more) /> }.into_any()
        } else {
            view! { <CodeBlock code=yaml name=words!(wizard.side.yaml) /> }.into_any()
        }
    }
}
