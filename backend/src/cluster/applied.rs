//! What a server-side apply makes of an object, computed from its `managedFields`.
//!
//! The API server is asked by a dry run wherever it can be. It cannot where an apply follows another write: an object that
//! was posted counts as applied only once its `managedFields` are rewritten, and until then an apply takes nothing away.
//! The rules are those of structured-merge-diff 6.3, `merge/update.go` and `typed/merge.go`, as in Kubernetes 1.37.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use slipway_plan::lists;

use super::FIELD_MANAGER;
use super::managed::{converted, unite};

type Fields = Map<String, Value>;

/// What an apply of ours makes of an object, once what we have posted of `said` counts as applied. Defaults are not filled
/// in.
pub(super) fn applied(live: &Value, body: &Value, said: Option<&Value>) -> Value {
    let entries = converted(live, said).unwrap_or_else(|| live["metadata"]["managedFields"].clone());
    let (mut ours, mut theirs, mut all) = (Fields::new(), Fields::new(), Fields::new());
    for entry in entries.as_array().into_iter().flatten() {
        let is_ours = entry["manager"] == FIELD_MANAGER && entry["operation"] == "Apply";
        let fields = entry["fieldsV1"].as_object();
        unite(if is_ours { &mut ours } else { &mut theirs }, fields);
        unite(&mut all, fields);
    }
    // Without any entry nothing is known to be owned as a whole.
    let all = (!all.is_empty()).then_some(Value::Object(all));
    let mut merged = merge("", live, body, all.as_ref());
    let mut kept = set_of("", body, all.as_ref());
    if let Value::Object(kept) = &mut kept {
        unite(kept, Some(&theirs));
    }
    prune(&mut merged, &ours, &kept);
    merged
}

/// What an apply of a body owns of an object, as `managedFields` have it.
pub(super) fn owned(body: &Value, object: &Value) -> Value {
    let mut all = Fields::new();
    let entries = object["metadata"]["managedFields"].as_array();
    for entry in entries.into_iter().flatten() {
        unite(&mut all, entry["fieldsV1"].as_object());
    }
    let all = (!all.is_empty()).then_some(Value::Object(all));
    set_of("", body, all.as_ref())
}

fn merge(key: &str, live: &Value, body: &Value, set: Option<&Value>) -> Value {
    match (live, body) {
        (Value::Object(live), Value::Object(body)) if !is_atomic(set) => {
            let mut merged = live.clone();
            for (key, value) in body {
                let value = match live.get(key) {
                    Some(live) => merge(key, live, value, field(set, key)),
                    None => value.clone(),
                };
                merged.insert(key.clone(), value);
            }
            Value::Object(merged)
        }
        (Value::Array(live), Value::Array(body)) => match Elements::of(key, live) {
            Some(elements) => Value::Array(elements.merged(live, body, set)),
            None => Value::Array(body.clone()),
        },
        _ => body.clone(),
    }
}

/// Whether a part is owned as a whole. One that nobody owns a field of was filled in by the server.
fn is_atomic(set: Option<&Value>) -> bool {
    set.and_then(Value::as_object)
        .is_some_and(|fields| fields.keys().all(|key| key == "."))
}

fn field<'s>(set: Option<&'s Value>, key: &str) -> Option<&'s Value> {
    set?.get(format!("f:{key}"))
}

/// What tells the elements of a list apart.
enum Elements {
    /// These fields.
    Keys(Vec<String>),
    /// Each is its own value.
    Values,
}

impl Elements {
    /// None for a list that is replaced as a whole.
    fn of(key: &str, list: &[Value]) -> Option<Self> {
        if key == "finalizers" {
            return Some(Self::Values);
        }
        lists::keys(key, list).map(|keys| Self::Keys(keys.iter().map(ToString::to_string).collect()))
    }

    /// Those of which one has a name.
    fn named(name: &str) -> Option<Self> {
        let Some(keys) = name.strip_prefix("k:") else {
            return name.starts_with("v:").then_some(Self::Values);
        };
        let keys: Fields = serde_json::from_str(keys).ok()?;
        Some(Self::Keys(keys.into_iter().map(|(key, _)| key).collect()))
    }

