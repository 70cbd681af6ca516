//! What steps do to an app, for people to read before: what becomes of each object, and what that destroys.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use similar::TextDiff;
use slipway_api::{Consequence, ObjectChange, ObjectVerb, StepVerb};
use slipway_plan::{ObjectKey, Plan, PlannedObject, as_found, drift};

use super::step::{Skipped, Step, StepState};
use super::steps::same;
use crate::preflight::object_ref;

/// How long the shortest difference of two texts is looked for; after that a longer one does.
const LONGEST_DIFF: Duration = Duration::from_millis(50);

/// What steps do.
#[derive(Default)]
pub(super) struct Told {
    pub(super) objects: Vec<ObjectChange>,
    pub(super) consequences: Vec<Consequence>,
}

/// What the steps from one plan to another do, as the cluster is now.
pub(super) fn of(before: &Plan, after: &Plan, steps: &[Step], live: &[(ObjectKey, Value)]) -> Told {
    let mut told = Told::default();
    for step in steps {
        let Some(verb) = verb(step, steps) else { continue };
        let (old, new) = (find(before, &step.key), find(after, &step.key));
        let now = live
            .iter()
            .find(|(key, _)| same(key, &step.key))
            .map(|(_, live)| live);
        told.objects.push(ObjectChange {
            object: object_ref(&step.key),
            verb,
            diff: match (old, new, now) {
                (Some(old), Some(new), Some(now)) if old.body == new.body => put_back(new, now),
                _ => diff_of(verb, old, new),
            },
        });
        // What is not sent stays.
        let keeps_pods = step.verb == StepVerb::Apply && step.body["spec"]["replicas"].is_null();
        let consequences = consequences(&step.key, verb, (old, new), now);
        let told_of = |one: &Consequence| !(keeps_pods && one.code == "fewer_replicas");
        told.consequences.extend(consequences.into_iter().filter(told_of));
    }
    told
}

/// What becomes of each object that two plans do not share, without asking the cluster.
pub(super) fn between(before: &Plan, after: &Plan) -> Vec<ObjectChange> {
    let changed = after.made().filter_map(|new| {
        let old = find(before, &new.key);
        let verb = match old {
            None => ObjectVerb::Create,
            Some(old) if old.body != new.body => ObjectVerb::Change,
            Some(_) => return None,
        };
        Some((new.key.clone(), verb, old, Some(new)))
    });
    let gone = before
        .made()
        .filter(|old| find(after, &old.key).is_none())
        .map(|old| (old.key.clone(), ObjectVerb::Delete, Some(old), None));
    changed
        .chain(gone)
        .map(|(key, verb, old, new)| ObjectChange {
            object: object_ref(&key),
            verb,
            diff: diff_of(verb, old, new),
        })
        .collect()
}

/// What a step means for its object. Of an object that is made anew it is said once; a release says nothing new.
fn verb(step: &Step, steps: &[Step]) -> Option<ObjectVerb> {
    let other = |verb: StepVerb| {
        steps
            .iter()
            .any(|other| other.verb == verb && other.key == step.key)
    };
    match (step.verb, &step.state) {
        (_, StepState::Skipped(Skipped::Stays)) => Some(ObjectVerb::Keep),
        (StepVerb::Create, _) if other(StepVerb::Delete) => Some(ObjectVerb::Recreate),
        (StepVerb::Create, StepState::Skipped(_)) => None,
        (StepVerb::Create, _) => Some(ObjectVerb::Create),
        (StepVerb::Delete, _) if other(StepVerb::Create) => None,
        (StepVerb::Delete, _) => Some(ObjectVerb::Delete),
        (StepVerb::Patch, _) if step.before.is_none() => None,
        (StepVerb::Apply | StepVerb::Patch, _) => Some(ObjectVerb::Change),
    }
}

fn diff_of(verb: ObjectVerb, old: Option<&PlannedObject>, new: Option<&PlannedObject>) -> String {
    let yaml = |object: Option<&PlannedObject>| object.map(|object| object.body.yaml()).unwrap_or_default();
    match verb {
        ObjectVerb::Create => diff("", &yaml(new)),
        ObjectVerb::Delete | ObjectVerb::Keep => diff(&yaml(old), ""),
        ObjectVerb::Change | ObjectVerb::Recreate => diff(&yaml(old), &yaml(new)),
    }
}

