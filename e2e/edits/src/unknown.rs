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
    let goes_with_its_row = match edit {
        Edit::Remove { .. } => true,
        Edit::Set { text, .. } if text.is_empty() && exceptions::empties_its_row(&edit.what()) => true,
        _ => exceptions::takes_rows_away(&edit.what()),
    };
    for (mark, owner) in &before {
        let Some(now) = after.get(mark) else {
            if !goes_with_its_row {
                faults.push(format!("{mark} is lost of {}", leaves::shown(owner)));
            }
            continue;
        };
        let changed = leaves::difference(owner, now);
        let mut other = changed.clone();
        other.retain(|leaf, number| done.get(leaf).is_none_or(|done| done.signum() != number.signum()));
        if !other.is_empty() {
            faults.push(format!("{mark} has another owner: {}", leaves::shown(&other)));
        }
    }
    faults
}

/// The plain leaves of the element on which each unknown field stands.
fn owners(objects: &[Value]) -> BTreeMap<String, Bag> {
    let mut found = BTreeMap::new();
    for object in objects {
        owners_in(object, object["kind"].as_str().unwrap_or_default(), &mut found);
    }
    found
}

fn owners_in(value: &Value, at: &str, found: &mut BTreeMap<String, Bag>) {
    match value {
        Value::Object(fields) => {
            for mark in fields.values().filter_map(mark_of) {
                let mut bag = Bag::new();
                let own = fields
                    .iter()
                    .filter(|(_, field)| mark_of(field).is_none() && !field.is_array());
                own.for_each(|(key, field)| leaves::add(field, &format!("{at}/{key}"), &mut bag));
                found.insert(mark, bag);
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