    /// The name of an element in `managedFields`.
    fn name(&self, element: &Value) -> String {
        match self {
            Self::Values => format!("v:{element}"),
            Self::Keys(keys) => {
                let of = |key: &String| (key.clone(), lists::key_value(element, key));
                let keys: Fields = keys.iter().map(of).collect();
                format!("k:{}", Value::Object(keys))
            }
        }
    }

    /// Both lists as one, in the order in which the server puts them: that of what is applied, and before each of its
    /// elements what stood before it.
    fn merged(&self, live: &[Value], body: &[Value], set: Option<&Value>) -> Vec<Value> {
        let names = |list: &[Value]| -> Vec<String> { list.iter().map(|one| self.name(one)).collect() };
        let (left, right) = (names(live), names(body));
        let wanted: BTreeSet<&String> = right.iter().collect();
        let mut shared = right.iter().filter(|name| left.contains(name)).peekable();
        let mut done: BTreeSet<&String> = BTreeSet::new();
        let mut merged = Vec::new();
        let (mut l, mut r) = (0, 0);
        let both = |name: &String, element: &Value| {
            let at = left.iter().position(|other| other == name);
            let inner = set.and_then(|set| set.get(name));
            at.map_or_else(|| element.clone(), |at| merge("", &live[at], element, inner))
        };
        while l < left.len() || r < right.len() {
            if l < left.len() && r < right.len() {
                if left[l] == right[r] {
                    merged.push(both(&right[r], &body[r]));
                    done.insert(&right[r]);
                    (l, r) = (l + 1, r + 1);
                    shared.next();
                    continue;
                }
                if wanted.contains(&left[l]) && shared.peek().is_some_and(|next| **next != left[l]) {
                    l += 1;
                    continue;
                }
            }
            if l < left.len() {
                if !wanted.contains(&left[l]) {
                    merged.push(live[l].clone());
                    l += 1;
                    continue;
                }
                if done.contains(&left[l]) {
                    l += 1;
                }
            }
            if r < right.len() {
                merged.push(both(&right[r], &body[r]));
                done.insert(&right[r]);
                shared.next_if(|next| **next == right[r]);
                r += 1;
            }
        }
        merged
    }
}

/// What an apply of a body owns, as `managedFields` have it.
fn set_of(key: &str, body: &Value, set: Option<&Value>) -> Value {
    match body {
        Value::Object(fields) if !is_atomic(set) => {
            let fields = fields.iter();
            let owned = fields.map(|(key, value)| (format!("f:{key}"), set_of(key, value, field(set, key))));
            Value::Object(owned.collect())
        }
        Value::Array(list) => {
            let elements = Elements::of(key, list);
            let named = |elements: Elements| {
                let of = |element: &Value| {
                    let name = elements.name(element);
                    let mut inner = set_of("", element, set.and_then(|set| set.get(&name)));
                    inner["."] = json!({});
                    (name, inner)
                };
                list.iter().map(of).collect()
            };
            Value::Object(elements.map(named).unwrap_or_default())
        }
        _ => json!({}),
    }
}

