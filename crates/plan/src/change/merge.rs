//! What an object becomes: what it is, with the difference of two plans carried over.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::arrange::arranged;
use super::moving::{Moving, gathered, may_come, may_come_into, renewed};
use super::same::Elements;
use super::special::{is_implied, is_one_thing, one_handler, planned_as, said_under, with_each_term};
use super::tags::{tag, untagged};
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

/// An object with the difference between two plans of it. Elements of lists may bear [tags](super::tags); those with the
/// same one are the same element, whatever they say. `kept` are the pointers of what is in neither plan.
pub(super) fn merged(before: Option<&Value>, after: &Value, live: &Value, kept: &BTreeSet<String>) -> Value {
    let moving = before.map_or_else(Moving::new, |before| gathered(before, live));
    let merge = Merge { kept, moving };
    let mut merged = merge
        .value("", before, Some(after), Some(live), "")
        .unwrap_or_default();
    untagged(&mut merged);
    merged
}

struct Merge<'k> {
    kept: &'k BTreeSet<String>,
    moving: Moving<'k>,
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
                if is_one_thing(key, after) {
                    return Some(Value::Object(after.clone()));
                }
                let live = one_handler(key, after, live);
                Some(self.fields(before.and_then(Value::as_object), Some(after), &live, at))
            }
            (_, Some(Value::Array(after)), Some(Value::Array(live))) if live.iter().any(Value::is_object) => {
                let before = before.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
                let with_each = with_each_term(key, before, after, live);
                Some(Value::Array(
                    with_each.unwrap_or_else(|| self.elements(before, after, live, at)),
                ))
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
            // What was planned before and is not there is not added by an edit of what stands beside it.
            (Some(Value::Object(before)), Some(Value::Object(after)), None) if SHARED.contains(&key) => {
                Some(self.fields(Some(before), Some(after), &Map::new(), at))
            }
            (_, Some(Value::Array(after)), _) if may_come(at) => {
                Some(Value::Array(self.elements(&[], after, &[], at)))
            }
            (None, Some(Value::Object(after)), None) if may_come_into(key) => {
                Some(self.fields(None, Some(after), &Map::new(), at))
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
            .filter(|key| !said_under(key, before, live) && !is_implied(key, before, after));
        let fields = live.keys().chain(new).filter_map(|key| {
            let planned = planned_as(key, live, [before, after]);
            let of = |fields: Option<&'_ Map<String, Value>>| {
                fields.and_then(|fields| fields.get(planned.as_ref())).cloned()
            };
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

    /// All elements of a list. Only an element that was planned and is no longer goes; one that is in neither plan stays in
    /// its place.
    fn elements(&self, before: &[Value], after: &[Value], live: &[Value], at: &str) -> Vec<Value> {
        let place = |number: usize| format!("{at}/{number}");
        let known: BTreeSet<usize> = (0..live.len())
            .filter(|number| !self.kept.contains(&place(*number)))
            .collect();
        let links = links(before, live, &known);
        let mut wanted: Vec<(Option<usize>, Value)> = Vec::new();
        for (element, was) in after.iter().zip(matches(before, after)) {
            let number = was.and_then(|was| links.get(&was).copied());
            let merged = |before, live, at: &str| self.value("", Some(before), Some(element), Some(live), at);
            let moved = tag(element).and_then(|tag| self.moving.get(tag));
            match (was, number, moved) {
                (Some(was), Some(number), _) => {
                    let value = merged(&before[was], &live[number], &place(number));
                    wanted.push((Some(number), value.unwrap_or_default()));
                }
                // What the object lacks although it was planned is not added by an edit of something else.
                (Some(was), None, _) if before[was] == *element => {}
                (None, _, Some(moved)) if may_come(at) => {
                    let value = renewed(element, |element| {
                        let (before, live) = (Some(moved.before), Some(moved.live));
                        let merged = self.value("", before, Some(element), live, &moved.at);
                        merged.unwrap_or_default()
                    });
                    wanted.push((None, value));
                }
                _ => wanted.push((None, element.clone())),
            }
        }
        arranged(wanted, live, &links.into_values().collect())
    }
}

/// Which element of the list before each element of the list after is: by its tag, else by its name among those that
/// nothing else is.
fn matches(before: &[Value], after: &[Value]) -> Vec<Option<usize>> {
    let tagged: BTreeMap<&str, usize> = before
        .iter()
        .enumerate()
        .filter_map(|(number, was)| Some((tag(was)?, number)))
        .collect();
    let mut found: Vec<Option<usize>> = after
        .iter()
        .map(|element| tagged.get(tag(element)?).copied())
        .collect();
    let taken: BTreeSet<usize> = found.iter().flatten().copied().collect();
    let mut free = Elements::of(
        before
            .iter()
            .enumerate()
            .filter(|(number, _)| !taken.contains(number)),
    );
    for (element, was) in after.iter().zip(&mut found).filter(|(_, was)| was.is_none()) {
        *was = free.first(element);
        if let Some(was) = *was {
            free.remove(was, &before[was]);
        }
    }
    found
}

/// Which element of the object each element of the plan stands for: by its tag, else by its name, else one by one where
/// as many are left.
pub(super) fn links(before: &[Value], live: &[Value], known: &BTreeSet<usize>) -> BTreeMap<usize, usize> {
    let tagged: BTreeMap<&str, usize> = known
        .iter()
        .filter_map(|number| Some((tag(&live[*number])?, *number)))
        .collect();
    let by_tag = before
        .iter()
        .enumerate()
        .filter_map(|(number, was)| Some((number, *tagged.get(tag(was)?)?)));
    let mut links: BTreeMap<usize, usize> = by_tag.collect();
    let taken: BTreeSet<usize> = links.values().copied().collect();
    let mut free: BTreeSet<usize> = known.difference(&taken).copied().collect();
    let mut named = Elements::of(free.iter().map(|number| (*number, &live[*number])));
    for (number, was) in before.iter().enumerate() {
        if !links.contains_key(&number)
            && let Some(found) = named.first(was)
        {
            named.remove(found, &live[found]);
            free.remove(&found);
            links.insert(number, found);
        }
    }
    let rest: Vec<usize> = (0..before.len())
        .filter(|number| !links.contains_key(number))
        .collect();
    if rest.len() == free.len() {
        links.extend(rest.into_iter().zip(free));
    }
    links
}
