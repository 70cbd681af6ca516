//! Reading a stored draft, however old. A stored draft is never refused: what somebody typed is theirs.

use serde_json::Value;

use super::{Draft, FORMAT};

/// Reads the text of a stored draft, of any format. An error only where it is no JSON.
pub fn stored(text: &str) -> Result<Draft, serde_json::Error> {
    match serde_json::from_str::<Draft>(text) {
        Ok(mut draft) => {
            draft.format = FORMAT;
            draft.give_ids();
            Ok(draft)
        }
        Err(_) => serde_json::from_str(text).map(upgrade),
    }
}

/// Reads a stored draft of any format. What today's form has no place for is left out; everything else stays.
pub fn upgrade(mut stored: Value) -> Draft {
    if let Some(fields) = stored.as_object_mut() {
        fields.insert("format".into(), FORMAT.into());
    }
    let mut draft = read(&mut stored);
    draft.give_ids();
    draft
}

/// Reads, and drops whatever field is in the way until it can be read.
fn read(stored: &mut Value) -> Draft {
    loop {
        match serde_json::from_value::<Draft>(stored.clone()) {
            Ok(draft) => return draft,
            Err(error) => {
                let name = error.to_string().split('`').nth(1).map(ToOwned::to_owned);
                if !name.is_some_and(|name| drop_field(stored, &name)) {
                    return Draft::default();
                }
            }
        }
    }
}

/// Drops every field of that name. Answers whether there was one.
fn drop_field(value: &mut Value, name: &str) -> bool {
    let mut dropped = false;
    match value {
        Value::Object(fields) => {
            dropped |= fields.remove(name).is_some();
            for field in fields.values_mut() {
                dropped |= drop_field(field, name);
            }
        }
        Value::Array(rows) => {
            for row in rows {
                dropped |= drop_field(row, name);
            }
        }
        _ => {}
    }
    dropped
}
