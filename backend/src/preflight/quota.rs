//! Quotas of the namespace against what the app needs with the most pods it may have.
//!
//! Objects that would not be made, and pods of which not one could be, are refused; fewer pods than wanted is a warning, and
//! so is an update that cannot have as many pods for a while as it needs.

mod count;
mod each;
mod surge;

use k8s_openapi::api::core::v1::{LimitRange, ResourceQuota};
use slipway_api::{CheckCode, Fact, FactCode};
use slipway_model::{Issue, Problem};
use slipway_plan::ObjectKey;

use count::{objects, pod};
use each::Each;
use surge::Surge;

use super::amounts::{Amounts, shown, times};
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
        .list(&subject.key("v1", "ResourceQuota", ""), None, MOST)
        .await?;
    if quotas.items.is_empty() {
        return Ok(vec![Finding::of(CheckCode::Quota)]);
    }
    let ranges = witness
        .person
        .list(&subject.key("v1", "LimitRange", ""), None, MOST)
        .await?;
    let each = each::look(witness, subject).await;
    Ok(judge(&quotas.items, &ranges.items, each, subject))
}

fn judge(quotas: &[ResourceQuota], ranges: &[LimitRange], each: Each, subject: &Subject) -> Vec<Finding> {
    let defaults = Defaults::of(ranges);
    let wanted = Wanted::of(subject, each, &defaults);
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
    /// By the claims that are made for each pod.
    each: Each,
    /// By what is there of it, which the quota counts already.
    there: There,
    /// For a while, by the pods of an update.
    surge: Option<Surge>,
}

/// How much more an app takes than it does now.
struct Asked {
    /// By its objects.
    at_once: u128,
    /// With its first pod.
    first: u128,
    /// With all its pods.
    most: u128,
    /// While an update replaces its pods, where they fit but for that.
    during: u128,
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
            pod: pod(&spec, defaults),
            pods,
        }
    }

    /// Of one resource that a quota counts.
    fn takes(&self, quota: &ResourceQuota, resource: &str) -> u128 {
        let objects = self.objects.get(resource).unwrap_or_default();
        objects.saturating_add(times(self.of_pod(quota, resource), self.pods))
    }

    /// The same, of one pod.
    fn of_pod(&self, quota: &ResourceQuota, resource: &str) -> u128 {
        let pod = self.pod.get(resource).filter(|_| applies(quota, &self.pod));
        pod.unwrap_or_default()
    }
}

impl<'a> Wanted<'a> {
    fn of(subject: &'a Subject<'a>, each: Each, defaults: &'a Defaults) -> Self {
        Self {
            objects: objects(
                subject
                    .parts
                    .iter()
                    .map(|part| (&part.object.key, part.object.body.value())),
            ),
            pod: pod(&subject.spec(), defaults),
            each,
            there: There::of(subject, defaults),
            surge: Surge::of(subject),
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
        let mut finding = finding;
        for (resource, hard) in hard.iter() {
            let left = hard.saturating_sub(used.get(resource).unwrap_or_default());
            if let Some(field) = self.silent(quota, resource) {
                let problem = Problem::QuotaNeeds {
                    quota: name.to_owned(),
                    resource: resource.to_owned(),
                };
                finding = finding.failed(&field, problem);
            }
            let asked = self.asked(quota, resource, left);
            let most = asked.most.max(asked.during);
            if most > 0 {
                finding = finding.seen(fact(name, resource, (left, hard), most));
                finding = finding.with_all(self.issues(name, resource, left, &asked));
            }
        }
        finding
    }

    /// How much more of one resource is asked for than the quota counts already.
    fn asked(&self, quota: &ResourceQuota, resource: &str, left: u128) -> Asked {
        let objects = self.objects.get(resource).unwrap_or_default();
        let pod = self.pod.get(resource).filter(|_| applies(quota, &self.pod));
        let pod = pod.unwrap_or_default();
        let more = |pods: u128| {
            let wanted = objects.saturating_add(pods);
            wanted.saturating_sub(self.there.takes(quota, resource))
        };
        let with = |pods: u32| more(times(pod, pods)).saturating_add(self.each.of_new(resource, pods));
        let during = |surge: &Surge| {
            let old = self.there.of_pod(quota, resource);
            let fits = more(times(pod, surge.pods)) <= left;
            let most = more(surge.most(pod, old));
            (fits && most > left).then_some(most)
        };
        Asked {
            at_once: objects.saturating_sub(self.there.objects.get(resource).unwrap_or_default()),
            first: with(self.subject.pods.most.min(1)),
            most: with(self.subject.pods.most),
            during: self.surge.as_ref().and_then(during).unwrap_or_default(),
        }
    }

    /// What stands in the way, and what is worth knowing.
    fn issues(&self, quota: &str, resource: &str, left: u128, asked: &Asked) -> Vec<Issue> {
        let problem = |asked| Problem::OverQuota {
            quota: quota.to_owned(),
            resource: resource.to_owned(),
            asked: shown(resource, asked),
            left: shown(resource, left),
        };
        if asked.at_once > left {
            let field = self.field_of_objects(resource);
            return vec![Issue::error(field, problem(asked.at_once))];
        }
        if asked.first > left {
            return vec![Issue::error(self.field_of_pod(resource), problem(asked.first))];
        }
        let all = (asked.most > left).then(|| Issue::warning(self.subject.pods.field, problem(asked.most)));
        let field = self.surge.as_ref().map_or("", |surge| surge.field.as_str());
        let during = (asked.during > left).then(|| Issue::warning(field, problem(asked.during)));
        all.into_iter().chain(during).collect()
    }

    /// The field of the first container that does not say how much it needs of something it has to.
    fn silent(&self, quota: &ResourceQuota, resource: &str) -> Option<String> {
        if !TO_BE_SAID.contains(&resource) || !applies(quota, &self.pod) {
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

#[cfg(test)]
mod tests;
