//! What carrying on would destroy, said before.

use leptos::prelude::*;
use slipway_api::Consequence;

use super::words::consequence_in;
use crate::language;
use crate::ui::{Alert, Tone};
use crate::words;

/// Whether what is destroyed does not come back by doing the opposite. A code that is not known here may well be so.
pub fn for_good(code: &str) -> bool {
    !matches!(
        code,
        "pods_restart"
            | "rollout_paused"
            | "pods_stay_until_deleted"
            | "pods_below_stay"
            | "recreated"
            | "fewer_replicas"
            | "autoscaler_decides"
            | "pull_policy_stays"
            | "stays"
    )
}

/// The consequences, the ones that cannot be undone first; nothing when there are none.
#[component]
pub fn Consequences(
    /// Them.
    consequences: Vec<Consequence>,
) -> impl IntoView {
    let sorted = sorted(consequences);
    let tone = match sorted.first() {
        None => return ().into_any(),
        Some(first) if for_good(&first.code) => Tone::Danger,
        Some(_) => Tone::Warning,
    };
    let lines = sorted.into_iter().map(|consequence| {
        let lost = for_good(&consequence.code);
        view! {
            <li>
                {move || consequence_in(language::locale(), &consequence)}
                {lost.then(|| view! { <strong>{words!(change.consequence.for_good)}</strong> })}
            </li>
        }
    });
    view! {
        <Alert tone title=words!(change.consequence.title)>
            <ul class="app-list">{lines.collect_view()}</ul>
        </Alert>
    }
    .into_any()
}

fn sorted(mut consequences: Vec<Consequence>) -> Vec<Consequence> {
    consequences.sort_by_key(|consequence| !for_good(&consequence.code));
    consequences
}

#[cfg(test)]
mod tests {
    use super::for_good;

    #[test]
    fn an_address_does_not_come_back_and_pods_do() {
        assert!(for_good("address_released") && for_good("node_port_released"));
        assert!(!for_good("pods_restart") && !for_good("stays"));
        assert!(for_good("something_new"), "what is not known is taken seriously");
    }
}
