//! Starting an operation: judge once more, ask the cluster, and store everything in one transaction.

mod anew;
mod app_operation;
mod change;
mod drift;
mod open;
mod prospect;
mod release;
mod store;
mod take_over;
mod telling;
mod unseen;

pub use app_operation::{AppAct, Ask};

use std::collections::HashMap;

use futures::future::join;
use sha2::{Digest, Sha256};
use slipway_api::{Consent, OperationKind, OperationView, Receipt};
use slipway_model::{App, Draft, Issue, Problem, validate};
use slipway_plan::plan;
use slipway_plan::read::ReadError;
use uuid::Uuid;

use super::marks::Marks;
use super::operation::{AppAddress, Operation, OperationId};
use super::rows::json_text;
use super::step::Step;
use super::steps::creating;
use super::store::OperationStore;
use crate::clock::Clock;
use crate::cluster::ClusterError;
use crate::clusters::{Cluster, ClusterId, ClusterUid, Clusters};
use crate::cpu::Cpu;
use crate::db::DbError;
use crate::fair_queue::Busy;
use crate::identity::{Actor, Member, TeamId};
use crate::preflight::Preflight;
use crate::revisions::{Life, Revision, RevisionStore};

/// Operations as handlers use them. Cheap to clone.
#[derive(Clone)]
pub struct Operations {
    store: OperationStore,
    revisions: RevisionStore,
    clusters: Clusters,
    preflight: Preflight,
    clock: Clock,
    cpu: Cpu,
}

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct Submit {
    /// The draft.
    pub draft_id: String,
    /// The revision of it that they saw.
    pub revision: u64,
    /// The same request sent again has the same key.
    pub idempotency_key: String,
    /// What they agree to.
    pub consent: Consent,
}

impl Submit {
    /// What makes two requests with one key the same request.
    fn hash(&self) -> String {
        let asked = json_text(&(&self.draft_id, self.revision, &self.consent));
        request_hash("draft", &asked)
    }

    fn draft(&self) -> (String, i64) {
        let revision = i64::try_from(self.revision).unwrap_or(i64::MAX);
        (self.draft_id.clone(), revision)
    }
}

/// A hash of what somebody asks for.
pub(super) fn request_hash(of: &str, asked: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(format!("{of}\n{asked}")))
}

/// The app that a draft describes, if nothing is wrong with it. It knows nothing of what was typed for kinds that are not
/// chosen, so that no step of it keeps that.
pub(super) fn described(draft: &Draft) -> Result<App, StartError> {
    let verdict = validate(draft);
    let app = verdict.app.and_then(|_| validate(&draft.chosen()).app);
    app.ok_or(StartError::Issues(verdict.issues))
}

/// An operation that a request has started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    /// By this request.
    Now(OperationId),
    /// By the same request, sent earlier.
    Before(OperationId),
}

impl Started {
    /// The operation.
    pub fn id(self) -> OperationId {
        let (Self::Now(id) | Self::Before(id)) = self;
        id
    }
}

/// Why an operation was not started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The key belongs to another request.
    #[error("this Idempotency-Key was used for another request")]
    KeyReused,
    /// An operation of the same app is under way.
    #[error("an operation of this app is under way")]
    Active,
    /// Something is wrong with the draft, or the cluster would refuse it.
    #[error("the draft cannot be applied yet")]
    Issues(Vec<Issue>),
    /// Somebody else has set what this would set to something else.
    #[error("somebody else has set what this would change")]
    Conflicts(Vec<Issue>),
    /// There is no such app, or it belongs to another team.
    #[error("there is no such app")]
    NoApp,
    /// The app is another team's.
    #[error("the app belongs to another team")]
    OtherTeam,
    /// Another installation looks after the app.
    #[error("the app is managed by {0}")]
    ManagedElsewhere(String),
    /// Another object is at the address than the one that was seen.
    #[error("another object is there than the one that was seen")]
    Replaced,
    /// What is at the address was not made from a plan, and cannot be applied as one.
    #[error("this was not made from a plan for this address, so it cannot be taken over")]
    NotPlanned,
    /// The app has moved on since the draft was opened, or it was looked at.
    #[error("the app has changed meanwhile")]
    AppMoved {
        /// Its revision now.
        current: i64,
    },
    /// The app is that already.
    #[error("there is nothing to change")]
    NothingToChange,
    /// There is no such revision to go back to.
    #[error("there is no such revision")]
    NoRevision,
    /// An object was chosen that cannot be deleted with the app.
    #[error("{0} cannot be deleted with the app")]
    NotToBeDeleted(String),
    /// What runs cannot be opened in the form.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It cannot be told which cluster this is, so it could not be noticed when another one answers in its place.
    #[error(
        "neither the namespace kube-system nor a configured one may be read, which tell this cluster from another"
    )]
    ClusterUnknown,
    /// Too much is asked for at once.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The cluster does not answer.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl StartError {
    /// Whether the draft is fine and only a name is not free.
    pub fn is_name_taken(&self) -> bool {
        let Self::Issues(issues) = self else { return false };
        let mut errors = issues.iter().filter(|issue| issue.is_error()).peekable();
        errors.peek().is_some() && errors.all(|issue| matches!(issue.problem, Problem::NameTaken { .. }))
    }
}

