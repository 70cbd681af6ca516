//! Two people's changes of one app, brought together: three drafts, of which two come from the first.
//!
//! Rows are told apart by their ids, which both sides have from where they began. Where only one side has changed something,
//! that is taken; where both have, somebody has to choose.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value};
use slipway_api::{FieldMerge, Side};
use slipway_model::Draft;

use super::compare::field_changes;

/// Both sides together.
pub struct Merged {
    /// The draft, with the chosen side of each collision; mine where nothing was chosen.
    pub draft: Draft,
    /// Every field that a side has changed.
    pub fields: Vec<FieldMerge>,
    /// Collisions that nobody has chosen a side of.
    pub open: Vec<String>,
}

/// Brings two drafts together that were made from the same one.
pub fn merge(base: &Draft, theirs: &Draft, mine: &Draft, choices: &BTreeMap<String, Side>) -> Merged {
    let mine = &with_own_rows(base, theirs, mine);
    let mut merge = Merge {
        choices,
        collisions: BTreeMap::new(),
    };
    let value = |draft: &Draft| {
        serde_json::to_value(Draft {
            origin: None,
            ..draft.clone()
        })
        .unwrap_or_default()
    };
    let merged = merge.node("", Some(&value(base)), Some(&value(theirs)), Some(&value(mine)));
    let mut draft: Draft = merged
        .and_then(|merged| serde_json::from_value(merged).ok())
        .unwrap_or_else(|| mine.clone());
    draft.give_ids();
    let open = merge
        .collisions
        .keys()
        .filter(|field| !choices.contains_key(*field))
        .cloned()
        .collect();
    Merged {
        draft,
        fields: fields(base, theirs, mine, &merge.collisions),
        open,
    }
}

struct Merge<'c> {
    choices: &'c BTreeMap<String, Side>,
    /// What each side says at each collision, in short.
    collisions: BTreeMap<String, (Option<String>, Option<String>)>,
}

impl Merge<'_> {
    fn node(
        &mut self,
        at: &str,
        base: Option<&Value>,
        theirs: Option<&Value>,
        mine: Option<&Value>,
    ) -> Option<Value> {
        if theirs == mine || base == theirs {
            return mine.cloned();
        }
        if base == mine {
            return theirs.cloned();
        }
        match (theirs, mine) {
            (Some(Value::Object(theirs)), Some(Value::Object(mine))) => {
                Some(self.fields(at, base.and_then(Value::as_object), theirs, mine))
            }
            (Some(Value::Array(theirs)), Some(Value::Array(mine))) if are_rows(theirs) && are_rows(mine) => {
                let base = base
                    .and_then(Value::as_array)
                    .map(Vec::as_slice)
                    .unwrap_or_default();
                Some(Value::Array(self.rows(at, base, theirs, mine)))
            }
            // A list of which nothing is left on one side: its rows collide one by one.
            (None, Some(Value::Array(mine))) if are_rows(mine) => {
                let base = base
                    .and_then(Value::as_array)
                    .map(Vec::as_slice)
                    .unwrap_or_default();
                Some(Value::Array(self.rows(at, base, &[], mine)))
            }
            (Some(Value::Array(theirs)), None) if are_rows(theirs) => {
                let base = base
                    .and_then(Value::as_array)
                    .map(Vec::as_slice)
                    .unwrap_or_default();
                Some(Value::Array(self.rows(at, base, theirs, &[])))
            }
            _ => self.collide(at, theirs, mine),
        }
    }

    fn fields(
        &mut self,
        at: &str,
        base: Option<&Map<String, Value>>,
        theirs: &Map<String, Value>,
        mine: &Map<String, Value>,
    ) -> Value {
        let new = theirs.keys().filter(|key| !mine.contains_key(*key));
        let keys: Vec<&String> = mine.keys().chain(new).collect();
        let fields = keys.into_iter().filter_map(|key| {
            let base = base.and_then(|base| base.get(key));
            let value = self.node(&below(at, key), base, theirs.get(key), mine.get(key))?;
            Some((key.clone(), value))
        });
        Value::Object(fields.collect())
    }

    /// Mine in my order, then those that only they have.
    fn rows(&mut self, at: &str, base: &[Value], theirs: &[Value], mine: &[Value]) -> Vec<Value> {
        let (base, of_them, of_me) = (by_id(base), by_id(theirs), by_id(mine));
        let mut ids: Vec<u64> = mine.iter().filter_map(id_of).collect();
        let new = theirs.iter().filter_map(id_of);
        ids.extend(new.filter(|id| !of_me.contains_key(id)));
        ids.into_iter()
            .filter_map(|id| {
                self.node(
                    &below(at, &id.to_string()),
                    base.get(&id).copied(),
                    of_them.get(&id).copied(),
                    of_me.get(&id).copied(),
                )
            })
            .collect()
    }

    fn collide(&mut self, at: &str, theirs: Option<&Value>, mine: Option<&Value>) -> Option<Value> {
        self.collisions
            .insert(at.to_owned(), (theirs.map(in_short), mine.map(in_short)));
        match self.choices.get(at) {
            Some(Side::Theirs) => theirs.cloned(),
            Some(Side::Mine) | None => mine.cloned(),
        }
    }
}

