//! Objects as bags of leaves: each by its path without places in lists, so that an order is no difference.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::exceptions;

/// How often each leaf is there: by kind and path, and what it says.
pub type Bag = BTreeMap<(String, String), i64>;

/// The leaves of objects.
pub fn of<'v>(objects: impl IntoIterator<Item = &'v Value>) -> Bag {
    let mut bag = Bag::new();
    for object in objects {
        let object = exceptions::compared(object);
        let kind = object["kind"].as_str().unwrap_or_default().to_owned();
        add(&object, &kind, &mut bag);
    }
    bag
}

/// The leaves of one value at a path.
pub fn add(value: &Value, at: &str, bag: &mut Bag) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (key, field) in fields {
                // A container keeps its leaves when it becomes one that runs first.
                let key = if key == "initContainers" {
                    "containers"
                } else {
                    key
                };
                add(field, &format!("{at}/{key}"), bag);
            }
        }
        Value::Array(elements) if !elements.is_empty() => {
            for element in elements {
                add(element, &format!("{at}/*"), bag);
            }
        }
        // A part without any field says as much as none.
        Value::Object(_) | Value::Array(_) | Value::Null => {}
        leaf => *bag.entry((at.to_owned(), leaf.to_string())).or_default() += 1,
    }
}

/// What comes, as more than nought, and what goes, as less.
pub fn difference(before: &Bag, after: &Bag) -> Bag {
    let mut difference = after.clone();
    for (leaf, number) in before {
        *difference.entry(leaf.clone()).or_default() -= number;
    }
    difference.retain(|_, number| *number != 0);
    difference
}

/// A difference in one line.
pub fn shown(bag: &Bag) -> String {
    let line = |((path, value), number): (&(String, String), &i64)| {
        let sign = if *number > 0 { '+' } else { '-' };
        format!("{sign}{path}={value}")
    };
    bag.iter().map(line).collect::<Vec<_>>().join(" ")
}
