//! The clusters this server works with: a dimension of everything, from the first day.
//!
//! Each has a slug for URLs, an id for rows, and the uid of the cluster it was first seen to be. A cluster that does not
//! answer is still there: pages say so, and nothing else stops.

mod cluster;
mod facts;
mod pulse;
mod settings;
mod slug;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use cluster::{Cluster, ClusterId, ClusterUid, Observed};
pub use facts::Facts;
pub use settings::{ClusterSettings, SettingsError};

/// All clusters. Cheap to clone.
#[derive(Clone, Default)]
pub struct Clusters(Arc<Vec<Cluster>>);

impl Clusters {
    /// The clusters given, none of which is asked anything yet.
    pub fn of(clusters: Vec<Cluster>) -> Self {
        Self(Arc::new(clusters))
    }

    /// The cluster with this slug.
    pub fn find(&self, slug: &str) -> Option<&Cluster> {
        self.0.iter().find(|cluster| cluster.slug() == slug)
    }

    /// The cluster with this id.
    pub fn by_id(&self, id: ClusterId) -> Option<&Cluster> {
        self.0.iter().find(|cluster| cluster.id() == id)
    }

    /// All of them, in the order configured.
    pub fn all(&self) -> &[Cluster] {
        &self.0
    }

    /// Starts to ask each cluster how it is, until told to stop.
    pub fn tend(&self, tasks: &TaskTracker, stop: &CancellationToken) {
        for cluster in self.all() {
            tasks.spawn(pulse::tend(cluster.clone(), stop.clone()));
        }
    }
}