/// A revision to be stored.
pub(super) struct NewRevision {
    pub(super) revision: Revision,
    pub(super) plan_hash: String,
    pub(super) rolls_back_to: Option<i64>,
}

/// An operation to be stored.
pub(super) struct NewOperation {
    pub(super) id: OperationId,
    pub(super) cluster: ClusterId,
    pub(super) cluster_uid: ClusterUid,
    pub(super) kind: OperationKind,
    pub(super) life: Life,
    /// The revision that the app was seen at; 0 for an app that is made.
    pub(super) seen: i64,
    /// The life that was known at its address before its names were found free, and what it was then.
    pub(super) before: Option<(Uuid, i64)>,
    /// The revision that it makes; nothing where the app goes.
    pub(super) revision: Option<NewRevision>,
    pub(super) team: TeamId,
    pub(super) person: String,
    pub(super) actor: Actor,
    pub(super) draft: Option<(String, i64)>,
    pub(super) idempotency_key: String,
    pub(super) request_hash: String,
    pub(super) steps: Vec<Step>,
}

/// What stands in the way of a request may be what the very same request, sent twice at once, has started: its names are
/// taken, its app has moved on. Then that is the answer.
pub(super) async fn or_before(
    started: Result<Started, StartError>,
    before: impl Future<Output = Result<Option<Started>, StartError>>,
) -> Result<Started, StartError> {
    match started {
        Err(error) => before.await?.ok_or(error),
        started => started,
    }
}

impl Operations {
    /// Operations of this server.
    pub fn new(
        store: OperationStore,
        clusters: Clusters,
        preflight: Preflight,
        clock: Clock,
        cpu: Cpu,
    ) -> Self {
        Self {
            revisions: RevisionStore::new(store.db.clone()),
            store,
            clusters,
            preflight,
            clock,
            cpu,
        }
    }

    /// Adds what histories show of revisions that were stored before it was kept.
    pub async fn describe(&self) -> Result<(), DbError> {
        self.revisions.describe().await
    }

    pub(super) fn store(&self) -> &OperationStore {
        &self.store
    }

    /// The operation that the same request has started earlier, if it was sent before. Asked before anything else, so that
    /// an answer that was lost is given again whatever has changed since.
    pub async fn started_before(
        &self,
        member: &Member,
        submit: &Submit,
    ) -> Result<Option<Started>, StartError> {
        self.store
            .started_before(member, &submit.idempotency_key, &submit.hash())
            .await
    }

    /// Starts creating the app that a draft of a team describes, for that team. Answers once the operation is stored; a runner
    /// does the rest.
    pub async fn create(
        &self,
        member: &Member,
        submit: &Submit,
        draft: (&TeamId, &Draft),
        cluster: &Cluster,
    ) -> Result<Started, StartError> {
        let started = self.create_now(member, submit, draft, cluster).await;
        or_before(started, self.started_before(member, submit)).await
    }

