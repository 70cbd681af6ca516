//! The apps that are edited: those of other tests, inputs that failed once, and generated ones; each as it is, and with
//! fields that no form knows in every element of every list.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use slipway_model::{arbitrary, validate};
use slipway_plan::read::Opened;
use slipway_plan::{AccessMechanism, CanaryMechanism, Feature, Target, plan, read};

/// How many drafts are generated.
const GENERATED: u64 = 20;
/// The name of the fields that no form knows.
pub(crate) const UNKNOWN: &str = "unknownField";

/// An app that runs.
pub(crate) struct World {
    pub(crate) name: String,
    pub(crate) objects: Vec<Value>,
    pub(crate) opened: Opened,
    pub(crate) target: Target,
}

impl World {
    pub(crate) fn of(name: String, objects: Vec<Value>) -> Self {
        let target = target(&objects);
        let opened = read(objects.clone()).unwrap().as_theirs();
        Self {
            name,
            objects,
            opened,
            target,
        }
    }

    /// Whether it has fields that no form knows in every element of every list.
    pub(crate) fn has_unknown(&self) -> bool {
        self.name.contains("with unknown fields")
    }
}

/// All of them, without those that the form cannot describe.
pub(crate) fn all() -> Vec<World> {
    let mut all = Vec::new();
    for (name, objects) in files("exact/cases")
        .into_iter()
        .chain(files("manifests"))
        .chain(generated())
    {
        let objects = objects
            .into_iter()
            .flat_map(alone)
            .filter(|object| object["kind"] != "Secret");
        let objects: Vec<Value> = objects.enumerate().map(served).collect();
        let mut next = 0;
        let with_unknown = objects
            .iter()
            .cloned()
            .map(|object| sprinkled(object, &mut next))
            .collect();
        all.push(World::of(name.clone(), objects));
        all.push(World::of(format!("{name} with unknown fields"), with_unknown));
    }
    all.retain(|world| world.opened.app().is_ok());
    all
}

fn files(folder: &str) -> Vec<(String, Vec<Value>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let short = folder.rsplit('/').next().unwrap_or_default().to_owned();
    let read = |file: PathBuf| {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).unwrap();
        (
            format!("{short}/{name}"),
            serde_saphyr::from_multiple(&text).unwrap(),
        )
    };
    files.into_iter().map(read).collect()
}

fn generated() -> Vec<(String, Vec<Value>)> {
    let one = |seed: u64| {
        let app = validate(&arbitrary::draft(&arbitrary::tape(seed))?).app?;
        let target = Target {
            canary: CanaryMechanism::Nginx,
            features: [Feature::Metrics, Feature::CronHpa, Feature::AlibabaLoadBalancer].into(),
            ..Target::default()
        };
        let objects = plan(&app, &target)
            .made()
            .map(|object| object.first_body().into_value())
            .collect();
        Some((format!("generated/{seed}"), objects))
    };
    (1..)
        .filter_map(one)
        .take(usize::try_from(GENERATED).unwrap())
        .collect()
}

/// The objects of a list.
fn alone(mut object: Value) -> Vec<Value> {
    match object.get_mut("items").map(Value::take) {
        Some(Value::Array(items)) => items,
        _ => vec![object],
    }
}

/// An object as a server has it. Where nobody is on record, nobody asked for what is a default.
pub(crate) fn served((number, mut object): (usize, Value)) -> Value {
    object["metadata"]["uid"] = json!(format!("uid-{number}"));
    object["metadata"]["resourceVersion"] = json!("1");
    let strategy = match object["kind"].as_str() {
        Some("Deployment") => "strategy",
        Some("StatefulSet") => "updateStrategy",
        _ => return object,
    };
    let kind = &mut object["spec"][strategy]["type"];
    if kind.is_null() {
        *kind = json!("RollingUpdate");
    }
    object
}

/// The cluster it runs in: routes where it has routes.
pub(crate) fn target(objects: &[Value]) -> Target {
    let mut target = Target {
        canary: CanaryMechanism::Nginx,
        features: [Feature::Metrics, Feature::CronHpa, Feature::AlibabaLoadBalancer].into(),
        ..Target::default()
    };
    let route = objects.iter().find(|object| object["kind"] == "HTTPRoute");
    if let Some(route) = route {
        let parent = &route["spec"]["parentRefs"][0];
        let namespace = parent.get("namespace").unwrap_or(&route["metadata"]["namespace"]);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        target.access = AccessMechanism::HttpRoute {
            namespace: text(namespace),
            gateway: text(&parent["name"]),
        };
    }
    target
}

/// An object with a field of its own in every element of every list, and one in its spec.
fn sprinkled(mut object: Value, next: &mut u32) -> Value {
    if object["spec"].is_object() {
        sprinkle(&mut object["spec"], true, next);
    }
    object
}

fn sprinkle(value: &mut Value, here: bool, next: &mut u32) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(|field| sprinkle(field, false, next));
            if here {
                *next += 1;
                fields.insert(UNKNOWN.to_owned(), json!(format!("unknown-{next}")));
            }
        }
        Value::Array(elements) => elements
            .iter_mut()
            .for_each(|element| sprinkle(element, true, next)),
        _ => {}
    }
}
