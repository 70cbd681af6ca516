//! Elements that may move from one list to another and stay the same: a container that becomes one that runs first, a wish
//! that is only preferred from now on.

use std::collections::BTreeMap;

use serde_json::Value;

use super::tags::tag;
use crate::read::escaped;

/// Lists between which an element may move.
const LISTS: [&str; 4] = [
    "containers",
    "initContainers",
    "preferredDuringSchedulingIgnoredDuringExecution",
    "requiredDuringSchedulingIgnoredDuringExecution",
];
/// Parts that need not be there before an element moves into a list in them.
const AROUND: [&str; 2] = ["podAffinity", "podAntiAffinity"];
/// The field that holds what is preferred, beside its weight. What is required is the element itself.
const PREFERRED: &str = "podAffinityTerm";

/// One element as planned before and as it is, and the pointer of the latter.
pub(super) struct Moved<'v> {
    pub(super) before: &'v Value,
    pub(super) live: &'v Value,
    pub(super) at: String,
}

/// Elements by their tags.
pub(super) type Moving<'v> = BTreeMap<&'v str, Moved<'v>>;

/// Whether elements may come from elsewhere into the list at a pointer, or into one within a part. Wishes about nodes are
/// made of other fields than those about pods.
pub(super) fn may_come(at: &str) -> bool {
    let mut keys = at.rsplit('/');
    let key = keys.next().unwrap_or_default();
    LISTS.contains(&key) && keys.next() != Some("nodeAffinity")
}

/// The same of a part with such lists.
pub(super) fn may_come_into(key: &str) -> bool {
    AROUND.contains(&key)
}

/// Finds what may move: by its tag, as it is planned and as it is.
pub(super) fn gathered<'v>(before: &'v Value, live: &'v Value) -> Moving<'v> {
    let mut found = Moving::new();
    gather(before, live, "", &mut found);
    found
}

fn gather<'v>(before: &'v Value, live: &'v Value, at: &str, found: &mut Moving<'v>) {
    let (Some(fields), Some(others)) = (before.as_object(), live.as_object()) else {
        return;
    };
    for (key, field) in fields {
        let at = format!("{at}/{}", escaped(key));
        match (field, others.get(key)) {
            (Value::Array(elements), Some(Value::Array(live))) if may_come(&at) => {
                // Of several with one tag the first counts.
                let tagged = live.iter().enumerate().rev();
                let tagged = tagged.filter_map(|(number, other)| Some((tag(other)?, number)));
                let tagged: BTreeMap<&str, usize> = tagged.collect();
                for element in elements {
                    if let Some((tag, number)) = tag(element).and_then(|tag| Some((tag, *tagged.get(tag)?))) {
                        let (before, _) = core(element);
                        let (live, inner) = core(&live[number]);
                        let at = format!("{at}/{number}{inner}");
                        found.insert(tag, Moved { before, live, at });
                    }
                }
            }
            (field, Some(other)) => gather(field, other, &at, found),
            _ => {}
        }
    }
}

/// What stays the same of an element in whichever list it is, and where it stands in it.
fn core(element: &Value) -> (&Value, String) {
    match element.get(PREFERRED) {
        Some(term) => (term, format!("/{PREFERRED}")),
        None => (element, String::new()),
    }
}

/// An element as planned, with what stays the same of it as it was.
pub(super) fn renewed(element: &Value, merged: impl FnOnce(&Value) -> Value) -> Value {
    let core = merged(core(element).0);
    if element.get(PREFERRED).is_none() {
        return core;
    }
    let mut element = element.clone();
    element[PREFERRED] = core;
    element
}
