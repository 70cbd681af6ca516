//! The order of a list that is part the form's and part others'.

use std::collections::BTreeSet;

use serde_json::Value;

/// Puts elements of the plan among those that the form does not know. `known` are the places of those that were planned
/// before; all others stay. In the order they had, new ones after the one before them; if they have another order now,
/// they take the places of the known ones in that order.
pub(super) fn arranged(
    wanted: Vec<(Option<usize>, Value)>,
    live: &[Value],
    known: &BTreeSet<usize>,
) -> Vec<Value> {
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
