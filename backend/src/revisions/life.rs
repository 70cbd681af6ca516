//! One life of an app, its revisions, and what it consists of.

use slipway_api::{FieldChange, OperationKind};
use slipway_model::Draft;
use slipway_plan::{ObjectKey, Plan};
use uuid::Uuid;

use crate::apply::AppAddress;
use crate::clusters::ClusterId;
use crate::identity::TeamId;

/// One life of an app, from its creation, or from when it was first opened, to its end.
///
/// Nothing is read by the id alone: every read names cluster, address and team as well, so that an id that got somewhere
/// else leads to nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Life {
    /// Its id, which its objects bear.
    pub id: Uuid,
    /// The cluster.
    pub cluster: ClusterId,
    /// Where it lives there.
    pub address: AppAddress,
    /// The team it belongs to.
    pub team: TeamId,
    /// Whether somebody else made it: it is changed without being taken over, and each team has a history of its own.
    pub found: bool,
}

/// What an app was made to be, once.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// Counts from 1.
    pub number: i64,
    /// The objects, without marks.
    pub plan: Plan,
    /// The draft as it was submitted.
    pub draft: Draft,
    /// Who did.
    pub person: String,
    /// When.
    pub created_at: i64,
}

/// A revision in the history.
#[derive(Clone, Debug, PartialEq)]
pub struct RevisionEntry {
    /// Counts from 1.
    pub number: i64,
    /// Who made it.
    pub person: String,
    /// When.
    pub created_at: i64,
    /// The revision it goes back to, if it does.
    pub rolls_back_to: Option<i64>,
    /// What made it; nothing where it was found.
    pub made_by: Option<(OperationKind, String)>,
    /// The fields that differ from the revision before, as far as they are kept.
    pub changed: Vec<FieldChange>,
}

/// An object of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its address.
    pub key: ObjectKey,
    /// The very object.
    pub uid: String,
}
