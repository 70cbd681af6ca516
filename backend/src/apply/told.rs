//! What steps do to an app, for people to read before: what becomes of each object, and what that destroys.
//!
//! Of each object what is there is held against what the cluster answers to a dry run of the very request. Where it
//! answers nothing, because it refuses or may not be asked, what is sent is carried out here.

mod consequences;

use std::time::Duration;

use serde_json::{Value, json};
use similar::TextDiff;
use slipway_api::{Consequence, ObjectChange, ObjectVerb, StepVerb};
use slipway_plan::change::{Patch, shown};
use slipway_plan::{ObjectKey, Plan, PlannedObject};

use super::step::{Skipped, Step, StepState};
use super::steps::{same, sending};
use crate::cluster::will_be;
use crate::preflight::object_ref;

pub(super) use consequences::of_deletion;

/// How long the shortest difference of two texts is looked for; after that a longer one does.
const LONGEST_DIFF: Duration = Duration::from_millis(50);
/// What stands for a value that the cluster chooses when the object is written: that of a dry run is another one.
const CHOSEN_LATER: &str = "?";

/// What steps do.
#[derive(Default)]
pub(super) struct Told {
    pub(super) objects: Vec<ObjectChange>,
    pub(super) consequences: Vec<Consequence>,
    /// Workloads of which the number of pods is set to another one.
    pub(super) rescaled: Vec<ObjectKey>,
}

/// What steps do as the cluster is now. `answers` are the objects as dry runs of these steps have shown them.
pub(super) fn of(steps: &[Step], live: &[(ObjectKey, Value)], answers: &[(ObjectKey, Value)]) -> Told {
    let of_key = |objects: &'_ [(ObjectKey, Value)], key: &ObjectKey| {
        let found = objects.iter().find(|(known, _)| same(known, key));
        found.map(|(_, object)| object.clone())
    };
    let mut told = Told::default();
    for step in steps {
        let Some(verb) = verb(step, steps) else { continue };
        let (now, answer) = (of_key(live, &step.key), of_key(answers, &step.key));
        let after = after(step, steps, verb, now.as_ref(), answer);
        let diff = diff(&text(now.as_ref()), &text(after.as_ref()));
        // It may be sent all the same, with marks that are nobody's concern.
        if verb != ObjectVerb::Change || !diff.is_empty() {
            told.objects.push(ObjectChange {
                object: object_ref(&step.key),
                verb,
                diff,
            });
        }
        if let Some((now, after)) = now.as_ref().zip(after.as_ref())
            && after["spec"]["replicas"].is_number()
            && now["spec"]["replicas"] != after["spec"]["replicas"]
        {
            told.rescaled.push(step.key.clone());
        }
        if let Some(now) = &now {
            told.consequences
                .extend(consequences::of(&step.key, verb, now, after.as_ref()));
        }
    }
    told
}

/// What an object is once its step is done; none where it is gone.
fn after(
    step: &Step,
    steps: &[Step],
    verb: ObjectVerb,
    now: Option<&Value>,
    answer: Option<Value>,
) -> Option<Value> {
    let sent = match verb {
        ObjectVerb::Keep => return now.cloned(),
        ObjectVerb::Delete => return None,
        ObjectVerb::Create | ObjectVerb::Recreate => step.body.clone(),
        ObjectVerb::Change => carried_out(step, steps, now?),
    };
    let mut after = match answer {
        Some(answer) => known_now(answer, &sent),
        None => sent,
    };
    let is_released = |other: &Step| other.verb == StepVerb::Patch && other.before.is_none();
    if steps
        .iter()
        .any(|other| other.key == step.key && is_released(other))
    {
        after["spec"]["suspend"] = json!(false);
    }
    Some(after)
}

/// What a step makes of an object, without what the server fills in.
fn carried_out(step: &Step, steps: &[Step], now: &Value) -> Value {
    if step.verb == StepVerb::Apply {
        return will_be(sending(step, steps), now);
    }
    let mut after = now.clone();
    match serde_json::from_value::<Patch>(step.body.clone()) {
        Ok(patch) if json_patch::patch(&mut after, &patch).is_ok() => after,
        // It will be refused.
        _ => now.clone(),
    }
}

/// An answer of a dry run without the addresses, ports and ids that the cluster will choose anew.
fn known_now(mut answer: Value, sent: &Value) -> Value {
    if sent["metadata"].get("uid").is_none()
        && let Some(uid) = answer["metadata"]["uid"].as_str().map(ToOwned::to_owned)
    {
        replace(&mut answer, &uid);
    }
    if answer["kind"] != "Service" {
        return answer;
    }
    let (spec, sent) = (&mut answer["spec"], &sent["spec"]);
    for (field, later) in [
        ("clusterIP", json!(CHOSEN_LATER)),
        ("clusterIPs", json!([CHOSEN_LATER])),
        ("healthCheckNodePort", json!(CHOSEN_LATER)),
    ] {
        if sent.get(field).is_none() && spec.get(field).is_some_and(|value| value != "None") {
            spec[field] = later;
        }
    }
    let ports = spec.get_mut("ports").and_then(Value::as_array_mut);
    for (number, port) in ports.into_iter().flatten().enumerate() {
        if sent["ports"][number].get("nodePort").is_none() && port.get("nodePort").is_some() {
            port["nodePort"] = json!(CHOSEN_LATER);
        }
    }
    answer
}

/// Replaces a text wherever it stands.
fn replace(value: &mut Value, text: &str) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(|field| replace(field, text)),
        Value::Array(elements) => elements.iter_mut().for_each(|element| replace(element, text)),
        Value::String(found) if found == text => CHOSEN_LATER.clone_into(found),
        _ => {}
    }
}

fn text(object: Option<&Value>) -> String {
    object.map(|object| shown(object).yaml()).unwrap_or_default()
}

/// What becomes of each object that two plans do not share, without asking the cluster: neither needs be what is there.
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
        (StepVerb::Patch, _) if step.before.is_none() || other(StepVerb::Apply) => None,
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

/// The difference of two texts, as unified text without a head.
fn diff(before: &str, after: &str) -> String {
    TextDiff::configure()
        .timeout(LONGEST_DIFF)
        .diff_lines(before, after)
        .unified_diff()
        .context_radius(3)
        .to_string()
}

fn find<'p>(plan: &'p Plan, key: &ObjectKey) -> Option<&'p PlannedObject> {
    plan.made().find(|object| same(&object.key, key))
}
