//! A draft as it is kept.

use std::fmt;

use slipway_model::Draft;

use crate::clusters::ClusterId;
use crate::db::DbError;
use crate::fair_queue::Busy;
use crate::identity::TeamId;

/// Drafts a team may have. More than anybody looks through; fewer than would fill a disk.
pub const MOST_PER_TEAM: u32 = 1000;
/// The most bytes of one draft, as it is written. The browser sends a whole draft in one request.
pub const LARGEST: usize = 1024 * 1024;
/// The most bytes that all drafts of a team may have.
pub const MOST_BYTES_PER_TEAM: i64 = 64 * 1024 * 1024;

/// The id of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(transparent)]
pub struct DraftId(String);

impl DraftId {
    /// The draft with this id.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DraftId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A draft, and what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredDraft {
    /// Its id.
    pub id: DraftId,
    /// Whose it is.
    pub team: TeamId,
    /// The cluster it is for.
    pub cluster: ClusterId,
    /// Counts its saved versions, from 1.
    pub revision: u64,
    /// What was typed.
    pub content: Draft,
    /// Who saved it last.
    pub saved_by: String,
    /// When it was saved last, in milliseconds.
    pub saved_at: i64,
}

/// A draft that a request has made.
#[derive(Clone, Debug, PartialEq)]
pub enum Made {
    /// By this request.
    Now(StoredDraft),
    /// By the same request, sent earlier: the draft as it is now.
    Before(StoredDraft),
}

/// Why a draft could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// There is none, or it is another team's.
    #[error("no draft {0}")]
    Missing(DraftId),
    /// It was saved since.
    #[error("the draft was changed meanwhile (now at revision {current})")]
    Stale {
        /// Its revision now.
        current: u64,
    },
    /// The team has too many.
    #[error("the team has {MOST_PER_TEAM} drafts already")]
    TooMany,
    /// The draft is larger than one may be.
    #[error("a draft may have {LARGEST} bytes")]
    TooLarge,
    /// The drafts of the team are larger than they may be together.
    #[error("the drafts of the team may have {MOST_BYTES_PER_TEAM} bytes")]
    TooMuch,
    /// Too much is asked for at once.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The key belongs to another request.
    #[error("this Idempotency-Key was used for another request")]
    KeyReused,
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl From<sqlx::Error> for DraftError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}
