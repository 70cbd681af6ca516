//! One cluster.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use slipway_api::ClusterState;
use slipway_plan::Target;
use tokio::sync::watch;

use super::Facts;
use crate::clock::Clock;
use crate::cluster::{Access, ClusterError, Connection, Origin};
use crate::identity::{Actor, Member};

/// The id of a cluster in rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClusterId(pub i64);

impl fmt::Display for ClusterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What tells a cluster from another one behind the same address: the uid of its namespace `kube-system`. Whoever may
/// not read that tells it by a configured namespace, whose name then stands before its uid.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClusterUid(String);

/// The namespace that every cluster has, and that lives as long as the cluster.
const KUBE_SYSTEM: &str = "kube-system";

impl ClusterUid {
    /// The uid with this text.
    pub fn new(uid: impl Into<String>) -> Self {
        Self(uid.into())
    }

    /// The text of the uid.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(namespace: &str, uid: &str) -> Self {
        Self(if namespace == KUBE_SYSTEM {
            uid.to_owned()
        } else {
            format!("{namespace}/{uid}")
        })
    }

    /// The namespace whose uid it is.
    fn namespace(&self) -> &str {
        self.0
            .split_once('/')
            .map_or(KUBE_SYSTEM, |(namespace, _)| namespace)
    }
}

/// What was last heard of a cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// Whether it answers.
    pub state: ClusterState,
    /// Since when it does not answer, if it does not.
    pub unheard_since: Option<i64>,
    /// Which cluster it is; known from earlier runs before it answers.
    pub uid: Option<ClusterUid>,
    /// What was found on it.
    pub facts: Option<Arc<Facts>>,
}

/// A cluster. Cheap to clone.
#[derive(Clone)]
pub struct Cluster(Arc<Inner>);

struct Inner {
    id: ClusterId,
    slug: String,
    name: String,
    namespaces: Vec<String>,
    origin: Origin,
    clock: Clock,
    ways: RwLock<Result<Ways, String>>,
    observed: watch::Sender<Observed>,
    seen_at: std::sync::atomic::AtomicI64,
}

/// The connections to a cluster.
#[derive(Clone)]
struct Ways {
    /// For everything that is asked and done there.
    work: Connection,
    /// For asking whether it is still there.
    pulse: Connection,
}

impl Ways {
    async fn open(origin: &Origin) -> Result<Self, String> {
        let open = async || Connection::open(origin).await.map_err(|error| error.to_string());
        Ok(Self {
            work: open().await?,
            pulse: open().await?,
        })
    }
}

/// What a cluster is called, and where it is.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// Its name in URLs.
    pub(super) slug: String,
    /// Its name for people.
    pub(super) name: String,
    /// Namespaces to fall back on where they may not be listed.
    pub(super) namespaces: Vec<String>,
    /// Where the way to it is written down.
    pub(super) origin: Origin,
}

impl Cluster {
    /// A cluster that was not asked anything yet. `uid` is what earlier runs saw.
    pub(super) async fn open(id: ClusterId, named: Named, uid: Option<ClusterUid>, clock: Clock) -> Self {
        let ways = Ways::open(&named.origin).await;
        let observed = Observed {
            state: ClusterState::Connecting,
            unheard_since: None,
            uid,
            facts: None,
        };
        Self(Arc::new(Inner {
            id,
            slug: named.slug,
            name: named.name,
            namespaces: named.namespaces,
            origin: named.origin,
            clock,
            ways: RwLock::new(ways),
            observed: watch::Sender::new(observed),
            seen_at: std::sync::atomic::AtomicI64::new(0),
        }))
    }

    /// Its name in URLs.
    pub fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Its id in rows.
    pub fn id(&self) -> ClusterId {
        self.0.id
    }

    /// Its name for people.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Which cluster it is, once it was ever heard.
    pub fn uid(&self) -> Option<ClusterUid> {
        self.0.observed.borrow().uid.clone()
    }

    /// Whether it answers.
    pub fn state(&self) -> ClusterState {
        self.0.observed.borrow().state
    }

    /// What was last heard of it.
    pub fn observed(&self) -> Observed {
        self.0.observed.borrow().clone()
    }

    /// What is heard of it, as it changes.
    pub fn watch(&self) -> watch::Receiver<Observed> {
        self.0.observed.subscribe()
    }

    /// What a plan for it is made for; the documented defaults until it has answered.
    pub fn target(&self) -> Target {
        self.0
            .observed
            .borrow()
            .facts
            .as_ref()
            .map(|facts| facts.target.clone())
            .unwrap_or_default()
    }

    /// When it last answered.
    pub fn seen_at(&self) -> Option<i64> {
        Some(self.0.seen_at.load(std::sync::atomic::Ordering::Relaxed)).filter(|at| *at > 0)
    }

    /// Namespaces to fall back on where they may not be listed: those configured, else the context's own.
    pub fn configured_namespaces(&self) -> Vec<String> {
        if self.0.namespaces.is_empty() {
            vec![self.default_namespace()]
        } else {
            self.0.namespaces.clone()
        }
    }

