//! What is kept of a `ReplicaSet`: whose it is. It ties pods to their Deployment.

use k8s_openapi::api::apps::v1::ReplicaSet;

use super::{Place, Record, controller, count};

/// A `ReplicaSet` of a Deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReplicaSetRecord {
    pub(crate) place: Place,
    /// The Deployment it belongs to; empty if to none.
    pub(crate) deployment: String,
    /// How many pods it has or shall have.
    pub(crate) pods: u32,
}

impl Record for ReplicaSetRecord {
    fn namespace(&self) -> &str {
        &self.place.namespace
    }

    fn name(&self) -> &str {
        &self.place.name
    }
}

impl From<ReplicaSet> for ReplicaSetRecord {
    fn from(set: ReplicaSet) -> Self {
        let owner = controller(&set.metadata, "Deployment");
        let wanted = set
            .spec
            .as_ref()
            .map_or(Some(1), |spec| spec.replicas.or(Some(1)));
        let present = set.status.as_ref().map(|status| status.replicas);
        Self {
            pods: count(wanted).max(count(present)),
            place: Place::of(&set.metadata),
            deployment: owner.map(|owner| owner.name.clone()).unwrap_or_default(),
        }
    }
}
