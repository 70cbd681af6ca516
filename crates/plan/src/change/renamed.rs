//! An object under another name: a new object, since the cluster renames none, that says all that the old one said.

use serde_json::{Map, Value};

use super::{merge, rows};
use crate::read::{Live, written_by_others};
use crate::{Manifest, Plan, PlannedObject};
use slipway_model::App;

/// What a server or a controller gives an object, in its metadata. Another object gets its own.
const OF_THE_OBJECT: [&str; 9] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
];
/// What only one Service at a time can have.
const OF_THE_SERVICE: [&str; 3] = ["clusterIP", "clusterIPs", "healthCheckNodePort"];

/// The object of the plan before that a new one takes the place of: of the same row, and no longer planned.
pub(super) fn predecessor<'p>(
    (app, before): (&App, &'p Plan),
    (edited, after): (&App, &Plan),
    object: &PlannedObject,
) -> Option<&'p PlannedObject> {
    let row = rows::row_of(edited, object)?;
    before.made().find(|old| {
        old.key.kind == object.key.kind
            && super::find(after, &old.key).is_none()
            && rows::row_of(app, old).as_ref() == Some(&row)
    })
}

/// The new object: the old one as it is, with what changes.
pub(super) fn renewed(live: &Live, before: &Value, after: &Value, object: &PlannedObject) -> PlannedObject {
    let mut old = live.tagged();
    strip(&mut old);
    let mut wanted = merge::merged(Some(before), after, &old, &live.kept);
    if object.key.kind == "Service" {
        keep_planned_node_ports(&mut wanted, object.body.value());
    }
    PlannedObject {
        body: Manifest::of(&wanted),
        ..object.clone()
    }
}

/// Takes away what belongs to the very object.
fn strip(object: &mut Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.shift_remove("status");
    }
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.retain(|key, _| !OF_THE_OBJECT.contains(&key.as_str()));
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.retain(|key, _| !written_by_others(key));
        }
        metadata.retain(|key, value| key != "annotations" || *value != Value::Object(Map::new()));
    }
    let is_service = object["kind"] == "Service";
    if let Some(spec) = object
        .get_mut("spec")
        .and_then(Value::as_object_mut)
        .filter(|_| is_service)
        && spec.get("clusterIP").is_none_or(|address| address != "None")
    {
        spec.retain(|key, _| !OF_THE_SERVICE.contains(&key.as_str()));
    }
}

/// A node port that the cluster chose is the old Service's until that is gone; only one that was typed comes along.
fn keep_planned_node_ports(wanted: &mut Value, planned: &Value) {
    let planned = planned["spec"]["ports"].as_array().cloned().unwrap_or_default();
    let ports = wanted["spec"].get_mut("ports").and_then(Value::as_array_mut);
    for port in ports.into_iter().flatten() {
        let is_typed = planned
            .iter()
            .any(|planned| planned["nodePort"] == port["nodePort"] && planned["port"] == port["port"]);
        if let Some(fields) = port.as_object_mut().filter(|_| !is_typed) {
            fields.shift_remove("nodePort");
        }
    }
}
