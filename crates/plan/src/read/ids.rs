//! Which rows of two drafts of the same app are the same.

use std::collections::BTreeMap;

use serde_json::Value;
use slipway_model::Draft;

/// For each id of a draft the one that the same row has in an earlier draft of the same app: lists of the same length have
/// the same rows in the same order. Every other row gets an id that neither draft has.
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
            for (number, row) in rows.iter().enumerate() {
                pair(row, others.map(|others| &others[number]), next, ids);
            }
        }
        _ => {}
    }
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
