//! Revisions of an app, what was changed outside Slipway, and what deleting it takes away.

use serde::{Deserialize, Serialize};
use slipway_model::{Draft, Issue};

use crate::{Consent, Consequence, FieldChange, FieldConflict, ObjectChange, ObjectRef, OperationKind};

/// A revision of an app in its history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevisionLine {
    /// Its number, from 1.
    pub number: u64,
    /// What made it. Nothing where it was found in the cluster.
    pub kind: Option<OperationKind>,
    /// The operation that made it.
    pub operation: Option<String>,
    /// Who made it.
    pub person: String,
    /// When.
    pub created_at: i64,
    /// Whether it is the one that is there now.
    pub current: bool,
    /// The revision it goes back to, if it does.
    pub rolls_back_to: Option<u64>,
    /// The fields that differ from the revision before it.
    pub changed: Vec<FieldChange>,
}

/// One revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevisionView {
    /// Its number.
    pub number: u64,
    /// The draft it was made from.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub content: Draft,
    /// Its objects as YAML documents.
    pub yaml: String,
}

/// Two revisions beside each other. Also what rolling back from one to the other would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompareView {
    /// The one revision.
    pub from: u64,
    /// The other.
    pub to: u64,
    /// The fields that differ.
    pub fields: Vec<FieldChange>,
    /// What becomes of each object that differs.
    pub objects: Vec<ObjectChange>,
    /// What going from the one to the other destroys.
    pub consequences: Vec<Consequence>,
    /// Fields that somebody else has set since to something else, where the one is what is there now.
    pub conflicts: Vec<FieldConflict>,
    /// What the cluster says to it, where the one is what is there now.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub issues: Vec<Issue>,
}

/// What was changed outside Slipway since the current revision was applied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DriftView {
    /// The current revision.
    pub revision: u64,
    /// Who else looks after the app, and would undo what is changed here.
    pub managed_by: Option<String>,
    /// The objects that are not as they were applied.
    pub objects: Vec<ObjectDrift>,
    /// What putting them back destroys.
    pub consequences: Vec<Consequence>,
    /// Fields that somebody else holds, to be agreed to before they are put back.
    pub conflicts: Vec<FieldConflict>,
    /// Kinds that could not be looked at, each with the reason.
    pub unseen: Vec<(String, String)>,
    /// The uid of what is at the address, where it is not known as this app and can be
    /// [taken over](crate::paths::app_takeover).
    pub take_over: Option<String>,
}

/// Body of `POST …/apps/{namespace}/{kind}/{name}/takeover`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TakeOverApp {
    /// The uid of the very object that was seen.
    pub uid: String,
}

/// An object that is not as it was applied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ObjectDrift {
    /// The object.
    pub object: ObjectRef,
    /// Whether it is gone.
    pub missing: bool,
    /// Where it differs.
    pub fields: Vec<FieldDrift>,
}

/// A value that is not as it was applied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldDrift {
    /// The path in the object.
    pub path: String,
    /// The field of the draft it comes from.
    pub field: String,
    /// What was applied.
    pub applied: Option<String>,
    /// What it is.
    pub live: Option<String>,
    /// Who has set it, if that can be told.
    pub manager: Option<String>,
}

/// What deleting an app takes away, and what stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeletionView {
    /// The revision of the app, to be sent in `If-Match`.
    pub revision: u64,
    /// Whether somebody else made the app.
    pub found: bool,
    /// Who else looks after the app.
    pub managed_by: Option<String>,
    /// What goes, in order.
    pub goes: Vec<ObjectRef>,
    /// What stays unless chosen: volumes and claims, and what is beside the app.
    pub choices: Vec<DeletionChoice>,
    /// What that destroys.
    pub consequences: Vec<Consequence>,
    /// What stands in the way.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub issues: Vec<Issue>,
}

/// An object that stays unless it is chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeletionChoice {
    /// The object.
    pub object: ObjectRef,
    /// Its uid, by which it is chosen.
    pub uid: String,
    /// Why it stays, as a code: `data`, `not_ours`, `used_by_others`.
    pub why: String,
    /// Who else uses it. Then it cannot be chosen.
    pub used_by: Vec<String>,
}

/// Body of `POST …/apps/{namespace}/{kind}/{name}/operations`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StartAppOperation {
    /// `roll_back` or `delete`.
    pub kind: OperationKind,
    /// The revision to go back to. The current one puts back what was changed outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
    /// Uids of what is deleted as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// What somebody agrees to when going back. Nothing, unless told.
    #[serde(default, skip_serializing_if = "Consent::is_nothing")]
    pub consent: Consent,
}
