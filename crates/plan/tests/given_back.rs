//! Nothing is taken that cannot be given back: whatever stands in a field of an object that is read, the plan of the draft
//! says it again, or it is listed as left out.
//!
//! Objects that fill every reader are taken, and in each of their places, one after the other, an odd value is put. With
//! `SLIPWAYDEV_VALUES=all` each value in each place; otherwise a few of them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use slipway_model::file::documents;
use slipway_model::{arbitrary, validate};
use slipway_plan::read::{is_selector, left_out, lost, mistyped, restored, restoring};
use slipway_plan::{AccessMechanism, CanaryMechanism, Feature, Target, plan, read};

/// How many values are put into each place unless all are asked for.
const FEW: usize = 3;
/// How many drafts are generated.
const GENERATED: u64 = 10;

/// Values that readers have stumbled over, and their like.
fn odd() -> Vec<Value> {
    vec![
        json!(""),
        json!("0400"),
        json!(256),
        json!(400.5),
        json!(null),
        json!([]),
        json!({}),
        json!(" x "),
        json!("80"),
        json!(0),
        json!(-1),
        json!(true),
        json!(false),
        json!("yes"),
        json!("X_y/z"),
        json!(["a", ""]),
        json!({ "a": "b" }),
        json!([{ "name": "a" }]),
        json!(99_999_999_999_i64),
        json!("1e3"),
        json!("500M"),
        json!("None"),
        json!(["", "a, b"]),
        json!([{ "name": "a" }, { "name": "a" }]),
    ]
}

fn files(folder: &str) -> Vec<Vec<Value>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let objects = |file: &PathBuf| {
        let documents = documents(&fs::read_to_string(file).unwrap()).unwrap();
        documents
            .into_iter()
            .map(|document| written(document.value))
            .collect()
    };
    files.iter().map(objects).collect()
}

/// An object as it was before a server had it: what a server fills in nobody has to give back.
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

/// Generated apps as they are planned for clusters of several kinds, as somebody else would write them.
fn generated() -> Vec<Vec<Value>> {
    let features = [Feature::Metrics, Feature::CronHpa, Feature::AlibabaLoadBalancer];
    let target = |access, canary| Target {
        access,
        canary,
        features: features.into(),
        ..Target::default()
    };
    let gateway = AccessMechanism::HttpRoute {
        namespace: "edge".into(),
        gateway: "public".into(),
    };
    let targets = [
        target(AccessMechanism::Ingress, CanaryMechanism::Nginx),
        target(gateway, CanaryMechanism::None),
        target(AccessMechanism::Ingress, CanaryMechanism::AckWeights),
        target(AccessMechanism::Ingress, CanaryMechanism::Alb),
    ];
    let mut all = Vec::new();
    for seed in 0..GENERATED {
        let draft = arbitrary::draft(&arbitrary::tape(seed));
        let Some(app) = draft.and_then(|draft| validate(&draft).app) else {
            continue;
        };
        let planned = plan(&app, &targets[usize::try_from(seed).unwrap() % targets.len()]);
        all.push(
            planned
                .made()
                .map(|object| object.first_body().into_value())
                .collect(),
        );
    }
    all
}

/// Every place in an object that a reader may take something from.
fn places(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                places(
                    field,
                    format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")),
                    found,
                );
            }
        }
        Value::Array(rows) => {
            for (number, row) in rows.iter().enumerate() {
                places(row, format!("{at}/{number}"), found);
            }
        }
        _ => {}
    }
    let address = [
        "",
        "/apiVersion",
        "/kind",
        "/metadata",
        "/metadata/name",
        "/metadata/namespace",
    ];
    if !address.contains(&at.as_str()) {
        found.push(at);
    }
}

/// A place without the numbers of elements.
fn pattern(kind: &Value, place: &str) -> String {
    let steps = place
        .split('/')
        .map(|step| if step.parse::<usize>().is_ok() { "*" } else { step });
    format!("{kind}{}", steps.collect::<Vec<_>>().join("/"))
}

