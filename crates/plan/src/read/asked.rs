//! Who asked for a field. A server fills in what nobody said, and only `managedFields` tells the one from the other.

use serde_json::{Map, Value};

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
        let fits = |key: &str| {
            let key = key
                .strip_prefix("k:")
                .and_then(|key| serde_json::from_str(key).ok());
            let key: Option<Map<String, Value>> = key;
            key.is_some_and(|key| key.iter().all(|(name, value)| element.get(name) == Some(value)))
        };
        Self::of(fields.iter().find(|(key, _)| fits(key)).map(|(_, fields)| fields))
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