    async fn create_now(
        &self,
        member: &Member,
        submit: &Submit,
        (team, draft): (&TeamId, &Draft),
        cluster: &Cluster,
    ) -> Result<Started, StartError> {
        let planned = self.cpu.run(member, || {
            let app = described(draft)?;
            let plan = plan(&app, &cluster.target());
            Ok::<_, StartError>((app, plan))
        });
        let (app, plan) = planned.await??;
        let before = self.lived(cluster, &AppAddress::of(&app)).await?;
        let checked = self.preflight.check(cluster, member, &app, &plan);
        let (report, uid) = join(checked, self.uid_of(cluster)).await;
        let report = report?;
        if report.has_errors() {
            return Err(StartError::Issues(report.issues));
        }
        let life = self.new_life(team, &app, cluster);
        let (id, plan_hash, now) = (self.new_id(), plan.hash(), self.clock.millis());
        let number = self.revisions.next_number(&life).await?;
        let marks = self.marks(id, life.id, number, &plan_hash);
        let steps = self
            .cpu
            .run(member, || creating(&app, &plan, &marks, now))
            .await?;
        let revision = NewRevision {
            revision: Revision {
                number,
                draft: draft.clone(),
                person: member.person.name.clone(),
                created_at: now,
                plan,
            },
            plan_hash,
            rolls_back_to: None,
        };
        self.store
            .start(NewOperation {
                id,
                cluster: cluster.id(),
                cluster_uid: uid?,
                kind: OperationKind::Create,
                life,
                seen: 0,
                before,
                revision: Some(revision),
                team: team.clone(),
                person: member.person.name.clone(),
                actor: member.actor,
                draft: Some(submit.draft()),
                idempotency_key: submit.idempotency_key.clone(),
                request_hash: submit.hash(),
                steps,
            })
            .await
    }

    /// Which cluster this is, so that it is noticed when another one answers in its place.
    pub(super) async fn uid_of(&self, cluster: &Cluster) -> Result<ClusterUid, StartError> {
        let uid = cluster.ask_uid().await.or_else(|error| match error {
            ClusterError::Forbidden { .. } | ClusterError::ServerForbidden { .. } => Ok(cluster.uid()),
            error => Err(error),
        })?;
        uid.or_else(|| cluster.uid()).ok_or(StartError::ClusterUnknown)
    }

    pub(super) fn new_id(&self) -> OperationId {
        OperationId(self.store.ids().next())
    }

    pub(super) fn marks<'m>(
        &'m self,
        operation: OperationId,
        app_id: Uuid,
        revision: i64,
        plan_hash: &'m str,
    ) -> Marks<'m> {
        Marks {
            operation,
            installation: self.store.installation(),
            app_id,
            revision,
            plan_hash,
        }
    }

    /// The life that is known at an address, and its revision; 0 while it never was anything.
    async fn lived(&self, cluster: &Cluster, address: &AppAddress) -> Result<Option<(Uuid, i64)>, DbError> {
        let Some(life) = self.revisions.owned(cluster.id(), address).await? else {
            return Ok(None);
        };
        let current = self.revisions.current(&life).await?;
        Ok(Some((life.id, current.map_or(0, |revision| revision.number))))
    }

    fn new_life(&self, team: &TeamId, app: &App, cluster: &Cluster) -> Life {
        Life {
            id: self.store.ids().next(),
            cluster: cluster.id(),
            address: AppAddress::of(app),
            team: team.clone(),
            found: false,
        }
    }

    /// An operation of the member's teams, as pages show it.
    pub async fn view(&self, member: &Member, id: OperationId) -> Result<Option<OperationView>, DbError> {
        let operation = self.store.find(member, id).await?;
        Ok(operation.map(|operation| self.shown(&operation)))
    }

    /// Everything that is kept of an operation of the member's teams.
    pub async fn receipt(&self, member: &Member, id: OperationId) -> Result<Option<Receipt>, DbError> {
        let operation = self.store.find(member, id).await?;
        Ok(operation.map(|operation| Receipt {
            bodies: operation.steps.iter().map(|step| step.body.clone()).collect(),
            operation: self.shown(&operation),
        }))
    }

    /// The newest operation that the member's teams have started from a draft.
    pub async fn newest_of_draft(&self, member: &Member, draft: &str) -> Result<Option<String>, DbError> {
        self.store.newest_of_draft(member, draft).await
    }

    /// The newest operation of each draft of the member's teams that has one.
    pub async fn newest_of_drafts(&self, member: &Member) -> Result<HashMap<String, String>, DbError> {
        self.store.newest_of_drafts(member).await
    }

    fn shown(&self, operation: &Operation) -> OperationView {
        operation.view(&self.slug(operation.cluster))
    }

    pub(super) fn slug(&self, cluster: ClusterId) -> String {
        self.clusters
            .by_id(cluster)
            .map(|cluster| cluster.slug().to_owned())
            .unwrap_or_default()
    }
}
