//! What somebody has decided about deleting an app, and whether that is enough to go on.

use std::collections::BTreeSet;

use slipway_api::DeletionView;
use slipway_model::Issue;

use crate::change::for_good;

/// What was ticked and typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Decision {
    /// Uids of what is deleted as well.
    pub(super) also: BTreeSet<String>,
    /// The name, typed to confirm.
    pub(super) typed: String,
}

impl Decision {
    /// Takes something along, or leaves it.
    pub(super) fn tick(&mut self, uid: &str, on: bool) {
        if on {
            self.also.insert(uid.to_owned());
        } else {
            self.also.remove(uid);
        }
    }
}

/// Whether something is lost for good, so that the name has to be typed.
pub(super) fn needs_name(view: &DeletionView, decision: &Decision) -> bool {
    let released = view
        .consequences
        .iter()
        .any(|consequence| for_good(&consequence.code));
    let data = view
        .choices
        .iter()
        .any(|choice| choice.why == "data" && decision.also.contains(&choice.uid));
    released || data
}

/// Whether the app can be deleted as decided.
pub(super) fn may_delete(view: &DeletionView, decision: &Decision, name: &str) -> bool {
    let hindered = view.issues.iter().any(Issue::is_error);
    let something = !view.goes.is_empty() || !decision.also.is_empty();
    let confirmed = !needs_name(view, decision) || decision.typed.trim() == name;
    something && confirmed && !hindered
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use slipway_api::{Consequence, DeletionChoice, ObjectRef};

    use super::*;

    fn object(kind: &str) -> ObjectRef {
        ObjectRef {
            api_version: "v1".into(),
            kind: kind.into(),
            namespace: Some("default".into()),
            name: "shop".into(),
        }
    }

    fn view(consequences: &[&str]) -> DeletionView {
        let consequences = consequences.iter().map(|code| Consequence {
            code: (*code).to_owned(),
            object: object("Service"),
            params: BTreeMap::new(),
        });
        DeletionView {
            revision: 1,
            found: false,
            managed_by: None,
            goes: vec![object("Deployment")],
            choices: vec![DeletionChoice {
                object: object("PersistentVolumeClaim"),
                uid: "claim".into(),
                why: "data".into(),
                used_by: Vec::new(),
            }],
            consequences: consequences.collect(),
            issues: Vec::new(),
        }
    }

    #[test]
    fn an_app_that_loses_nothing_for_good_goes_without_typing() {
        assert!(may_delete(
            &view(&["pods_restart", "stays"]),
            &Decision::default(),
            "shop"
        ));
    }

    #[test]
    fn what_cannot_be_undone_asks_for_the_name() {
        let view = view(&["address_released"]);
        let mut decision = Decision::default();
        assert!(!may_delete(&view, &decision, "shop"));

        decision.typed = "sho".into();
        assert!(!may_delete(&view, &decision, "shop"));
        decision.typed = " shop ".into();
        assert!(may_delete(&view, &decision, "shop"));
    }

    #[test]
    fn choosing_data_asks_for_the_name_too() {
        let view = view(&[]);
        let mut decision = Decision::default();
        assert!(!needs_name(&view, &decision));

        decision.tick("claim", true);
        assert!(needs_name(&view, &decision) && !may_delete(&view, &decision, "shop"));
        decision.tick("claim", false);
        assert!(may_delete(&view, &decision, "shop"));
    }

    #[test]
    fn an_error_stands_in_the_way_of_everything() {
        let mut view = view(&[]);
        view.issues
            .push(Issue::error("", slipway_model::Problem::NeedsRow {}));

        assert!(!may_delete(&view, &Decision::default(), "shop"));
    }
}