/// What is lost of some objects, and whether they could be opened and planned at all.
fn lost_of(objects: Vec<Value>) -> Option<Vec<String>> {
    // No server takes such a value, and `slipway draft` refuses it with its line.
    if objects.iter().any(|object| mistyped(object).is_some()) {
        return None;
    }
    let target = Target::suited_to(&objects);
    let opened = read(objects).ok()?;
    let planned = plan(&opened.app().ok()?, &target);
    let places = lost(&opened, &planned);
    let told = places
        .iter()
        .map(|kept| format!("{} {}: {}", kept.object, kept.pointer, kept.value));
    Some(told.collect())
}

/// What was tried, and what was lost of it.
#[derive(Default)]
struct Trial {
    /// How many values were put into each place.
    tried: BTreeMap<String, usize>,
    planned: usize,
    faults: Vec<String>,
}

impl Trial {
    fn judge(&mut self, what: &str, objects: Vec<Value>) {
        let Some(lost) = lost_of(objects) else { return };
        self.planned += 1;
        self.faults
            .extend(lost.into_iter().map(|lost| format!("{what} | {lost}")));
    }

    /// Puts odd values into a place of an object, until as many as allowed have been in such a place.
    fn put(&mut self, objects: &[Value], number: usize, place: &str, values: &[Value], most: usize) {
        let pattern = pattern(&objects[number]["kind"], place);
        let begin = self.tried.len();
        for turn in 0..most {
            let done = self.tried.entry(pattern.clone()).or_default();
            if *done >= most {
                return;
            }
            *done += 1;
            // Each place begins at another value, so that all values are tried over all places.
            let value = &values[(begin + turn) % values.len()];
            let mut odd = objects.to_vec();
            *odd[number].pointer_mut(place).unwrap() = value.clone();
            self.judge(&format!("{pattern} = {value}"), odd);
        }
    }

    /// One fault of each kind, which is enough to see what it is.
    fn kinds(&self) -> Vec<&String> {
        let mut kinds = BTreeMap::new();
        for fault in &self.faults {
            let place = fault.rsplit(" | ").next().unwrap_or_default();
            let place = place.split(": ").next().unwrap_or_default();
            kinds.entry(pattern(&Value::Null, place)).or_insert(fault);
        }
        kinds.into_values().collect()
    }
}

#[test]
fn what_is_taken_is_given_back_or_listed() {
    let values = odd();
    let is_all = std::env::var("SLIPWAYDEV_VALUES").as_deref() == Ok("all");
    let most = if is_all { values.len() } else { FEW };
    let mut trial = Trial::default();
    let of_files = files("manifests").into_iter().chain(files("exact/cases"));
    for objects in of_files.chain(generated()) {
        trial.judge("as it is", objects.clone());
        for (number, object) in objects.iter().enumerate() {
            let mut found = Vec::new();
            places(object, String::new(), &mut found);
            for place in found {
                trial.put(&objects, number, &place, &values, most);
            }
        }
    }

    let (places, planned) = (trial.tried.len(), trial.planned);
    println!("{places} places, {planned} plans");
    assert!(places > 500 && planned > 1000, "{places} places, {planned} plans");
    assert_eq!(trial.kinds(), [""; 0]);
}

/// The places in which an object does not say what another one does.
fn lacking(is: &Value, wanted: &Value, at: &str, found: &mut Vec<String>) {
    match (is, wanted) {
        (Value::Object(is), Value::Object(wanted)) => {
            for (key, value) in wanted {
                lacking(
                    is.get(key).unwrap_or(&Value::Null),
                    value,
                    &format!("{at}/{key}"),
                    found,
                );
            }
        }
        (Value::Array(is), Value::Array(wanted)) if wanted.iter().any(Value::is_object) => {
            for (number, value) in wanted.iter().enumerate() {
                let tried = is.iter().map(|other| {
                    let mut found = Vec::new();
                    lacking(other, value, &format!("{at}/{number}"), &mut found);
                    found
                });
                let best = tried.min_by_key(Vec::len);
                found.extend(best.unwrap_or_else(|| vec![format!("{at}/{number}")]));
            }
        }
        (Value::Null, Value::Object(wanted)) if wanted.is_empty() => {}
        _ if is == wanted || wanted.is_null() => {}
        _ => found.push(at.to_owned()),
    }
}

