//! The difference between two states of an object, as a JSON patch that tests what it changes.

use std::collections::{BTreeMap, BTreeSet};

use json_patch::jsonptr::PointerBuf;
use json_patch::{AddOperation, Patch, PatchOperation, RemoveOperation, ReplaceOperation, TestOperation};
use serde_json::Value;

use crate::read::escaped;

/// The patch from one state to another. Each old value is tested before it goes; a patch that changes anything tests
/// first that it is still the same object.
pub(super) fn between(live: &Value, wanted: &Value, uid: Option<&str>) -> Patch {
    let mut operations = Vec::new();
    differ(live, wanted, "", &mut operations);
    if let Some(uid) = uid.filter(|_| !operations.is_empty()) {
        operations.insert(0, test("/metadata/uid", &uid.into()));
    }
    Patch(operations)
}

fn differ(live: &Value, wanted: &Value, at: &str, operations: &mut Vec<PatchOperation>) {
    match (live, wanted) {
        _ if live == wanted => {}
        (Value::Object(fields), Value::Object(others)) => {
            for (key, value) in fields {
                let at = format!("{at}/{}", escaped(key));
                match others.get(key) {
                    Some(other) => differ(value, other, &at, operations),
                    None => remove(&at, value, operations),
                }
            }
            for (key, value) in others.iter().filter(|(key, _)| !fields.contains_key(*key)) {
                operations.push(add(&format!("{at}/{}", escaped(key)), value));
            }
        }
        (Value::Array(elements), Value::Array(others)) if same_order(elements, others) => {
            list(elements, others, at, operations);
        }
        (Value::Array(elements), Value::Array(others))
            if elements.len() == others.len() && elements.iter().any(Value::is_object) =>
        {
            for (number, (element, other)) in elements.iter().zip(others).enumerate() {
                differ(element, other, &format!("{at}/{number}"), operations);
            }
        }
        _ => {
            operations.push(test(at, live));
            operations.push(PatchOperation::Replace(ReplaceOperation {
                path: pointer(at),
                value: wanted.clone(),
            }));
        }
    }
}

/// Elements are told apart by their names. First what changes in those that stay, then, from the end, what goes, then
/// what is new: so that numbers mean what they say at each step.
fn list(elements: &[Value], others: &[Value], at: &str, operations: &mut Vec<PatchOperation>) {
    let named = |list: &'_ [Value]| -> BTreeMap<Option<String>, usize> {
        let numbers = list.iter().enumerate();
        numbers.map(|(number, element)| (name(element), number)).collect()
    };
    let (old, new) = (named(elements), named(others));
    let stays = |element: &Value| new.get(&name(element)).map(|number| &others[*number]);
    for (number, element) in elements.iter().enumerate() {
        if let Some(other) = stays(element) {
            differ(element, other, &format!("{at}/{number}"), operations);
        }
    }
    for (number, element) in elements
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, element)| stays(element).is_none())
    {
        remove(&format!("{at}/{number}"), element, operations);
    }
    let is_new = |other: &Value| !old.contains_key(&name(other));
    for (number, other) in others.iter().enumerate().filter(|(_, other)| is_new(other)) {
        operations.push(add(&format!("{at}/{number}"), other));
    }
}

/// Whether both lists have elements with names, none twice, and those in both are in the same order.
fn same_order(elements: &[Value], others: &[Value]) -> bool {
    let names = |list: &[Value]| -> Option<Vec<String>> { list.iter().map(name).collect() };
    let (Some(old), Some(new)) = (names(elements), names(others)) else {
        return false;
    };
    let (in_old, in_new): (BTreeSet<&String>, BTreeSet<&String>) =
        (old.iter().collect(), new.iter().collect());
    let distinct = in_old.len() == old.len() && in_new.len() == new.len();
    let stay = old.iter().filter(|name| in_new.contains(name));
    distinct && stay.eq(new.iter().filter(|name| in_old.contains(name)))
}

/// The name by which an element is told apart in the lists of Kubernetes.
fn name(element: &Value) -> Option<String> {
    let field = |key: &str| element.get(key).map(ToString::to_string);
    let pair = |one: &str, other: &str| Some(format!("{} {}", field(one)?, field(other).unwrap_or_default()));
    field("mountPath")
        .or_else(|| pair("containerPort", "protocol"))
        .or_else(|| pair("port", "protocol"))
        .or_else(|| field("name"))
        .or_else(|| element["metadata"].get("name").map(ToString::to_string))
        .or_else(|| pair("topologyKey", "whenUnsatisfiable"))
}

fn remove(at: &str, old: &Value, operations: &mut Vec<PatchOperation>) {
    operations.push(test(at, old));
    operations.push(PatchOperation::Remove(RemoveOperation { path: pointer(at) }));
}

fn test(at: &str, value: &Value) -> PatchOperation {
    PatchOperation::Test(TestOperation {
        path: pointer(at),
        value: value.clone(),
    })
}

fn add(at: &str, value: &Value) -> PatchOperation {
    PatchOperation::Add(AddOperation {
        path: pointer(at),
        value: value.clone(),
    })
}

/// Every key in these texts is escaped already.
fn pointer(at: &str) -> PointerBuf {
    PointerBuf::parse(at).unwrap_or_default()
}
