//! What a plan of an app that was opened leaves out of the objects it was read from.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;
use slipway_model::value::{Cpu, Memory};

use super::kept::{Kept, kept};
use super::opened::{Live, Opened};
use super::part::is_nothing;
use super::source::plain;
use crate::change::Elements;
use crate::{ObjectKey, Plan, PlannedObject};

/// What a server fills in where nothing is said: a plan need not say it. Keys of fields, wherever they stand.
const DEFAULTS: [(&str, &str); 24] = [
    ("allocateLoadBalancerNodePorts", "true"),
    ("apiVersion", "v1"),
    ("completionMode", "NonIndexed"),
    ("divisor", "0"),
    ("dnsPolicy", "ClusterFirst"),
    ("group", ""),
    ("group", "gateway.networking.k8s.io"),
    ("internalTrafficPolicy", "Cluster"),
    ("kind", "Gateway"),
    ("kind", "PersistentVolumeClaim"),
    ("kind", "Service"),
    ("manualSelector", "false"),
    ("optional", "false"),
    ("podReplacementPolicy", "TerminatingOrFailed"),
    ("readOnly", "false"),
    ("readOnlyRootFilesystem", "false"),
    ("restartPolicy", "Always"),
    ("schedulerName", "default-scheduler"),
    ("scheme", "HTTP"),
    ("sessionAffinity", "None"),
    ("suspend", "false"),
    ("terminationMessagePath", "/dev/termination-log"),
    ("terminationMessagePolicy", "File"),
    ("volumeMode", "Filesystem"),
];
/// Switches that are off where nothing is said, and texts that are empty.
const NOTHING: [&str; 6] = ["medium", "runOnce", "stdin", "tty", "type", "value"];
/// Parts whose numbers may as well be text.
const AMOUNTS: [&str; 6] = [
    "capacity",
    "divisor",
    "limits",
    "requests",
    "sizeLimit",
    "storage",
];

/// How the annotations of one cloud began once, and how a plan writes them.
const OLDER: &str = "service.beta.kubernetes.io/alicloud-";
const NEWER: &str = "service.beta.kubernetes.io/alibaba-cloud-";
/// In the place of the name of a field.
const AMOUNT: &str = "an amount";

/// What the objects of an app say and a plan of it does not, or says otherwise. A file of the app that is planned and
/// applied anew lacks it. The objects are as somebody wrote them: what a server filled in would be listed as well.
pub fn left_out(opened: &Opened, plan: &Plan) -> Vec<Kept> {
    let whole = opened.kept.iter().filter(|kept| kept.pointer.is_empty());
    let mut found: Vec<Kept> = whole.cloned().collect();
    let planned = plan.by_address();
    for live in &opened.objects {
        let planned = planned.get(&live.key);
        if planned.is_some_and(|planned| planned.key.name != live.key.name) {
            found.push(Kept {
                object: live.key.clone(),
                pointer: "/metadata/name".to_owned(),
                value: live.key.name.as_str().into(),
            });
        }
        let left = left(live, planned);
        found.extend(kept(&live.key, &plain(&live.body), &left));
    }
    found
}

/// What was taken out of the objects of an app and not given back by a plan of it: the places that no reader has left, and
/// that the plan lacks. There should be none but the selectors, in the place of which a plan has its own.
pub fn lost(opened: &Opened, plan: &Plan) -> Vec<Kept> {
    let mut found = Vec::new();
    let planned = plan.by_address();
    for live in &opened.objects {
        let mut left = left(live, planned.get(&live.key));
        for pointer in &live.kept {
            if let Some(known) = left.pointer_mut(pointer) {
                known.take();
            }
        }
        let twice = kept_elements(live);
        let lost = kept(&live.key, &plain(&live.body), &left).into_iter();
        found.extend(lost.filter(|lost| !is_kept_twice(&twice, lost)));
    }
    found.retain(|kept| !is_selector(&kept.object, &kept.pointer));
    found
}

/// Whether an equal element of the same list is kept: of two such elements it does not matter which one the plan has.
fn is_kept_twice(kept: &HashSet<(&str, &Value)>, lost: &Kept) -> bool {
    let around = lost.pointer.rsplit_once('/');
    around.is_some_and(|(around, _)| kept.contains(&(around, &lost.value)))
}

/// The elements of lists that are kept, each with the pointer of its list.
fn kept_elements(live: &Live) -> HashSet<(&str, &Value)> {
    let elements = live.kept.iter().filter_map(|pointer| {
        let (around, number) = pointer.rsplit_once('/')?;
        let list = live.body.pointer(around)?.as_array()?;
        Some((around, list.get(number.parse::<usize>().ok()?)?))
    });
    elements.collect()
}

/// Whether a place says by which labels an app finds its pods, or how an object of the app is named of which it has but
/// one: a plan has its own.
pub fn is_selector(object: &ObjectKey, pointer: &str) -> bool {
    let is_scaler = object.kind.ends_with("HorizontalPodAutoscaler");
    let selects = ["/spec/selector", "/spec/jobTemplate/spec/selector"].iter();
    let selects = selects.copied().any(|selector| pointer.starts_with(selector));
    selects && object.kind != "PersistentVolumeClaim"
        || pointer.contains("/labelSelector")
        || is_scaler && matches!(pointer, "/metadata/name" | "/spec/scaleTargetRef/name")
}

