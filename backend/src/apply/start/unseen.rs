//! What is left out of what is told of an app that somebody else made: kinds that the reader may not see.
//!
//! A revision of such an app was seen by a member of the team, with that member's rights. Another member may see less.

use std::collections::BTreeSet;

use slipway_plan::Plan;
use slipway_plan::read::read;

use crate::revisions::Revision;

const CLAIM: &str = "PersistentVolumeClaim";
const VOLUME: &str = "PersistentVolume";

/// Kinds that a reader may not see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Unseen(BTreeSet<String>);

impl Unseen {
    /// The kinds that could not be looked at, each with the reason.
    pub(super) fn of(unseen: Vec<(String, String)>) -> Self {
        let mut kinds: BTreeSet<String> = unseen.into_iter().map(|(kind, _)| kind).collect();
        // Which volumes an app has is only found by its claims.
        if kinds.contains(CLAIM) {
            kinds.insert(VOLUME.to_owned());
        }
        Self(kinds)
    }

    /// Whether everything may be seen.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A revision without them. Its draft is what the objects that are left say.
    pub(super) fn told(&self, revision: Revision) -> Revision {
        let hidden = |kind: &str| self.0.contains(kind);
        if self.0.is_empty() {
            return revision;
        }
        let objects = revision.plan.objects.into_iter();
        let plan = Plan {
            objects: objects.filter(|object| !hidden(&object.key.kind)).collect(),
        };
        let bodies = plan.made().map(|object| object.body.value().clone()).collect();
        Revision {
            draft: read(bodies).map(|opened| opened.draft).unwrap_or_default(),
            plan,
            ..revision
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use slipway_model::{Draft, validate};
    use slipway_plan::{Target, plan};

    use super::*;

    fn revision() -> Revision {
        let draft: Draft = serde_json::from_value(json!({
            "basics": { "namespace": "shop", "name": "web", "kind": "Deployment", "replicas": 2 },
            "containers": [{ "id": 1, "image": "nginx:1.27", "ports": [{ "id": 2, "name": "http", "number": 80 }],
                             "env": [{ "id": 3, "name": "TZ", "value": "UTC" }] }],
            "services": [{ "id": 4, "name": "web", "kind": "ClusterIP", "ports": [{ "id": 5, "port": 80, "target": 80 }] }],
            "ingresses": [{ "id": 6, "name": "web-hidden", "rules": [{ "id": 7, "host": "hidden.example.com" }] }],
        }))
        .unwrap();
        let app = validate(&draft).app.unwrap();
        Revision {
            number: 1,
            plan: plan(&app, &Target::default()),
            draft,
            person: "ann".to_owned(),
            created_at: 0,
        }
    }

    fn without(kind: &str) -> Revision {
        Unseen::of(vec![(kind.to_owned(), "forbidden".to_owned())]).told(revision())
    }

    #[test]
    fn everything_is_told_to_whoever_may_see_everything() {
        assert_eq!(Unseen::of(Vec::new()).told(revision()), revision());
    }

    #[test]
    fn what_may_not_be_seen_is_neither_in_the_plan_nor_in_the_draft() {
        let told = without("Ingress");

        let text = json!([told.plan, told.draft]).to_string();
        assert!(!text.contains("hidden"), "{text}");
        assert_eq!(told.draft.services.len(), 1, "the rest is told");
        assert_eq!(told.draft.containers[0].image.text(), "nginx:1.27");
    }

    #[test]
    fn volumes_are_not_told_where_claims_may_not_be_seen() {
        let unseen = Unseen::of(vec![(CLAIM.to_owned(), String::new())]);

        assert!(unseen.0.contains(VOLUME));
    }
}