#[test]
fn what_a_plan_leaves_out_is_brought_back() {
    let mut compared = 0;
    for objects in files("manifests").into_iter().chain(files("exact/cases")) {
        let target = Target::suited_to(&objects);
        let opened = read(objects).unwrap();
        let Ok(app) = opened.app() else { continue };
        let planned = plan(&app, &target);

        let left_out = left_out(&opened, &planned);
        let restoring = restoring(&opened, &planned, &left_out);
        let bodies = planned.made().map(|object| object.body.value().clone()).collect();
        let restored = restored(bodies, &restoring.objects);

        for live in &opened.objects {
            let is_scaler = live.key.kind.ends_with("HorizontalPodAutoscaler");
            let is_it = |object: &&Value| {
                object["kind"] == live.key.kind && (is_scaler || object["metadata"]["name"] == live.key.name)
            };
            let Some(is) = restored.iter().find(is_it) else {
                continue;
            };
            let mut found = Vec::new();
            lacking(is, &live.body, "", &mut found);
            let beyond: Vec<&str> = restoring
                .beyond
                .iter()
                .map(|kept| kept.pointer.as_str())
                .collect();
            found.retain(|place| {
                !is_selector(&live.key, place)
                    && !is_default(place)
                    && !beyond.iter().any(|at| place.starts_with(at))
            });
            assert_eq!(found, [""; 0], "{}", live.key);
            compared += 1;
        }
    }
    assert!(compared > 50, "{compared}");
}

/// Places that a server fills in, or that say the same in another unit.
fn is_default(place: &str) -> bool {
    let ends = [
        "/restartPolicy",
        "/volumeMode",
        "/protocol",
        "/apiVersion",
        "/cpu",
        "/memory",
        "/readOnly",
        "/namespace",
        "/runOnce",
        "/terminationMessagePath",
        "/terminationMessagePolicy",
        "/dnsPolicy",
        "/schedulerName",
    ];
    place.starts_with("/status")
        || place.starts_with("/metadata/")
        || ends.iter().any(|end| place.ends_with(end))
}

/// Each number in these objects: the object, its place, and what it is.
fn numbers(objects: &[Value]) -> Vec<(usize, String, u64)> {
    let mut found = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        let mut all = Vec::new();
        places(object, String::new(), &mut all);
        let whole = |place: &String| object.pointer(place).and_then(Value::as_u64);
        found.extend(
            all.into_iter()
                .filter_map(|place| Some((number, place.clone(), whole(&place)?))),
        );
    }
    found
}

/// As `YAMLToJSON` of sigs.k8s.io/yaml 1.6.0 reads them, which kubectl and the API server 1.37.2 use.
#[test]
fn every_number_may_be_written_as_yaml_1_1_has_it() {
    let mut seen = std::collections::BTreeSet::new();
    for objects in files("manifests")
        .into_iter()
        .chain(files("exact/cases"))
        .chain(generated())
    {
        for (number, place, value) in numbers(&objects) {
            if !seen.insert(pattern(&objects[number]["kind"], &place)) {
                continue;
            }
            let digits = value.to_string();
            let (first, rest) = digits.split_at(1);
            for written in [
                format!("0{value:o}"),
                format!("0o{value:o}"),
                format!("0x{value:x}"),
                format!("0b{value:b}"),
                format!("+{value}"),
                format!("{first}_{rest}"),
                format!("{value}.0"),
                format!("{value}e0"),
            ] {
                let mut odd = objects[number].clone();
                *odd.pointer_mut(&place).unwrap() = "@@".into();
                let text = odd.to_string().replace("\"@@\"", &written);

                let read = documents(&text).unwrap();

                assert_eq!(read[0].value, objects[number], "{place} as {written}");
            }
        }
    }
    assert!(seen.len() > 60, "{}", seen.len());
}
