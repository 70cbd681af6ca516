//! Drafts as pages see them.

use serde::{Deserialize, Serialize};
use slipway_model::Draft;

/// A draft. Its revision is also the `ETag`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DraftView {
    /// Its id.
    pub id: String,
    /// The cluster it is for.
    pub cluster: String,
    /// Counts its saved versions.
    pub revision: u64,
    /// What was typed.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub content: Draft,
    /// Who saved it last.
    pub saved_by: String,
    /// When it was saved last.
    pub saved_at: i64,
    /// The newest operation started from it.
    pub operation: Option<String>,
}

/// A draft in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DraftLine {
    /// Its id.
    pub id: String,
    /// The cluster it is for.
    pub cluster: String,
    /// The name typed so far; may be empty.
    pub name: String,
    /// The namespace typed so far.
    pub namespace: String,
    /// The type of its workload.
    pub kind: String,
    /// The image of its first container.
    pub image: String,
    /// Its bytes.
    pub size: u64,
    /// How many errors stand in the way, as far as they are listed.
    pub errors: u32,
    /// Who saved it last.
    pub saved_by: String,
    /// When it was saved last.
    pub saved_at: i64,
    /// The newest operation started from it.
    pub operation: Option<String>,
    /// Its revision.
    pub revision: u64,
}

/// Body of `POST /api/v1/drafts`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateDraft {
    /// The cluster it is for.
    pub cluster: String,
    /// What is typed already; an empty form when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub content: Option<Draft>,
}

/// Body of `PUT /api/v1/drafts/{id}`. The revision it is based on travels in `If-Match`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SaveDraft {
    /// What is typed now.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub content: Draft,
}
