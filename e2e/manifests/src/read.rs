//! A file as kubectl reads it, and the apps in it.

use std::fs;
use std::path::Path;

use serde_json::Value;
use slipway_model::file::documents;
use slipway_plan::ObjectKey;
use slipway_plan::read::{apps, mistyped};

/// What a file holds.
pub struct Manifest {
    /// Its objects, as if nobody but their author had written them.
    pub objects: Vec<Value>,
    /// The workloads among them that the form has a place for.
    pub apps: Vec<ObjectKey>,
}

/// Reads a file. An error says why nothing in it is opened: in general, and after a colon just what.
pub fn read(path: &Path) -> Result<Manifest, String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let documents = documents(&text).map_err(|fault| {
        let said = serde_json::to_value(&fault.flaw).unwrap_or_default();
        // It is no YAML, but a template for one, or broken on purpose.
        format!("{}: {said}", said["code"].as_str().unwrap_or_default())
    })?;
    let objects: Vec<Value> = documents
        .into_iter()
        .map(|document| written(document.value))
        .collect();
    if let Some(found) = objects.iter().find_map(mistyped) {
        return Err(format!(
            "a value of the wrong type: {} {}",
            found.pointer, found.message
        ));
    }
    let apps = apps(&objects);
    if apps.is_empty() {
        return Err("no workload in a version that the form has".to_owned());
    }
    Ok(Manifest { objects, apps })
}

/// The name by which an app is chosen among those of its file.
pub fn address(app: &ObjectKey) -> String {
    let namespace = app.namespace.as_deref().unwrap_or("default");
    format!("{namespace}/{}/{}", app.kind, app.name)
}

/// What a reason is in general.
pub fn kind_of(reason: &str) -> &str {
    reason.split(": ").next().unwrap_or_default()
}

/// An object as if nobody but its author had written it. In one that a server has shown, what it filled in is told from what
/// was asked for by the record of both, and need not be given back.
fn written(mut object: Value) -> Value {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.retain(|key, _| !matches!(key.as_str(), "uid" | "resourceVersion" | "managedFields"));
    }
    if let Some(items) = object.get_mut("items").and_then(Value::as_array_mut) {
        for item in items {
            *item = written(item.take());
        }
    }
    object
}
