//! Values that earlier versions kept although they belong to kinds that are not chosen: a password that was typed as a value
//! before the variable was switched to a Secret, in a draft, a revision, and the steps of its operation.
//!
//! When a database of such a version is opened they are taken away, once. What they stood in is written over.

mod store;

use std::collections::BTreeSet;

use slipway_model::Draft;

pub(crate) use store::take_away_once;

/// A draft as it is kept today, if that is another.
fn kept(draft: &Draft) -> Option<Draft> {
    let mut kept = draft.clone();
    kept.drop_values_moved_to_secrets().then_some(kept)
}

/// The draft of a revision as it is kept today, if that is another.
fn chosen(draft: &Draft) -> Option<Draft> {
    let chosen = draft.chosen();
    (chosen != *draft).then_some(chosen)
}

/// The fields of a step, each with a path that may quote its text, without those that are not kept.
fn fields_left(fields: &[(String, String)], before: &Draft, after: &Draft) -> Vec<(String, String)> {
    let filled = |draft: &Draft| -> BTreeSet<String> {
        let leaves = draft.leaves().into_iter().filter(|(_, leaf)| !leaf.is_blank());
        leaves.map(|(path, _)| path).collect()
    };
    let (before, after) = (filled(before), filled(after));
    let stays = |(_, field): &&(String, String)| !before.contains(field) || after.contains(field);
    fields.iter().filter(stays).cloned().collect()
}

#[cfg(test)]
mod tests;
