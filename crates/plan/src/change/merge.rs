//! What an object becomes: what it is, with the difference of two plans carried over.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::same::Elements;
use crate::read::escaped;

/// Parts that the form shares with others: taking away what the form wrote leaves the rest. Every other part, a health
/// check or a volume's source, is one thing and goes as a whole.
const SHARED: [&str; 21] = [
    "affinity",
    "annotations",
    "capabilities",
    "labels",
    "lifecycle",
    "limits",
    "metadata",
    "nodeAffinity",
    "nodeSelector",
    "persistentVolumeClaimRetentionPolicy",
    "podAffinity",
    "podAntiAffinity",
    "requests",
    "resources",
    "rollingUpdate",
    "securityContext",
    "selector",
    "spec",
    "strategy",
    "template",
    "updateStrategy",
];

/// An object with the difference between two plans of it. `kept` are the pointers of what is in neither plan.
pub(super) fn merged(before: Option<&Value>, after: &Value, live: &Value, kept: &BTreeSet<String>) -> Value {
    Merge { kept }
        .value("", before, Some(after), Some(live), "")
        .unwrap_or_default()
}

struct Merge<'k> {
    kept: &'k BTreeSet<String>,
}

impl Merge<'_> {
    fn value(
        &self,
        key: &str,
        before: Option<&Value>,
        after: Option<&Value>,
        live: Option<&Value>,
        at: &str,
    ) -> Option<Value> {
        // A number of pods that an autoscaler takes over stays what it is: without one the cluster would make it one.
        if before == after || key == "replicas" && after.is_none() {
            return live.cloned();
        }
        match (before, after, live) {
            (_, Some(Value::Object(after)), Some(Value::Object(live))) => {
                if is_other_strategy(key, after) {
                    return Some(Value::Object(after.clone()));
                }
                Some(self.fields(before.and_then(Value::as_object), Some(after), live, at))
            }
            (Some(Value::Array(before)), Some(Value::Array(after)), Some(Value::Array(live)))
                if live.iter().any(Value::is_object) =>
            {
                Some(Value::Array(self.elements(before, after, live, at)))
            }
            (None, Some(Value::Array(after)), Some(Value::Array(live)))
                if live.iter().any(Value::is_object) =>
            {
                Some(Value::Array(self.elements(&[], after, live, at)))
            }
            (Some(Value::Object(before)), None, Some(Value::Object(live))) if SHARED.contains(&key) => {
                let rest = self.fields(Some(before), None, live, at);
                (rest != Value::Object(Map::new())).then_some(rest)
            }
            (Some(Value::Array(before)), None, Some(Value::Array(live)))
                if live.iter().any(Value::is_object) =>
            {
                let rest = self.elements(before, &[], live, at);
                (!rest.is_empty()).then_some(Value::Array(rest))
            }
            (_, after, _) => after.cloned(),
        }
    }

    /// All fields of an object, in its own order, new ones last.
    fn fields(
        &self,
        before: Option<&Map<String, Value>>,
        after: Option<&Map<String, Value>>,
        live: &Map<String, Value>,
        at: &str,
    ) -> Value {
        let new = after
            .into_iter()
            .flat_map(Map::keys)
            .filter(|key| !live.contains_key(*key));
        let fields = live.keys().chain(new).filter_map(|key| {
            let of =
                |fields: Option<&'_ Map<String, Value>>| fields.and_then(|fields| fields.get(key)).cloned();
            let value = self.value(
                key,
                of(before).as_ref(),
                of(after).as_ref(),
                live.get(key),
                &format!("{at}/{}", escaped(key)),
            );
            Some((key.clone(), value?))
        });
        Value::Object(fields.collect())
    }

    /// All elements of a list. Those that the form does not know stay in their places; the others are those of the plan
    /// as it was, one by one and in order.
    fn elements(&self, before: &[Value], after: &[Value], live: &[Value], at: &str) -> Vec<Value> {
        let place = |number: usize| format!("{at}/{number}");
        let known: BTreeSet<usize> = (0..live.len())
            .filter(|number| !self.kept.contains(&place(*number)))
            .collect();
        let mut links = links(before, live, &known);
        let linked = before
            .iter()
            .enumerate()
            .filter(|(number, _)| links.contains_key(number));
        let mut free = Elements::of(linked);
        let mut wanted: Vec<(Option<usize>, Value)> = Vec::new();
        for element in after {
            let was = free.first(element);
            let linked = was.and_then(|was| Some((was, links.remove(&was)?)));
            if let Some((was, _)) = linked {
                free.remove(was, &before[was]);
            }
            wanted.push(match linked {
                Some((was, number)) => {
                    let value = self.value(
                        "",
                        Some(&before[was]),
                        Some(element),
                        live.get(number),
                        &place(number),
                    );
                    (Some(number), value.unwrap_or_default())
                }
                None => (None, element.clone()),
            });
        }
        arranged(wanted, live, &known)
    }
}

/// Puts elements of the plan among those that the form does not know. In the order they had, new ones after the one
/// before them; if they have another order now, they take the places of the known ones in that order.
fn arranged(wanted: Vec<(Option<usize>, Value)>, live: &[Value], known: &BTreeSet<usize>) -> Vec<Value> {
    let old: Vec<usize> = wanted.iter().filter_map(|(number, _)| *number).collect();
    if !old.is_sorted() {
        let mut queue = wanted.into_iter().map(|(_, value)| value);
        let mut places: Vec<Value> = Vec::new();
        for (number, element) in live.iter().enumerate() {
            if known.contains(&number) {
                places.extend(queue.next());
            } else {
                places.push(element.clone());
            }
        }
        places.extend(queue);
        return places;
    }
    let mut queue = wanted.into_iter().peekable();
    let mut places: Vec<Value> = Vec::new();
    for (number, element) in live.iter().enumerate() {
        if !known.contains(&number) {
            places.push(element.clone());
            continue;
        }
        // New elements before the first old one come first.
        while let Some((_, value)) = queue.next_if(|(old, _)| old.is_none() && places.is_empty()) {
            places.push(value);
        }
        if let Some((_, value)) = queue.next_if(|(old, _)| *old == Some(number)) {
            places.push(value);
            while let Some((_, value)) = queue.next_if(|(old, _)| old.is_none()) {
                places.push(value);
            }
        }
    }
    places.extend(queue.map(|(_, value)| value));
    places
}

/// Which element of the object each element of the plan stands for: one by one where there are as many, else by name.
fn links(before: &[Value], live: &[Value], known: &BTreeSet<usize>) -> BTreeMap<usize, usize> {
    if before.len() == known.len() {
        return known.iter().copied().enumerate().collect();
    }
    let found = Elements::of(known.iter().map(|number| (*number, &live[*number])));
    before
        .iter()
        .enumerate()
        .filter_map(|(number, was)| Some((number, found.first(was)?)))
        .collect()
}

/// Whether this is a way to replace old pods that has no settings. Those of another way would not be accepted with it.
fn is_other_strategy(key: &str, after: &Map<String, Value>) -> bool {
    matches!(key, "strategy" | "updateStrategy")
        && after.get("type").is_some_and(|kind| kind != "RollingUpdate")
}
