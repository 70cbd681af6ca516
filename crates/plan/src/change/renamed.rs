//! An object under another name: a new object, since the cluster renames none, that says all that the old one said.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value};

use super::{merge, rows};
use crate::address::ByAddress;
use crate::read::written_by_others;
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

/// The objects of the plan before that are no longer planned, by their kinds and rows.
pub(super) struct Predecessors<'p>(HashMap<(&'p str, (u32, String)), &'p PlannedObject>);

impl<'p> Predecessors<'p> {
    /// Those of the plan before that are not among the ones that are planned now.
    pub(super) fn of((app, before): (&App, &'p Plan), after: &ByAddress<'_, PlannedObject>) -> Self {
        let mut found = HashMap::new();
        for old in before.made().filter(|old| after.get(&old.key).is_none()) {
            if let Some(row) = rows::row_of(app, old) {
                found.entry((old.key.kind.as_str(), row)).or_insert(old);
            }
        }
        Self(found)
    }

    /// The one that a new object takes the place of: of the same row.
    pub(super) fn of_row(&self, edited: &App, object: &'p PlannedObject) -> Option<&'p PlannedObject> {
        let row = rows::row_of(edited, object)?;
        self.0.get(&(object.key.kind.as_str(), row)).copied()
    }
}

/// The new object: the old one as it is, with what changes. All are tagged.
pub(super) fn renewed(
    mut old: Value,
    kept: &BTreeSet<String>,
    (before, after): (&Value, &Value),
    object: &PlannedObject,
) -> PlannedObject {
    strip(&mut old);
    let mut wanted = merge::merged(Some(before), after, &old, kept);
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
    let typed = |port: &Value| (port["port"].clone(), port["nodePort"].clone());
    let planned = planned["spec"]["ports"].as_array().into_iter().flatten();
    let planned: HashSet<(Value, Value)> = planned.map(typed).collect();
    let ports = wanted["spec"].get_mut("ports").and_then(Value::as_array_mut);
    for port in ports.into_iter().flatten() {
        let is_typed = planned.contains(&typed(port));
        if let Some(fields) = port.as_object_mut().filter(|_| !is_typed) {
            fields.shift_remove("nodePort");
        }
    }
}