/// My draft with ids for my new rows that no new row of theirs has.
fn with_own_rows(base: &Draft, theirs: &Draft, mine: &Draft) -> Draft {
    let ids = |draft: &Draft| {
        let mut ids = BTreeSet::new();
        visit_ids(&mut serde_json::to_value(draft).unwrap_or_default(), &mut |id| {
            ids.insert(*id);
        });
        ids
    };
    let (base, theirs) = (ids(base), ids(theirs));
    let mut next = base
        .iter()
        .chain(&theirs)
        .chain(&ids(mine))
        .max()
        .copied()
        .unwrap_or_default();
    let mut value = serde_json::to_value(mine).unwrap_or_default();
    visit_ids(&mut value, &mut |id| {
        if !base.contains(id) && theirs.contains(id) {
            next += 1;
            *id = next;
        }
    });
    serde_json::from_value(value).unwrap_or_else(|_| mine.clone())
}

fn visit_ids(value: &mut Value, see: &mut dyn FnMut(&mut u64)) {
    match value {
        Value::Object(fields) => {
            if let Some(id) = fields.get_mut("id")
                && let Some(mut number) = id.as_u64()
            {
                see(&mut number);
                *id = number.into();
            }
            fields.values_mut().for_each(|value| visit_ids(value, see));
        }
        Value::Array(rows) => rows.iter_mut().for_each(|row| visit_ids(row, see)),
        _ => {}
    }
}

fn fields(
    base: &Draft,
    theirs: &Draft,
    mine: &Draft,
    collisions: &BTreeMap<String, (Option<String>, Option<String>)>,
) -> Vec<FieldMerge> {
    // What was typed for kinds that are not chosen changes nothing.
    let chosen = mine.chosen();
    let (by_them, by_me) = (field_changes(base, theirs), field_changes(base, &chosen));
    let (in_base, in_theirs, in_mine) = (leaves(base), leaves(theirs), leaves(&chosen));
    let now = |leaves: &HashMap<String, &str>, field: &str| {
        let text = leaves.get(field).filter(|text| !text.is_empty());
        text.map(|text| (*text).to_owned())
    };
    let mut seen = HashSet::new();
    let mut merges: Vec<FieldMerge> = Vec::new();
    for change in by_them.iter().chain(&by_me) {
        if !seen.insert(&change.field) || is_within(collisions, &change.field) {
            continue;
        }
        merges.push(FieldMerge {
            field: change.field.clone(),
            base: change.before.clone(),
            theirs: now(&in_theirs, &change.field),
            mine: now(&in_mine, &change.field),
            collides: collisions.contains_key(&change.field),
        });
    }
    let rows = collisions
        .iter()
        .filter(|(field, _)| !in_base.contains_key(*field) && !in_mine.contains_key(*field));
    merges.extend(rows.map(|(field, (theirs, mine))| FieldMerge {
        field: field.clone(),
        base: None,
        theirs: theirs.clone(),
        mine: mine.clone(),
        collides: true,
    }));
    merges
}

/// Every leaf of a draft by its path. Looking one up in the draft would go through the rows before it.
fn leaves(draft: &Draft) -> HashMap<String, &str> {
    let leaves = draft.leaves().into_iter();
    leaves.map(|(path, leaf)| (path, leaf.text())).collect()
}

/// Whether a field lies within a row that collides as a whole.
fn is_within(collisions: &BTreeMap<String, (Option<String>, Option<String>)>, field: &str) -> bool {
    let mut around = field;
    while let Some((outer, _)) = around.rsplit_once('.') {
        if collisions.contains_key(outer) {
            return true;
        }
        around = outer;
    }
    false
}

