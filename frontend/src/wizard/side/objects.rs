//! What will be created 将创建的资源, in the order it is made.

use leptos::prelude::*;
use slipway_api::{ObjectView, PlanView};

use super::nothing::Nothing;
use crate::load::Loaded;
use crate::ui::CodeBlock;
use crate::wizard::kind_text;
use crate::{say, words};

/// The objects, each with its YAML folded away.
#[component]
pub(super) fn Objects(plan: Loaded<PlanView>, to_problems: Callback<()>) -> impl IntoView {
    let objects =
        Memo::new(move |_| plan.with(|plan| plan.map(|plan| plan.objects.clone()).unwrap_or_default()));
    move || {
        if objects.with(Vec::is_empty) {
            view! { <Nothing plan to_problems /> }.into_any()
        } else {
            view! {
                <p class="wizard-note">{words!(wizard.side.objects_help)}</p>
                <ol class="wizard-objects">
                    {move || objects.get().into_iter().map(|object| view! { <Line object /> }).collect_view()}
                </ol>
            }
            .into_any()
        }
    }
}

#[component]
fn Line(object: ObjectView) -> impl IntoView {
    let ObjectView {
        kind,
        name,
        yaml,
        skipped,
        ..
    } = object;
    let summary_kind = kind.clone();
    let title = Signal::derive(move || format!("{} {name}", kind_text::called(&kind)));
    view! {
        <li class="wizard-object">
            <details>
                <summary>{title}</summary>
                <CodeBlock code=yaml name=title />
            </details>
            {skipped.map(|reason| view! {
                <p class="wizard-note">{move || if reason == "canary_missing" {
                    say!(wizard.side.canary_skipped).to_owned()
                } else {
                    say!(wizard.side.skipped, kind = kind_text::called(&summary_kind)).to_string()
                }}</p>
            })}
        </li>
    }
}
