//! What deleting an app takes away, in order, and what stays beside it unless somebody chooses it.

mod users;

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;
use slipway_api::{Consequence, DeletionChoice, DeletionView};
use slipway_model::Issue;
use slipway_plan::read::{Opened, ReadError, read};
use slipway_plan::{LABEL_APP, ObjectKey};

use super::steps::{address, holds_data};
use super::told;
use crate::preflight::object_ref;
use crate::revisions::{Recorded, Revision};
use users::{Users, covers};

/// What goes with an app, and what could.
pub(super) struct Going {
    /// What goes, in order.
    pub(super) goes: Vec<Recorded>,
    /// What stays unless it is chosen.
    pub(super) choices: Vec<DeletionChoice>,
    keys: Vec<Recorded>,
    consequences: Vec<Consequence>,
}

impl Going {
    /// `order` is the order in which the app was made, `live` what is there of what is ours, `gathered` whatever may belong
    /// to the app and `workloads` everything that may use it too.
    pub(super) fn of<'k>(
        order: impl Iterator<Item = &'k ObjectKey>,
        live: Vec<(ObjectKey, Value)>,
        workload: &Value,
        gathered: Vec<Value>,
        workloads: &[Value],
    ) -> Result<Self, ReadError> {
        let mut places = HashMap::new();
        for (place, key) in order.enumerate() {
            places.entry(address(key)).or_insert(place);
        }
        let claims = claims_of(workload, &gathered);
        let opened = read(gathered)?;
        let is_workload = |body: &Value| body["metadata"]["uid"] == workload["metadata"]["uid"];
        let mut ours = live;
        if !ours.iter().any(|(_, body)| is_workload(body)) {
            let itself = opened.objects.iter().find(|live| is_workload(&live.body));
            ours.extend(itself.map(|live| (live.key.clone(), live.body.clone())));
        }
        ours.sort_by_key(|(key, _)| std::cmp::Reverse(places.get(&address(key)).copied()));
        let (data, goes): (Vec<_>, Vec<_>) = ours.into_iter().partition(|(key, _)| holds_data(key));
        let stays = staying(&goes, &opened, data, claims);
        let services = opened.objects.iter().filter(|live| live.key.kind == "Service");
        let services: BTreeSet<&str> = services.map(|live| live.key.name.as_str()).collect();
        let others = Users::of(workloads.iter().filter(|other| !is_workload(other)));
        Ok(Self {
            goes: goes.iter().filter_map(recorded).collect(),
            keys: stays.iter().filter_map(recorded).collect(),
            choices: stays
                .iter()
                .filter_map(|object| choice(object, &others, &services))
                .collect(),
            consequences: goes
                .iter()
                .flat_map(|(key, body)| told::of_deletion(key, body))
                .collect(),
        })
    }

    /// What goes, and what was chosen beside it. An error names what cannot be chosen.
    pub(super) fn with(&self, also: &[String]) -> Result<Vec<Recorded>, String> {
        let mut objects = self.goes.clone();
        let choices = self.choices.iter().map(|choice| (&choice.uid, choice));
        let choices: HashMap<&String, &DeletionChoice> = choices.collect();
        let keys = self.keys.iter().map(|recorded| (&recorded.uid, recorded));
        let keys: HashMap<&String, &Recorded> = keys.collect();
        // Each once, however often it is named.
        for uid in also.iter().collect::<BTreeSet<_>>() {
            let free = choices.get(uid).is_some_and(|choice| choice.used_by.is_empty());
            let recorded = keys.get(uid).filter(|_| free).copied();
            objects.push(recorded.ok_or_else(|| uid.clone())?.clone());
        }
        Ok(objects)
    }
}

