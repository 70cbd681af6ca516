//! The body of an object: ordered JSON, and its YAML.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The body of an object, in the order its struct has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Manifest(Value);

impl Manifest {
    /// The body a typed struct has. Such structs always have one: they hold no maps with other keys than text.
    pub(crate) fn of(object: &impl Serialize) -> Self {
        Self(serde_json::to_value(object).unwrap_or_default())
    }

    /// The JSON value.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// The same, given away.
    pub fn into_value(self) -> Value {
        self.0
    }

    /// The JSON text.
    pub fn json(&self) -> String {
        self.0.to_string()
    }

    /// The YAML text.
    pub fn yaml(&self) -> String {
        serde_saphyr::to_string(&self.0).unwrap_or_default()
    }

    /// The same with more annotations.
    #[must_use]
    pub fn annotated(&self, annotations: &[(&str, &str)]) -> Self {
        let mut body = self.0.clone();
        for (key, value) in annotations {
            body["metadata"]["annotations"][*key] = json!(value);
        }
        Self(body)
    }

    /// The same, suspended or not.
    #[must_use]
    pub(crate) fn suspended(&self, suspended: bool) -> Self {
        let mut body = self.0.clone();
        body["spec"]["suspend"] = json!(suspended);
        Self(body)
    }

    /// What is merged into a suspended object so that it begins.
    pub(crate) fn release() -> Self {
        Self(json!({ "spec": { "suspend": false } }))
    }

    /// The same with a number of pods.
    #[must_use]
    pub fn with_replicas(&self, replicas: u32) -> Self {
        let mut body = self.0.clone();
        body["spec"]["replicas"] = json!(replicas);
        Self(body)
    }
}
