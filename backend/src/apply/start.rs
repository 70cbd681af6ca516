//! Starting an operation: judge once more, ask the cluster, and store everything in one transaction.

mod store;

use std::collections::HashMap;

use serde_json::Value;
use slipway_api::{OperationLine, OperationView, StepVerb};
use slipway_model::{App, Draft, Issue, Problem, validate};
use slipway_plan::{Plan, PlannedObject, plan};
use uuid::Uuid;

use super::crash::{CrashPoint, reached};
use super::marks::Marks;
use super::operation::{AppAddress, Operation, OperationId};
use super::rows::json_text;
use super::step::{Skipped, Step, StepState};
use super::store::OperationStore;
use crate::clock::Clock;
use crate::cluster::ClusterError;
use crate::clusters::{Cluster, ClusterId, ClusterUid, Clusters};
use crate::db::DbError;
use crate::identity::{Actor, Member, TeamId};
use crate::preflight::{FieldMap, Preflight};

/// The first revision of an app.
const FIRST: i64 = 1;

/// Operations as handlers use them. Cheap to clone.
#[derive(Clone)]
pub struct Operations {
    store: OperationStore,
    clusters: Clusters,
    preflight: Preflight,
    clock: Clock,
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
}

impl Submit {
    /// What makes two requests with one key the same request.
    fn hash(&self) -> String {
        use sha2::{Digest, Sha256};
        data_encoding::HEXLOWER.encode(&Sha256::digest(format!(
            "create\n{}\n{}",
            self.draft_id, self.revision
        )))
    }
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
    /// It cannot be told which cluster this is, so it could not be noticed when another one answers in its place.
    #[error(
        "neither the namespace kube-system nor a configured one may be read, which tell this cluster from another"
    )]
    ClusterUnknown,
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

/// An operation to be stored.
pub struct NewOperation {
    pub(super) id: OperationId,
    pub(super) cluster: ClusterId,
    pub(super) cluster_uid: ClusterUid,
    pub(super) app_id: Uuid,
    pub(super) revision: i64,
    pub(super) app: AppAddress,
    pub(super) team: TeamId,
    pub(super) person: String,
    pub(super) actor: Actor,
    pub(super) draft_id: String,
    pub(super) draft_revision: i64,
    pub(super) draft: String,
    pub(super) plan: String,
    pub(super) plan_hash: String,
    pub(super) idempotency_key: String,
    pub(super) request_hash: String,
    pub(super) steps: Vec<Step>,
}

