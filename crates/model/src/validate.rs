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
mod rows;
mod scaling;
mod services;
mod timed;
mod volumes;
mod workload;

use crate::app::{App, Replicas, RowTexts, TimedScaling, Volume};
use crate::{Draft, Issue, Issues, Problem};

use known::Known;

pub use check::{PATH_KINDS, PROTOCOLS, REACHES, SERVICE_KINDS, WORKLOAD_KINDS};

/// What a draft is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The app, exactly when no issue is an error.
    pub app: Option<App>,
    /// Everything wrong or doubtful, in the order of the form.
    pub issues: Vec<Issue>,
}

/// Judges a draft: everything that is wrong or doubtful, and the app if nothing is wrong.
pub fn validate(draft: &Draft) -> Verdict {
    let mut issues = Issues::default();
    if !rows::validate(draft, &mut issues) {
        // Nothing else is judged: that is the work the limit spares.
        return Verdict {
            app: None,
            issues: issues.into_vec(),
        };
    }
    let known = &Known::of(draft);
    let basics = basics::validate(&draft.basics, &mut issues);
    let workload = workload::validate(draft, &mut issues);
    let containers = containers::validate(known, &mut issues);
    let volumes = volumes::validate(known, &mut issues);
    let services = services::validate(known, &mut issues);
    let ingresses = ingresses::validate(known, &mut issues);
    let replicas = scaling::validate(draft, &mut issues);
    let timed = timed::validate(draft, replicas.as_ref(), &mut issues);
    warn_of_single_node(volumes.as_deref(), replicas.as_ref(), timed.as_ref(), &mut issues);
    let pod = pod::validate(draft, &mut issues);
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
    Verdict {
        app: app.flatten(),
        issues: issues.into_vec(),
    }
}

/// Whether a draft is larger than any may be, or has row ids that none may have. Cheap, whatever its size.
pub fn out_of_bounds(draft: &Draft) -> Vec<Issue> {
    let mut issues = Issues::default();
    rows::validate(draft, &mut issues);
    issues.into_vec()
}

/// What only one node can mount keeps pods on other nodes waiting.
fn warn_of_single_node(
    volumes: Option<&[Volume]>,
    replicas: Option<&Replicas>,
    timed: Option<&TimedScaling>,
    issues: &mut Issues,
) {
    let timed = timed
        .into_iter()
        .flat_map(|timed| &timed.jobs)
        .map(|job| job.replicas);
    let most = timed.chain(replicas.map(Replicas::most)).max();
    if most.is_none_or(|most| most < 2) {
        return;
    }
    for volume in volumes
        .unwrap_or_default()
        .iter()
        .filter(|volume| volume.source.is_for_one_node())
    {
        issues.warn(format!("volumes.{}.kind", volume.row), Problem::OnePodOnly {});
    }
}

#[cfg(test)]
mod tests;
