//! Quotas of the namespace against what the app needs with the most pods it may have.
//!
//! Objects that would not be made, and pods of which not one could be, are refused; fewer pods than wanted is a warning.

use k8s_openapi::api::core::v1::{LimitRange, PersistentVolumeClaim, PodSpec, ResourceQuota};
use serde_json::Value;
use slipway_api::{CheckCode, Fact, FactCode};
use slipway_model::{Issue, Problem};
use slipway_plan::ObjectKey;

use super::amounts::{Amounts, count, shown, times};
use super::demand::{Defaults, Demand, containers};
use super::report::Finding;
use super::subject::Subject;
use super::witness::Witness;
use crate::cluster::ClusterError;

const MOST: usize = 100;
/// What a quota may name that every container then has to say.
const TO_BE_SAID: [&str; 6] = [
    "cpu",
    "memory",
    "requests.cpu",
    "requests.memory",
    "limits.cpu",
    "limits.memory",
];

pub(super) async fn check(witness: &Witness, subject: &Subject<'_>) -> Result<Vec<Finding>, ClusterError> {
    let quotas = witness
        .person
        .list(&subject.key("v1", "ResourceQuota", ""), "", MOST)
        .await?;
    if quotas.items.is_empty() {
        return Ok(vec![Finding::of(CheckCode::Quota)]);
    }
    let ranges = witness
        .person
        .list(&subject.key("v1", "LimitRange", ""), "", MOST)
        .await?;
    Ok(judge(&quotas.items, &ranges.items, subject))
}

fn judge(quotas: &[ResourceQuota], ranges: &[LimitRange], subject: &Subject) -> Vec<Finding> {
    let defaults = Defaults::of(ranges);
    let wanted = Wanted::of(subject, &defaults);
    quotas.iter().map(|quota| wanted.against(quota)).collect()
}

/// What an app takes of quotas.
struct Wanted<'a> {
    subject: &'a Subject<'a>,
    defaults: &'a Defaults,
    /// By its objects, at once.
    objects: Amounts,
    /// By each pod.
    pod: Amounts,
    /// By what is there of it, which the quota counts already.
    there: There,
}

/// How much more an app takes than it does now.
struct Asked {
    /// By its objects.
    at_once: u128,
    /// With its first pod.
    first: u128,
    /// With all its pods.
    most: u128,
}

/// What an app takes already.
#[derive(Default)]
struct There {
    objects: Amounts,
    pod: Amounts,
    pods: u32,
}

impl There {
    fn of(subject: &Subject, defaults: &Defaults) -> Self {
        let (spec, pods) = subject.own.pods().unwrap_or_default();
        Self {
            objects: objects(subject.own.objects()),
            pod: pod(&spec, &[], defaults),
            pods,
        }
    }

    /// Of one resource that a quota counts.
    fn takes(&self, quota: &ResourceQuota, resource: &str) -> u128 {
        let pod = self.pod.get(resource).filter(|_| applies(quota, &self.pod));
        let pods = times(pod.unwrap_or_default(), self.pods);
        self.objects
            .get(resource)
            .unwrap_or_default()
            .saturating_add(pods)
    }
}

impl<'a> Wanted<'a> {
    fn of(subject: &'a Subject<'a>, defaults: &'a Defaults) -> Self {
        Self {
            objects: objects(
                subject
                    .parts
                    .iter()
                    .map(|part| (&part.object.key, part.object.body.value())),
            ),
            pod: pod(&subject.spec(), &each(subject), defaults),
            there: There::of(subject, defaults),
            subject,
            defaults,
        }
    }