/// The difference from what somebody has made of an object to what was applied to it.
fn put_back(object: &PlannedObject, live: &Value) -> String {
    diff(&as_found(&object.body, live).yaml(), &object.body.yaml())
}

/// The difference of two texts, as unified text without a head.
fn diff(before: &str, after: &str) -> String {
    TextDiff::configure()
        .timeout(LONGEST_DIFF)
        .diff_lines(before, after)
        .unified_diff()
        .context_radius(3)
        .to_string()
}

/// What deleting an object destroys.
pub(super) fn of_deletion(key: &ObjectKey, live: &Value) -> Vec<Consequence> {
    consequences(key, ObjectVerb::Delete, (None, None), Some(live))
}

/// What a change of one object destroys.
fn consequences(
    key: &ObjectKey,
    verb: ObjectVerb,
    (old, new): (Option<&PlannedObject>, Option<&PlannedObject>),
    live: Option<&Value>,
) -> Vec<Consequence> {
    let of = |code: &str, params: &[(&str, String)]| Consequence {
        code: code.to_owned(),
        object: object_ref(key),
        params: params
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect::<BTreeMap<_, _>>(),
    };
    let mut found = Vec::new();
    let goes = matches!(verb, ObjectVerb::Delete | ObjectVerb::Recreate);
    let Some(live) = live else { return found };
    let kind_after = new.map(|new| {
        new.body.value()["spec"]["type"]
            .as_str()
            .unwrap_or("ClusterIP")
            .to_owned()
    });
    if key.kind == "Service" && (goes || kind_after.as_deref() != Some("LoadBalancer")) {
        found.extend(address(live).map(|address| of("address_released", &[("address", address)])));
    }
    if key.kind == "Service" && (goes || kind_after.as_deref() == Some("ClusterIP")) {
        let ports = live["spec"]["ports"].as_array().into_iter().flatten();
        let ports = ports.filter_map(|port| port["nodePort"].as_u64());
        found.extend(ports.map(|port| of("node_port_released", &[("port", port.to_string())])));
    }
    match verb {
        ObjectVerb::Recreate => found.push(of("recreated", &[])),
        ObjectVerb::Keep => found.push(of("stays", &[])),
        ObjectVerb::Change => found.extend(pods(old, new, live, &of)),
        ObjectVerb::Create | ObjectVerb::Delete => {}
    }
    found
}

/// Names a consequence for one object.
type Telling<'a> = dyn Fn(&str, &[(&str, String)]) -> Consequence + 'a;

/// What a change does to running pods.
fn pods(
    old: Option<&PlannedObject>,
    new: Option<&PlannedObject>,
    live: &Value,
    of: &Telling<'_>,
) -> Vec<Consequence> {
    let Some(new) = new.map(|new| new.body.value()) else {
        return Vec::new();
    };
    let stays = old.is_some_and(|old| old.body.value() == new);
    let mut found = Vec::new();
    let (from, to) = (
        live["spec"]["replicas"].as_u64(),
        new["spec"]["replicas"].as_u64(),
    );
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        found.push(of(
            "fewer_replicas",
            &[("from", from.to_string()), ("to", to.to_string())],
        ));
    }
    let template = &new["spec"]["template"];
    let now = &live["spec"]["template"];
    // What others have added to pods whose plan stays is no reason to replace them.
    let as_wanted = if stays {
        drift(template, now).is_empty()
    } else {
        covers(template, now)
    };
    if template.is_object() && !as_wanted {
        found.push(of("pods_restart", &[]));
    }
    found
}

/// Whether all of one value is in another, which may have more.
fn covers(wanted: &Value, live: &Value) -> bool {
    match (wanted, live) {
        (Value::Object(wanted), Value::Object(live)) => wanted
            .iter()
            .all(|(key, value)| live.get(key).is_some_and(|live| covers(value, live))),
        (Value::Array(wanted), Value::Array(live)) => {
            wanted.len() == live.len() && wanted.iter().zip(live).all(|(wanted, live)| covers(wanted, live))
        }
        _ => wanted == live,
    }
}

/// The address that a load balancer gave a Service.
fn address(live: &Value) -> Option<String> {
    let first = &live["status"]["loadBalancer"]["ingress"][0];
    let text = first["ip"].as_str().or_else(|| first["hostname"].as_str())?;
    Some(text.to_owned())
}

fn find<'p>(plan: &'p Plan, key: &ObjectKey) -> Option<&'p PlannedObject> {
    plan.made().find(|object| same(&object.key, key))
}
