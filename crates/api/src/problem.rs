//! The body of every refusal (RFC 9457).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use slipway_model::Issue;

/// Why a request was refused. The browser words it by `code`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `/problems/<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What is wrong, as a code.
    pub code: String,
    /// The same in English, for people reading the wire.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What the sentence needs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
    /// Issues of a draft, each with its field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub issues: Vec<Issue>,
    /// The id of the request, to find it in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}
