//! Rows as the database has them, and what they stand for. A combination of columns that stands for nothing is an error
//! that names its row.

use serde::Serialize;
use serde::de::DeserializeOwned;
use slipway_api::{OperationKind, OperationLine, StepVerb};
use slipway_plan::ObjectKey;
use uuid::Uuid;

use super::operation::{AppAddress, Operation, OperationId};
use super::state::OperationState;
use super::step::{Step, StepState};
use crate::clusters::{ClusterId, ClusterUid};
use crate::db::CorruptRow;
use crate::identity::{Actor, TeamId};

pub(super) struct OperationRow {
    pub(super) operation_id: String,
    pub(super) cluster_id: i64,
    pub(super) cluster_uid: String,
    pub(super) namespace: String,
    pub(super) workload: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) revision: i64,
    pub(super) team_id: String,
    pub(super) person: String,
    pub(super) actor: String,
    pub(super) draft_id: Option<String>,
    pub(super) state: String,
    pub(super) failure: Option<String>,
    pub(super) issues: String,
    pub(super) failures: i64,
    pub(super) failing_since: Option<i64>,
    pub(super) created_at: i64,
    pub(super) finished_at: Option<i64>,
}

pub(super) struct StepRow {
    pub(super) position: i64,
    pub(super) verb: String,
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) namespace: Option<String>,
    pub(super) name: String,
    pub(super) body: String,
    pub(super) before: Option<String>,
    pub(super) target_uid: Option<String>,
    pub(super) agreed: Option<String>,
    pub(super) fields: String,
    pub(super) state: String,
    pub(super) uid: Option<String>,
    pub(super) outcome: Option<String>,
    pub(super) message: Option<String>,
    pub(super) warnings: String,
    pub(super) attempts: i64,
    pub(super) sent_at: Option<i64>,
    pub(super) deadline: Option<i64>,
    pub(super) undo_sent_at: Option<i64>,
    pub(super) finished_at: Option<i64>,
}

pub(super) struct LineRow {
    pub(super) operation_id: String,
    pub(super) cluster_id: i64,
    pub(super) namespace: String,
    pub(super) workload: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) revision: i64,
    pub(super) state: String,
    pub(super) failure: Option<String>,
    pub(super) person: String,
    pub(super) created_at: i64,
    pub(super) finished_at: Option<i64>,
}

impl OperationRow {
    pub(super) fn operation(self, steps: Vec<StepRow>) -> Result<Operation, CorruptRow> {
        let corrupt = || CorruptRow::new("operation", &self.operation_id);
        let state = OperationState::read(&self.state, self.failure.as_deref(), self.finished_at);
        let steps: Option<Vec<Step>> = steps.into_iter().map(StepRow::step).collect();
        Ok(Operation {
            id: operation_id(&self.operation_id)?,
            cluster: ClusterId(self.cluster_id),
            cluster_uid: ClusterUid::new(self.cluster_uid.as_str()),
            app: AppAddress::parse(&self.namespace, &self.workload, &self.name).ok_or_else(corrupt)?,
            kind: kind_of(&self.kind).ok_or_else(corrupt)?,
            revision: self.revision,
            team: TeamId::new(self.team_id.as_str()),
            person: self.person.clone(),
            actor: actor_of(&self.actor).ok_or_else(corrupt)?,
            draft: self.draft_id.clone(),
            state: state.ok_or_else(corrupt)?,
            issues: from_json(&self.issues).ok_or_else(corrupt)?,
            failures: u32::try_from(self.failures).map_err(|_| corrupt())?,
            failing_since: self.failing_since,
            created_at: self.created_at,
            steps: steps.ok_or_else(|| CorruptRow::new("step", &self.operation_id))?,
        })
    }
}

impl StepRow {
    fn step(self) -> Option<Step> {
        Some(Step {
            position: usize::try_from(self.position).ok()?,
            verb: verb_of(&self.verb)?,
            key: ObjectKey {
                api_version: self.api_version,
                kind: self.kind,
                namespace: self.namespace,
                name: self.name,
            },
            body: from_json(&self.body)?,
            before: optional(self.before.as_deref()).ok()?,
            target_uid: self.target_uid,
            agreed: optional(self.agreed.as_deref()).ok()?,
            fields: from_json(&self.fields)?,
            state: StepState::read(&self.state, self.outcome.as_deref(), self.uid, self.deadline)?,
            message: self.message,
            warnings: from_json(&self.warnings)?,
            attempts: u32::try_from(self.attempts).ok()?,
            sent_at: self.sent_at,
            undo_sent_at: self.undo_sent_at,
            finished_at: self.finished_at,
        })
    }
}

impl LineRow {
    pub(super) fn line(self) -> Result<OperationLine, CorruptRow> {
        let state = OperationState::read(&self.state, self.failure.as_deref(), self.finished_at)
            .ok_or_else(|| CorruptRow::new("operation", &self.operation_id))?;
        let kind = kind_of(&self.kind).ok_or_else(|| CorruptRow::new("operation", &self.operation_id))?;
        Ok(OperationLine {
            id: self.operation_id,
            cluster: String::new(),
            namespace: self.namespace,
            workload: self.workload,
            name: self.name,
            kind,
            revision: u64::try_from(self.revision).unwrap_or_default(),
            state: state.wire(),
            person: self.person,
            created_at: self.created_at,
            finished_at: self.finished_at,
        })
    }
}

pub(super) fn operation_id(text: &str) -> Result<OperationId, CorruptRow> {
    text.parse::<Uuid>()
        .map(OperationId)
        .map_err(|_| CorruptRow::new("operation", text))
}

pub(super) fn actor_code(actor: Actor) -> &'static str {
    match actor {
        Actor::Own => "own",
        Actor::Impersonated => "impersonated",
    }
}

fn actor_of(code: &str) -> Option<Actor> {
    [Actor::Own, Actor::Impersonated]
        .into_iter()
        .find(|actor| actor_code(*actor) == code)
}

pub(super) fn kind_code(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Create => "create",
        OperationKind::Update => "update",
        OperationKind::RollBack => "roll_back",
        OperationKind::Delete => "delete",
    }
}

pub(crate) fn kind_of(code: &str) -> Option<OperationKind> {
    [
        OperationKind::Create,
        OperationKind::Update,
        OperationKind::RollBack,
        OperationKind::Delete,
    ]
    .into_iter()
    .find(|kind| kind_code(*kind) == code)
}

pub(super) fn verb_code(verb: StepVerb) -> &'static str {
    match verb {
        StepVerb::Create => "create",
        StepVerb::Apply => "apply",
        StepVerb::Patch => "patch",
        StepVerb::Delete => "delete",
    }
}

fn verb_of(code: &str) -> Option<StepVerb> {
    [
        StepVerb::Create,
        StepVerb::Apply,
        StepVerb::Patch,
        StepVerb::Delete,
    ]
    .into_iter()
    .find(|verb| verb_code(*verb) == code)
}

/// The JSON of types of ours, which always have one.
pub(super) fn json_text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// JSON that may be absent, but not broken.
fn optional<T: DeserializeOwned>(text: Option<&str>) -> Result<Option<T>, serde_json::Error> {
    text.map(serde_json::from_str).transpose()
}

fn from_json<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}