    fn against(&self, quota: &ResourceQuota) -> Finding {
        let name = quota.metadata.name.as_deref().unwrap_or_default();
        let finding = Finding::named(CheckCode::Quota, "ResourceQuota", name);
        let status = quota.status.as_ref();
        let used = Amounts::of(status.and_then(|status| status.used.as_ref()));
        let hard = Amounts::of(status.and_then(|status| status.hard.as_ref()));
        let counts_pods = applies(quota, &self.pod);
        let mut finding = finding;
        for (resource, hard) in hard.iter() {
            let left = hard.saturating_sub(used.get(resource).unwrap_or_default());
            let pod = self.pod.get(resource).filter(|_| counts_pods);
            let objects = self.objects.get(resource);
            if counts_pods && let Some(field) = self.silent(resource) {
                let problem = Problem::QuotaNeeds {
                    quota: name.to_owned(),
                    resource: resource.to_owned(),
                };
                finding = finding.failed(&field, problem);
            }
            let objects = objects.unwrap_or_default();
            let more = |pods: u32| {
                let wanted = objects.saturating_add(times(pod.unwrap_or_default(), pods));
                wanted.saturating_sub(self.there.takes(quota, resource))
            };
            let at_once = objects.saturating_sub(self.there.objects.get(resource).unwrap_or_default());
            let asked = Asked {
                at_once,
                first: more(self.subject.pods.most.min(1)),
                most: more(self.subject.pods.most),
            };
            if asked.most > 0 {
                finding = finding.seen(fact(name, resource, (left, hard), asked.most));
                finding = finding.with_all(self.issue(name, resource, left, &asked));
            }
        }
        finding
    }

    /// What stands in the way, or is worth knowing.
    fn issue(&self, quota: &str, resource: &str, left: u128, asked: &Asked) -> Option<Issue> {
        let problem = |asked| Problem::OverQuota {
            quota: quota.to_owned(),
            resource: resource.to_owned(),
            asked: shown(resource, asked),
            left: shown(resource, left),
        };
        if asked.at_once > left {
            let field = self.field_of_objects(resource);
            return Some(Issue::error(field, problem(asked.at_once)));
        }
        if asked.first > left {
            return Some(Issue::error(self.field_of_pod(resource), problem(asked.first)));
        }
        (asked.most > left).then(|| Issue::warning(self.subject.pods.field, problem(asked.most)))
    }

    /// The field of the first container that does not say how much it needs of something it has to.
    fn silent(&self, resource: &str) -> Option<String> {
        if !TO_BE_SAID.contains(&resource) {
            return None;
        }
        let (list, name) = split(resource);
        let spec = self.subject.pod.spec.as_ref()?;
        let mut silent = containers(spec).filter(|(_, container)| {
            let demand = Demand::of_container(container, self.defaults);
            let said = if list == "limits" {
                demand.limits
            } else {
                demand.requests
            };
            said.get(name).is_none()
        });
        let (path, _) = silent.next()?;
        Some(
            self.subject
                .fields
                .field(&format!("{path}.resources.{list}.{name}"))
                .to_owned(),
        )
    }

    fn field_of_pod(&self, resource: &str) -> String {
        let (list, name) = split(resource);
        let path = format!("spec.containers[0].resources.{list}.{name}");
        if matches!(name, "cpu" | "memory" | "ephemeral-storage") {
            return self.subject.fields.field(&path).to_owned();
        }
        self.subject.pods.field.to_owned()
    }

    /// The last object of the kind that is counted: without it the others would fit.
    fn field_of_objects(&self, resource: &str) -> String {
        let counted = |key: &ObjectKey| {
            let plural = key.plural();
            resource
                .split(['/', '.'])
                .any(|word| word == plural || (plural.ends_with("claims") && word == "storage"))
        };
        let part = self
            .subject
            .parts
            .iter()
            .rev()
            .find(|part| counted(&part.object.key));
        part.map_or("basics.namespace", |part| part.fields.name())
            .to_owned()
    }
}

/// `limits.cpu` is `cpu` of the limits; `cpu` alone is what is reserved.
fn split(resource: &str) -> (&str, &str) {
    resource.split_once('.').unwrap_or(("requests", resource))
}

fn fact(quota: &str, resource: &str, (left, hard): (u128, u128), asked: u128) -> Fact {
    Fact::new(
        FactCode::QuotaUse,
        [
            ("quota", quota.to_owned()),
            ("resource", resource.to_owned()),
            ("used", shown(resource, hard - left)),
            ("hard", shown(resource, hard)),
            ("asked", shown(resource, asked)),
        ],
    )
}

