//! What a member may see, as the cluster itself says.
//!
//! A [`Sight`] can only be had from [`Sights`], which asks the cluster as the person and believes the answer for a few
//! seconds. So a right that was taken away is gone from every page and stream within five.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::{StreamExt, TryStreamExt, stream};
use tokio::time::Instant;

use super::kind::{Kind, KindSet};
use crate::cluster::{Access, ClusterError, ResourceName};
use crate::clusters::{Cluster, ClusterId};
use crate::identity::{Actor, Member, Person};

/// How long an answer is believed.
const BELIEVED: Duration = Duration::from_secs(3);
/// How long one that shows nothing is believed: nothing leaks when it is old.
const REFUSAL_BELIEVED: Duration = Duration::from_secs(6);
/// How long the answers about somebody who asks nothing any more are kept.
const KEPT: Duration = Duration::from_mins(1);
/// Questions asked at the same time.
const AT_ONCE: usize = 8;
const NODES: ResourceName = ResourceName {
    group: "",
    resource: "nodes",
};

/// What one member may see of one cluster, reviewed moments ago.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    everywhere: KindSet,
    namespaces: BTreeMap<String, KindSet>,
    nodes: bool,
}

impl Sight {
    /// Everything this server sees: for whoever acts with its own rights.
    fn whole() -> Self {
        Self {
            everywhere: KindSet::shown(),
            namespaces: BTreeMap::new(),
            nodes: true,
        }
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
#[derive(Clone, Default)]
pub struct Sights(Arc<Mutex<HashMap<Whose, Entry>>>);

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

#[derive(Default)]
struct Reviewed {
    everywhere: Option<Answered<(KindSet, bool)>>,
    namespaces: HashMap<String, Answered<KindSet>>,
}

#[derive(Clone, Copy)]
struct Answered<T> {
    at: Instant,
    answer: T,
}

impl<T> Answered<T> {
    fn now(answer: T) -> Self {
        Self {
            at: Instant::now(),
            answer,
        }
    }

    fn holds(&self, time: Duration) -> bool {
        self.at.elapsed() < time
    }
}

impl Sights {
    /// What a member may see in these namespaces. Fails when the cluster does not say: then nothing may be shown.
    pub async fn of(
        &self,
        cluster: &Cluster,
        member: &Member,
        namespaces: Vec<String>,
    ) -> Result<Sight, ClusterError> {
        if member.actor == Actor::Own {
            return Ok(Sight::whole());
        }
        let access = cluster.access(member)?;
        let entry = self.entry(Whose {
            cluster: cluster.id(),
            person: member.person.clone(),
        });
        entry.lock_owned().await.sight(&access, namespaces).await
    }

    fn entry(&self, whose: Whose) -> Arc<tokio::sync::Mutex<Reviewed>> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        entries.retain(|_, entry| now.duration_since(entry.used) < KEPT);
        let entry = entries.entry(whose).or_insert_with(|| Entry {
            used: now,
            reviewed: Arc::default(),
        });
        entry.used = now;
        Arc::clone(&entry.reviewed)
    }
}

impl Reviewed {
    async fn sight(&mut self, access: &Access, namespaces: Vec<String>) -> Result<Sight, ClusterError> {
        let (everywhere, nodes) = self.everywhere(access).await?;
        let namespaces = if everywhere == KindSet::shown() {
            BTreeMap::new()
        } else {
            self.in_namespaces(access, namespaces).await?
        };
        Ok(Sight {
            everywhere,
            namespaces,
            nodes,
        })
    }

    async fn everywhere(&mut self, access: &Access) -> Result<(KindSet, bool), ClusterError> {
        if let Some(known) = self.everywhere.filter(|known| known.holds(BELIEVED)) {
            return Ok(known.answer);
        }
        let kinds = listable(access, KindSet::shown(), None);
        let nodes = access.allows("list", NODES, None);
        let (kinds, nodes) = futures::try_join!(kinds, nodes)?;
        self.everywhere = Some(Answered::now((kinds, nodes)));
        Ok((kinds, nodes))
    }

    async fn in_namespaces(
        &mut self,
        access: &Access,
        namespaces: Vec<String>,
    ) -> Result<BTreeMap<String, KindSet>, ClusterError> {
        let believed = |known: &Answered<KindSet>| {
            known.holds(if known.answer == KindSet::NONE {
                REFUSAL_BELIEVED
            } else {
                BELIEVED
            })
        };
        self.namespaces.retain(|_, known| believed(known));
        let unknown: Vec<String> = namespaces
            .iter()
            .filter(|namespace| !self.namespaces.contains_key(*namespace))
            .cloned()
            .collect();
        let asked: Vec<(String, KindSet)> = stream::iter(unknown)
            .map(async |namespace| {
                let kinds = in_namespace(access, &namespace).await?;
                Ok::<_, ClusterError>((namespace, kinds))
            })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        self.namespaces.extend(
            asked
                .into_iter()
                .map(|(namespace, kinds)| (namespace, Answered::now(kinds))),
        );
        let answer = |namespace: String| {
            let kinds = self.namespaces.get(&namespace)?.answer;
            Some((namespace, kinds))
        };
        Ok(namespaces.into_iter().filter_map(answer).collect())
    }
}

/// The kinds that may be listed in a namespace: one question, unless the cluster cannot list all its rules.
async fn in_namespace(access: &Access, namespace: &str) -> Result<KindSet, ClusterError> {
    let rules = access.rules(namespace).await?;
    let allowed: KindSet = KindSet::shown()
        .iter()
        .filter(|kind| rules.allow("list", kind.resource()))
        .collect();
    if !rules.incomplete() || allowed == KindSet::shown() {
        return Ok(allowed);
    }
    let more = listable(access, KindSet::shown().without(allowed), Some(namespace)).await?;
    Ok(allowed.union(more))
}

/// Which of these kinds may be listed, asked one by one.
async fn listable(access: &Access, kinds: KindSet, namespace: Option<&str>) -> Result<KindSet, ClusterError> {
    let asked = kinds.iter().map(|kind| async move {
        Ok::<_, ClusterError>(
            access
                .allows("list", kind.resource(), namespace)
                .await?
                .then_some(kind),
        )
    });
    let answers = futures::future::try_join_all(asked).await?;
    Ok(answers.into_iter().flatten().collect())
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
        }
    }

    /// Everything.
    pub(super) fn all() -> Self {
        Self::whole()
    }
}
