//! Giving the rows of a draft that was read from a cluster the ids that the same rows have in another draft.

use std::collections::{BTreeSet, HashMap, VecDeque};

use serde_json::Value;
use slipway_model::Draft;

/// What tells rows apart for people, the first that is filled in.
const NAMES: [&str; 9] = [
    "name", "key", "host", "path", "number", "port", "metric", "volume", "image",
];

/// A draft with the row ids of another one, as far as their rows are the same.
pub fn aligned(draft: &Draft, with: &Draft) -> Draft {
    let (Ok(mut value), Ok(known)) = (serde_json::to_value(draft), serde_json::to_value(with)) else {
        return draft.clone();
    };
    let mut next = highest(&known).max(highest(&value));
    align(&mut value, Some(&known), &mut next);
    let mut draft: Draft = serde_json::from_value(value).unwrap_or_else(|_| draft.clone());
    draft.give_ids();
    draft
}

fn align(value: &mut Value, known: Option<&Value>, next: &mut u64) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields.iter_mut() {
                align(field, known.and_then(|known| known.get(key)), next);
            }
        }
        Value::Array(rows) => {
            let others = known
                .and_then(Value::as_array)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let matches = matched(rows, others);
            for (row, other) in rows.iter_mut().zip(matches) {
                let other = other.map(|number| &others[number]);
                align(row, other, next);
                if row.get("id").is_some() {
                    row["id"] = other.map_or_else(
                        || {
                            *next += 1;
                            (*next).into()
                        },
                        |other| other["id"].clone(),
                    );
                }
            }
        }
        _ => {}
    }
}

/// For each row the other one that it is: by its name, else by its place among those without a partner.
fn matched(rows: &[Value], others: &[Value]) -> Vec<Option<usize>> {
    let mut free: BTreeSet<usize> = (0..others.len()).collect();
    let mut by_name: HashMap<_, VecDeque<usize>> = HashMap::new();
    for (number, other) in others.iter().enumerate() {
        if let Some(name) = name(other) {
            by_name.entry(name).or_default().push_back(number);
        }
    }
    let mut found: Vec<Option<usize>> = rows
        .iter()
        .map(|row| by_name.get_mut(&name(row)?)?.pop_front())
        .collect();
    for number in found.iter().flatten() {
        free.remove(number);
    }
    for (place, partner) in found.iter_mut().enumerate() {
        if partner.is_none() && free.remove(&place) {
            *partner = Some(place);
        }
    }
    found
}

fn name(row: &Value) -> Option<(&'static str, &str)> {
    NAMES
        .iter()
        .find_map(|key| Some((*key, row.get(key)?.as_str().filter(|text| !text.is_empty())?)))
}

fn highest(value: &Value) -> u64 {
    match value {
        Value::Object(fields) => {
            let own = fields.get("id").and_then(Value::as_u64).unwrap_or_default();
            fields.values().map(highest).fold(own, u64::max)
        }
        Value::Array(rows) => rows.iter().map(highest).max().unwrap_or_default(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_the_same_name_get_the_same_id_wherever_they_stand() {
        let mut known = Draft::default();
        let list = format!("containers.{}.env", known.containers[0].id);
        for name in ["A", "B"] {
            let row = known.add_row(&list).unwrap();
            known.leaf_mut(&format!("{list}.{row}.name")).unwrap().set(name);
        }
        let mut read = known.clone();
        read.containers[0].env.reverse();
        read.containers[0].env[0].id = 77;
        read.containers[0].env[1].id = 78;

        let ids = |draft: &Draft| -> Vec<(String, u32)> {
            let rows = draft.containers[0].env.iter();
            rows.map(|row| (row.name.text().to_owned(), row.id)).collect()
        };
        let mut expected = ids(&known);
        expected.reverse();
        assert_eq!(ids(&aligned(&read, &known)), expected);
    }
}
