//! The pods that a rolling update of a Deployment has for a while beyond those it has before and afterwards.
//!
//! They matter where no pod may go before a new one is ready: what a quota then does not let in makes the update slow, or
//! keeps it from ever beginning. Where pods may go first, they make room for the new ones.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::super::amounts::times;
use super::super::subject::Subject;

/// What Kubernetes takes for both figures where nothing is said.
const UNSAID: u32 = 25;

/// The pods of an update.
pub(super) struct Surge {
    /// How many there are in the end.
    pub(super) pods: u32,
    /// How many more there are in between.
    pub(super) extra: u32,
    /// The field that says how many more.
    pub(super) field: String,
}

impl Surge {
    /// That of a change, if it makes new pods and none of the old may go before.
    pub(super) fn of(subject: &Subject) -> Option<Self> {
        let (deployment, part) = subject.of_kind::<Deployment>("Deployment").next()?;
        let spec = deployment.spec.filter(|_| subject.replaces_pods)?;
        let strategy = spec.strategy.unwrap_or_default();
        if strategy.type_.as_deref() == Some("Recreate") {
            return None;
        }
        let rolling = strategy.rolling_update.unwrap_or_default();
        // An autoscaler keeps the number that there is.
        let wanted = spec.replicas.and_then(|replicas| u32::try_from(replicas).ok());
        let pods = wanted.or(subject.own.pods().map(|(_, there)| there))?;
        let of_pods = |percent: u32| u64::from(pods) * u64::from(percent);
        let extra = figure(rolling.max_surge.as_ref(), |percent| {
            of_pods(percent).div_ceil(100)
        });
        let away = figure(rolling.max_unavailable.as_ref(), |percent| of_pods(percent) / 100);
        (extra > 0 && away == 0).then(|| Self {
            pods,
            extra,
            field: part
                .fields
                .field("spec.strategy.rollingUpdate.maxSurge")
                .to_owned(),
        })
    }

    /// The most that pods take at once, of which the new ones take so much each, and the old ones so much: at the beginning
    /// or at the end.
    pub(super) fn most(&self, new: u128, old: u128) -> u128 {
        let with = |many: u128, few: u128| times(many, self.pods).saturating_add(times(few, self.extra));
        with(old, new).max(with(new, old))
    }
}

fn figure(said: Option<&IntOrString>, of_percent: impl Fn(u32) -> u64) -> u32 {
    let percent = match said {
        Some(IntOrString::Int(count)) => return u32::try_from(*count).unwrap_or_default(),
        Some(IntOrString::String(text)) => text.trim_end_matches('%').parse().unwrap_or_default(),
        None => UNSAID,
    };
    u32::try_from(of_percent(percent)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::preflight::testing::{changing, subject};

    /// How many pods there are for a while beyond so many.
    fn extra(replicas: u32, update: &Value) -> Option<u32> {
        let subject = subject(|draft| {
            draft["basics"]["replicas"] = json!(replicas);
            draft["workload"] = json!({ "update": update });
        });
        let subject = Subject {
            replaces_pods: true,
            ..subject
        };
        Surge::of(&subject).map(|surge| surge.extra)
    }

    #[test]
    fn there_are_more_pods_for_a_while_where_none_may_go_first() {
        let said = |surge: &str, away: &str| json!({ "max_surge": surge, "max_unavailable": away });
        for (replicas, update, expected) in [
            // A quarter of three pods is one more, and none less.
            (3, json!({}), Some(1)),
            (4, json!({}), None),
            (3, said("50%", "0"), Some(2)),
            (8, said("2", "10%"), Some(2)),
            (8, said("2", "1"), None),
            (8, said("0", "1"), None),
            (3, json!({ "kind": "Recreate" }), None),
            (0, json!({}), None),
        ] {
            assert_eq!(extra(replicas, &update), expected, "{replicas} {update}");
        }
    }

    #[test]
    fn a_change_that_makes_no_new_pods_has_none() {
        assert!(Surge::of(&changing(&[], |_| {})).is_none());
    }

    #[test]
    fn the_most_is_while_most_pods_are_of_the_larger_kind() {
        let surge = Surge {
            pods: 3,
            extra: 1,
            field: String::new(),
        };

        assert_eq!(surge.most(100, 100), 400);
        assert_eq!(surge.most(200, 100), 700);
        assert_eq!(surge.most(100, 200), 700);
    }
}
