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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use slipway_model::file::documents;

    use super::*;

    /// Texts that YAML 1.1, as kubectl reads it, or YAML 1.2 takes for something else when they stand without quotes.
    const ODD: [&str; 40] = [
        "",
        " ",
        "y",
        "Y",
        "n",
        "N",
        "yes",
        "No",
        "on",
        "OFF",
        "true",
        "False",
        "null",
        "~",
        "0400",
        "0o17",
        "0x1F",
        "0b1",
        "1_000",
        "1e3",
        ".5",
        "1.",
        "+1",
        "-1",
        "08",
        "12:30",
        "2001-01-01",
        ".inf",
        "=",
        "<<",
        "---",
        "- a",
        "a: b",
        "a #b",
        "@a",
        "&a",
        "*a",
        "!a",
        "{a}",
        "a\n b\n",
    ];

    /// What kubectl reads in the YAML of a body.
    fn read_by_kubectl(body: &Manifest) -> Value {
        documents(&body.yaml()).unwrap().remove(0).value
    }

    #[test]
    fn kubectl_reads_in_the_yaml_of_a_plan_what_the_plan_says() {
        for text in ODD {
            for body in [
                json!({ "a": text }),
                json!({ text: "a" }),
                json!({ "a": [text, { text: text }] }),
            ] {
                let body = Manifest(body);

                assert_eq!(read_by_kubectl(&body), *body.value(), "{}", body.yaml());
            }
        }
    }

    proptest! {
        #[test]
        fn kubectl_reads_any_text_of_a_plan(key in "\\PC{0,12}", text in "[\\PC\\n\\t]{0,40}") {
            let body = Manifest(json!({ "metadata": { key: text } }));
            prop_assert_eq!(read_by_kubectl(&body), body.value().clone(), "{}", body.yaml());
        }
    }
}