impl Operations {
    /// Operations of this server.
    pub fn new(store: OperationStore, clusters: Clusters, preflight: Preflight, clock: Clock) -> Self {
        Self {
            store,
            clusters,
            preflight,
            clock,
        }
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

    /// Starts creating the app a draft describes. Answers once the operation is stored; a runner does the rest.
    pub async fn create(
        &self,
        member: &Member,
        submit: &Submit,
        draft: &Draft,
        cluster: &Cluster,
    ) -> Result<Started, StartError> {
        let verdict = validate(draft);
        let Some(app) = verdict.app else {
            return Err(StartError::Issues(verdict.issues));
        };
        let plan = plan(&app, &cluster.target());
        let checked = self.preflight.check(cluster, member, &app, &plan).await;
        let refused = match checked {
            Ok(report) if !report.has_errors() => None,
            Ok(report) => Some(StartError::Issues(report.issues)),
            Err(error) => Some(error.into()),
        };
        if let Some(error) = refused {
            // The names may be taken by the very operation that the same request, sent twice at once, has started.
            return self.started_before(member, submit).await?.ok_or(error);
        }
        let uid = cluster.ask_uid().await.or_else(|error| match error {
            ClusterError::Forbidden { .. } => Ok(cluster.uid()),
            error => Err(error),
        })?;
        let uid = uid.or_else(|| cluster.uid()).ok_or(StartError::ClusterUnknown)?;
        let new = self.new_operation(member, submit, (draft, &app, &plan), (cluster.id(), uid));
        let started = self.store.start(new).await?;
        reached(CrashPoint::Stored).await;
        Ok(started)
    }

    fn new_operation(
        &self,
        member: &Member,
        submit: &Submit,
        (draft, app, plan): (&Draft, &App, &Plan),
        (cluster, cluster_uid): (ClusterId, ClusterUid),
    ) -> NewOperation {
        let (id, app_id) = (OperationId(self.store.ids().next()), self.store.ids().next());
        let plan_hash = plan.hash();
        let installation = self.store.installation();
        let marks = Marks {
            operation: id,
            installation,
            app_id,
            revision: FIRST,
            plan_hash: &plan_hash,
        };
        NewOperation {
            id,
            cluster,
            cluster_uid,
            app_id,
            revision: FIRST,
            app: AppAddress {
                namespace: app.namespace.to_string(),
                workload: app.kind().as_str().to_owned(),
                name: app.name.to_string(),
            },
            team: member.team.id.clone(),
            person: member.person.name.clone(),
            actor: member.actor,
            draft_id: submit.draft_id.clone(),
            draft_revision: i64::try_from(submit.revision).unwrap_or(i64::MAX),
            draft: json_text(draft),
            plan: json_text(plan),
            idempotency_key: submit.idempotency_key.clone(),
            request_hash: submit.hash(),
            steps: steps(app, plan, &marks, self.clock.millis()),
            plan_hash,
        }
    }

    /// An operation of the member's teams, as pages show it.
    pub async fn view(&self, member: &Member, id: OperationId) -> Result<Option<OperationView>, DbError> {
        let operation = self.store.find(member, id).await?;
        Ok(operation.map(|operation| self.shown(&operation)))
    }

    /// The newest operations of the member's team.
    pub async fn list(&self, member: &Member) -> Result<Vec<OperationLine>, DbError> {
        let lines = self.store.list(member).await?;
        Ok(lines
            .into_iter()
            .map(|(id, line)| OperationLine {
                cluster: self.slug(id),
                ..line
            })
            .collect())
    }

    /// The newest operation started from a draft.
    pub async fn newest_of_draft(&self, draft: &str) -> Result<Option<String>, DbError> {
        self.store.newest_of_draft(draft).await
    }

    /// The newest operation of each draft of the member's team that has one.
    pub async fn newest_of_drafts(&self, member: &Member) -> Result<HashMap<String, String>, DbError> {
        self.store.newest_of_drafts(member).await
    }

    fn shown(&self, operation: &Operation) -> OperationView {
        operation.view(&self.slug(operation.cluster))
    }

    fn slug(&self, cluster: ClusterId) -> String {
        self.clusters
            .by_id(cluster)
            .map(|cluster| cluster.slug().to_owned())
            .unwrap_or_default()
    }
}

/// A step for each planned object, and last one for each that was made suspended. One that the cluster cannot have is
/// there, and says why it was not made.
fn steps(app: &App, plan: &Plan, marks: &Marks<'_>, now: i64) -> Vec<Step> {
    let created = plan.objects.iter().map(|object| {
        let skipped = object.skipped.map(Skipped::from);
        Step {
            state: skipped.map_or(StepState::Pending, StepState::Skipped),
            finished_at: skipped.map(|_| now),
            ..step(
                StepVerb::Create,
                object,
                marks.body(object),
                FieldMap::of(app, object),
            )
        }
    });
    let released = plan.objects.iter().filter_map(|object| {
        let body = object.release()?.into_value();
        Some(step(StepVerb::Patch, object, body, FieldMap::of(app, object)))
    });
    created
        .chain(released)
        .enumerate()
        .map(|(position, step)| Step { position, ..step })
        .collect()
}

fn step(verb: StepVerb, object: &PlannedObject, body: Value, fields: FieldMap) -> Step {
    Step {
        position: 0,
        verb,
        key: object.key.clone(),
        body,
        fields,
        state: StepState::Pending,
        message: None,
        warnings: Vec::new(),
        attempts: 0,
        sent_at: None,
        undo_sent_at: None,
        finished_at: None,
    }
}
