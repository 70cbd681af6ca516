//! What of an applied object is no longer as it was applied. What the plan does not say is nobody's concern here.

use std::cell::OnceCell;

use serde_json::Value;
use slipway_model::value::{Cpu, Memory};

use crate::Manifest;
use crate::change::{Elements, is_same};

/// A value that is not as it was applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Drift {
    /// The path in the object: `spec.template.spec.containers[0].image`.
    pub path: String,
    /// What was applied.
    pub applied: Value,
    /// What it is; nothing where it is gone.
    pub live: Option<Value>,
}

/// Where an object is not what was applied.
pub fn drift(applied: &Value, live: &Value) -> Vec<Drift> {
    let mut found = Vec::new();
    differ(applied, Some(live), "", &mut found);
    found
}

fn differ(applied: &Value, live: Option<&Value>, path: &str, found: &mut Vec<Drift>) {
    match (applied, live) {
        (Value::Object(fields), Some(Value::Object(others))) => {
            for (key, value) in fields {
                let dot = if path.is_empty() { "" } else { "." };
                differ(value, others.get(key), &format!("{path}{dot}{key}"), found);
            }
        }
        (Value::Array(elements), Some(Value::Array(others))) if elements.iter().any(Value::is_object) => {
            let counterparts = Counterparts::of(elements.len(), others);
            for (number, element) in elements.iter().enumerate() {
                let other = counterparts.find(number, element);
                differ(element, other, &format!("{path}[{number}]"), found);
            }
        }
        (applied, live) if equal(applied, live) => {}
        (applied, live) => found.push(Drift {
            path: path.to_owned(),
            applied: applied.clone(),
            live: live.cloned(),
        }),
    }
}

/// The number of the element of a list that is the same as another list's element of this number.
#[must_use]
pub fn counterpart(number: usize, element: &Value, others: &[Value]) -> Option<usize> {
    let same = |other: &Value| is_same(element, other);
    if others.get(number).is_some_and(same) {
        return Some(number);
    }
    others.iter().position(same)
}

/// The elements of a list in another one.
struct Counterparts<'l> {
    /// How many there are in the one list.
    wanted: usize,
    others: &'l [Value],
    by_name: OnceCell<Elements>,
}

impl<'l> Counterparts<'l> {
    fn of(wanted: usize, others: &'l [Value]) -> Self {
        Self {
            wanted,
            others,
            by_name: OnceCell::new(),
        }
    }

    /// An element at the same place if it is the same one there, else wherever it is now.
    fn find(&self, number: usize, element: &Value) -> Option<&'l Value> {
        let others = self.others;
        let there = others.get(number).filter(|other| is_same(element, other));
        let by_name = || {
            self.by_name
                .get_or_init(|| Elements::of(others.iter().enumerate()))
        };
        let other = there.or_else(|| others.get(by_name().first(element)?));
        other.or_else(|| others.get(number).filter(|_| self.wanted == others.len()))
    }
}

/// What an object says now, of all that was applied to it: what an apply sends to leave it as it is.
#[must_use]
pub fn as_found(applied: &Manifest, live: &Value) -> Manifest {
    Manifest::of(&found(applied.value(), Some(live)))
}

fn found(applied: &Value, live: Option<&Value>) -> Option<Value> {
    match (applied, live) {
        (Value::Object(fields), Some(Value::Object(others))) => {
            let fields = fields.iter();
            let found = fields.filter_map(|(key, value)| Some((key.clone(), found(value, others.get(key))?)));
            Some(Value::Object(found.collect()))
        }
        (Value::Array(elements), Some(Value::Array(others))) if elements.iter().any(Value::is_object) => {
            let counterparts = Counterparts::of(elements.len(), others);
            let each = elements.iter().enumerate();
            let found =
                each.filter_map(|(number, element)| found(element, counterparts.find(number, element)));
            Some(Value::Array(found.collect()))
        }
        (applied, live) if equal(applied, live) => Some(applied.clone()),
        (_, live) => live.cloned(),
    }
}

/// Whether a server would write the one for the other: it leaves out what is empty, and writes amounts in its own way.
fn equal(applied: &Value, live: Option<&Value>) -> bool {
    let Some(live) = live else {
        return is_empty(applied);
    };
    if applied == live {
        return true;
    }
    let (Some(one), Some(other)) = (amount(applied), amount(live)) else {
        return false;
    };
    one.iter()
        .zip(other)
        .any(|(one, other)| one.is_some() && *one == other)
}

/// An amount as the server writes it: as cores, and as bytes.
fn amount(value: &Value) -> Option<[Option<String>; 2]> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let cores = Cpu::parse(&text).ok().map(|cpu| cpu.canonical());
    let bytes = Memory::parse(&text).ok().map(|memory| memory.canonical());
    Some([cores, bytes])
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.iter().all(is_empty),
        Value::Object(fields) => fields.values().all(is_empty),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(applied: &Value, live: &Value) -> Vec<String> {
        drift(applied, live).into_iter().map(|drift| drift.path).collect()
    }

    #[test]
    fn what_a_server_fills_in_or_writes_in_its_own_way_is_no_drift() {
        let applied =
            json!({ "spec": { "cpu": "1000m", "env": [{ "name": "A", "value": "" }], "list": [] } });
        let live = json!({ "spec": { "cpu": "1", "env": [{ "name": "A" }, { "name": "B" }], "policy": "Always" }, "status": {} });

        assert_eq!(told(&applied, &live), Vec::<String>::new());
    }

    #[test]
    fn what_was_changed_or_taken_away_is_named_by_its_path() {
        let applied = json!({ "spec": { "replicas": 2, "containers": [{ "name": "a", "image": "x:1" }, { "name": "b", "image": "y:1" }] } });
        let live = json!({ "spec": { "replicas": 5, "containers": [{ "name": "proxy" }, { "name": "b", "image": "y:2" }] } });

        assert_eq!(
            told(&applied, &live),
            [
                "spec.replicas",
                "spec.containers[0].name",
                "spec.containers[0].image",
                "spec.containers[1].image"
            ]
        );
    }

    #[test]
    fn what_an_object_says_now_is_told_of_what_was_applied_only() {
        let applied = json!({ "spec": { "replicas": 2, "paused": true, "cpu": "1000m",
            "containers": [{ "name": "a", "image": "x:1" }, { "name": "b", "args": ["1"] }] } });
        let live = json!({ "spec": { "replicas": 5, "cpu": "1", "policy": "Always",
            "containers": [{ "name": "proxy" }, { "name": "b", "args": ["2", "3"] }, { "name": "a", "image": "x:1" }] } });

        let found = as_found(&Manifest::of(&applied), &live);

        let expected = json!({ "spec": { "replicas": 5, "cpu": "1000m",
            "containers": [{ "name": "a", "image": "x:1" }, { "name": "b", "args": ["2", "3"] }] } });
        assert_eq!(*found.value(), expected);
        assert!(drift(found.value(), &live).is_empty());
    }
}
