//! Stage 1: keeps what was typed, with a revision, until somebody deletes it.
//!
//! A draft belongs to a team: for everybody else it does not exist. Each save names the revision it is based on, so two
//! tabs or two people never overwrite each other silently.

mod draft;
mod line;
mod store;

pub use draft::{DraftError, DraftId, LARGEST, MOST_BYTES_PER_TEAM, MOST_PER_TEAM, Made, StoredDraft};
pub use line::{Line, Summary};
pub use store::DraftStore;

#[cfg(test)]
mod tests;