/// Whether a quota counts such pods. One with a scope that is not known here is taken not to: its own dry run tells.
fn applies(quota: &ResourceQuota, pod: &Amounts) -> bool {
    let spec = quota.spec.as_ref();
    let best_effort = !pod.iter().any(|(name, amount)| name.contains('.') && amount > 0);
    let within = |scope: &str| match scope {
        "NotTerminating" => true,
        "BestEffort" => best_effort,
        "NotBestEffort" => !best_effort,
        _ => false,
    };
    let scopes = spec.and_then(|spec| spec.scopes.as_ref()).into_iter().flatten();
    let selected = spec
        .and_then(|spec| spec.scope_selector.as_ref()?.match_expressions.as_ref())
        .into_iter()
        .flatten();
    scopes.into_iter().all(|scope| within(scope))
        && selected
            .into_iter()
            .all(|one| one.operator == "Exists" && within(&one.scope_name))
}

/// What one pod takes, under each name that a quota may have for it.
fn pod(spec: &PodSpec, claims: &[PersistentVolumeClaim], defaults: &Defaults) -> Amounts {
    let mut wanted = Amounts::default();
    wanted.add("pods", count(1));
    wanted.add("count/pods", count(1));
    let demand = Demand::of_pod(spec, defaults);
    for (name, amount) in demand.requests.iter() {
        wanted.add(name, amount);
        wanted.add(&format!("requests.{name}"), amount);
    }
    for (name, amount) in demand.limits.iter() {
        wanted.add(&format!("limits.{name}"), amount);
    }
    for claim in claims {
        claimed(claim, &mut wanted);
    }
    wanted
}

/// The claims that are made for each pod. How many of an app that is there are left from before is not known, so they are
/// not counted again.
fn each(subject: &Subject) -> Vec<PersistentVolumeClaim> {
    let claims = subject.claims().into_iter();
    claims
        .filter(|(.., each)| *each && subject.own.pods().is_none())
        .map(|(claim, ..)| claim)
        .collect()
}

/// What objects take.
fn objects<'v>(objects: impl Iterator<Item = (&'v ObjectKey, &'v Value)>) -> Amounts {
    let mut wanted = Amounts::default();
    for (key, object) in objects {
        let group = match key.group() {
            "" => String::new(),
            group => format!(".{group}"),
        };
        wanted.add(&format!("count/{}{group}", key.plural()), count(1));
        if key.kind == "Service" {
            service(object, &mut wanted);
        }
        if key.kind == "PersistentVolumeClaim"
            && let Ok(claim) = serde_json::from_value(object.clone())
        {
            claimed(&claim, &mut wanted);
        }
    }
    wanted
}

fn service(service: &Value, wanted: &mut Amounts) {
    wanted.add("services", count(1));
    let kind = service["spec"]["type"].as_str().unwrap_or_default();
    let ports = service["spec"]["ports"].as_array().map_or(0, Vec::len);
    if kind == "LoadBalancer" {
        wanted.add("services.loadbalancers", count(1));
    }
    if matches!(kind, "LoadBalancer" | "NodePort") {
        wanted.add("services.nodeports", count(ports));
    }
}

fn claimed(claim: &PersistentVolumeClaim, wanted: &mut Amounts) {
    let spec = claim.spec.as_ref();
    let resources = spec.and_then(|spec| spec.resources.as_ref()?.requests.as_ref());
    let size = Amounts::of(resources).get("storage").unwrap_or_default();
    let mut add = |prefix: &str| {
        wanted.add(&format!("{prefix}persistentvolumeclaims"), count(1));
        wanted.add(&format!("{prefix}requests.storage"), size);
    };
    add("");
    if let Some(class) = spec.and_then(|spec| spec.storage_class_name.as_ref()) {
        add(&format!("{class}.storageclass.storage.k8s.io/"));
    }
}

#[cfg(test)]
mod tests;
