//! Which of the objects belong to an app.

use serde_json::Value;
use slipway_model::app::WorkloadKind;

use super::ReadError;
use super::owner::Owner;
use super::source::Source;
use super::storage::volume_name;

/// The objects of an app, by their numbers.
#[derive(Clone, Debug)]
pub(crate) struct Related {
    pub(crate) workload: usize,
    pub(crate) kind: WorkloadKind,
    pub(crate) services: Vec<usize>,
    pub(crate) ingresses: Vec<usize>,
    pub(crate) routes: Vec<usize>,
    pub(crate) autoscaler: Option<usize>,
    pub(crate) timed: Option<usize>,
    pub(crate) claims: Vec<usize>,
    pub(crate) volumes: Vec<usize>,
}

/// The kind that follows the load.
pub(crate) const AUTOSCALER: &str = "HorizontalPodAutoscaler";
/// The kind that follows the time.
pub(crate) const TIMED_SCALER: &str = "CronHorizontalPodAutoscaler";

/// Kinds that run pods, and that the form has no place for.
const OTHERS: [&str; 5] = ["DaemonSet", "ReplicaSet", "ReplicationController", "Pod", "Rollout"];

/// The one workload among the objects.
pub(crate) fn workload(sources: &[Source]) -> Result<(usize, WorkloadKind), ReadError> {
    let kinds = sources.iter().map(|source| {
        let (_, kind) = WorkloadKind::CHOICES.iter().find(|(word, _)| *word == source.key.kind)?;
        let api_version = if kind.keeps_running() { "apps/v1" } else { "batch/v1" };
        source.is(api_version, kind.as_str()).then_some(*kind)
    });
    let found: Vec<(usize, WorkloadKind)> =
        kinds.enumerate().filter_map(|(number, kind)| Some((number, kind?))).collect();
    match found.as_slice() {
        [only] => Ok(*only),
        [] => {
            let other = sources.iter().find(|source| {
                OTHERS.contains(&source.key.kind.as_str())
                    || WorkloadKind::CHOICES.iter().any(|(word, _)| *word == source.key.kind)
            });
            Err(other.map_or(ReadError::NoWorkload, |other| ReadError::NoForm(other.key.clone())))
        }
        several => Err(ReadError::SeveralWorkloads(
            several.iter().map(|(number, _)| sources[*number].key.clone()).collect(),
        )),
    }
}

impl Related {
    /// Finds what belongs to a workload.
    pub(crate) fn to(workload: usize, kind: WorkloadKind, sources: &[Source], owner: &Owner) -> Self {
        let at_home = |source: &&Source| source.namespace() == sources[workload].namespace();
        let find = |api_version: &str, kind: &str, fits: &dyn Fn(&Source) -> bool| -> Vec<usize> {
            let fitting = |source: &Source| source.is(api_version, kind) && at_home(&source) && fits(source);
            (0..sources.len()).filter(|number| fitting(&sources[*number])).collect()
        };
        let template = template(kind, &sources[workload].body);
        let labels = &template["metadata"]["labels"];
        let services = find("v1", "Service", &|source| selects(&source.body["spec"]["selector"], labels));
        let names: Vec<&str> = services.iter().map(|number| sources[*number].key.name.as_str()).collect();
        let scales = |source: &Source, kind: &str, name: &str| {
            let target = &source.body["spec"]["scaleTargetRef"];
            target["kind"] == kind && target["name"] == name
        };
        let autoscaler = find("autoscaling/v2", AUTOSCALER, &|source| scales(source, kind.as_str(), &owner.name));
        let autoscaler = autoscaler.first().copied();
        let scaled_by = autoscaler.map_or(&owner.name, |number| &sources[number].key.name);
        let timed = find("autoscaling.alibabacloud.com/v1beta1", TIMED_SCALER, &|source| {
            scales(source, kind.as_str(), &owner.name) || scales(source, AUTOSCALER, scaled_by)
        });
        let mut ingresses = find("networking.k8s.io/v1", "Ingress", &|source| {
            mentions(&source.body["spec"]["rules"], &names)
        });
        let mains: Vec<String> = ingresses.iter().map(|number| sources[*number].key.name.clone()).collect();
        ingresses.extend(find("networking.k8s.io/v1", "Ingress", &|source| {
            let stands_beside = |main: &String| {
                super::canary::SUFFIXES.iter().any(|suffix| source.key.name == format!("{main}{suffix}"))
            };
            !mains.contains(&source.key.name) && mains.iter().any(stands_beside)
        }));
        let routes = find("gateway.networking.k8s.io/v1", "HTTPRoute", &|source| {
            mentions(&source.body["spec"]["rules"], &names)
        });
        let claimed: Vec<&str> = template["spec"]["volumes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|volume| volume["persistentVolumeClaim"]["claimName"].as_str())
            .collect();
        // A claim that was there before the app only has its name in the form.
        let claims = find("v1", "PersistentVolumeClaim", &|source| {
            claimed.contains(&source.key.name.as_str()) && (owner.has(&source.body) || !source.is_served())
        });
        let volumes = (0..sources.len()).filter(|number| {
            let source = &sources[*number];
            source.is("v1", "PersistentVolume") && owner.has(&source.body)
        });
        Self {
            workload,
            kind,
            services,
            ingresses,
            routes,
            autoscaler,
            timed: timed.first().copied(),
            claims,
            volumes: volumes.collect(),
        }
    }

    /// The numbers of all of them.
    pub(crate) fn all(&self) -> Vec<usize> {
        let lists = [&self.services, &self.ingresses, &self.routes, &self.claims, &self.volumes];
        let mut all: Vec<usize> = lists.into_iter().flatten().copied().collect();
        all.extend([Some(self.workload), self.autoscaler, self.timed].into_iter().flatten());
        all.sort_unstable();
        all
    }
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
fn mentions(rules: &Value, services: &[&str]) -> bool {
    let rules = rules.as_array().into_iter().flatten();
    rules.into_iter().any(|rule| {
        let paths = rule["http"]["paths"].as_array().into_iter().flatten();
        let backends = rule["backendRefs"].as_array().into_iter().flatten();
        let mut names = paths
            .map(|path| &path["backend"]["service"]["name"])
            .chain(backends.map(|backend| &backend["name"]));
        names.any(|name| name.as_str().is_some_and(|name| services.contains(&name)))
    })
}

/// The row of the form that a volume of the cluster is made for.
pub(crate) fn made_for(source: &Source, owner: &Owner, row: &slipway_model::draft::Volume) -> bool {
    source.key.name == volume_name(owner, row)
}
