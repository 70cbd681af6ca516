//! What there is to be edited: in a draft as the form shows it, and anywhere.

use std::collections::BTreeSet;

use slipway_model::draft::shape::{Kind, Shape, of_draft};
use slipway_model::{Draft, arbitrary};

use crate::edit::{is_switch, set};
use crate::exceptions;

/// What is typed into every field to see which are of kinds that are chosen.
const TYPED: &str = "typed";

/// Every edit that must have been made somewhere: of each leaf, to each choice of one that chooses between kinds, and in
/// each list each of those there are.
pub fn wanted() -> BTreeSet<String> {
    let mut wanted = BTreeSet::new();
    patterns(&of_draft(), "", &mut |pattern, is_list| {
        if is_list {
            wanted.extend(["add", "remove", "move", "clone"].map(|verb| format!("{verb} {pattern}")));
        } else if is_switch(pattern) {
            let choices = arbitrary::choices(pattern).unwrap_or_default();
            wanted.extend(choices.iter().map(|choice| set(pattern, choice)));
        } else {
            wanted.insert(set(pattern, ""));
        }
    });
    wanted.retain(|edit| !exceptions::never_made(edit));
    wanted
}

/// The leaves that the form shows: those of kinds that are chosen.
pub(crate) fn leaves(draft: &Draft) -> Vec<String> {
    let paths = || draft.leaves().into_iter().map(|(path, _)| path);
    // All at once, since most are shown; some are only beside others that are blank.
    let all = typed(draft, paths().filter(|path| !is_switch(path))).chosen();
    let alone = |path: &String| is_typed(&typed(draft, [path.clone()]).chosen(), path);
    let is_shown = |path: &String| is_switch(path) || is_typed(&all, path) || alone(path);
    paths().filter(is_shown).collect()
}

/// A draft with something in each of these leaves.
fn typed(draft: &Draft, paths: impl IntoIterator<Item = String>) -> Draft {
    let mut draft = draft.clone();
    for path in paths {
        if let Some(leaf) = draft.leaf_mut(&path).filter(|leaf| leaf.is_blank()) {
            leaf.set(TYPED);
        }
    }
    draft
}

fn is_typed(draft: &Draft, path: &str) -> bool {
    draft.leaf(path).is_some_and(|leaf| !leaf.is_blank())
}

/// Every list of a draft, those without rows among them.
pub(crate) fn lists(draft: &Draft) -> Vec<String> {
    let mut lists = Vec::new();
    patterns(&of_draft(), "", &mut |pattern, is_list| {
        if is_list {
            lists.extend(places(draft, pattern));
        }
    });
    lists
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

fn places(draft: &Draft, pattern: &str) -> Vec<String> {
    let Some((outer, inner)) = pattern.split_once(".*.") else {
        return vec![pattern.to_owned()];
    };
    let rows = draft.row_ids(outer).into_iter();
    rows.map(|id| format!("{outer}.{id}.{inner}")).collect()
}
