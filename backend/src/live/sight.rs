//! What a member may see, as the cluster itself says.
//!
//! A [`Sight`] can only be had from [`Sights`], which asks the cluster as the person and believes the answer for a few
//! seconds. So a right that was taken away is gone from every page and stream within five. While the cluster cannot be
//! asked at all, nothing new is known of it either, and the last answer holds for a while.

mod review;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use slipway_api::ClusterState;
use tokio::sync::watch;
use tokio::time::Instant;

use self::review::Reviewed;
use super::kind::{Kind, KindSet};
use crate::clock::Clock;
use crate::cluster::ClusterError;
use crate::clusters::{Cluster, ClusterId, Observed};
use crate::identity::{Actor, Member, Person};

/// How old an answer may be that holds while the cluster cannot be asked. The reason is decision 3.
const REMEMBERED: Duration = Duration::from_mins(10);
/// How long it may take to notice that a cluster has fallen silent.
const NOTICED: Duration = Duration::from_secs(4);

/// What one member may see of one cluster, reviewed moments ago, or before the cluster fell silent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    everywhere: KindSet,
    namespaces: BTreeMap<String, KindSet>,
    nodes: bool,
    unasked_since: Option<i64>,
}

impl Sight {
    /// Everything this server sees: for whoever acts with its own rights.
    fn whole() -> Self {
        Self {
            everywhere: KindSet::shown(),
            namespaces: BTreeMap::new(),
            nodes: true,
            unasked_since: None,
        }
    }

    /// Since when the cluster cannot be asked, if this is what it said before.
    pub(super) fn unasked_since(&self) -> Option<i64> {
        self.unasked_since
    }

    /// The kinds that may be seen in a namespace.
    pub fn kinds(&self, namespace: &str) -> KindSet {
        self.everywhere
            .union(self.namespaces.get(namespace).copied().unwrap_or_default())
    }

    /// Whether the apps of a namespace may be seen.
    pub fn shows_apps_of(&self, namespace: &str) -> bool {
        self.kinds(namespace).contains(Kind::Deployment)
    }

    /// Whether the nodes may be seen.
    pub fn shows_nodes(&self) -> bool {
        self.nodes
    }

    /// The kinds that may be seen in this namespace or, without one, in every namespace of which anything may be seen.
    pub(super) fn least_kinds(&self, namespace: Option<&str>) -> KindSet {
        if let Some(namespace) = namespace {
            return self.kinds(namespace);
        }
        let seen = self
            .namespaces
            .keys()
            .filter(|namespace| self.shows_apps_of(namespace));
        let missing = seen.map(|namespace| KindSet::shown().without(self.kinds(namespace)));
        let missing = missing.reduce(KindSet::union);
        missing.map_or(self.everywhere, |missing| KindSet::shown().without(missing))
    }

    /// The namespaces reviewed of which apps may be seen.
    pub fn namespaces(&self) -> impl Iterator<Item = &str> {
        self.namespaces
            .keys()
            .map(String::as_str)
            .filter(|namespace| self.shows_apps_of(namespace))
    }
}

/// What members may see, for a few seconds. Cheap to clone.
#[derive(Clone)]
pub struct Sights {
    clock: Clock,
    entries: Arc<Mutex<HashMap<Whose, Entry>>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Whose {
    cluster: ClusterId,
    person: Person,
}

#[derive(Clone)]
struct Entry {
    used: Instant,
    /// Held while asking, so that many requests of one person ask once.
    reviewed: Arc<tokio::sync::Mutex<Reviewed>>,
}

impl Sights {
    /// Nobody was asked about yet.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            entries: Arc::default(),
        }
    }

    /// What a member may see in the namespaces that they ask for and in those that are known. Fails when the cluster
    /// does not say, and has not said for a while: then nothing may be shown.
    pub async fn of(
        &self,
        cluster: &Cluster,
        member: &Member,
        asked: &[String],
        known: Vec<String>,
    ) -> Result<Sight, ClusterError> {
        if member.actor == Actor::Own {
            return Ok(Sight::whole());
        }
        let access = cluster.access(member)?;
        let entry = self.entry(Whose {
            cluster: cluster.id(),
            person: member.person.clone(),
        });
        let mut reviewed = entry.lock_owned().await;
        let mut namespaces = known;
        namespaces.extend(asked.iter().cloned());
        namespaces.sort();
        namespaces.dedup();
        let mut observed = cluster.watch();
        let review = tokio::select! {
            biased;
            () = silence(&mut observed) => None,
            review = reviewed.review(&access, &namespaces, &self.clock) => Some(review),
        };
        match review {
            Some(Ok(sight)) => Ok(sight),
            // It was heard, and refuses: what it said before counts no more.
            Some(Err(error @ ClusterError::Forbidden { .. })) => {
                *reviewed = Reviewed::default();
                Err(error)
            }
            Some(Err(error)) => match tokio::time::timeout(NOTICED, silence(&mut observed)).await {
                Ok(()) => self.remembered(&mut reviewed, &observed, asked, &namespaces),
                Err(_) => Err(error),
            },
            None => self.remembered(&mut reviewed, &observed, asked, &namespaces),
        }
    }

    fn remembered(
        &self,
        reviewed: &mut Reviewed,
        observed: &watch::Receiver<Observed>,
        asked: &[String],
        namespaces: &[String],
    ) -> Result<Sight, ClusterError> {
        reviewed.doubt();
        let now = self.clock.millis();
        let since = observed.borrow().unheard_since.unwrap_or(now);
        reviewed.remembered(asked, namespaces, now, since).ok_or_else(|| {
            ClusterError::Unreachable("it has not said for long what this member may see".to_owned())
        })
    }

    fn entry(&self, whose: Whose) -> Arc<tokio::sync::Mutex<Reviewed>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        entries.retain(|_, entry| now.duration_since(entry.used) < REMEMBERED);
        let entry = entries.entry(whose).or_insert_with(|| Entry {
            used: now,
            reviewed: Arc::default(),
        });
        entry.used = now;
        Arc::clone(&entry.reviewed)
    }
}

/// Resolves while the cluster cannot be asked. Then nothing is watched either, so nothing new can be shown to anybody.
async fn silence(observed: &mut watch::Receiver<Observed>) {
    let silent = |observed: &Observed| {
        matches!(
            observed.state,
            ClusterState::Unreachable | ClusterState::Forbidden
        )
    };
    if observed.wait_for(silent).await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
impl Sight {
    /// What may be seen in these namespaces only.
    pub(super) fn only<const N: usize>(namespaces: [(&str, KindSet); N]) -> Self {
        let namespaces = namespaces.map(|(namespace, kinds)| (namespace.to_owned(), kinds));
        Self {
            everywhere: KindSet::NONE,
            namespaces: namespaces.into(),
            nodes: false,
            unasked_since: None,
        }
    }

    /// Everything.
    pub(super) fn all() -> Self {
        Self::whole()
    }
}