/// An object without what a plan says of it, if it does.
fn left(live: &Live, planned: Option<&PlannedObject>) -> Value {
    let mut left = plain(&live.body);
    if let Some(planned) = planned {
        // An app has one autoscaler, so a plan names it, and what aims at it, after the app.
        if planned.key.name != live.key.name {
            left["metadata"]["name"].take();
            left["spec"]["scaleTargetRef"]["name"].take();
        }
        subtract("", &mut left, planned.first_body().value());
    }
    left
}

/// Takes out of a value what another one says as well.
fn subtract(outer: &str, value: &mut Value, said: &Value) {
    match (value, said) {
        (Value::Object(fields), Value::Object(said)) => {
            let account = fields.get("serviceAccountName").cloned();
            // An init container with the same policy is a sidecar.
            let is_pod = fields.contains_key("containers");
            for (key, field) in fields.iter_mut() {
                match said.get(key).or_else(|| said.get(&key.replace(OLDER, NEWER))) {
                    Some(other) => subtract(inner(outer, key), field, other),
                    None if is_default(key, field) && (is_pod || key != "restartPolicy")
                        || key == "serviceAccount" && Some(&*field) == account.as_ref() =>
                    {
                        field.take();
                    }
                    None => {}
                }
            }
        }
        (Value::Array(elements), Value::Array(said)) if elements.iter().any(Value::is_object) => {
            subtract_elements(outer, elements, said);
        }
        (value, said)
            if *value == *said || is_same_set(outer, value, said) || is_same_amount(outer, value, said) =>
        {
            value.take();
        }
        _ => {}
    }
}

/// The name of a field, or that it is an amount.
fn inner<'k>(outer: &'k str, key: &'k str) -> &'k str {
    if outer == AMOUNT || AMOUNTS.contains(&key) {
        AMOUNT
    } else {
        key
    }
}

/// Elements that are equal first, then those of the same name, then one by one.
fn subtract_elements(key: &str, elements: &mut [Value], said: &[Value]) {
    let mut free = Elements::of(said.iter().enumerate());
    let mut open: BTreeSet<usize> = (0..said.len()).collect();
    let mut rest = Vec::new();
    for (number, element) in elements.iter_mut().enumerate() {
        if let Some(other) = free.equal(element) {
            open.remove(&other);
            free.remove(other, &said[other]);
            element.take();
        } else {
            rest.push(number);
        }
    }
    let mut unnamed = Vec::new();
    for number in rest {
        match free.first(&elements[number]) {
            Some(other) => {
                free.remove(other, &said[other]);
                open.remove(&other);
                subtract(key, &mut elements[number], &said[other]);
            }
            None => unnamed.push(number),
        }
    }
    let is_each_once = unnamed.len() == open.len();
    let nameless = |element: &Value| {
        ["name", "mountPath", "containerPort", "topologyKey"]
            .iter()
            .all(|key| element.get(key).is_none())
    };
    let open = open
        .into_iter()
        .filter(|other| is_each_once || nameless(&said[*other]));
    for (number, other) in unnamed.into_iter().zip(open) {
        subtract(key, &mut elements[number], &said[other]);
    }
}

fn is_default(key: &str, value: &Value) -> bool {
    let is_known = |text: &str| DEFAULTS.contains(&(key, text));
    match value {
        Value::String(text) if text.is_empty() => NOTHING.contains(&key) || is_known(text),
        Value::String(text) => is_known(text),
        Value::Bool(on) => is_known(&on.to_string()) || !on && NOTHING.contains(&key),
        Value::Object(fields) => key == "status" || fields.iter().all(|(key, value)| is_default(key, value)),
        value => is_nothing(value),
    }
}

/// Whether two lists of hosts are the same, in whatever order.
fn is_same_set(key: &str, one: &Value, other: &Value) -> bool {
    let sorted = |value: &Value| {
        let mut texts: Vec<String> = value.as_array()?.iter().map(ToString::to_string).collect();
        texts.sort();
        texts.dedup();
        Some(texts)
    };
    key == "hosts" && sorted(one).is_some_and(|one| sorted(other) == Some(one))
}

/// Whether two amounts are the same, in whatever unit they are written.
fn is_same_amount(key: &str, one: &Value, other: &Value) -> bool {
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), ToOwned::to_owned)
    };
    let (one, other) = (text(one), text(other));
    let cpu = |text: &str| Cpu::parse(text).ok().map(|amount| amount.canonical());
    let memory = |text: &str| Memory::parse(text).ok().map(|amount| amount.canonical());
    let same =
        |of: &dyn Fn(&str) -> Option<String>| of(&one).is_some_and(|amount| of(&other) == Some(amount));
    key == AMOUNT && (one == other || same(&cpu) || same(&memory))
}
