//! Tags on elements of lists while two plans are compared: the row of the draft that an element comes from.
//!
//! A row keeps its id whatever is typed into it, so an element that is renamed, renumbered or moved is still the same one.

use serde_json::Value;

/// The field that holds a tag. No field of Kubernetes is named so, and none is sent.
pub(super) const TAG: &str = "\0row";

/// The tag of an element.
pub(super) fn tag(element: &Value) -> Option<&str> {
    element.get(TAG)?.as_str()
}

/// A value whose elements at these pointers are tagged.
pub(crate) fn tagged<'t>(value: &Value, tags: impl IntoIterator<Item = (&'t str, String)>) -> Value {
    let mut value = value.clone();
    for (pointer, tag) in tags {
        if let Some(Value::Object(fields)) = value.pointer_mut(pointer) {
            fields.insert(TAG.to_owned(), tag.into());
        }
    }
    value
}

/// Takes all tags off.
pub(super) fn untagged(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.shift_remove(TAG);
            fields.values_mut().for_each(untagged);
        }
        Value::Array(elements) => elements.iter_mut().for_each(untagged),
        _ => {}
    }
}
