//! One file: read as kubectl reads it, each workload in it opened, planned, and compared with what it was.

use std::path::Path;

use manifests::{address, read};
use serde_json::Value;
use slipway_model::{App, file, validate};
use slipway_plan::read::{Opened, left_out, lost, read_app, yaml};
use slipway_plan::{ObjectKey, Plan, Target, plan};

/// What became of a file or of one workload in it.
pub(crate) enum Judgement {
    /// Reading the file or an app in it is refused with this reason.
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
    match read(path) {
        Ok(manifest) => {
            let apps = manifest.apps.iter();
            apps.map(|key| one(&manifest.objects, key)).collect()
        }
        Err(reason) => vec![Judgement::Refused(reason)],
    }
}

fn one(objects: &[Value], key: &ObjectKey) -> Judgement {
    let mut opened = match read_app(objects.to_vec(), Some(&address(key))) {
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
