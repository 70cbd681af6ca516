//! One file: read as kubectl reads it, each workload in it opened, planned, and compared with what it was.

use std::fs;
use std::path::Path;

use serde_json::Value;
use slipway_model::file::{self, documents};
use slipway_model::{App, validate};
use slipway_plan::read::{Opened, apps, left_out, lost, mistyped, read_app, yaml};
use slipway_plan::{ObjectKey, Plan, Target, plan};

/// What became of a file or of one workload in it.
pub(crate) enum Judgement {
    /// The file is no YAML, but a template for one, or broken on purpose.
    Unreadable(String),
    /// There is an app, and reading it is refused with this reason.
    Refused(String),
    /// It was opened, and the draft has problems: the fields and codes.
    WithProblems(Vec<String>),
    /// It was planned.
    Planned {
        /// How many places are listed as left out.
        left_out: usize,
        /// What is neither in the plan nor listed.
        lost: Vec<String>,
    },
}

/// Judges each workload of a file.
pub(crate) fn judged(path: &Path) -> Vec<Judgement> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let documents = match documents(&text) {
        Ok(documents) => documents,
        Err(fault) => {
            let said = serde_json::to_value(&fault.flaw).unwrap_or_default();
            return vec![Judgement::Unreadable(format!(
                "{}: {said}",
                said["code"].as_str().unwrap_or_default()
            ))];
        }
    };
    let objects: Vec<Value> = documents
        .into_iter()
        .map(|document| written(document.value))
        .collect();
    if let Some(found) = objects.iter().find_map(mistyped) {
        return vec![Judgement::Refused(format!(
            "a value of the wrong type: {} {}",
            found.pointer, found.message
        ))];
    }
    let apps = apps(&objects);
    if apps.is_empty() {
        return vec![Judgement::Refused(
            "no workload in a version that the form has".to_owned(),
        )];
    }
    apps.iter().map(|key| one(&objects, key)).collect()
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

fn one(objects: &[Value], key: &ObjectKey) -> Judgement {
    let namespace = key.namespace.as_deref().unwrap_or("default");
    let name = format!("{namespace}/{}/{}", key.kind, key.name);
    let mut opened = match read_app(objects.to_vec(), Some(&name)) {
        Ok(opened) => opened,
        Err(error) => return Judgement::Refused(format!("not opened: {error}")),
    };
    // What only a person can answer: whether a load balancer is public.
    for service in opened
        .draft
        .services
        .iter_mut()
        .filter(|service| service.kind.text() == "LoadBalancer")
    {
        if service.reach.is_blank() && service.balancer.instance.is_blank() {
            service.reach.set("public");
        }
    }
    match opened.app() {
        Ok(app) => planned(&opened, &app, &Target::suited_to(objects)),
        Err(issues) => {
            let errors = issues.into_iter().filter(slipway_model::Issue::is_error);
            let said = |issue: &slipway_model::Issue| {
                let wire = serde_json::to_value(issue).unwrap_or_default();
                format!("{} {}", issue.field, wire["code"].as_str().unwrap_or_default())
            };
            Judgement::WithProblems(errors.map(|issue| said(&issue)).collect())
        }
    }
}

fn planned(opened: &Opened, app: &App, target: &Target) -> Judgement {
    let plan = plan(app, target);
    let mut lost: Vec<String> = lost(opened, &plan)
        .iter()
        .map(|kept| format!("{} {}: {}", kept.object, kept.pointer, kept.value))
        .collect();
    if from_file(opened, target).as_ref() != Some(&plan) {
        lost.push(format!("{}: the draft in a file has another plan", app.name));
    }
    Judgement::Planned {
        left_out: left_out(opened, &plan).len(),
        lost,
    }
}

/// The plan of the draft once it was written into a file and read again.
fn from_file(opened: &Opened, target: &Target) -> Option<Plan> {
    let file = file::read(&yaml(&opened.draft)).ok()?;
    Some(plan(&validate(file.draft()).app?, target))
}
