//! Stage 2: judges a draft. Gathers everything that is wrong instead of stopping at the first.

mod balancer;
mod basics;
mod canary;
mod check;
mod containers;
mod environment;
mod ingresses;
mod known;
mod labels;
mod logs;
mod mounts;
mod part;
mod pod;
mod ports;
mod probes;
mod resources;
mod rollout;
mod rows;
mod scaling;
mod services;
mod timed;
mod unchecked;
mod volumes;
mod workload;

use std::collections::BTreeSet;

use crate::app::{App, RowTexts};
use crate::draft::AsIs;
use crate::issue::Running;
use crate::{Draft, Issue, Issues};

use known::Known;
use rollout::Rollout;

pub use check::{PATH_KINDS, PROTOCOLS, REACHES, SERVICE_KINDS, WORKLOAD_KINDS};

/// How many fields of what runs are taken as they are. Each is looked for in the draft.
const MOST_AS_IS: usize = 1000;

/// What a draft is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The app, exactly when no issue is an error.
    pub app: Option<App>,
    /// Everything wrong or doubtful, in the order of the form.
    pub issues: Vec<Issue>,
}

/// Judges a draft: everything that is wrong or doubtful, and the app if nothing is wrong. What runs already, by the origin
/// of the draft, is no error.
pub fn validate(draft: &Draft) -> Verdict {
    let as_is = draft.origin.iter().flat_map(|origin| &origin.as_is);
    let stays = as_is.take(MOST_AS_IS).filter(|as_is| as_is.is_said_by(draft));
    let mut fields = BTreeSet::new();
    fields.extend(stays.map(|as_is| as_is.field.clone()));
    judge(draft, Running::Fields(fields)).0
}

/// Judges a draft that says what runs. Nothing is an error that Kubernetes accepts; the leaves and lists that the rules
/// would refuse are answered as well.
pub fn validate_running(draft: &Draft) -> (Verdict, Vec<AsIs>) {
    let (verdict, fields) = judge(draft, Running::All(BTreeSet::new()));
    let as_is = fields.into_iter().map(|field| AsIs::of(draft, field));
    (verdict, as_is.collect())
}

/// The verdict, and of a draft that says what runs the fields that would be errors otherwise.
fn judge(draft: &Draft, running: Running) -> (Verdict, BTreeSet<String>) {
    let mut issues = Issues::default();
    if !rows::validate(draft, &mut issues) {
        // Nothing else is judged: that is the work the limit spares.
        let verdict = Verdict {
            app: None,
            issues: issues.into_vec(),
        };
        return (verdict, BTreeSet::new());
    }
    issues.set_running(running);
    let known = &Known::of(draft);
    let basics = basics::validate(&draft.basics, &mut issues);
    let workload = workload::validate(draft, &mut issues);
    let containers = containers::validate(known, &mut issues);
    let volumes = volumes::validate(known, &mut issues);
    let services = services::validate(known, &mut issues);
    let ingresses = ingresses::validate(known, &mut issues);
    let replicas = scaling::validate(draft, &mut issues);
    let timed = timed::validate(draft, replicas.as_ref(), &mut issues);
    let pod = pod::validate(draft, &mut issues);
    let rollout = Rollout {
        workload: workload.as_ref(),
        replicas: replicas.as_ref(),
        timed: timed.as_ref(),
        volumes: volumes.as_deref().unwrap_or_default(),
        pod: pod.as_ref(),
    };
    rollout.validate(draft, &mut issues);
    let app = (!issues.has_errors()).then(|| {
        let (basics, containers) = (basics?, containers?);
        Some(App {
            namespace: basics.namespace,
            name: basics.name,
            workload: workload?,
            replicas: replicas?,
            timed,
            labels: basics.labels,
            annotations: basics.annotations,
            containers: containers.main,
            init_containers: containers.init,
            volumes: volumes?,
            pod: pod?,
            services: services?,
            ingresses: ingresses?,
            rows: RowTexts::of(draft),
        })
    });
    let accepted = issues.accepted();
    let verdict = Verdict {
        app: app.flatten(),
        issues: issues.into_vec(),
    };
    (verdict, accepted)
}

/// Whether a draft is larger than any may be, or has row ids that none may have. Cheap, whatever its size.
pub fn out_of_bounds(draft: &Draft) -> Vec<Issue> {
    let mut issues = Issues::default();
    rows::validate(draft, &mut issues);
    issues.into_vec()
}

#[cfg(test)]
mod tests;
