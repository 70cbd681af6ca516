//! The way back for what a plan leaves out: partial objects that a server-side apply adds to what the plan has made.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::kept::Kept;
use super::left_out::is_selector;
use super::opened::Opened;
use super::part::escaped;
use super::source::without_server;
use crate::ObjectKey;
use crate::Plan;
use crate::lists::{key_value, keys};

/// What brings back what a plan leaves out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Restoring {
    /// Partial objects, each to be applied by the server beside the plan.
    pub objects: Vec<Value>,
    /// What cannot be brought back so: elements of which a list has two by one name.
    pub beyond: Vec<Kept>,
}

/// What brings the places that a plan leaves out back to the objects that it has made. The selectors of the plan stay.
pub fn restoring(opened: &Opened, plan: &Plan, left_out: &[Kept]) -> Restoring {
    let mut by_object: BTreeMap<&ObjectKey, BTreeSet<&str>> = BTreeMap::new();
    let mut restoring = Restoring::default();
    for kept in left_out
        .iter()
        .filter(|kept| !is_selector(&kept.object, &kept.pointer))
    {
        if kept.pointer.is_empty() {
            restoring.objects.push(whole(kept));
        } else {
            by_object.entry(&kept.object).or_default().insert(&kept.pointer);
        }
    }
    let planned = plan.by_address();
    for live in &opened.objects {
        // What is kept of an object whose manifest names no namespace names none either.
        let unnamed = ObjectKey {
            namespace: None,
            ..live.key.clone()
        };
        let pointers = by_object.remove(&live.key).unwrap_or_default();
        let pointers = &pointers | &by_object.remove(&unnamed).unwrap_or_default();
        let mut picked = Picked {
            pointers,
            beyond: Vec::new(),
        };
        let Some(Value::Object(fields)) = picked.value("", &live.body, "", false) else {
            continue;
        };
        let planned = planned.get(&live.key);
        let key = planned.map_or(&live.key, |planned| &planned.key);
        restoring.objects.push(addressed(key, fields));
        restoring
            .beyond
            .extend(picked.beyond.into_iter().map(|(pointer, value)| Kept {
                object: live.key.clone(),
                pointer,
                value,
            }));
    }
    restoring
}

/// The objects of a plan with what brings back what it leaves out: what a server-side apply makes of the two, before
/// there is any object that could refuse a change. What is for none of the objects is an object of its own.
pub fn restored(mut planned: Vec<Value>, partial: &[Value]) -> Vec<Value> {
    let address = |object: &Value| -> [Value; 4] {
        let metadata = &object["metadata"];
        [
            &object["apiVersion"],
            &object["kind"],
            &metadata["namespace"],
            &metadata["name"],
        ]
        .map(Value::clone)
    };
    let mut places = HashMap::new();
    for (place, object) in planned.iter().enumerate() {
        places.entry(address(object)).or_insert(place);
    }
    for part in partial {
        let place = *places.entry(address(part)).or_insert(planned.len());
        match planned.get_mut(place) {
            Some(object) => unite("", object, part),
            None => planned.push(part.clone()),
        }
    }
    planned
}

fn unite(key: &str, value: &mut Value, part: &Value) {
    match (value, part) {
        (Value::Object(fields), Value::Object(parts)) => {
            for (key, part) in parts {
                match fields.get_mut(key) {
                    Some(field) => unite(key, field, part),
                    None => {
                        fields.insert(key.clone(), part.clone());
                    }
                }
            }
        }
        (Value::Array(elements), Value::Array(parts)) if keys(key, parts).is_some() => {
            unite_elements(keys(key, parts).unwrap_or_default(), elements, parts);
        }
        (value, part) => *value = part.clone(),
    }
}

fn unite_elements(keys: &[&str], elements: &mut Vec<Value>, parts: &[Value]) {
    let mut places = HashMap::new();
    for (place, element) in elements.iter().enumerate() {
        places.entry(name(keys, element)).or_insert(place);
    }
    for part in parts {
        let place = *places.entry(name(keys, part)).or_insert(elements.len());
        match elements.get_mut(place) {
            Some(element) => unite("", element, part),
            None => elements.push(part.clone()),
        }
    }
}

/// An object that is no part of the draft at all.
fn whole(kept: &Kept) -> Value {
    match without_server(&kept.value) {
        Value::Object(fields) => addressed(&kept.object, fields),
        other => other,
    }
}

fn addressed(key: &ObjectKey, mut fields: Map<String, Value>) -> Value {
    let mut object = Map::new();
    object.insert("apiVersion".to_owned(), key.api_version.as_str().into());
    object.insert("kind".to_owned(), key.kind.as_str().into());
    let mut metadata = match fields.shift_remove("metadata") {
        Some(Value::Object(metadata)) => metadata,
        _ => Map::new(),
    };
    metadata.insert("name".to_owned(), key.name.as_str().into());
    if let Some(namespace) = &key.namespace {
        metadata.insert("namespace".to_owned(), namespace.as_str().into());
    }
    object.insert("metadata".to_owned(), metadata.into());
    fields.retain(|field, _| !matches!(field.as_str(), "apiVersion" | "kind" | "status"));
    object.extend(fields);
    object.into()
}

/// The places that are picked out of an object.
struct Picked<'k> {
    pointers: BTreeSet<&'k str>,
    beyond: Vec<(String, Value)>,
}

impl Picked<'_> {
    /// What of a value is picked, with what the server needs to find its place; nothing where none of it is.
    fn value(&mut self, key: &str, value: &Value, at: &str, is_picked: bool) -> Option<Value> {
        let is_picked = is_picked || self.pointers.contains(at);
        if !is_picked && !self.is_around(at) {
            return None;
        }
        match value {
            Value::Object(fields) => {
                let mut picked = Map::new();
                for (key, field) in fields {
                    let at = format!("{at}/{}", escaped(key));
                    if let Some(field) = self.value(key, field, &at, is_picked) {
                        picked.insert(key.clone(), field);
                    }
                }
                (is_picked || !picked.is_empty()).then_some(Value::Object(picked))
            }
            Value::Array(elements) => Some(match keys(key, elements) {
                Some(keys) => self.elements(keys, elements, at, is_picked),
                // One value for the server: all of it or nothing.
                None => value.clone(),
            }),
            value => is_picked.then(|| value.clone()),
        }
    }

    fn is_around(&self, at: &str) -> bool {
        let inner = format!("{at}/");
        let next = self.pointers.range(inner.as_str()..).next();
        next.is_some_and(|pointer| pointer.starts_with(&inner))
    }

    fn elements(&mut self, keys: &[&str], elements: &[Value], at: &str, is_picked: bool) -> Value {
        let named: Vec<Vec<Value>> = elements.iter().map(|element| name(keys, element)).collect();
        let mut times: HashMap<&[Value], usize> = HashMap::new();
        for name in &named {
            *times.entry(name).or_default() += 1;
        }
        let mut picked = Vec::new();
        for (number, element) in elements.iter().enumerate() {
            let at = format!("{at}/{number}");
            let Some(mut found) = self.value("", element, &at, is_picked) else {
                continue;
            };
            if times[named[number].as_slice()] > 1 {
                self.beyond.push((at, element.clone()));
                continue;
            }
            for (key, value) in keys.iter().zip(&named[number]) {
                found[*key] = value.clone();
            }
            picked.push(found);
        }
        picked.into()
    }
}

fn name(keys: &[&str], element: &Value) -> Vec<Value> {
    keys.iter().map(|key| key_value(element, key)).collect()
}
