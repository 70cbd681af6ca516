//! What the form does not know: whatever is still there when all that it knows has been taken.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::part::{escaped, is_nothing};
use crate::ObjectKey;

/// Something that the form does not know. It stays as it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Kept {
    /// The object it is in.
    pub object: ObjectKey,
    /// The JSON pointer to it; empty for the whole object.
    pub pointer: String,
    /// What is there.
    pub value: Value,
}

/// Compares an object with what is left of it: each place of which nothing was taken is named once.
pub(super) fn kept(key: &ObjectKey, object: &Value, left: &Value) -> Vec<Kept> {
    let mut found = Vec::new();
    walk(object, left, String::new(), &mut |pointer, value| {
        found.push(Kept {
            object: key.clone(),
            pointer,
            value: value.clone(),
        });
    });
    found
}

/// The places of what is kept, each element of a list among them: what stands in a list that is kept as a whole is kept
/// as well when something is added to it.
pub(super) fn places(kept: &[Kept]) -> BTreeSet<String> {
    let mut places = BTreeSet::new();
    for kept in kept {
        elements(&kept.value, &kept.pointer, &mut places);
        places.insert(kept.pointer.clone());
    }
    places
}

fn elements(value: &Value, at: &str, places: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                elements(field, &format!("{at}/{}", escaped(key)), places);
            }
        }
        Value::Array(rows) => {
            for (number, row) in rows.iter().enumerate() {
                let at = format!("{at}/{number}");
                elements(row, &at, places);
                places.insert(at);
            }
        }
        _ => {}
    }
}

fn walk(object: &Value, left: &Value, at: String, found: &mut impl FnMut(String, &Value)) {
    if is_nothing(left) {
        return;
    }
    match (object, left) {
        _ if object == left => found(at, object),
        (Value::Object(fields), Value::Object(rest)) => {
            for (key, value) in rest {
                if let Some(field) = fields.get(key) {
                    walk(field, value, format!("{at}/{}", escaped(key)), found);
                }
            }
        }
        (Value::Array(elements), Value::Array(rest)) => {
            for (number, (element, value)) in elements.iter().zip(rest).enumerate() {
                walk(element, value, format!("{at}/{number}"), found);
            }
        }
        _ => found(at, object),
    }
}