/// What stays unless it is chosen: what is beside the app, and what holds data. Each once.
fn staying(
    goes: &[(ObjectKey, Value)],
    opened: &Opened,
    data: Vec<(ObjectKey, Value)>,
    claims: Vec<(ObjectKey, Value)>,
) -> Vec<(ObjectKey, Value)> {
    let mut known: BTreeSet<String> = goes.iter().filter_map(|(_, body)| uid(body)).collect();
    let beside = opened
        .objects
        .iter()
        .map(|live| (live.key.clone(), live.body.clone()));
    let (beside, claimed): (Vec<_>, Vec<_>) = beside.partition(|(key, _)| !holds_data(key));
    let all = beside.into_iter().chain(data).chain(claimed).chain(claims);
    all.filter(|(_, body)| uid(body).is_some_and(|uid| known.insert(uid)))
        .collect()
}

fn recorded((key, body): &(ObjectKey, Value)) -> Option<Recorded> {
    Some(Recorded {
        key: key.clone(),
        uid: uid(body)?,
    })
}

fn choice(
    (key, body): &(ObjectKey, Value),
    others: &Users<'_>,
    services: &BTreeSet<&str>,
) -> Option<DeletionChoice> {
    let users = used_by(key, body, others, services);
    let why = match users.is_empty() {
        false => "used_by_others",
        true if holds_data(key) => "data",
        true => "not_ours",
    };
    Some(DeletionChoice {
        object: object_ref(key),
        uid: uid(body)?,
        why: why.to_owned(),
        used_by: users,
    })
}

/// How that is shown.
pub(super) fn view_of(
    (current, found): (&Revision, bool),
    managed_by: Option<String>,
    going: &Going,
    issues: Vec<Issue>,
) -> DeletionView {
    DeletionView {
        revision: u64::try_from(current.number).unwrap_or_default(),
        found,
        managed_by,
        goes: going
            .goes
            .iter()
            .map(|recorded| object_ref(&recorded.key))
            .collect(),
        choices: going.choices.clone(),
        consequences: going.consequences.clone(),
        issues,
    }
}

/// Claims that a StatefulSet of the app has made for its pods: they bear the labels its pods are found by.
fn claims_of(workload: &Value, gathered: &[Value]) -> Vec<(ObjectKey, Value)> {
    let mark = &workload["spec"]["selector"]["matchLabels"];
    if workload["kind"] != "StatefulSet" || mark.as_object().is_none_or(serde_json::Map::is_empty) {
        return Vec::new();
    }
    let bears = |labels: &Value| match &mark[LABEL_APP] {
        Value::String(app) => labels[LABEL_APP] == **app,
        _ => covers(mark, labels),
    };
    gathered
        .iter()
        .filter(|object| object["kind"] == "PersistentVolumeClaim" && bears(&object["metadata"]["labels"]))
        .filter_map(|object| {
            let metadata = &object["metadata"];
            let key = ObjectKey::namespaced(
                "v1",
                "PersistentVolumeClaim",
                metadata["namespace"].as_str()?,
                metadata["name"].as_str()?,
            );
            Some((key, object.clone()))
        })
        .collect()
}

/// Who else uses an object.
fn used_by(key: &ObjectKey, body: &Value, others: &Users<'_>, services: &BTreeSet<&str>) -> Vec<String> {
    match key.kind.as_str() {
        "Service" => others.of_service(&body["spec"]["selector"]),
        "PersistentVolumeClaim" => others.of_claim(&key.name),
        "Ingress" | "HTTPRoute" => {
            let mut names = BTreeSet::new();
            backends(&body["spec"], &mut names);
            names
                .iter()
                .filter(|name| !services.contains(name.as_str()))
                .map(|name| format!("Service {name}"))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Every Service that an Ingress or a route sends requests to.
fn backends(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(name) = fields.get("service").and_then(|service| service["name"].as_str()) {
                names.insert(name.to_owned());
            }
            for reference in fields
                .get("backendRefs")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                names.extend(reference["name"].as_str().map(ToOwned::to_owned));
            }
            fields.values().for_each(|value| backends(value, names));
        }
        Value::Array(elements) => elements.iter().for_each(|value| backends(value, names)),
        _ => {}
    }
}

fn uid(body: &Value) -> Option<String> {
    body["metadata"]["uid"].as_str().map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests;
