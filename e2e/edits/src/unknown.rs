//! Fields that no form knows, each with a value that is nowhere else: so it is seen on which element it stands afterwards.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::leaves::{self, Bag};
use crate::{Edit, exceptions};

/// How every such text begins. The server takes it wherever it takes a name.
pub const TEXT: &str = "unknown-";
/// The lowest of such numbers.
pub const NUMBER: u64 = 7_000_000;

/// The mark that a field is, whatever its type: a text, a number, a list of one text or a map of one.
fn mark_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.contains(TEXT).then(|| text.clone()),
        Value::Number(number) => number
            .as_u64()
            .filter(|number| *number >= NUMBER)
            .map(|number| number.to_string()),
        Value::Array(list) => match list.as_slice() {
            [one @ Value::String(_)] => mark_of(one),
            _ => None,
        },
        _ => None,
    }
}

/// Unknown fields that have gone, or that stand on another element than before.
pub fn strays(before: &[Value], after: &[Value], done: &Bag, edit: &Edit) -> Vec<String> {
    let (before, after) = (owners(before), owners(after));
    let mut faults = Vec::new();
    let is_emptied = matches!(edit, Edit::Set { text, .. } if text.is_empty());
    let takes_its_row =
        matches!(edit, Edit::Remove { .. }) || is_emptied && exceptions::empties_its_row(&edit.what());
    let takes_others = exceptions::takes_rows_away(&edit.what());
    for (mark, owner) in before
        .iter()
        .flat_map(|(mark, owners)| owners.iter().map(move |owner| (mark, owner)))
    {
        let Some(now) = after.get(mark) else {
            // With a row goes all of the element it stands for.
            let has_gone =
                |leaf| exceptions::is_a_number(leaf) || done.get(leaf).is_some_and(|number| *number < 0);
            if !(takes_others || takes_its_row && owner.keys().all(has_gone)) {
                faults.push(format!("{mark} is lost of {}", leaves::shown(owner)));
            }
            continue;
        };
        let others = now.iter().map(|now| {
            let mut other = leaves::difference(owner, now);
            other.retain(|leaf, number| {
                let is_done = done
                    .get(leaf)
                    .is_some_and(|done| done.signum() == number.signum());
                !(is_done || exceptions::is_a_number(leaf))
            });
            other
        });
        let least = others.min_by_key(Bag::len).unwrap_or_default();
        if !least.is_empty() {
            faults.push(format!("{mark} has another owner: {}", leaves::shown(&least)));
        }
    }
    faults
}

/// By what unknown fields say, the plain leaves of the elements on which they stand: of several, where an object stays beside
/// one under another name that says the same.
type Owners = BTreeMap<String, Vec<Bag>>;

fn owners(objects: &[Value]) -> Owners {
    let mut found = Owners::new();
    for object in objects {
        owners_in(object, object["kind"].as_str().unwrap_or_default(), &mut found);
    }
    found
}

fn owners_in(value: &Value, at: &str, found: &mut Owners) {
    match value {
        Value::Object(fields) => {
            for mark in fields.values().filter_map(mark_of) {
                let mut bag = Bag::new();
                let own = fields
                    .iter()
                    .filter(|(_, field)| mark_of(field).is_none() && !field.is_array());
                own.for_each(|(key, field)| leaves::add(field, &format!("{at}/{key}"), &mut bag));
                found.entry(mark).or_default().push(bag);
            }
            for (key, field) in fields {
                let key = if key == "initContainers" {
                    "containers"
                } else {
                    key
                };
                owners_in(field, &format!("{at}/{key}"), found);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                owners_in(element, &format!("{at}/*"), found);
            }
        }
        _ => {}
    }
}
