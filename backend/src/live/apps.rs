//! The live view of one cluster.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use slipway_api::{Access, AppDetail, AppKey, AppQuery, AppRow, ClusterState, Page};
use slipway_model::value::DnsLabel;
use tokio::sync::{Notify, broadcast, watch};

use super::error::LiveError;
use super::fold::{DEPLOYMENT, app_detail};
use super::index::{Batch, Index};
use super::kind::{Kind, KindSet};
use super::query;
use super::sight::{Sight, Sights};
use super::space::Kept;
use super::trust::{Progresses, Trust};
use crate::apply::AppAddress;
use crate::clock::Clock;
use crate::cluster::ClusterError;
use crate::clusters::Cluster;
use crate::identity::Member;
use crate::revisions::{RevisionStore, Running};

/// Batches a slow reader may be behind before it has to begin anew.
const BATCHES: usize = 128;

/// The live view of one cluster. Cheap to clone.
#[derive(Clone)]
pub struct LiveApps(Arc<Inner>);

struct Inner {
    cluster: Cluster,
    clock: Clock,
    sights: Sights,
    revisions: RevisionStore,
    known: RwLock<Known>,
    /// Something was noted that rows may depend on.
    noted: Notify,
    batches: broadcast::Sender<Arc<Batch>>,
    trust: watch::Sender<Trust>,
}

struct Known {
    index: Index,
    progresses: Progresses,
}

impl LiveApps {
    pub(super) fn new(cluster: Cluster, sights: Sights, revisions: RevisionStore, clock: Clock) -> Self {
        let known = Known {
            index: Index::new(cluster.slug()),
            progresses: Progresses::default(),
        };
        Self(Arc::new(Inner {
            cluster,
            clock,
            sights,
            revisions,
            known: RwLock::new(known),
            noted: Notify::new(),
            batches: broadcast::Sender::new(BATCHES),
            trust: watch::Sender::new(Trust::default()),
        }))
    }

    /// The cluster.
    pub fn cluster(&self) -> &Cluster {
        &self.0.cluster
    }

    /// What a member may see, reviewed moments ago or, while the cluster cannot be asked, before that. `asked` are
    /// namespaces that they ask for by name.
    pub async fn sight(&self, member: &Member, asked: &[String]) -> Result<Sight, LiveError> {
        self.demand_loaded()?;
        // What can be no namespace is not asked about: nothing is in it, and nothing of it may be seen.
        let asked = asked.iter().filter(|name| DnsLabel::parse(name).is_ok());
        let asked: Vec<String> = asked.cloned().collect();
        // Those that are configured count also as long as nothing is in them: else whoever may use nothing else would be told
        // that they may see nothing.
        let mut known = self.namespaces();
        known.extend(self.cluster().configured_namespaces());
        let sights = &self.0.sights;
        Ok(sights.of(self.cluster(), member, &asked, known).await?)
    }

    /// Namespaces that have apps, whoever may see them: to be shown only as far as a sight goes.
    pub(crate) fn namespaces(&self) -> Vec<String> {
        self.read().index.namespaces()
    }

    /// One page of the apps.
    pub fn page(&self, sight: &Sight, query: &AppQuery) -> Result<Page<AppRow>, LiveError> {
        self.demand_loaded()?;
        // Before the lock is taken: taken twice, a writer between the two would wait for ever, and so would we.
        let access = self.access(sight, query.namespace.as_deref());
        query::page(&self.read().index, sight, query, access)
    }

    /// How many apps there are to see.
    pub(super) fn total(&self, sight: &Sight) -> u32 {
        query::total(&self.read().index, sight)
    }

    /// One app, with what the database knows of this very workload if it is one of the member's teams.
    pub async fn app(&self, member: &Member, sight: &Sight, key: &AppKey) -> Result<AppDetail, LiveError> {
        let (detail, uid) = self.reported(sight, key)?;
        let Some(address) = AppAddress::in_url(&key.namespace, &key.kind, &key.name) else {
            return Err(LiveError::Missing("app"));
        };
        let cluster = self.cluster().id();
        let running = self.0.revisions.running(member, cluster, &address, &uid).await?;
        Ok(match running {
            Some(Running { revision, operation }) => AppDetail {
                revision: u64::try_from(revision).ok(),
                operation,
                ..detail
            },
            None => detail,
        })
    }

    /// One app as the cluster reports it, and the uid of its workload.
    fn reported(&self, sight: &Sight, key: &AppKey) -> Result<(AppDetail, String), LiveError> {
        self.demand_loaded()?;
        let kinds = sight.kinds(&key.namespace);
        if key.kind != DEPLOYMENT || !kinds.contains(Kind::Deployment) {
            return Err(LiveError::Missing("app"));
        }
        let access = self.access(sight, Some(&key.namespace));
        let known = self.read();
        let objects = known
            .index
            .objects(&key.namespace, &key.name, kinds)
            .ok_or(LiveError::Missing("app"))?;
        Ok((app_detail(&objects, access), objects.deployment.uid.clone()))
    }

