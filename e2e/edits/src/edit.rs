//! The edits themselves.

use std::collections::BTreeSet;

use serde_json::Value;
use slipway_model::{Draft, arbitrary, validate};

use crate::filled::{filled, follow, mended, of_row, row_around};
use crate::shown;

/// One edit of a draft.
#[derive(Clone, Debug)]
pub enum Edit {
    /// A leaf says something else.
    Set {
        /// Where it is in the draft.
        path: String,
        /// What is typed.
        text: String,
    },
    /// A new row at the end of a list.
    Add {
        /// The path of the list.
        list: String,
    },
    /// A row goes.
    Remove {
        /// The path of the list.
        list: String,
        /// The row.
        id: u32,
    },
    /// A row and the next one change places.
    Move {
        /// The path of the list.
        list: String,
        /// Its place.
        place: usize,
    },
    /// A row is there once more, with a name of its own.
    Clone {
        /// The path of the list.
        list: String,
        /// Its place.
        place: usize,
    },
}

/// Leaves that choose which other fields there are. Each of their choices is an edit of its own.
const SWITCHES: [&str; 5] = [".kind", ".enabled", ".headless", ".operator", ".strength"];

/// What else is typed into leaves that must not be empty and have one choice only, so that they can be changed.
const OTHERS: [(&str, &str); 2] = [
    ("volumes.*.disk", "d-bp2def"),
    ("ingresses.*.canary.port", "8080"),
];

/// Whether a leaf chooses which other fields there are.
pub(crate) fn is_switch(pattern: &str) -> bool {
    SWITCHES.iter().any(|end| pattern.ends_with(end))
}

/// What setting a leaf is called.
pub(crate) fn set(pattern: &str, text: &str) -> String {
    match (is_switch(pattern), text) {
        (false, _) => format!("set {pattern}"),
        (true, "") => format!("set {pattern} to nothing"),
        (true, text) => format!("set {pattern} to {text}"),
    }
}

impl Edit {
    /// What it is, wherever it is made.
    pub fn what(&self) -> String {
        match self {
            Self::Set { path, text } => set(&arbitrary::pattern(path), text),
            Self::Add { list } => format!("add {}", arbitrary::pattern(list)),
            Self::Remove { list, .. } => format!("remove {}", arbitrary::pattern(list)),
            Self::Move { list, .. } => format!("move {}", arbitrary::pattern(list)),
            Self::Clone { list, .. } => format!("clone {}", arbitrary::pattern(list)),
        }
    }

    /// Those of some kinds of edits that may have a place after it, and have none before: of fields in a new row or of another
    /// kind, or of the order of rows.
    pub fn opens<'k>(&self, kinds: &'k BTreeSet<String>) -> Vec<&'k String> {
        let (order, fields) = match self {
            Self::Add { list } => {
                let list = arbitrary::pattern(list);
                (Some(format!("move {list}")), Some(format!("set {list}.*.")))
            }
            Self::Clone { list, .. } => (Some(format!("move {}", arbitrary::pattern(list))), None),
            Self::Set { path, .. } => {
                let pattern = arbitrary::pattern(path);
                let around = pattern.rsplit_once('.').filter(|_| is_switch(&pattern));
                (None, around.map(|(around, _)| format!("set {around}.")))
            }
            Self::Remove { .. } | Self::Move { .. } => (None, None),
        };
        let fields = fields.into_iter().flat_map(|start| {
            let kinds = kinds.range(start.clone()..);
            kinds.take_while(move |kind| kind.starts_with(&start))
        });
        let order = order.and_then(|order| kinds.get(&order));
        fields.chain(order).collect()
    }

    /// The draft after it, where the rules allow it and it describes another app.
    pub fn made(&self, draft: &Draft) -> Option<Draft> {
        let before = validate(draft).app;
        let is_other = |edited: &Draft| validate(edited).app != before;
        let (edited, around) = self.typed(draft)?;
        let edited = mended(edited, &around)?;
        if let Self::Remove { list, id } = self {
            // Nobody takes a row away to type another one.
            let others = draft.row_ids(list).into_iter().filter(|other| other != id);
            edited.row_ids(list).into_iter().eq(others).then_some(())?;
        }
        if is_other(&edited) {
            return Some(edited);
        }
        match self {
            // A row in which nothing stands yet is none.
            Self::Add { .. } => filled(&edited, &around, is_other),
            _ => None,
        }
    }

    /// The draft with nothing but what the edit says, and the path around it.
    fn typed(&self, draft: &Draft) -> Option<(Draft, String)> {
        let mut edited = draft.clone();
        let around = match self {
            Self::Set { path, text } => {
                edited.leaf_mut(path)?.set(text.as_str());
                follow(draft, &mut edited, path, text);
                row_around(path).to_owned()
            }
            Self::Add { list } => {
                let id = edited.add_row(list)?;
                format!("{list}.{id}")
            }
            Self::Remove { list, id } => {
                edited.remove_row(list, *id).then_some(())?;
                list.clone()
            }
            Self::Move { list, place } => {
                edited = with_rows(&edited, list, |rows| rows.swap(*place, place + 1))?;
                list.clone()
            }
            Self::Clone { list, place } => {
                edited = with_rows(&edited, list, |rows| {
                    let mut row = rows[*place].clone();
                    forget_ids(&mut row);
                    rows.push(row);
                })?;
                edited.give_ids();
                format!("{list}.{}", edited.row_ids(list).last()?)
            }
        };
        Some((edited, around))
    }
}

/// All edits of a draft, of the fields that the form shows.
pub fn all(draft: &Draft) -> Vec<Edit> {
    let mut edits = Vec::new();
    for path in shown::leaves(draft) {
        let typed = draft.leaf(&path).cloned().unwrap_or_default();
        let choices = arbitrary::choices(&arbitrary::pattern(&path)).unwrap_or_default();
        let pattern = arbitrary::pattern(&path);
        let others = OTHERS.iter().filter(|(leaf, _)| *leaf == pattern);
        let texts = choices
            .iter()
            .chain(others.map(|(_, text)| text))
            .map(|choice| of_row(choice, &path))
            .chain([String::new()]);
        edits.extend(texts.filter(|text| text != typed.as_str()).map(|text| Edit::Set {
            path: path.clone(),
            text,
        }));
    }
    for list in shown::lists(draft) {
        let ids = draft.row_ids(&list);
        edits.push(Edit::Add { list: list.clone() });
        for (place, id) in ids.iter().enumerate() {
            edits.push(Edit::Remove {
                list: list.clone(),
                id: *id,
            });
            edits.push(Edit::Clone {
                list: list.clone(),
                place,
            });
            if place + 1 < ids.len() {
                edits.push(Edit::Move {
                    list: list.clone(),
                    place,
                });
            }
        }
    }
    edits
}

/// A draft whose list at a path was changed.
fn with_rows(draft: &Draft, list: &str, change: impl FnOnce(&mut Vec<Value>)) -> Option<Draft> {
    let mut value = serde_json::to_value(draft).ok()?;
    let mut at = &mut value;
    for segment in list.split('.') {
        at = match at {
            Value::Array(rows) => {
                let id: u64 = segment.parse().ok()?;
                rows.iter_mut().find(|row| row["id"] == id)?
            }
            other => other.get_mut(segment)?,
        };
    }
    change(at.as_array_mut()?);
    serde_json::from_value(value).ok()
}

fn forget_ids(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("id");
            fields.values_mut().for_each(forget_ids);
        }
        Value::Array(rows) => rows.iter_mut().for_each(forget_ids),
        _ => {}
    }
}
