//! What a list shows of a draft.

pub(super) mod store;

use slipway_model::{Draft, Issue, validate};

use super::DraftId;
use crate::clusters::ClusterId;

/// The rules that count errors are those of this version. Lines of another one are made anew at start.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The most bytes of a text in a list. What is longer is no name.
const LONGEST: usize = 256;

/// What a list shows of a draft, kept beside it so that a list reads no drafts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its id.
    pub id: DraftId,
    /// The cluster it is for.
    pub cluster: ClusterId,
    /// Counts its saved versions, from 1.
    pub revision: u64,
    /// Who saved it last.
    pub saved_by: String,
    /// When it was saved last, in milliseconds.
    pub saved_at: i64,
    /// What the draft itself says.
    pub summary: Summary,
}

/// What a draft itself says in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The name typed so far.
    pub name: String,
    /// The namespace typed so far.
    pub namespace: String,
    /// The type of its workload.
    pub kind: String,
    /// The image of its first container.
    pub image: String,
    /// How many errors stand in the way, as far as they are listed.
    pub errors: u32,
    /// Its bytes.
    pub size: u64,
}

impl Summary {
    /// The summary of a draft that takes up so many bytes.
    pub(super) fn of(draft: &Draft, size: usize) -> Self {
        let verdict = validate(draft);
        let errors = verdict.issues.iter().filter(|issue| Issue::is_error(issue));
        let image = draft.containers.first().map(|container| container.image.text());
        Self {
            name: cut(draft.basics.name.text()),
            namespace: cut(draft.basics.namespace.text()),
            kind: cut(draft.basics.kind.text()),
            image: cut(image.unwrap_or_default()),
            errors: u32::try_from(errors.count()).unwrap_or(u32::MAX),
            size: u64::try_from(size).unwrap_or(u64::MAX),
        }
    }
}

fn cut(text: &str) -> String {
    text[..text.floor_char_boundary(LONGEST)].to_owned()
}