    /// The namespace to begin with.
    pub fn default_namespace(&self) -> String {
        self.0.origin.default_namespace()
    }

    /// Acting on it as a member.
    pub fn access(&self, member: &Member) -> Result<Access, ClusterError> {
        match member.actor {
            Actor::Own => self.connection()?.member(member),
            Actor::Impersonated => self.connection_for_members()?.member(member),
        }
    }

    /// Acting on it with the kubeconfig's own rights. Refusals may name its account, so what this answers is not told to
    /// members.
    pub fn own(&self) -> Result<Access, ClusterError> {
        Ok(self.connection()?.own())
    }

    /// The same for members: no answer names the account.
    pub fn on_behalf_of_members(&self) -> Result<Access, ClusterError> {
        Ok(self.connection_for_members()?.on_behalf_of_members())
    }

    /// Asks it now which cluster it is. For whoever is about to write and must not write to another one.
    pub async fn ask_uid(&self) -> Result<Option<ClusterUid>, ClusterError> {
        self.identify(&self.on_behalf_of_members()?).await
    }

    /// Asks which cluster it is, and notes it. None where that may not be read.
    ///
    /// What it was once told by it is told by for good: otherwise rights that come and go would look like another cluster.
    pub(super) async fn identify(&self, access: &Access) -> Result<Option<ClusterUid>, ClusterError> {
        let namespaces = match self.uid() {
            Some(known) => vec![known.namespace().to_owned()],
            None => std::iter::once(KUBE_SYSTEM.to_owned())
                .chain(self.configured_namespaces())
                .collect(),
        };
        for namespace in namespaces {
            if let Some(uid) = access.namespace_uid(&namespace).await? {
                let uid = ClusterUid::of(&namespace, &uid);
                self.note_uid(uid.clone());
                return Ok(Some(uid));
            }
        }
        Ok(None)
    }

    /// Asking whether it is still there. However much else is asked of it, that does not wait behind it.
    pub(super) fn pulse(&self) -> Result<Access, ClusterError> {
        Ok(self.ways()?.pulse.own())
    }

    fn connection(&self) -> Result<Connection, ClusterError> {
        Ok(self.ways()?.work)
    }

    fn ways(&self) -> Result<Ways, ClusterError> {
        let ways = self.0.ways.read().unwrap_or_else(PoisonError::into_inner);
        ways.clone().map_err(ClusterError::Setup)
    }

    /// The same; why there is none may name accounts and files, and stands in the log.
    fn connection_for_members(&self) -> Result<Connection, ClusterError> {
        let hidden = |_| ClusterError::Setup("the log of the server says why".to_owned());
        self.connection().map_err(hidden)
    }

    /// Tries again to prepare the connection, if it could not be.
    pub(super) async fn reopen(&self) {
        if self.ways().is_err() {
            let ways = Ways::open(&self.0.origin).await;
            *self.0.ways.write().unwrap_or_else(PoisonError::into_inner) = ways;
        }
    }

    /// Notes which cluster it is. When that is another one than before, what was found on the other is forgotten.
    pub(super) fn note_uid(&self, uid: ClusterUid) {
        self.0.observed.send_if_modified(|observed| {
            if observed.uid.as_ref() == Some(&uid) {
                return false;
            }
            if observed.uid.replace(uid).is_some() {
                tracing::warn!(
                    cluster = self.slug(),
                    "another cluster answers behind this context"
                );
                observed.facts = None;
            }
            true
        });
    }

    /// Notes that it answered.
    pub(super) fn note_heard(&self, state: ClusterState) {
        self.0
            .seen_at
            .store(self.0.clock.millis(), std::sync::atomic::Ordering::Relaxed);
        self.0.observed.send_if_modified(|observed| {
            let changed = observed.state != state;
            observed.state = state;
            observed.unheard_since = None;
            changed
        });
    }

    /// Notes that it did not answer.
    pub(super) fn note_unheard(&self) {
        let since = self.seen_at().unwrap_or_else(|| self.0.clock.millis());
        self.0.observed.send_if_modified(|observed| {
            let changed = observed.state != ClusterState::Unreachable;
            observed.state = ClusterState::Unreachable;
            observed.unheard_since.get_or_insert(since);
            changed
        });
    }

    /// Notes what was found on it.
    pub(super) fn note_facts(&self, facts: Facts) {
        self.0.observed.send_if_modified(|observed| {
            if observed.facts.as_deref() == Some(&facts) {
                return false;
            }
            observed.facts = Some(Arc::new(facts));
            true
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uid_tells_which_namespace_it_is_of() {
        let whole = ClusterUid::of("kube-system", "0190");
        let narrow = ClusterUid::of("shop", "0191");

        assert_eq!((whole.as_str(), whole.namespace()), ("0190", "kube-system"));
        assert_eq!((narrow.as_str(), narrow.namespace()), ("shop/0191", "shop"));
    }
}
