//! Who asked for a field. A server fills in what nobody said, and only `managedFields` tells the one from the other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// Where a list of `fieldsV1` says here which fields its elements are told apart by: lists of names. No field is called so,
/// since each begins with `f:`, `k:`, `v:` or is `.`.
const KEYS: &str = "keys";
/// So many ways to tell the elements of one list apart are looked at. A list has one; who writes `managedFields` by hand could
/// name thousands, each of which would be tried for each element.
const MOST_KEYS: usize = 4;

/// What somebody asked for, at one place of an object.
#[derive(Clone, Copy)]
pub(crate) enum Asked<'a> {
    /// Everything at and below this place.
    All,
    /// Nothing.
    Nothing,
    /// The fields that an entry of `managedFields` lists.
    Fields(&'a Map<String, Value>),
}

impl<'a> Asked<'a> {
    /// What was asked for in a field of this place.
    pub(crate) fn field(self, key: &str) -> Self {
        match self {
            Self::Fields(fields) => Self::of(fields.get(&format!("f:{key}"))),
            other => other,
        }
    }

    /// What was asked for in an element of this list.
    pub(crate) fn element(self, element: &Value) -> Self {
        let Self::Fields(fields) = self else { return self };
        let keys = fields.get(KEYS).and_then(Value::as_array);
        let entry = keys.into_iter().flatten().find_map(|names| {
            let names = names.as_array()?.iter().filter_map(Value::as_str);
            let key: Option<BTreeMap<&str, &Value>> =
                names.map(|name| Some((name, element.get(name)?))).collect();
            fields.get(&key_of(&key?))
        });
        Self::of(entry)
    }

    /// Whether this very place was asked for.
    pub(crate) fn is_asked(self) -> bool {
        !matches!(self, Self::Nothing)
    }

    fn of(fields: Option<&'a Value>) -> Self {
        match fields {
            None => Self::Nothing,
            Some(Value::Object(fields)) if !fields.is_empty() => Self::Fields(fields),
            Some(_) => Self::All,
        }
    }
}

/// What was asked for in one object: by those who apply, who list just what they want, and by anybody, whose entries
/// list the defaults as well.
#[derive(Clone, Debug)]
pub(crate) struct Claims {
    /// Whether a server has been at it; else it is as somebody wrote it.
    served: bool,
    applied: Value,
    anyone: Value,
}

impl Claims {
    /// Reads what an object says about itself.
    pub(crate) fn of(object: &Value) -> Self {
        let metadata = &object["metadata"];
        let served = ["uid", "resourceVersion"]
            .iter()
            .any(|key| metadata[*key].is_string());
        let entries = metadata["managedFields"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        let (mut applied, mut anyone) = (Value::Null, Value::Null);
        for entry in entries.iter().filter(|entry| entry.get("subresource").is_none()) {
            unite(&mut anyone, &entry["fieldsV1"]);
            if entry["operation"] == "Apply" {
                unite(&mut applied, &entry["fieldsV1"]);
            }
        }
        index(&mut applied);
        index(&mut anyone);
        Self {
            served,
            applied,
            anyone,
        }
    }

    /// What somebody applied.
    pub(crate) fn applied(&self) -> Asked<'_> {
        self.by(&self.applied)
    }

    /// What anybody wrote.
    pub(crate) fn anyone(&self) -> Asked<'_> {
        self.by(&self.anyone)
    }

    fn by<'c>(&'c self, fields: &'c Value) -> Asked<'c> {
        match fields.as_object() {
            _ if !self.served => Asked::All,
            Some(fields) => Asked::Fields(fields),
            None => Asked::Nothing,
        }
    }
}

/// The name of an element in `fieldsV1`.
fn key_of(key: &BTreeMap<&str, &Value>) -> String {
    let key: Map<String, Value> = key
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).clone()))
        .collect();
    format!("k:{}", Value::Object(key))
}

/// Writes the names of all elements as `key_of` does, and notes what they are told apart by, so that an element is looked up:
/// comparing each with every name would take quadratic time, and an API server takes lists of thousands.
fn index(fields: &mut Value) {
    let Some(fields) = fields.as_object_mut() else {
        return;
    };
    let mut keys = BTreeSet::new();
    let mut indexed = Map::new();
    for (name, mut inner) in std::mem::take(fields) {
        index(&mut inner);
        let parsed = name
            .strip_prefix("k:")
            .map(serde_json::from_str::<BTreeMap<String, Value>>);
        let name = match parsed {
            Some(Ok(key)) => {
                keys.insert(key.keys().cloned().collect::<Vec<_>>());
                key_of(&key.iter().map(|(name, value)| (name.as_str(), value)).collect())
            }
            _ => name,
        };
        indexed.insert(name, inner);
    }
    if !keys.is_empty() {
        indexed.insert(KEYS.to_owned(), keys.into_iter().take(MOST_KEYS).collect());
    }
    *fields = indexed;
}