/// Takes away what we owned and nobody owns any more.
fn prune(value: &mut Value, ours: &Fields, kept: &Value) {
    for (name, inner) in ours {
        let inner = inner.as_object().cloned().unwrap_or_default();
        let goes = kept.get(name).is_none();
        match (value as &mut Value, name.split_once(':')) {
            (Value::Object(fields), Some(("f", key))) => {
                if goes {
                    fields.shift_remove(key);
                } else if let Some(field) = fields.get_mut(key) {
                    prune(field, &inner, &kept[name]);
                }
            }
            (Value::Array(list), Some(("k" | "v", _))) => {
                let Some(elements) = Elements::named(name) else {
                    continue;
                };
                let is_it = |element: &Value| elements.name(element) == *name;
                // Whoever owns no more than fields of an element does not hold the element.
                let is_held = kept.get(name).is_some_and(|kept| kept.get(".").is_some());
                let goes = if name.starts_with("v:") { goes } else { !is_held };
                if goes && (inner.contains_key(".") || name.starts_with("v:")) {
                    list.retain(|element| !is_it(element));
                } else if let Some(element) = list.iter_mut().find(|element| is_it(element)) {
                    prune(element, &inner, kept.get(name).unwrap_or(&Value::Null));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(spec: &Value, ours: &Value, theirs: &Value) -> Value {
        json!({ "metadata": { "uid": "u", "managedFields": [
            { "manager": FIELD_MANAGER, "operation": "Update", "fieldsV1": { "f:spec": ours } },
            { "manager": "kubectl-edit", "operation": "Update", "fieldsV1": { "f:spec": theirs } },
        ] }, "spec": spec })
    }

    fn spec(live: &Value, spec: &Value) -> Value {
        applied(live, &json!({ "spec": spec }), None)["spec"].clone()
    }

    #[test]
    fn what_we_posted_and_no_longer_say_goes_with_all_that_the_server_filled_in() {
        let ours = json!({ "f:replicas": {}, "f:probe": { ".": {}, "f:httpGet": { ".": {}, "f:port": {}, "f:scheme": {} } } });
        let live = live(
            &json!({ "replicas": 2, "probe": { "httpGet": { "port": 80, "scheme": "HTTP" }, "period": 10 } }),
            &ours,
            &json!({}),
        );

        assert_eq!(spec(&live, &json!({ "replicas": 3 })), json!({ "replicas": 3 }));
        assert_eq!(
            spec(&live, &json!({ "probe": { "tcpSocket": { "port": 80 } } })),
            json!({ "probe": { "period": 10, "tcpSocket": { "port": 80 } } })
        );
    }

    #[test]
    fn what_may_go_can_be_limited_to_what_was_said() {
        let ours = json!({ "f:replicas": {}, "f:policy": {} });
        let live = live(&json!({ "replicas": 2, "policy": "Always" }), &ours, &json!({}));
        let said = json!({ "spec": { "replicas": 2 } });

        let now = applied(&live, &json!({ "spec": {} }), Some(&said));

        assert_eq!(now["spec"], json!({ "policy": "Always" }));
    }

    #[test]
    fn an_element_under_another_name_is_another_element_and_loses_what_it_had() {
        let container = json!({ ".": {}, "f:name": {}, "f:image": {} });
        let ours = json!({ "f:containers": { r#"k:{"name":"web"}"#: container } });
        let theirs = json!({ "f:containers": { r#"k:{"name":"proxy"}"#: { ".": {}, "f:name": {} } } });
        let live = live(
            &json!({ "containers": [{ "name": "proxy" }, { "name": "web", "image": "a", "stdin": true }] }),
            &ours,
            &theirs,
        );

        let now = spec(
            &live,
            &json!({ "containers": [{ "name": "site", "image": "a" }] }),
        );

        assert_eq!(
            now,
            json!({ "containers": [{ "name": "proxy" }, { "name": "site", "image": "a" }] })
        );
    }

    #[test]
    fn where_nobody_is_on_record_nothing_goes() {
        let live =
            json!({ "spec": { "clusterIP": "10.0.0.1", "ports": [{ "port": 80, "nodePort": 30000 }] } });

        assert_eq!(
            spec(&live, &json!({ "ports": [{ "port": 80, "name": "http" }] })),
            json!({ "clusterIP": "10.0.0.1", "ports": [{ "port": 80, "nodePort": 30000, "name": "http" }] })
        );
    }

    #[test]
    fn what_somebody_else_owns_too_stays() {
        let env = |name: &str| json!({ format!("k:{{\"name\":\"{name}\"}}"): { ".": {}, "f:value": {} } });
        let live = live(
            &json!({ "env": [{ "name": "A", "value": "1" }, { "name": "B", "value": "2" }] }),
            &json!({ "f:env": { r#"k:{"name":"A"}"#: { ".": {}, "f:value": {} }, r#"k:{"name":"B"}"#: { ".": {}, "f:value": {} } } }),
            &json!({ "f:env": env("B") }),
        );

        assert_eq!(
            spec(&live, &json!({})),
            json!({ "env": [{ "name": "B", "value": "2" }] })
        );
    }

    #[test]
    fn a_port_without_a_protocol_is_that_of_tcp() {
        let ours = json!({ "f:ports": { r#"k:{"port":80,"protocol":"TCP"}"#: { ".": {}, "f:port": {} } } });
        let live = live(
            &json!({ "ports": [{ "port": 80, "protocol": "TCP", "nodePort": 30000 }] }),
            &ours,
            &json!({}),
        );

        assert_eq!(
            spec(&live, &json!({ "ports": [{ "port": 80, "name": "http" }] })),
            json!({ "ports": [{ "port": 80, "protocol": "TCP", "nodePort": 30000, "name": "http" }] })
        );
    }
}
