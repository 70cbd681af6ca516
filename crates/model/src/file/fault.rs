//! What is wrong with a file before it is a draft.

use serde::Serialize;

use crate::issue::{Problem, Severity};

/// A line and a column of a file, both counted from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// Something that keeps a file from being a draft. Written like an issue, with its place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fault {
    /// The field to blame; empty for the whole file.
    pub field: String,
    /// What is wrong.
    #[serde(flatten)]
    pub flaw: Flaw,
    /// Always an error.
    pub severity: Severity,
    /// Where it stands.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

impl Fault {
    pub(super) fn new(field: String, flaw: impl Into<Flaw>, place: Option<Place>) -> Self {
        Self {
            field,
            flaw: flaw.into(),
            severity: Severity::Error,
            place,
        }
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Flaw {
    /// With a field, wherever the draft comes from.
    Field(Problem),
    /// With the file.
    File(FileProblem),
}

impl From<Problem> for Flaw {
    fn from(problem: Problem) -> Self {
        Self::Field(problem)
    }
}

impl From<FileProblem> for Flaw {
    fn from(problem: FileProblem) -> Self {
        Self::File(problem)
    }
}

/// What can be wrong with a file only. The names are public API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", content = "params", rename_all = "snake_case")]
pub enum FileProblem {
    /// Neither YAML nor JSON.
    Unreadable {
        /// What the parser stumbled over.
        message: String,
    },
    /// A tab where YAML wants blanks.
    TabForBlanks {},
    /// More than a draft can need, perhaps by aliases of aliases.
    TooLarge {},
    /// More than one document.
    SeveralDocuments {},
    /// A tag, such as `!secret`, means nothing here.
    TagNotRead {
        /// The tag.
        tag: String,
    },
    /// The same field twice in one place.
    DuplicateField {
        /// The line of the first.
        first_line: usize,
    },
    /// A format of drafts that is not known here.
    UnknownFormat {
        /// The one that is.
        known: u32,
    },
}
