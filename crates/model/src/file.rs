//! Drafts in files: YAML or JSON, with the line and column of everything in them.
//!
//! A leaf is the text that stands in the file: `0644`, `1.10` and `yes` are what somebody wrote, not a number of another
//! spelling. What no draft has is blamed at its place, all of it at once, with the name that was perhaps meant.

mod count;
mod fault;
mod fit;
mod manifest;
mod tree;
mod yaml;

use serde_json::Value;

use crate::Draft;
use crate::draft::shape::of_draft;
use fit::Fit;
use tree::{Content, Tree};

pub use count::too_many_rows;
pub use fault::{Fault, FileProblem, Flaw, Place};
pub use manifest::{Document, documents};

/// The JSON Schema of drafts, as it is published.
pub const SCHEMA: &str = include_str!("../../../docs/draft.schema.json");

/// A file that is a draft.
#[derive(Clone, Debug)]
pub struct File {
    draft: Draft,
    tree: Tree,
}

/// Reads a file. Everything in it that no draft has is a fault.
pub fn read(text: &str) -> Result<File, Vec<Fault>> {
    let mut tree = yaml::read(text).map_err(|stop| vec![stop.into()])?;
    let Fit { draft, faults } = fit::fit(&mut tree, &of_draft());
    if faults.is_empty() {
        Ok(File { draft, tree })
    } else {
        Err(faults)
    }
}

/// Everything in a JSON value that no draft has.
pub fn misfits(value: &Value) -> Vec<Fault> {
    fit::fit(&mut Tree::of(value), &of_draft()).faults
}

/// The longest name that is compared with others. What is longer is no slip of the finger.
const LONGEST_NAME: usize = 64;

/// The candidate most like `name`, if any is like it at all.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let likeness = |candidate: &str| strsim::jaro_winkler(name, candidate);
    candidates
        .into_iter()
        .map(|candidate| (likeness(candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| candidate)
}

impl File {
    /// The draft, every row with an id.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// The draft alone.
    pub fn into_draft(self) -> Draft {
        self.draft
    }

    /// Where a field stands in the file; where it would, when it is not there.
    pub fn place(&self, field: &str) -> Option<Place> {
        let mut node = &self.tree;
        let mut path = String::new();
        for segment in field.split('.') {
            let inner = match &node.content {
                Content::Text { .. } => None,
                Content::Fields(fields) => fields
                    .iter()
                    .find(|entry| entry.name == segment)
                    .map(|entry| &entry.value),
                Content::Rows(rows) => {
                    let ids = self.draft.row_ids(&path);
                    let row = segment
                        .parse()
                        .ok()
                        .and_then(|id: u32| ids.iter().position(|known| *known == id));
                    row.and_then(|row| rows.get(row))
                }
            };
            let Some(inner) = inner else { break };
            node = inner;
            path = crate::draft::join(&path, segment);
        }
        node.place
    }
}

#[cfg(test)]
mod tests;
