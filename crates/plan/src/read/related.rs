//! Which of the objects belong to an app.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;
use slipway_model::app::WorkloadKind;

use super::canary;
use super::owner::Owner;
use super::source::Source;

/// The objects of an app, by their numbers.
#[derive(Clone, Debug)]
pub(crate) struct Related {
    pub(crate) workload: usize,
    pub(crate) kind: WorkloadKind,
    pub(crate) services: Vec<usize>,
    pub(crate) ingresses: Vec<usize>,
    pub(crate) routes: BTreeSet<usize>,
    pub(crate) autoscaler: Option<usize>,
    pub(crate) timed: Option<usize>,
    pub(crate) claims: Vec<usize>,
    pub(crate) volumes: Vec<usize>,
}

/// The kind that follows the load.
pub(crate) const AUTOSCALER: &str = "HorizontalPodAutoscaler";
/// The kind that follows the time.
pub(crate) const TIMED_SCALER: &str = "CronHorizontalPodAutoscaler";

impl Related {
    /// Finds what belongs to a workload.
    pub(crate) fn to(workload: usize, kind: WorkloadKind, sources: &[Source], owner: &Owner) -> Self {
        let home = Home {
            sources,
            namespace: sources[workload].namespace(),
        };
        let template = template(kind, &sources[workload].body);
        let labels = &template["metadata"]["labels"];
        let services = home.find("v1", "Service", |source| {
            selects(&source.body["spec"]["selector"], labels)
        });
        let names: HashSet<&str> = home.names(&services).collect();
        let autoscaler = home.find("autoscaling/v2", AUTOSCALER, |source| {
            scales(source, kind.as_str(), &owner.name)
        });
        let autoscaler = autoscaler.first().copied();
        let scaled_by = autoscaler.map_or(&owner.name, |number| &sources[number].key.name);
        let timed = home.find("autoscaling.alibabacloud.com/v1beta1", TIMED_SCALER, |source| {
            scales(source, kind.as_str(), &owner.name) || scales(source, AUTOSCALER, scaled_by)
        });
        let claimed = claimed(template);
        Self {
            workload,
            kind,
            ingresses: home.ingresses(&names),
            routes: home
                .find("gateway.networking.k8s.io/v1", "HTTPRoute", |source| {
                    mentions(&source.body["spec"]["rules"], &names)
                })
                .into_iter()
                .collect(),
            autoscaler,
            timed: timed.first().copied(),
            // A claim that was there before the app only has its name in the form.
            claims: home.find("v1", "PersistentVolumeClaim", |source| {
                claimed.contains(source.key.name.as_str()) && (owner.has(&source.body) || !source.is_served())
            }),
            volumes: numbers(sources, |source| {
                source.is("v1", "PersistentVolume") && owner.has(&source.body)
            }),
            services,
        }
    }

    /// The numbers of all of them.
    pub(crate) fn all(&self) -> BTreeSet<usize> {
        let lists = [&self.services, &self.ingresses, &self.claims, &self.volumes];
        let single = [Some(self.workload), self.autoscaler, self.timed];
        let all = lists.into_iter().flatten().chain(&self.routes).copied();
        all.chain(single.into_iter().flatten()).collect()
    }
}

/// The objects of the namespace of an app.
struct Home<'s> {
    sources: &'s [Source],
    namespace: &'s str,
}

impl Home<'_> {
    fn find(&self, api_version: &str, kind: &str, fits: impl Fn(&Source) -> bool) -> Vec<usize> {
        numbers(self.sources, |source| {
            source.is(api_version, kind) && source.namespace() == self.namespace && fits(source)
        })
    }

    fn names(&self, numbers: &[usize]) -> impl Iterator<Item = &str> {
        numbers
            .iter()
            .map(|number| self.sources[*number].key.name.as_str())
    }

    /// The Ingresses in front of these Services, and those that stand beside one of them.
    fn ingresses(&self, services: &HashSet<&str>) -> Vec<usize> {
        let leads = |source: &Source| mentions(&source.body["spec"]["rules"], services);
        let mut found = self.find("networking.k8s.io/v1", "Ingress", leads);
        let mains: HashSet<&str> = self.names(&found).collect();
        let beside = self.find("networking.k8s.io/v1", "Ingress", |source| {
            !leads(source) && canary::mains_of(&source.key.name).any(|main| mains.contains(main))
        });
        found.extend(beside);
        found
    }
}

fn numbers(sources: &[Source], fits: impl Fn(&Source) -> bool) -> Vec<usize> {
    (0..sources.len())
        .filter(|number| fits(&sources[*number]))
        .collect()
}

/// Whether an autoscaler is for a certain object.
fn scales(source: &Source, kind: &str, name: &str) -> bool {
    let target = &source.body["spec"]["scaleTargetRef"];
    target["kind"] == kind && target["name"] == name
}

/// The claims that pods mount.
fn claimed(template: &Value) -> HashSet<&str> {
    let volumes = template["spec"]["volumes"].as_array().into_iter().flatten();
    volumes
        .filter_map(|volume| volume["persistentVolumeClaim"]["claimName"].as_str())
        .collect()
}

/// The pod template of a workload.
fn template(kind: WorkloadKind, workload: &Value) -> &Value {
    match kind {
        WorkloadKind::CronJob => &workload["spec"]["jobTemplate"]["spec"]["template"],
        _ => &workload["spec"]["template"],
    }
}

/// Whether all labels of a selector are among the labels. One without labels selects nothing.
fn selects(selector: &Value, labels: &Value) -> bool {
    let selector = selector.as_object().filter(|selector| !selector.is_empty());
    selector.is_some_and(|selector| selector.iter().all(|(key, value)| labels.get(key) == Some(value)))
}

/// Whether rules of an Ingress or a route lead to one of these Services.
fn mentions(rules: &Value, services: &HashSet<&str>) -> bool {
    let rules = rules.as_array().into_iter().flatten();
    rules.into_iter().any(|rule| {
        let paths = rule["http"]["paths"].as_array().into_iter().flatten();
        let backends = rule["backendRefs"].as_array().into_iter().flatten();
        let mut names = paths
            .map(|path| &path["backend"]["service"]["name"])
            .chain(backends.map(|backend| &backend["name"]));
        names.any(|name| name.as_str().is_some_and(|name| services.contains(name)))
    })
}
