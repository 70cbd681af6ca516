//! Limits of the namespace (`LimitRange`) against each container, the pod, and each claim. What is outside is refused.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{LimitRange, LimitRangeItem};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use slipway_api::CheckCode;
use slipway_model::value::billionths;
use slipway_model::{Issue, Problem};

use super::amounts::{Amounts, shown};
use super::demand::{Defaults, Demand, containers};
use super::report::Finding;
use super::subject::Subject;
use super::witness::Witness;
use crate::cluster::ClusterError;

const MOST: usize = 100;

pub(super) async fn check(witness: &Witness, subject: &Subject<'_>) -> Result<Vec<Finding>, ClusterError> {
    let ranges = witness
        .person
        .list(&subject.key("v1", "LimitRange", ""), None, MOST)
        .await?;
    Ok(judge(&ranges.items, subject))
}

fn judge(ranges: &[LimitRange], subject: &Subject) -> Vec<Finding> {
    if ranges.is_empty() {
        return vec![Finding::of(CheckCode::Limits)];
    }
    let defaults = Defaults::of(ranges);
    let one = |range: &LimitRange| {
        let name = range.metadata.name.as_deref().unwrap_or_default();
        let items = range.spec.iter().flat_map(|spec| &spec.limits);
        let issues = items.flat_map(|item| issues(item, subject, &defaults));
        Finding::named(CheckCode::Limits, "LimitRange", name).with_all(issues)
    };
    ranges.iter().map(one).collect()
}

fn issues(item: &LimitRangeItem, subject: &Subject, defaults: &Defaults) -> Vec<Issue> {
    let spec = subject.spec();
    let field = |path: String| subject.fields.field(&path).to_owned();
    match item.type_.as_str() {
        "Container" => containers(&spec)
            .flat_map(|(path, container)| {
                let demand = Demand::of_container(container, defaults);
                outside(item, &demand, |list, name| {
                    field(format!("{path}.resources.{list}.{name}"))
                })
            })
            .collect(),
        "Pod" => outside(item, &Demand::of_pod(&spec, defaults), |list, name| {
            field(format!("spec.containers[0].resources.{list}.{name}"))
        }),
        "PersistentVolumeClaim" => subject
            .claims()
            .into_iter()
            // What is there already is not admitted again.
            .filter(|(_, _, part, each)| {
                *each || !subject.own.has(&part.object.key.kind, &part.object.key.name)
            })
            .flat_map(|(claim, path, part, _)| {
                let asked = claim.spec.and_then(|spec| spec.resources?.requests);
                let requests = Amounts::of(asked.as_ref());
                let demand = Demand {
                    limits: requests.clone(),
                    requests,
                };
                let at = if path.is_empty() {
                    "spec.resources".to_owned()
                } else {
                    format!("{path}spec.resources")
                };
                outside(item, &demand, |_, _| part.fields.field(&at).to_owned())
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// What is less than the least, more than the most, or too far apart.
fn outside(item: &LimitRangeItem, demand: &Demand, field: impl Fn(&str, &str) -> String) -> Vec<Issue> {
    let scope = &item.type_;
    let bounds = |of: &Option<BTreeMap<String, Quantity>>| Amounts::of(of.as_ref());
    let mut issues = Vec::new();
    for (name, min) in bounds(&item.min).iter() {
        let requested = demand.requests.get(name);
        let limit = demand.limits.get(name).unwrap_or(u128::MAX);
        if requested.is_none_or(|amount| amount < min) || limit < min {
            let problem = Problem::BelowLimit {
                resource: name.to_owned(),
                min: shown(name, min),
                scope: scope.clone(),
            };
            issues.push(Issue::error(field("requests", name), problem));
        }
    }
    for (name, max) in bounds(&item.max).iter() {
        let requested = demand.requests.get(name).is_some_and(|amount| amount > max);
        let limited = demand.limits.get(name).is_none_or(|amount| amount > max);
        if requested || limited {
            let problem = Problem::AboveLimit {
                resource: name.to_owned(),
                max: shown(name, max),
                scope: scope.clone(),
            };
            let list = if requested { "requests" } else { "limits" };
            issues.push(Issue::error(field(list, name), problem));
        }
    }
    for (name, ratio) in item.max_limit_request_ratio.iter().flatten() {
        let (requested, limit) = (demand.requests.get(name), demand.limits.get(name));
        if too_far(requested, limit, billionths(&ratio.0)) {
            let problem = Problem::LimitTooFar {
                resource: name.clone(),
                max: ratio.0.clone(),
            };
            issues.push(Issue::error(field("limits", name), problem));
        }
    }
    issues
}

/// Whether a limit is more times what is reserved than allowed; without both the ratio cannot be held.
fn too_far(requested: Option<u128>, limit: Option<u128>, ratio: Option<u128>) -> bool {
    const ONE: u128 = 1_000_000_000;
    match (requested, limit, ratio) {
        (_, _, None) => false,
        (Some(requested), Some(limit), Some(ratio)) => {
            limit.saturating_mul(ONE) > requested.saturating_mul(ratio)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests;
