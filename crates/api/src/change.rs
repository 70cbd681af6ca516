//! Changing an app that is there: what it would do, what stands in the way, and how two people's changes come together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use slipway_model::Issue;

/// An object, by its address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ObjectRef {
    /// Its API version.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

/// What becomes of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ObjectVerb {
    /// It is made.
    Create,
    /// It is changed where it is.
    Change,
    /// It is taken away and made anew, since the cluster does not let it change.
    Recreate,
    /// It goes.
    Delete,
    /// The app does without it, and it stays where it is.
    Keep,
}

/// What becomes of one object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ObjectChange {
    /// The object.
    pub object: ObjectRef,
    /// What becomes of it.
    pub verb: ObjectVerb,
    /// The difference as unified text; all of it for one that is made or goes.
    pub diff: String,
}

/// What a draft of a running app would change, as the cluster is now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangesView {
    /// The revision of the draft this was made from.
    pub revision: u64,
    /// The revision of the app that the draft was opened on.
    pub opened_on: u64,
    /// The revision of the app that is there now. If it is another, the two must be brought together first.
    pub current: u64,
    /// Whether somebody else made the app.
    pub found: bool,
    /// The fields that differ from that revision.
    pub fields: Vec<FieldChange>,
    /// What becomes of each object that does not stay as it is.
    pub objects: Vec<ObjectChange>,
    /// What that destroys.
    pub consequences: Vec<Consequence>,
    /// Fields that somebody else has set since to something else.
    pub conflicts: Vec<FieldConflict>,
    /// Who else looks after the app, and would undo what is changed here: `Argo CD web`.
    pub managed_by: Option<String>,
    /// Everything wrong or doubtful.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub issues: Vec<Issue>,
}

/// What carrying on would destroy, named before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Consequence {
    /// What, as a code: `address_released`, `node_port_released`, `claims_deleted`, `recreated`, `stays`; of pods
    /// `pods_restart`, `rollout_paused`, `pods_stay_until_deleted`, `pods_below_stay`, `fewer_replicas`,
    /// `autoscaler_decides`, `pull_policy_stays`.
    pub code: String,
    /// The object.
    pub object: ObjectRef,
    /// What its sentence needs, e.g. the `address`.
    pub params: BTreeMap<String, String>,
}

/// A field that somebody else has set, and that this change would set to something else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldConflict {
    /// The object.
    pub object: ObjectRef,
    /// What the object was when this was seen: a hash of everything but its status.
    pub version: String,
    /// The path in the object.
    pub path: String,
    /// The field of the draft it comes from.
    pub field: String,
    /// Who has set it.
    pub manager: String,
    /// What it is.
    pub theirs: Option<String>,
    /// What it would be.
    pub mine: Option<String>,
}

/// What somebody agrees to: the body of `POST …/operations` of a draft, or part of one of an app. Nothing, unless told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Consent {
    /// Fields of others to be set all the same.
    pub take_over: Vec<TakeOver>,
    /// Objects to be taken away and made anew.
    pub recreate: Vec<ObjectRef>,
    /// What the form does not show and the cluster does not accept together with the change, to be removed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<KeptField>,
    /// Objects of somebody else that the app does without, to be taken away.
    pub delete: Vec<ObjectRef>,
}

impl Consent {
    /// Whether nothing is agreed to.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Something in an object of somebody else that the form does not show.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeptField {
    /// The object.
    pub object: ObjectRef,
    /// The path in it, as the server names it.
    pub path: String,
}

/// Fields of one object that are set although somebody else has set them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TakeOver {
    /// The object.
    pub object: ObjectRef,
    /// What it was when the conflicts were seen.
    pub version: String,
    /// Exactly the paths that were seen.
    pub paths: Vec<String>,
}

/// A field of a draft that has two values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldChange {
    /// The field.
    pub field: String,
    /// What it was; nothing where there was no such row.
    pub before: Option<String>,
    /// What it is; nothing where the row is gone.
    pub after: Option<String>,
}

/// An app has moved on while a draft of it was open: three columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MergeView {
    /// The revision of the app that the draft was opened on.
    pub base: u64,
    /// The revision that is there now.
    pub theirs: u64,
    /// Who made it.
    pub person: String,
    /// When.
    pub created_at: i64,
    /// The revision of the draft.
    pub mine: u64,
    /// Every field that either side has changed.
    pub fields: Vec<FieldMerge>,
}

/// A field that one side or both have changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldMerge {
    /// The field.
    pub field: String,
    /// What it was when the draft was opened.
    pub base: Option<String>,
    /// What it is in the app now.
    pub theirs: Option<String>,
    /// What the draft says.
    pub mine: Option<String>,
    /// Whether both have changed it, each to something else.
    pub collides: bool,
}

/// Whose value a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Side {
    /// The app's.
    Theirs,
    /// The draft's.
    Mine,
}

/// Body of `POST /api/v1/drafts/{id}/merge`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MergeDraft {
    /// The revision of the app that was seen.
    pub theirs: u64,
    /// Whose value each field takes that both have changed.
    #[serde(default)]
    pub choices: BTreeMap<String, Side>,
}
