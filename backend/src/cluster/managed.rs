//! Who has set which field of an object, as its `managedFields` say.

use serde_json::{Map, Value, json};

use super::FIELD_MANAGER;
use super::applied::owned;

/// The manager that holds the number of pods while an autoscaler has it.
pub(super) const REPLICAS_MANAGER: &str = "slipway-replicas";

/// The autoscaler writes through the subresource, as the controller manager.
const AUTOSCALER: &str = "kube-controller-manager";

/// Whether something that we posted does not count as applied yet.
pub(super) fn is_posted(object: &Value) -> bool {
    converted(object, None).is_some()
}

/// Entries after which an apply of ours takes away what a POST of ours has set: a POST makes an `Update` entry, which an
/// apply does not replace. Nothing if there is none.
///
/// A POST also owns what the server filled in, and that would be filled in anew. So no more is taken away than what an
/// earlier body has said, if that is told.
pub(super) fn converted(object: &Value, said: Option<&Value>) -> Option<Value> {
    let entries = object["metadata"]["managedFields"].as_array()?;
    let posted = |entry: &Value| {
        entry["manager"] == FIELD_MANAGER
            && entry["operation"] == "Update"
            && entry.get("subresource").is_none()
    };
    let first = entries.iter().find(|entry| posted(entry))?;
    let ours = |entry: &&Value| posted(entry) || is_applied(entry, FIELD_MANAGER);
    let mut fields = Map::new();
    for entry in entries.iter().filter(ours) {
        unite(&mut fields, entry["fieldsV1"].as_object());
    }
    fields.remove("f:status");
    if let Some(said) = said {
        fields = within(&fields, &owned(said, object));
    }
    let mut entry = first.clone();
    entry["operation"] = json!("Apply");
    entry["fieldsV1"] = Value::Object(fields);
    let others = entries.iter().filter(|entry| !ours(entry)).cloned();
    Some(std::iter::once(entry).chain(others).collect())
}

/// The fields of one set that are in another one too.
fn within(fields: &Map<String, Value>, other: &Value) -> Map<String, Value> {
    let both = fields.iter().filter_map(|(key, inner)| {
        let other = other.get(key)?;
        let inner = inner.as_object().map(|inner| within(inner, other));
        Some((key.clone(), Value::Object(inner.unwrap_or_default())))
    });
    both.collect()
}

/// Adds the fields of one set to another.
pub(super) fn unite(fields: &mut Map<String, Value>, others: Option<&Map<String, Value>>) {
    for (key, value) in others.into_iter().flatten() {
        match (fields.get_mut(key), value) {
            (Some(Value::Object(known)), Value::Object(more)) => unite(known, Some(more)),
            (Some(_), _) => {}
            (None, value) => {
                fields.insert(key.clone(), value.clone());
            }
        }
    }
}

fn is_applied(entry: &Value, manager: &str) -> bool {
    entry["manager"] == manager && entry["operation"] == "Apply"
}

/// Whether an entry holds the number of pods.
fn holds_replicas(entry: &Value) -> bool {
    entry["fieldsV1"]["f:spec"].get("f:replicas").is_some()
}

/// Whether we hold the number of pods, as ourselves.
pub(super) fn we_hold_replicas(object: &Value) -> bool {
    let entries = object["metadata"]["managedFields"].as_array();
    entries
        .into_iter()
        .flatten()
        .any(|entry| entry["manager"] == FIELD_MANAGER && holds_replicas(entry))
}

/// Whether nobody but an autoscaler, or we for one, holds the number of pods, and one of them does.
pub fn autoscaler_holds_replicas(object: &Value) -> bool {
    let entries = object["metadata"]["managedFields"].as_array();
    let mut holders = entries
        .into_iter()
        .flatten()
        .filter(|entry| holds_replicas(entry) && entry["manager"] != FIELD_MANAGER)
        .peekable();
    holders.peek().is_some()
        && holders.all(|entry| {
            entry["manager"] == REPLICAS_MANAGER
                || (entry["manager"] == AUTOSCALER && entry["subresource"] == "scale")
        })
}

/// Who last set the value at a path such as `spec.replicas`, as far as it can be followed: into lists it cannot, there the
/// last one who wrote anything but status is named.
pub fn who_set(object: &Value, path: &str) -> Option<String> {
    let entries = object["metadata"]["managedFields"].as_array()?;
    let others = entries.iter().filter(|entry| {
        entry["manager"] != FIELD_MANAGER
            && entry["manager"] != REPLICAS_MANAGER
            && entry["subresource"] != "status"
    });
    let plain = path.split('[').next().unwrap_or_default();
    let holds = |entry: &&Value| {
        let mut at = &entry["fieldsV1"];
        plain.split('.').all(|part| {
            at = &at[format!("f:{part}")];
            !at.is_null()
        })
    };
    let last = others
        .filter(holds)
        .max_by_key(|entry| entry["time"].as_str().unwrap_or_default().to_owned())?;
    last["manager"].as_str().map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(entries: &Value) -> Value {
        json!({ "metadata": { "managedFields": entries } })
    }

    #[test]
    fn what_was_posted_counts_as_applied_together_with_what_was_applied() {
        let theirs =
            json!({ "manager": "kubectl", "operation": "Update", "fieldsV1": { "f:spec": { "f:a": {} } } });
        let status = json!({ "manager": "slipway", "operation": "Update", "subresource": "status", "fieldsV1": { "f:status": {} } });
        let posted = json!({ "manager": "slipway", "operation": "Update", "apiVersion": "v1", "fieldsV1": { "f:spec": { "f:b": {}, "f:c": {} } } });
        let applied = json!({ "manager": "slipway", "operation": "Apply", "fieldsV1": { "f:spec": { "f:c": {}, "f:d": {} } } });

        let entries = converted(&object(&json!([theirs, posted, applied, status])), None).unwrap();

        let together = json!({ "manager": "slipway", "operation": "Apply", "apiVersion": "v1",
                               "fieldsV1": { "f:spec": { "f:b": {}, "f:c": {}, "f:d": {} } } });
        assert_eq!(entries, json!([together, theirs, status]));
        assert_eq!(converted(&object(&json!([applied, theirs])), None), None);
    }

    #[test]
    fn the_number_of_pods_is_an_autoscalers_only_while_nobody_else_has_set_it() {
        let holds = |manager: &str, subresource: &str| json!({ "manager": manager, "subresource": subresource, "fieldsV1": { "f:spec": { "f:replicas": {} } } });
        let scaled = holds("kube-controller-manager", "scale");

        assert!(autoscaler_holds_replicas(&object(&json!([scaled]))));
        assert!(autoscaler_holds_replicas(&object(&json!([
            scaled,
            holds("slipway-replicas", ""),
            holds("slipway", "")
        ]))));
        assert!(!autoscaler_holds_replicas(&object(&json!([
            scaled,
            holds("kubectl", "scale")
        ]))));
        assert!(!autoscaler_holds_replicas(&object(&json!([holds(
            "slipway", ""
        )]))));
        assert!(we_hold_replicas(&object(&json!([holds("slipway", "")]))));
    }
}
