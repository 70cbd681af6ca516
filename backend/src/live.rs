//! Stage 5: what the cluster reports now.
//!
//! ```text
//!  watch ──► record ──► index ──► row ──► query, feed
//!  one per kind         per namespace     through a Sight only
//! ```
//!
//! One watch per kind serves everybody. What leaves this module leaves it for a [`Sight`]: a member's view, reviewed by
//! the cluster itself moments ago. Counts, searches and totals are made after it. Which revision of an app runs is told by
//! the database, by the uid of the workload: marks can be written by anybody.

mod apps;
mod error;
mod feed;
mod fold;
mod index;
mod kind;
mod links;
mod query;
mod record;
mod sight;
mod space;
mod sync;
mod trust;

use std::sync::Arc;

pub use apps::LiveApps;
pub use error::LiveError;
pub use kind::{Kind, KindSet};
pub use sight::{Sight, Sights};

use crate::clock::Clock;
use crate::clusters::{ClusterId, Clusters};
use crate::ready::Readiness;
use crate::revisions::RevisionStore;
use crate::tasks::Tasks;

/// The live view of all clusters. Cheap to clone.
#[derive(Clone)]
pub struct Live(Arc<Vec<LiveApps>>);

impl Live {
    /// A view of these clusters that shows nothing yet.
    pub fn of(clusters: &Clusters, revisions: &RevisionStore, clock: &Clock) -> Self {
        let sights = Sights::new(clock.clone());
        let apps = |cluster| LiveApps::new(cluster, sights.clone(), revisions.clone(), clock.clone());
        Self(Arc::new(clusters.all().iter().cloned().map(apps).collect()))
    }

    /// Starts to watch. Ready once it is known of each cluster what may be watched, or that it does not answer.
    pub fn start(&self, tasks: &Tasks, readiness: &Readiness) {
        for apps in self.0.iter() {
            tasks.spawn("watch", sync::run(apps.clone(), tasks.stopping()));
            tasks.spawn("rows", sync::refresh(apps.clone(), tasks.stopping()));
            tasks.spawn(
                "first look",
                sync::decide(apps.clone(), readiness.wait_for_one(), tasks.stopping()),
            );
        }
    }

    /// The view of one cluster.
    pub fn find(&self, slug: &str) -> Option<&LiveApps> {
        self.0.iter().find(|apps| apps.cluster().slug() == slug)
    }

    /// The view of one cluster.
    pub fn by_id(&self, id: ClusterId) -> Option<&LiveApps> {
        self.0.iter().find(|apps| apps.cluster().id() == id)
    }
}
