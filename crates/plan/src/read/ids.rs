//! Which rows of two drafts of the same app are the same.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use slipway_model::Draft;

/// For each id of a draft the one that the same row has in an earlier draft of the same app: lists of the same length have
/// the same rows. They need not be in the same order: what was typed is read list by list of the object. Every other row gets
/// an id that neither draft has.
pub(super) fn of_earlier(draft: &Draft, earlier: &Draft) -> BTreeMap<u32, u32> {
    let mut ids = BTreeMap::new();
    if let (Ok(draft), Ok(earlier)) = (serde_json::to_value(draft), serde_json::to_value(earlier)) {
        let mut next = highest(&draft).max(highest(&earlier));
        pair(&draft, Some(&earlier), &mut next, &mut ids);
    }
    ids
}

fn pair(value: &Value, earlier: Option<&Value>, next: &mut u32, ids: &mut BTreeMap<u32, u32>) {
    match value {
        Value::Object(fields) => {
            if let Some(id) = id(value) {
                let known = earlier.and_then(self::id);
                ids.insert(
                    id,
                    known.unwrap_or_else(|| {
                        *next += 1;
                        *next
                    }),
                );
            }
            for (key, field) in fields {
                pair(field, earlier.and_then(|earlier| earlier.get(key)), next, ids);
            }
        }
        Value::Array(rows) => {
            let others = earlier
                .and_then(Value::as_array)
                .filter(|others| others.len() == rows.len());
            let partners = others.map(|others| partners(rows, others));
            for (number, row) in rows.iter().enumerate() {
                let other = partners.as_ref().map(|partners| partners[number]);
                pair(row, other, next, ids);
            }
        }
        _ => {}
    }
}

/// How many rows are compared field by field; of more the rest are taken as they come.
const MOST_ALIKE: usize = 100;

/// For each row the one of another list that it is: which says the same, else which alone has its name, else the one that is
/// most like it.
fn partners<'v>(rows: &[Value], others: &'v [Value]) -> Vec<&'v Value> {
    let mut found: Vec<Option<usize>> = vec![None; rows.len()];
    let mut free: BTreeSet<usize> = (0..others.len()).collect();
    let keys: [fn(&Value) -> Option<String>; 2] = [|row| Some(said(row)), name];
    for (key, is_alone) in keys.into_iter().zip([false, true]) {
        let mut by: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for number in free.iter().rev() {
            if let Some(key) = key(&others[*number]) {
                by.entry(key).or_default().push(*number);
            }
        }
        by.retain(|_, numbers| !is_alone || numbers.len() == 1);
        for (row, partner) in rows.iter().zip(&mut found).filter(|(_, is)| is.is_none()) {
            *partner = key(row).and_then(|key| by.get_mut(&key)?.pop());
            partner.map(|partner| free.remove(&partner));
        }
    }
    for (row, partner) in rows.iter().zip(&mut found).filter(|(_, is)| is.is_none()) {
        let alike = free.iter().rev().filter(|_| free.len() <= MOST_ALIKE);
        let most = alike.max_by_key(|number| alike_in(row, &others[**number]));
        *partner = most.or(free.first()).copied();
        partner.map(|partner| free.remove(&partner));
    }
    let numbers = found.into_iter().enumerate();
    numbers
        .map(|(number, partner)| &others[partner.unwrap_or(number)])
        .collect()
}

fn name(row: &Value) -> Option<String> {
    let name = row.get("name")?.as_str()?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// What a row says, whatever its ids.
fn said(row: &Value) -> String {
    fn forget(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.remove("id");
                fields.values_mut().for_each(forget);
            }
            Value::Array(rows) => rows.iter_mut().for_each(forget),
            _ => {}
        }
    }
    let mut row = row.clone();
    forget(&mut row);
    row.to_string()
}

/// In how many fields two rows say the same.
fn alike_in(row: &Value, other: &Value) -> usize {
    let fields = row.as_object().into_iter().flatten();
    fields
        .filter(|(key, field)| other.get(*key) == Some(*field))
        .count()
}

fn id(row: &Value) -> Option<u32> {
    row.get("id")?.as_u64().and_then(|id| u32::try_from(id).ok())
}

fn highest(value: &Value) -> u32 {
    match value {
        Value::Object(fields) => fields
            .values()
            .map(highest)
            .fold(id(value).unwrap_or_default(), u32::max),
        Value::Array(rows) => rows.iter().map(highest).max().unwrap_or_default(),
        _ => 0,
    }
}
