//! What is said about drafts in files: JSON for programs, and a line for each issue as compilers write it.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;
use serde_json::{Map, Value};
use slipway_model::Issue;
use slipway_model::file::{Fault, File, Place};

/// What is wrong or doubtful about one file.
#[derive(Debug, PartialEq, Serialize)]
pub struct Judged {
    /// The file.
    pub file: PathBuf,
    /// Everything about it, in the order of the form.
    pub issues: Vec<Found>,
}

/// Something wrong or doubtful, with its place in the file.
#[derive(Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Found {
    /// The file is not a draft.
    Fault(Fault),
    /// The draft is not an app, or a doubtful one.
    Issue {
        /// What is wrong.
        #[serde(flatten)]
        issue: Issue,
        /// Where it stands.
        #[serde(flatten)]
        place: Option<Place>,
    },
}

impl Found {
    /// An issue of a draft, with its place in the file it was read from.
    pub(super) fn in_file(file: &File, issue: Issue) -> Self {
        let place = file.place(&issue.field);
        Self::Issue { issue, place }
    }

    /// Whether it stands in the way.
    pub fn is_error(&self) -> bool {
        match self {
            Self::Fault(_) => true,
            Self::Issue { issue, .. } => issue.is_error(),
        }
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Fault(fault) => fault.place,
            Self::Issue { place, .. } => *place,
        }
    }
}

impl fmt::Display for Judged {
    /// `draft.yaml:2:3: error: basics.nmae: unknown_field, did you mean "name"?`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for found in &self.issues {
            write!(f, "{}", self.file.display())?;
            if let Some(Place { line, column }) = found.place() {
                write!(f, ":{line}:{column}")?;
            }
            writeln!(f, ": {found}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wire = serde_json::to_value(self).unwrap_or_default();
        let text = |name: &str| wire[name].as_str().unwrap_or_default().to_owned();
        write!(f, "{}: ", text("severity"))?;
        if !text("field").is_empty() {
            write!(f, "{}: ", text("field"))?;
        }
        f.write_str(&text("code"))?;
        match wire["params"].as_object() {
            Some(params) => write!(f, "{}", worded(params)),
            None => Ok(()),
        }
    }
}

/// `nearest` as the question it is, every other parameter as it is.
fn worded(params: &Map<String, Value>) -> String {
    let words = params.iter().map(|(name, value)| {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), ToOwned::to_owned);
        match name.as_str() {
            "nearest" if value.is_empty() => String::new(),
            "nearest" => format!(", did you mean {value:?}?"),
            _ => format!(", {name} {value}"),
        }
    });
    words.collect()
}
