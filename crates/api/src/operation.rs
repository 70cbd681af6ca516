//! The record of an operation.

use serde::{Deserialize, Serialize};
use slipway_model::Issue;

/// What an operation does to its app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OperationKind {
    /// Makes it.
    Create,
    /// Makes it what a draft of it says.
    Update,
    /// Makes it what it was at an earlier revision.
    RollBack,
    /// Takes it away.
    Delete,
}

/// How far an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OperationState {
    /// Stored; nobody works on it yet.
    Queued,
    /// Being worked on.
    Running,
    /// Refused; what was made is being taken back.
    Undoing,
    /// Everything was made.
    Succeeded,
    /// Refused, and everything that was made is gone again.
    Undone,
    /// Ended without being able to go on; nothing more is written.
    Stopped,
    /// Could not be undone wholly; the steps say what is left.
    Stuck,
}

impl OperationState {
    /// Whether nothing more will happen.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Undone | Self::Stopped | Self::Stuck)
    }
}

/// What a step does to its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum StepVerb {
    /// Makes it.
    Create,
    /// Changes one of ours.
    Apply,
    /// Changes one of somebody else's.
    Patch,
    /// Takes it away.
    Delete,
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum StepState {
    /// Not sent.
    Pending,
    /// Sent; the answer is not known.
    Sent,
    /// Done.
    Done,
    /// Refused by the cluster.
    Refused,
    /// Done, and taken back.
    Undone,
    /// Not needed, or the cluster lacks the kind.
    Skipped,
}

/// An operation with its steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OperationView {
    /// Its id.
    pub id: String,
    /// The cluster.
    pub cluster: String,
    /// The app's namespace.
    pub namespace: String,
    /// The kind of the app's workload.
    pub workload: String,
    /// The app's name.
    pub name: String,
    /// What it does.
    pub kind: OperationKind,
    /// How far it is.
    pub state: OperationState,
    /// Why it was refused or stopped, as a code.
    pub failure: Option<String>,
    /// The revision of the app that it makes, or that it takes away.
    pub revision: u64,
    /// Who started it.
    pub person: String,
    /// The draft it came from.
    pub draft: Option<String>,
    /// Its steps, in order.
    pub steps: Vec<StepView>,
    /// What the cluster refused, at the field to blame.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub issues: Vec<Issue>,
    /// When it was started.
    pub created_at: i64,
    /// When it ended.
    pub finished_at: Option<i64>,
}

/// One step: one object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StepView {
    /// Its place, from 0.
    pub position: u32,
    /// What it does.
    pub verb: StepVerb,
    /// The request it sends: method and path.
    pub request: String,
    /// The object's API version.
    pub api_version: String,
    /// The object's kind.
    pub kind: String,
    /// The object's namespace.
    pub namespace: Option<String>,
    /// The object's name.
    pub name: String,
    /// How far it is.
    pub state: StepState,
    /// The object's uid, once made.
    pub uid: Option<String>,
    /// What became of it, as a code; e.g. `created`, `already_ours`, `refused`, `kept_changed_by_others`.
    pub outcome: Option<String>,
    /// The cluster's words, if it had any.
    pub message: Option<String>,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was first sent.
    pub sent_at: Option<i64>,
    /// When it ended.
    pub finished_at: Option<i64>,
}

/// An operation in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OperationLine {
    /// Its id.
    pub id: String,
    /// The cluster.
    pub cluster: String,
    /// The app's namespace.
    pub namespace: String,
    /// The kind of the app's workload.
    pub workload: String,
    /// The app's name.
    pub name: String,
    /// What it does.
    pub kind: OperationKind,
    /// The revision of the app that it makes, or that it takes away.
    pub revision: u64,
    /// How far it is.
    pub state: OperationState,
    /// Who started it.
    pub person: String,
    /// When it was started.
    pub created_at: i64,
    /// When it ended.
    pub finished_at: Option<i64>,
}

/// Which of the operations of an app are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct OperationQuery {
    /// The page, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Rows on a page: 20 unless told otherwise, at most 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// One page of the operations of an app, the newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OperationPage {
    /// The operations of this page.
    pub rows: Vec<OperationLine>,
    /// How many there are on all pages.
    pub total: u32,
}

/// What is kept of an operation, whole: the record, and what was sent for each step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// The record.
    pub operation: OperationView,
    /// The body that each step sent, in the order of the steps; nothing for one that sends none.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub bodies: Vec<serde_json::Value>,
}
