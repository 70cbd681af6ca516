//! What a draft leads to, and what the cluster says beforehand.

use serde::{Deserialize, Serialize};
use slipway_model::Issue;

use crate::CheckView;

/// The objects a draft leads to, in the order they are created.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanView {
    /// The revision of the draft this was made from.
    pub revision: u64,
    /// The objects; none while an error is left.
    pub objects: Vec<ObjectView>,
    /// All of them as YAML documents.
    pub yaml: String,
    /// The hash of the plan.
    pub hash: Option<String>,
    /// Everything wrong or doubtful, as the server judges it.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub issues: Vec<Issue>,
}

/// One planned object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ObjectView {
    /// Its API version.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// Its YAML.
    pub yaml: String,
    /// Why it is planned but not made, as a code.
    pub skipped: Option<String>,
}

/// What the cluster says beforehand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChecksView {
    /// The revision of the draft that was checked.
    pub revision: u64,
    /// Each check that has something to look at.
    pub checks: Vec<CheckView>,
    /// What they found, each with the field to fix, and each said once.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub issues: Vec<Issue>,
}