    /// The row of an app, as far as a sight goes.
    pub(super) fn row_for(&self, sight: &Sight, row: &Arc<AppRow>) -> Option<AppRow> {
        query::row_for(&self.read().index, sight, row)
    }

    /// How far a sight can be trusted, in one namespace or everywhere.
    fn access(&self, sight: &Sight, namespace: Option<&str>) -> Access {
        let trust = self.trust();
        let unseen = KindSet::shown().without(sight.least_kinds(namespace));
        let forbidden = trust
            .forbidden
            .union(unseen)
            .iter()
            .filter(|kind| *kind != Kind::ReplicaSet);
        Access {
            stale_since: trust.stale_since.or(sight.unasked_since()),
            forbidden: forbidden.map(|kind| kind.as_str().to_owned()).collect(),
        }
    }

    fn demand_loaded(&self) -> Result<(), LiveError> {
        if self.trust().loaded {
            return Ok(());
        }
        let unreachable = || ClusterError::Unreachable("it has not answered yet".to_owned());
        match self.cluster().state() {
            ClusterState::Unreachable => Err(unreachable().into()),
            ClusterState::Forbidden => Err(ClusterError::Unauthenticated {
                message: "the cluster does not know this server".to_owned(),
            }
            .into()),
            ClusterState::Connecting | ClusterState::Reachable => Err(LiveError::StillLoading),
        }
    }

    /// How much the view can be trusted now.
    pub(super) fn trust(&self) -> Trust {
        self.read().progresses.trust(self.0.clock.millis())
    }

    /// How much the view can be trusted, as it changes.
    pub(super) fn watch_trust(&self) -> watch::Receiver<Trust> {
        self.0.trust.subscribe()
    }

    /// What changes, from now on.
    pub(super) fn batches(&self) -> broadcast::Receiver<Arc<Batch>> {
        self.0.batches.subscribe()
    }

    /// Lets pages of an app look again: the database knows something else of it.
    pub fn look_again(&self, address: &AppAddress) {
        let touched = (address.namespace().to_owned(), address.name().to_owned());
        self.announce(Batch {
            touched: vec![touched],
            ..Batch::default()
        });
    }

    /// Resolves when something was noted since the last time.
    pub(super) async fn noted(&self) {
        self.0.noted.notified().await;
    }

    pub(super) fn millis(&self) -> i64 {
        self.0.clock.millis()
    }

    pub(super) fn put<R: Kept>(&self, record: R) {
        self.write().index.put(record);
        self.0.noted.notify_one();
    }

    pub(super) fn remove<R: Kept>(&self, namespace: &str, name: &str) {
        self.write().index.remove::<R>(namespace, name);
        self.0.noted.notify_one();
    }

    pub(super) fn replace<R: Kept>(&self, namespace: Option<&str>, records: Vec<R>) {
        self.write().index.replace(namespace, records);
        self.0.noted.notify_one();
    }

    pub(super) fn set_simulated(&self, simulated: bool) {
        self.write().index.set_simulated(simulated);
        self.0.noted.notify_one();
    }

    /// Notes how the watches fare, and tells whoever listens.
    pub(super) fn progress(&self, note: impl FnOnce(&mut Progresses)) {
        // With the rows in step: whoever hears that everything is listed must find it.
        let mut known = self.write();
        let loaded = known.progresses.trust(0).loaded;
        note(&mut known.progresses);
        if known.progresses.trust(0).loaded && !loaded {
            self.announce(known.index.refresh());
        }
        let trust = known.progresses.trust(self.0.clock.millis());
        drop(known);
        self.0
            .trust
            .send_if_modified(|told| std::mem::replace(told, trust) != trust);
    }

    /// Forgets everything: another cluster answers.
    pub(super) fn forget(&self) {
        self.write().index.clear();
        self.progress(Progresses::forgotten);
        self.announce(Batch {
            forgotten: true,
            ..Batch::default()
        });
    }

    /// Brings the rows up to date and tells what changed.
    pub(super) fn refresh(&self) {
        let mut known = self.write();
        if known.progresses.trust(0).loaded {
            let batch = known.index.refresh();
            drop(known);
            self.announce(batch);
        }
    }

    fn announce(&self, batch: Batch) {
        if batch.forgotten || !batch.touched.is_empty() {
            // Nobody listening is no failure.
            drop(self.0.batches.send(Arc::new(batch)));
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.0.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Known> {
        self.0.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}
