//! What the API server's OpenAPI allows: which fields an object could have, and has not.

use serde_json::Value;

use super::running::JSON;
use crate::support::ApiServer;

/// The documents of the groups whose kinds an app consists of.
const DOCUMENTS: [&str; 6] = [
    "apis/apps/v1",
    "apis/batch/v1",
    "api/v1",
    "apis/networking.k8s.io/v1",
    "apis/autoscaling/v2",
    "apis/gateway.networking.k8s.io/v1",
];

/// The schemas of all kinds.
pub(super) struct Schemas(Vec<Value>);

/// A field that an object could have.
#[derive(Clone, Debug)]
pub(super) struct Free {
    /// The part it would be in, as JSON pointer.
    pub(super) part: String,
    /// The same without places in lists, with the kind before it and the field behind it.
    pub(super) pattern: String,
    pub(super) field: String,
    pub(super) shape: Shape,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Number,
    Texts,
}

impl Schemas {
    pub(super) async fn of(server: &ApiServer) -> Self {
        let mut documents = Vec::new();
        for document in DOCUMENTS {
            let path = format!("/openapi/v3/{document}");
            let (status, answer) = server.send(http::Method::GET, &path, JSON, &Value::Null).await;
            assert_eq!(status, 200, "{answer}");
            documents.push(answer["components"]["schemas"].clone());
        }
        Self(documents)
    }

    /// The parts of an object and the fields that each of them lacks.
    pub(super) fn free(&self, object: &Value) -> Vec<Vec<Free>> {
        let kind = object["kind"].as_str().unwrap_or_default();
        let is_it = |schema: &Value| {
            let kinds = schema["x-kubernetes-group-version-kind"].as_array();
            let mut kinds = kinds.into_iter().flatten();
            kinds.any(|known| known["kind"] == kind)
        };
        let mut found = Vec::new();
        for schemas in &self.0 {
            let schema = schemas
                .as_object()
                .into_iter()
                .flat_map(|schemas| schemas.values());
            if let Some(schema) = schema.into_iter().find(|schema| is_it(schema)) {
                let walk = Walk { schemas };
                let spec = walk.property(schema, "spec");
                walk.part(
                    spec,
                    &object["spec"],
                    "/spec",
                    &format!("{kind}/spec"),
                    &mut found,
                );
                return found;
            }
        }
        found
    }
}

struct Walk<'s> {
    schemas: &'s Value,
}

impl<'s> Walk<'s> {
    fn resolved(&self, schema: &'s Value) -> &'s Value {
        let reference = schema["$ref"]
            .as_str()
            .or_else(|| schema["allOf"][0]["$ref"].as_str());
        let name = reference.and_then(|reference| reference.rsplit('/').next());
        name.map_or(schema, |name| &self.schemas[name])
    }

    fn property(&self, schema: &'s Value, name: &str) -> &'s Value {
        self.resolved(&schema["properties"][name])
    }

    fn part(&self, schema: &'s Value, value: &Value, at: &str, pattern: &str, found: &mut Vec<Vec<Free>>) {
        match value {
            Value::Object(fields) => {
                let properties = schema["properties"].as_object();
                let lacks = properties.into_iter().flatten();
                let free = lacks.filter(|(name, _)| !fields.contains_key(*name));
                let free: Vec<Free> = free
                    .filter_map(|(name, _)| {
                        Some(Free {
                            part: at.to_owned(),
                            pattern: format!("{pattern}/{name}"),
                            field: name.clone(),
                            shape: shape(self.property(schema, name))?,
                        })
                    })
                    .collect();
                if !free.is_empty() {
                    found.push(free);
                }
                for (name, field) in fields.iter().filter(|(name, _)| *name != "metadata") {
                    let inner = self.property(schema, name);
                    self.part(
                        inner,
                        field,
                        &format!("{at}/{name}"),
                        &format!("{pattern}/{name}"),
                        found,
                    );
                }
            }
            Value::Array(elements) => {
                let schema = self.resolved(&schema["items"]);
                for (number, element) in elements.iter().enumerate() {
                    self.part(
                        schema,
                        element,
                        &format!("{at}/{number}"),
                        &format!("{pattern}/*"),
                        found,
                    );
                }
            }
            _ => {}
        }
    }
}

fn shape(schema: &Value) -> Option<Shape> {
    match (schema["type"].as_str()?, schema["items"]["type"].as_str()) {
        _ if schema["format"] == "int-or-string" => None,
        ("string", _) => Some(Shape::Text),
        ("integer", _) => Some(Shape::Number),
        ("array", Some("string")) => Some(Shape::Texts),
        _ => None,
    }
}
