//! The clusters this server works with: a dimension of everything, from the first day.
//!
//! Each has a slug for URLs, an id for rows, and the uid of the cluster it was first seen to be. A cluster that does not
//! answer is still there: pages say so, and nothing else stops.

mod cluster;
mod facts;
mod pulse;
mod settings;
mod slug;
mod store;

use std::path::Path;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::db::{Db, DbError};
use crate::tasks::Tasks;

pub use cluster::{Cluster, ClusterId, ClusterUid, Observed};
pub use facts::Facts;
pub use settings::{ClusterSettings, SettingsError};
pub use store::ClusterStore;

/// All clusters. Cheap to clone.
#[derive(Clone, Default)]
pub struct Clusters(Arc<Vec<Cluster>>);

impl Clusters {
    /// The clusters given, none of which is asked anything yet.
    pub fn of(clusters: Vec<Cluster>) -> Self {
        Self(Arc::new(clusters))
    }

    /// The clusters that are configured, under the ids they have in the database. None of them is asked anything yet.
    pub async fn open(
        settings: &[ClusterSettings],
        kubeconfig: Option<&Path>,
        db: &Db,
        clock: &Clock,
    ) -> Result<Self, ClustersError> {
        let store = ClusterStore::new(db.clone());
        let mut clusters = Vec::new();
        for named in settings::named(settings, kubeconfig)? {
            let (id, uid) = store.known(&named.slug).await?;
            clusters.push(Cluster::open(id, named, uid, clock.clone()).await);
        }
        Ok(Self::of(clusters))
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

    /// Starts to ask each cluster how it is, and to remember which cluster it is, until told to stop.
    pub fn tend(&self, tasks: &Tasks, db: &Db) {
        for cluster in self.all() {
            let store = ClusterStore::new(db.clone());
            tasks.spawn("pulse", pulse::tend(cluster.clone(), tasks.stopping()));
            tasks.spawn("remember", remember(cluster.clone(), store, tasks.stopping()));
        }
    }
}

/// Keeps the uid of a cluster as it changes.
async fn remember(cluster: Cluster, store: ClusterStore, stop: CancellationToken) {
    let mut heard = cluster.watch();
    let mut kept = cluster.uid();
    loop {
        let uid = heard.borrow_and_update().uid.clone();
        if let Some(uid) = uid.filter(|uid| kept.as_ref() != Some(uid)) {
            match store.note_uid(cluster.id(), &uid).await {
                Ok(()) => kept = Some(uid),
                Err(error) => {
                    tracing::error!(cluster = cluster.slug(), %error, "the uid of a cluster cannot be kept");
                }
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            changed = heard.changed() => if changed.is_err() { return },
        }
    }
}

/// Why the clusters cannot be worked with.
#[derive(Debug, thiserror::Error)]
pub enum ClustersError {
    /// They are not configured right.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DbError),
}
