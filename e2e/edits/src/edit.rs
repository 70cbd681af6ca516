//! The edits themselves.

use std::collections::BTreeSet;

use serde_json::Value;
use slipway_model::draft::shape::{Kind, Shape, of_draft};
use slipway_model::{Draft, Issue, arbitrary, validate};

/// How often what an edit breaks in its own row is mended.
const ROUNDS: usize = 6;

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

impl Edit {
    /// What it is, wherever it is made.
    pub fn what(&self) -> String {
        match self {
            Self::Set { path, .. } => format!("set {}", arbitrary::pattern(path)),
            Self::Add { list } => format!("add {}", arbitrary::pattern(list)),
            Self::Remove { list, .. } => format!("remove {}", arbitrary::pattern(list)),
            Self::Move { list, .. } => format!("move {}", arbitrary::pattern(list)),
            Self::Clone { list, .. } => format!("clone {}", arbitrary::pattern(list)),
        }
    }

    /// The draft after it, where the rules allow it.
    pub fn made(&self, draft: &Draft) -> Option<Draft> {
        let mut edited = draft.clone();
        let around = match self {
            Self::Set { path, text } => {
                edited.leaf_mut(path)?.set(text.as_str());
                follow(draft, &mut edited, path, text);
                path.rsplit_once('.')
                    .map_or(String::new(), |(around, _)| around.to_owned())
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
        mended(edited, &around).filter(|edited| edited != draft)
    }
}

/// All edits of a draft.
pub fn all(draft: &Draft) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (path, typed) in draft.leaves() {
        let choices = arbitrary::choices(&arbitrary::pattern(&path)).unwrap_or_default();
        let own = path
            .split('.')
            .rfind(|segment| segment.parse::<u32>().is_ok())
            .unwrap_or("0");
        let texts = choices
            .iter()
            .map(|choice| choice.replace('#', own))
            .chain([String::new()]);
        edits.extend(texts.filter(|text| text != typed.as_str()).map(|text| Edit::Set {
            path: path.clone(),
            text,
        }));
    }
    for list in lists(draft) {
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

/// Every edit that must have been made somewhere: of each leaf, and in each list each of those there are.
pub fn wanted() -> BTreeSet<String> {
    let mut wanted = BTreeSet::new();
    patterns(&of_draft(), "", &mut |pattern, is_list| {
        if is_list {
            wanted.extend(["add", "remove", "move", "clone"].map(|verb| format!("{verb} {pattern}")));
        } else {
            wanted.insert(format!("set {pattern}"));
        }
    });
    wanted.retain(|edit| !crate::exceptions::never_made(edit));
    wanted
}

fn patterns(shape: &Shape, at: &str, see: &mut impl FnMut(&str, bool)) {
    // Where a draft was opened nobody types.
    for field in shape.fields.iter().filter(|field| field.name != "origin") {
        let path = if at.is_empty() {
            field.name.to_owned()
        } else {
            format!("{at}.{}", field.name)
        };
        match &field.kind {
            Kind::Leaf(_) => see(&path, false),
            Kind::Part(inner) => patterns(inner, &path, see),
            Kind::Rows(inner) => {
                see(&path, true);
                patterns(inner, &format!("{path}.*"), see);
            }
            Kind::Number | Kind::Text => {}
        }
    }
}

/// Every list of a draft, those without rows among them.
fn lists(draft: &Draft) -> Vec<String> {
    let mut lists = Vec::new();
    patterns(&of_draft(), "", &mut |pattern, is_list| {
        if is_list {
            lists.extend(places(draft, pattern));
        }
    });
    lists
}

fn places(draft: &Draft, pattern: &str) -> Vec<String> {
    let Some((outer, inner)) = pattern.split_once(".*.") else {
        return vec![pattern.to_owned()];
    };
    let rows = draft.row_ids(outer).into_iter();
    rows.map(|id| format!("{outer}.{id}.{inner}")).collect()
}

/// Where something is known by its name, the form sees to it that it is found under the new one.
fn follow(before: &Draft, draft: &mut Draft, path: &str, text: &str) {
    let Some(old) = before.leaf(path).filter(|old| !old.is_blank()) else {
        return;
    };
    let ends: &[&str] = match arbitrary::pattern(path).as_str() {
        "volumes.*.name" => &["containers.*.mounts.*.volume"],
        "containers.*.ports.*.name" => &[
            "services.*.ports.*.target",
            "containers.*.liveness.port",
            "containers.*.readiness.port",
            "containers.*.startup.port",
        ],
        "services.*.name" => &[
            "ingresses.*.service",
            "ingresses.*.canary.service",
            "workload.stateful.service",
        ],
        "services.*.ports.*.name" | "services.*.ports.*.port" => &["ingresses.*.rules.*.port"],
        "containers.*.name" => &["containers.*.env.*.container"],
        _ => &[],
    };
    let leaves = before.leaves().into_iter();
    let same = leaves.filter(|(at, typed)| *typed == old && ends.contains(&arbitrary::pattern(at).as_str()));
    for (at, _) in same {
        if let Some(leaf) = draft.leaf_mut(&at) {
            leaf.set(text);
        }
    }
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

/// What an edit leaves to be filled in, in its own row, is filled in as a person would; none where more is wrong.
fn mended(mut draft: Draft, around: &str) -> Option<Draft> {
    for round in 0..ROUNDS {
        let issues = validate(&draft).issues;
        let errors: Vec<Issue> = issues.into_iter().filter(Issue::is_error).collect();
        if errors.is_empty() {
            return Some(draft);
        }
        for error in errors {
            let inside = error.field.starts_with(around);
            let choices = arbitrary::choices(&arbitrary::pattern(&error.field))?;
            let choice = choices.get(round % choices.len().max(1)).filter(|_| inside)?;
            let own = error
                .field
                .split('.')
                .rfind(|segment| segment.parse::<u32>().is_ok())?
                .to_owned();
            draft.leaf_mut(&error.field)?.set(choice.replace('#', &own));
        }
    }
    None
}
