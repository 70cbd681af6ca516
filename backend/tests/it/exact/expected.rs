//! What a preview announces, and where the objects are something else afterwards.

use edits::exceptions::compared;
use serde_json::Value;
use slipway_api::{ChangesView, ObjectChange, ObjectVerb};
use slipway_plan::change::shown;

use super::diff::patched;
use super::running::Objects;

/// What stands in a preview for a value that the cluster chooses when it writes the object.
const CHOSEN_LATER: &str = "?";

/// The objects as they are announced: those before, with the differences of the preview carried out on them. Volumes of the
/// cluster are left out, since none says of which namespace it is.
pub(super) fn announced(before: &Objects, changes: &ChangesView) -> Result<Objects, String> {
    let text = |object: &Value| shown(object).yaml();
    let mut objects = before.clone();
    let in_namespace = |change: &&ObjectChange| change.object.namespace.is_some();
    for change in changes.objects.iter().filter(in_namespace) {
        let key = (change.object.kind.clone(), change.object.name.clone());
        let old = before.get(&key).map(text).unwrap_or_default();
        let new = patched(&old, &change.diff).map_err(|error| format!("{}: {error}", key.0))?;
        if new.trim().is_empty() {
            objects.remove(&key);
            continue;
        }
        if change.verb == ObjectVerb::Change && change.diff.is_empty() {
            return Err(format!("{} is announced to change in nothing", key.0));
        }
        let new = serde_saphyr::from_str(&new).map_err(|error| format!("{}: {error}", key.0))?;
        objects.insert(key, new);
    }
    Ok(objects)
}

/// Where objects are not what was announced.
pub(super) fn differences(announced: &Objects, after: &Objects) -> Vec<String> {
    let mut found = Vec::new();
    for (kind, name) in announced
        .keys()
        .chain(after.keys().filter(|key| !announced.contains_key(*key)))
    {
        let key = (kind.clone(), name.clone());
        let plain = |objects: &Objects| objects.get(&key).map(|object| compared(shown(object).value()));
        let (announced, after) = (plain(announced), plain(after));
        differ(announced.as_ref(), after.as_ref(), kind, &mut found);
    }
    found
}

fn differ(announced: Option<&Value>, after: Option<&Value>, at: &str, found: &mut Vec<String>) {
    match (announced, after) {
        (Some(Value::Object(one)), Some(Value::Object(other))) => {
            let keys = one
                .keys()
                .chain(other.keys().filter(|key| !one.contains_key(*key)));
            for key in keys {
                differ(one.get(key), other.get(key), &format!("{at}/{key}"), found);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(other))) if one.len() == other.len() => {
            for (number, (one, other)) in one.iter().zip(other).enumerate() {
                differ(Some(one), Some(other), &format!("{at}/{number}"), found);
            }
        }
        (Some(Value::String(text)), Some(_)) if text == CHOSEN_LATER => {}
        (one, other) if is_nothing(one) && is_nothing(other) || one == other => {}
        (one, other) => {
            let text = |value: Option<&Value>| value.map_or("nothing".to_owned(), ToString::to_string);
            found.push(format!("{at}: announced {}, is {}", text(one), text(other)));
        }
    }
}

/// Whether a field says as much as none.
fn is_nothing(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::Object(fields)) => fields.values().all(|field| is_nothing(Some(field))),
        _ => false,
    }
}