fn by_id(rows: &[Value]) -> HashMap<u64, &Value> {
    // Of equal ids the last one would stay, and the first one counts.
    let rows = rows.iter().rev();
    rows.filter_map(|row| Some((id_of(row)?, row))).collect()
}

/// A row by its name, anything else by itself.
fn in_short(value: &Value) -> String {
    let named = ["name", "key", "host", "path", "image"].iter().find_map(|key| {
        value
            .get(key)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    });
    named
        .or_else(|| value.as_str())
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn are_rows(rows: &[Value]) -> bool {
    rows.iter().all(|row| id_of(row).is_some())
}

fn id_of(row: &Value) -> Option<u64> {
    row.get("id")?.as_u64()
}

fn below(at: &str, part: &str) -> String {
    if at.is_empty() {
        part.to_owned()
    } else {
        format!("{at}.{part}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(change: impl FnOnce(&mut Draft)) -> Draft {
        let mut draft = Draft::default();
        draft.basics.name.set("web");
        draft.containers[0].image.set("web:1");
        change(&mut draft);
        draft
    }

    fn env(draft: &mut Draft, name: &str) {
        let container = draft.containers[0].id;
        let list = format!("containers.{container}.env");
        let row = draft.add_row(&list).unwrap();
        draft.leaf_mut(&format!("{list}.{row}.name")).unwrap().set(name);
    }

    fn names(draft: &Draft) -> Vec<&str> {
        draft.containers[0]
            .env
            .iter()
            .map(|row| row.name.text())
            .collect()
    }

    #[test]
    fn different_fields_of_two_people_both_survive() {
        let base = draft(|_| {});
        let theirs = draft(|draft| draft.containers[0].image.set("web:2"));
        let mine = draft(|draft| draft.basics.replicas.set("5"));

        let merged = merge(&base, &theirs, &mine, &BTreeMap::new());

        assert_eq!(merged.draft.containers[0].image.text(), "web:2");
        assert_eq!(merged.draft.basics.replicas.text(), "5");
        assert!(merged.open.is_empty());
        assert_eq!(merged.fields.len(), 2);
        assert!(merged.fields.iter().all(|field| !field.collides));
    }

    #[test]
    fn the_same_field_of_two_people_is_asked_for_and_the_choice_counts() {
        let base = draft(|_| {});
        let theirs = draft(|draft| draft.basics.replicas.set("3"));
        let mine = draft(|draft| draft.basics.replicas.set("5"));

        let asked = merge(&base, &theirs, &mine, &BTreeMap::new());
        let choice = BTreeMap::from([("basics.replicas".to_owned(), Side::Theirs)]);
        let chosen = merge(&base, &theirs, &mine, &choice);

        assert_eq!(asked.open, ["basics.replicas"]);
        let field = &asked.fields[0];
        assert_eq!(
            (
                field.base.as_deref(),
                field.theirs.as_deref(),
                field.mine.as_deref(),
                field.collides
            ),
            (Some("2"), Some("3"), Some("5"), true)
        );
        assert!(chosen.open.is_empty());
        assert_eq!(chosen.draft.basics.replicas.text(), "3");
    }

    #[test]
    fn rows_that_both_have_added_are_all_there() {
        let base = draft(|draft| env(draft, "BASE"));
        let theirs = draft(|draft| {
            env(draft, "BASE");
            env(draft, "THEIRS");
        });
        let mine = draft(|draft| {
            env(draft, "BASE");
            env(draft, "MINE");
        });

        let merged = merge(&base, &theirs, &mine, &BTreeMap::new());

        assert_eq!(names(&merged.draft), ["BASE", "MINE", "THEIRS"]);
        assert!(merged.open.is_empty());
    }

    #[test]
    fn a_row_that_one_removes_and_the_other_changes_is_asked_for() {
        let base = draft(|draft| env(draft, "BASE"));
        let theirs = draft(|_| {});
        let mine = draft(|draft| env(draft, "RENAMED"));

        let merged = merge(&base, &theirs, &mine, &BTreeMap::new());
        let row = merged.open.first().unwrap().clone();
        let gone = merge(&base, &theirs, &mine, &BTreeMap::from([(row, Side::Theirs)]));

        assert_eq!(names(&merged.draft), ["RENAMED"]);
        assert_eq!(merged.fields.iter().filter(|field| field.collides).count(), 1);
        assert!(names(&gone.draft).is_empty());
    }
}
