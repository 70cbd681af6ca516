//! The autoscaler of an app: its range, what it goes by, and why it does not work.

use leptos::prelude::*;
use slipway_api::{AutoscalerView, HealthReason};

use super::Reason;
use crate::ui::now;
use crate::{say, words};

/// How long the figures of a new autoscaler may take, in milliseconds: pods have to start and be measured twice.
const FIRST_FIGURES: i64 = 120_000;

/// What an autoscaler knows about the use of its app.
#[derive(Clone, Debug, PartialEq)]
enum Figures {
    /// All it needs, or nothing is asked of it.
    There,
    /// None yet; that is usual for so new a one.
    Awaited,
    /// It does not work.
    Trouble(HealthReason),
}

/// What is known of an autoscaler.
#[component]
pub fn Autoscaler(
    /// The autoscaler.
    autoscaler: Memo<Option<AutoscalerView>>,
) -> impl IntoView {
    let range =
        Memo::new(move |_| autoscaler.with(|one| one.as_ref().map(|one| (one.min, one.max, one.desired))));
    let uses = Memo::new(move |_| {
        autoscaler.with(|one| {
            one.as_ref()
                .map(|one| (one.target_utilization, one.current_utilization))
        })
    });
    let figures = Memo::new(move |_| {
        autoscaler.with(|one| one.as_ref().map_or(Figures::There, |one| figures(one, now())))
    });
    view! {
        <div>{move || range.get().map(|(min, max, desired)| match desired {
            // It has not counted yet: it can want no fewer than its least.
            0 => say!(apps.autoscaler_bounds, min = min, max = max),
            desired => say!(apps.autoscaler_range, min = min, max = max, desired = desired),
        })}</div>
        {move || uses.get().and_then(|(target, now)| target.map(|target| match now {
            Some(now) => say!(apps.cpu_use, now = now, target = target),
            None => say!(apps.cpu_target, target = target),
        })).map(|sentence| view! { <div>{sentence}</div> })}
        {move || match figures.get() {
            Figures::There => ().into_any(),
            Figures::Awaited => view! { <div class="app-quiet">{words!(apps.figures_awaited)}</div> }.into_any(),
            Figures::Trouble(reason) => view! { <Reason reason whole=true folded=true /> }.into_any(),
        }}
    }
}

/// Without any figures a new autoscaler says that it gets none: so does each, for its first minute.
fn figures(autoscaler: &AutoscalerView, now: i64) -> Figures {
    let is_new = now - autoscaler.created_at < FIRST_FIGURES;
    let no_figures = autoscaler.target_utilization.is_some() && autoscaler.current_utilization.is_none();
    match &autoscaler.reason {
        None if is_new && no_figures => Figures::Awaited,
        Some(reason) if is_new && no_figures && reason.code == "metrics_missing" => Figures::Awaited,
        None => Figures::There,
        Some(reason) => Figures::Trouble(reason.clone()),
    }
}

#[cfg(test)]
mod tests {
    use slipway_api::{AutoscalerView, HealthReason};

    use super::{FIRST_FIGURES, Figures, figures};

    fn without_figures(code: Option<&str>) -> AutoscalerView {
        AutoscalerView {
            name: "web".into(),
            min: 2,
            max: 5,
            desired: 0,
            target_utilization: Some(60),
            current_utilization: None,
            reason: code.map(|code| HealthReason {
                code: code.into(),
                object: "HorizontalPodAutoscaler web".into(),
                message: Some("did not receive metrics".into()),
            }),
            created_at: 1_000,
        }
    }

    #[test]
    fn a_new_autoscaler_waits_for_its_first_figures() {
        let soon = 1_000 + FIRST_FIGURES - 1;

        assert_eq!(figures(&without_figures(None), soon), Figures::Awaited);
        assert_eq!(
            figures(&without_figures(Some("metrics_missing")), soon),
            Figures::Awaited
        );
    }

    #[test]
    fn an_autoscaler_that_gets_no_figures_for_long_is_in_trouble() {
        let autoscaler = without_figures(Some("metrics_missing"));

        let later = figures(&autoscaler, 1_000 + FIRST_FIGURES);

        assert_eq!(Some(later), autoscaler.reason.map(Figures::Trouble));
    }

    #[test]
    fn any_other_trouble_is_told_at_once() {
        let autoscaler = without_figures(Some("scale_target_missing"));

        assert!(matches!(figures(&autoscaler, 1_000), Figures::Trouble(_)));
    }

    #[test]
    fn an_autoscaler_with_figures_has_nothing_to_tell() {
        let working = AutoscalerView {
            current_utilization: Some(30),
            ..without_figures(None)
        };

        assert_eq!(figures(&working, 1_000), Figures::There);
    }
}