/// Adds the fields of one entry to those of others. An empty entry stands for all that is below.
fn unite(all: &mut Value, fields: &Value) {
    match (all, fields) {
        (all @ Value::Null, fields) => *all = fields.clone(),
        (Value::Object(all), Value::Object(fields)) if !all.is_empty() => {
            if fields.is_empty() {
                all.clear();
            }
            for (key, inner) in fields {
                unite(all.entry(key.clone()).or_insert(Value::Null), inner);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::read;

    /// A Deployment and its Service as a server shows them, with these entries of `managedFields`.
    fn served(workload: &Value, service: &Value) -> Vec<Value> {
        let labels = json!({ "app": "web" });
        let container = json!({ "name": "web", "image": "nginx:1", "imagePullPolicy": "IfNotPresent" });
        let deployment = json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": { "name": "web", "uid": "1", "managedFields": workload },
            "spec": {
                "replicas": 2, "revisionHistoryLimit": 10, "selector": { "matchLabels": labels },
                "template": { "metadata": { "labels": labels }, "spec": { "containers": [container] } },
            },
        });
        let service = json!({
            "apiVersion": "v1", "kind": "Service",
            "metadata": { "name": "web", "uid": "2", "managedFields": service },
            "spec": {
                "type": "NodePort", "selector": labels, "clusterIP": "10.0.0.9",
                "ports": [{ "port": 80, "protocol": "TCP", "targetPort": 80, "nodePort": 30080 }],
            },
        });
        vec![deployment, service]
    }

    fn entry(operation: &str, fields: &Value) -> Value {
        json!({ "manager": "somebody", "operation": operation, "fieldsV1": fields })
    }

    /// The pull policy, the revision history and the node port of the draft.
    fn leaves(workload: &Value, service: &Value) -> [String; 3] {
        let draft = read(served(workload, service)).unwrap().draft;
        [
            &draft.containers[0].pull_policy,
            &draft.workload.revision_history,
            &draft.services[0].ports[0].node_port,
        ]
        .map(|leaf| leaf.as_str().to_owned())
    }

    #[test]
    fn what_a_server_fills_in_is_not_typed() {
        assert_eq!(leaves(&json!([]), &json!([])), ["", "", ""]);
    }

    #[test]
    fn a_first_write_lists_the_defaults_as_well_but_not_what_the_server_chose() {
        let container = json!({ "k:{\"name\":\"web\"}": { "f:imagePullPolicy": {} } });
        let spec = json!({ "f:revisionHistoryLimit": {}, "f:template": { "f:spec": { "f:containers": container } } });
        let workload = json!([entry("Update", &json!({ "f:spec": spec }))]);
        let port = json!({ "k:{\"port\":80,\"protocol\":\"TCP\"}": { ".": {}, "f:port": {} } });
        let service = json!([entry("Update", &json!({ "f:spec": { "f:ports": port } }))]);

        assert_eq!(leaves(&workload, &service), ["", "", ""]);
    }

    #[test]
    fn what_was_applied_or_written_is_typed_even_where_it_is_the_default() {
        let container = json!({ "k:{\"name\":\"web\"}": { "f:imagePullPolicy": {} } });
        let spec = json!({ "f:template": { "f:spec": { "f:containers": container } } });
        let workload = json!([
            entry("Apply", &json!({ "f:spec": spec })),
            entry("Apply", &json!({ "f:spec": { "f:revisionHistoryLimit": {} } })),
        ]);
        let port = json!({ "k:{\"port\":80,\"protocol\":\"TCP\"}": { "f:nodePort": {} } });
        let service = json!([entry("Update", &json!({ "f:spec": { "f:ports": port } }))]);

        assert_eq!(leaves(&workload, &service), ["IfNotPresent", "10", "30080"]);
    }

    /// With each element compared with every name of its list this took minutes.
    #[test]
    fn an_element_is_found_among_many_thousands_whatever_it_is_told_apart_by() {
        const MANY: usize = 20_000;
        let name = |number: usize| format!("k:{{\"name\":\"<v>{number}\"}}");
        let mut list: serde_json::Map<String, Value> = (0..MANY)
            .map(|number| (name(number), json!({ "f:value": {} })))
            .collect();
        list.insert(
            "k:{ \"protocol\": \"TCP\", \"port\": 80 }".to_owned(),
            json!({ "f:name": {} }),
        );
        let object = json!({ "metadata": { "uid": "1", "managedFields": [entry("Apply", &json!({ "f:env": list }))] } });
        let claims = super::Claims::of(&object);
        let env = claims.applied().field("env");

        for number in 0..MANY {
            let element = json!({ "name": format!("<v>{number}"), "value": "1" });
            assert!(env.element(&element).field("value").is_asked());
        }
        assert!(
            env.element(&json!({ "port": 80, "protocol": "TCP" }))
                .field("name")
                .is_asked()
        );
        for other in [json!({ "name": "other" }), json!({ "port": 80 }), json!({})] {
            assert!(!env.element(&other).is_asked());
        }
    }

    #[test]
    fn all_that_stands_in_a_file_is_typed() {
        let mut objects = served(&json!([]), &json!([]));
        for object in &mut objects {
            object["metadata"].as_object_mut().unwrap().remove("uid");
        }

        let opened = read(objects).unwrap();

        assert_eq!(opened.draft.workload.revision_history.as_str(), "10");
        assert_eq!(opened.draft.services[0].ports[0].node_port.as_str(), "30080");
        let kept: Vec<&str> = opened.kept.iter().map(|kept| kept.pointer.as_str()).collect();
        assert_eq!(kept, ["/spec/clusterIP"], "an address that somebody wants");
    }
}
