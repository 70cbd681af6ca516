//! Two drafts of one app beside each other, field by field.

use std::collections::{BTreeMap, HashSet};

use slipway_api::FieldChange;
use slipway_model::Draft;

/// Every field that has another value in the second draft. A row that only one of them has counts by its fields.
pub fn field_changes(before: &Draft, after: &Draft) -> Vec<FieldChange> {
    let (old, new) = (filled(before), filled(after));
    let mut order: Vec<String> = before.leaves().into_iter().map(|(path, _)| path).collect();
    order.extend(after.leaves().into_iter().map(|(path, _)| path));
    let mut seen = HashSet::new();
    let mut changes: Vec<FieldChange> = Vec::new();
    for field in order {
        let (before, after) = (old.get(&field), new.get(&field));
        if before != after && seen.insert(field.clone()) {
            changes.push(FieldChange {
                before: before.cloned(),
                after: after.cloned(),
                field,
            });
        }
    }
    changes
}

/// Changes that are kept for a history, of one revision.
const KEPT: usize = 100;
/// The most bytes of a value that is kept for a history.
const LONGEST: usize = 400;

/// The changes as a history keeps them: the first of very many, long values cut.
pub(super) fn for_history(mut changes: Vec<FieldChange>) -> Vec<FieldChange> {
    let cut = |value: Option<String>| value.map(|text| text[..text.floor_char_boundary(LONGEST)].to_owned());
    changes.truncate(KEPT);
    changes
        .into_iter()
        .map(|change| FieldChange {
            before: cut(change.before),
            after: cut(change.after),
            ..change
        })
        .collect()
}

/// Every field that is not blank.
fn filled(draft: &Draft) -> BTreeMap<String, String> {
    draft
        .leaves()
        .into_iter()
        .filter(|(_, leaf)| !leaf.is_blank())
        .map(|(path, leaf)| (path, leaf.text().to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_told_field_by_field_with_what_it_was() {
        let mut before = Draft::default();
        before.basics.name.set("web");
        let mut after = before.clone();
        after.basics.replicas.set("3");
        let row = after.add_row("containers").unwrap();
        after
            .leaf_mut(&format!("containers.{row}.image"))
            .unwrap()
            .set("nginx:1");

        let changes = field_changes(&before, &after);

        let told: Vec<(String, Option<&str>, Option<&str>)> = changes
            .iter()
            .map(|change| {
                (
                    change.field.clone(),
                    change.before.as_deref(),
                    change.after.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("basics.replicas".to_owned(), Some("2"), Some("3")),
                (format!("containers.{row}.image"), None, Some("nginx:1")),
            ]
        );
        assert!(field_changes(&after, &after).is_empty());
    }
}
