//! How an app is, in words.

use leptos::prelude::*;
use slipway_api::{Health, HealthReason};

use crate::ui::{Badge, Colour, Shape};
use crate::{say, words};

/// A health in one word.
pub fn word(health: Health) -> &'static str {
    match health {
        Health::Running => say!(apps.running),
        Health::Progressing => say!(apps.progressing),
        Health::Degraded => say!(apps.degraded),
        Health::Failed => say!(apps.failed),
        Health::Stopped => say!(apps.stopped),
    }
}

/// How an app is: a word, a colour and an icon.
#[component]
pub fn HealthBadge(
    /// How it is.
    #[prop(into)]
    health: Signal<Health>,
) -> impl IntoView {
    let colour = Signal::derive(move || match health.get() {
        Health::Running => Colour::Green,
        Health::Progressing => Colour::Blue,
        Health::Degraded => Colour::Orange,
        Health::Failed => Colour::Red,
        Health::Stopped => Colour::Grey,
    });
    let icon = Signal::derive(move || match health.get() {
        Health::Running => Shape::Good,
        Health::Progressing => Shape::Progress,
        Health::Degraded => Shape::Warning,
        Health::Failed => Shape::Danger,
        Health::Stopped => Shape::Stopped,
    });
    view! { <Badge label=move || word(health.get()) colour icon /> }
}

/// Why something is as it is: a sentence, the object it was seen on, and the cluster's own words.
#[component]
pub fn Reason(
    /// Why.
    reason: HealthReason,
    /// Whether the object and the cluster's words are shown too.
    #[prop(optional)]
    whole: bool,
    /// Whether the cluster's words are folded away.
    #[prop(optional)]
    folded: bool,
) -> impl IntoView {
    let HealthReason {
        code,
        object,
        message,
    } = reason;
    let words = message.clone().unwrap_or_default();
    view! {
        <span class="app-reason" title=(!whole).then_some(words)>
            {move || sentence(&code)}
            {(whole && !object.is_empty()).then(|| view! { " · " <code>{object}</code> })}
        </span>
        {message.filter(|_| whole).map(|message| {
            let words = view! { <p class="app-reason__words" lang="en">{message}</p> };
            if folded {
                view! { <details><summary>{words!(apps.clusters_words)}</summary>{words}</details> }.into_any()
            } else {
                words.into_any()
            }
        })}
    }
}

/// The sentence for the code of a reason. A code that is not known here is shown as it is.
fn sentence(code: &str) -> String {
    let sentence = match code {
        "image_pull_failed" => say!(apps.reason.image_pull_failed),
        "invalid_image" => say!(apps.reason.invalid_image),
        "crash_looping" => say!(apps.reason.crash_looping),
        "start_failed" => say!(apps.reason.start_failed),
        "pod_failed" => say!(apps.reason.pod_failed),
        "evicted" => say!(apps.reason.evicted),
        "config_missing" => say!(apps.reason.config_missing),
        "out_of_memory" => say!(apps.reason.out_of_memory),
        "unschedulable" => say!(apps.reason.unschedulable),
        "quota_exceeded" => say!(apps.reason.quota_exceeded),
        "pods_refused" => say!(apps.reason.pods_refused),
        "not_ready" => say!(apps.reason.not_ready),
        "rolling_out" => say!(apps.reason.rolling_out),
        "scaling_down" => say!(apps.reason.scaling_down),
        "progress_deadline_exceeded" => say!(apps.reason.progress_deadline_exceeded),
        "scaled_to_zero" => say!(apps.reason.scaled_to_zero),
        "paused" => say!(apps.reason.paused),
        "scale_target_missing" => say!(apps.reason.scale_target_missing),
        "metrics_missing" => say!(apps.reason.metrics_missing),
        "autoscaler_blocked" => say!(apps.reason.autoscaler_blocked),
        "deleting" => say!(apps.reason.deleting),
        other => return other.to_owned(),
    };
    sentence.to_owned()
}
