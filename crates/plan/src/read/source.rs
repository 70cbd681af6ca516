//! The objects that were given, each with what the server wrote into it set aside.

use serde_json::Value;
use slipway_model::app::WorkloadKind;

use super::ReadError;
use super::asked::Claims;
use crate::ObjectKey;

/// Annotations that parts of the cluster, kubectl or we ourselves write.
const WRITTEN_BY_OTHERS: [&str; 6] = [
    "deployment.kubernetes.io/",
    "kubectl.kubernetes.io/last-applied-configuration",
    "pv.kubernetes.io/",
    "slipway.dev/",
    "volume.beta.kubernetes.io/",
    "volume.kubernetes.io/",
];

/// Finalizers of the cluster.
const FINALIZERS: [&str; 3] = [
    "kubernetes.io/pv-protection",
    "kubernetes.io/pvc-protection",
    "service.kubernetes.io/load-balancer-cleanup",
];

/// One object that was given.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Its address.
    pub(crate) key: ObjectKey,
    /// As it was given.
    pub(crate) body: Value,
    /// Without what the server wrote.
    pub(crate) plain: Value,
    /// Who asked for what.
    pub(crate) claims: Claims,
}

impl Source {
    /// Reads the address of an object. None where it has none.
    pub(crate) fn of(body: Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
        let key = ObjectKey {
            api_version: text(&body["apiVersion"])?,
            kind: text(&body["kind"])?,
            namespace: text(&body["metadata"]["namespace"]),
            name: text(&body["metadata"]["name"])?,
        };
        Some(Self {
            key,
            plain: plain(&body),
            claims: Claims::of(&body),
            body,
        })
    }

    /// Whether a server has been at it.
    pub(crate) fn is_served(&self) -> bool {
        self.body["metadata"]["uid"].is_string() || self.body["metadata"]["resourceVersion"].is_string()
    }

    /// Its namespace; that of a manifest which names none.
    pub(crate) fn namespace(&self) -> &str {
        self.key.namespace.as_deref().unwrap_or("default")
    }

    /// Whether it is of a kind of a group, whatever the version.
    pub(crate) fn is(&self, api_version: &str, kind: &str) -> bool {
        self.key.kind == kind && self.key.api_version == api_version
    }
}

/// All objects in what was given, lists taken apart. A Secret is only known by its name from here on.
pub(crate) fn sources(objects: Vec<Value>) -> Vec<Source> {
    let mut sources = Vec::new();
    for mut object in objects {
        if let Some(Value::Array(items)) = object.get_mut("items").map(Value::take) {
            sources.extend(self::sources(items));
        } else {
            if object["kind"] == "Secret" {
                forget_values(&mut object);
            }
            sources.extend(Source::of(object));
        }
    }
    sources
}

/// A workload among what was given that has no name of its own.
pub(crate) fn unnamed(objects: &[Value]) -> Option<ReadError> {
    let unnamed = |object: &Value| {
        if let Some(items) = object["items"].as_array() {
            return unnamed(items);
        }
        let kind = object["kind"].as_str()?;
        WorkloadKind::CHOICES.iter().find(|(word, _)| *word == kind)?;
        let prefix = object["metadata"]["generateName"].as_str()?;
        object["metadata"]["name"].is_null().then(|| ReadError::Unnamed {
            kind: kind.to_owned(),
            prefix: prefix.to_owned(),
        })
    };
    objects.iter().find_map(unnamed)
}

fn forget_values(secret: &mut Value) {
    if let Some(fields) = secret.as_object_mut() {
        fields.retain(|key, _| matches!(key.as_str(), "apiVersion" | "kind" | "metadata"));
    }
    if let Some(metadata) = secret["metadata"].as_object_mut() {
        metadata.retain(|key, _| matches!(key.as_str(), "name" | "namespace"));
    }
}

/// Whether an annotation is written by parts of the cluster, by kubectl or by us.
pub(crate) fn written_by_others(key: &str) -> bool {
    WRITTEN_BY_OTHERS.iter().any(|start| key.starts_with(start))
}

/// An object without its address, its kind and what a server writes into it.
pub(crate) fn plain(body: &Value) -> Value {
    let mut plain = without_server(body);
    if let Some(fields) = plain.as_object_mut() {
        fields.retain(|key, _| !matches!(key.as_str(), "apiVersion" | "kind"));
    }
    if let Some(fields) = plain["metadata"].as_object_mut() {
        fields.retain(|key, _| key != "namespace");
    }
    plain
}

/// An object without what a server reports of it and writes into it by itself.
pub(crate) fn without_server(body: &Value) -> Value {
    let mut plain = body.clone();
    if let Some(fields) = plain.as_object_mut() {
        fields.retain(|key, _| key != "status");
    }
    let metadata = &mut plain["metadata"];
    if let Some(fields) = metadata.as_object_mut() {
        let server = [
            "creationTimestamp",
            "deletionGracePeriodSeconds",
            "deletionTimestamp",
            "generation",
            "managedFields",
            "resourceVersion",
            "selfLink",
            "uid",
        ];
        fields.retain(|key, _| !server.contains(&key.as_str()));
    }
    if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
        annotations.retain(|key, _| !written_by_others(key));
    }
    if let Some(finalizers) = metadata.get_mut("finalizers").and_then(Value::as_array_mut) {
        finalizers.retain(|name| !FINALIZERS.iter().any(|known| name == known));
    }
    plain
}
