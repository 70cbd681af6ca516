//! Using an existing load balancer of Alibaba Cloud again (row R40 of the guide).
//!
//! Its listeners are overwritten: a port that another Service uses would silently become ours, so that is refused here
//! although the API server would take it. One that Kubernetes has made is never bound; elsewhere than on ACK nobody reads
//! the wish: these are warnings.

use std::collections::BTreeMap;

use serde::Deserialize;
use slipway_api::{CheckCode, Fact, FactCode};
use slipway_model::{Issue, Problem};
use slipway_plan::ObjectKey;

use super::near::Near;
use super::report::Finding;
use super::subject::{Part, Subject};
use super::witness::Witness;
use crate::cluster::{ClusterError, few_at_once};

const MOST: usize = 5000;
/// The annotation that names a load balancer, by its new and its old name; the first wins.
const ID: [&str; 2] = [
    "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-id",
    "service.beta.kubernetes.io/alicloud-loadbalancer-id",
];
/// The label by which the cloud's controller notes the load balancer of a Service.
const NOTED: &str = "service.k8s.alibaba/loadbalancer-id";
const COMPONENT: &str = "cloud-controller-manager";

/// A Service at a load balancer that has an id.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Raw")]
pub(super) struct Listener {
    namespace: String,
    name: String,
    /// The load balancer it asks for.
    wanted: Option<String>,
    /// The load balancer it has.
    has: Option<String>,
    /// Ports and protocols.
    ports: Vec<(i32, String)>,
}

pub(super) async fn check(
    witness: &Witness,
    near: &Near,
    subject: &Subject<'_>,
    is_ack: bool,
) -> Result<Vec<Finding>, ClusterError> {
    let services = subject.of_kind::<Listener>("Service");
    let ours: Vec<(Listener, &Part)> = services.filter(|(service, _)| service.wanted.is_some()).collect();
    if ours.is_empty() {
        return Ok(Vec::new());
    }
    let others = near
        .listeners
        .get(async {
            let like = ObjectKey::cluster_wide("v1", "Service", "");
            let mut services = witness.own.list::<Listener>(&like, None, MOST).await?;
            services
                .items
                .retain(|service| service.wanted.is_some() || service.has.is_some());
            Ok(services)
        })
        .await?;
    let asked = ours.iter().map(|(service, part)| async {
        let mut finding = judge(service, part, &others.items, subject, is_ack);
        for (index, other) in in_use(service, &others.items, subject) {
            let key = ObjectKey::namespaced("v1", "Service", &other.namespace, &other.name);
            let problem = Problem::ListenerInUse {
                port: service.ports[index].0.unsigned_abs().into(),
                owner: witness.owner(&key).await?,
            };
            let path = format!("spec.ports[{index}].port");
            finding = finding.with(issue(service, index, subject, part.fields.field(&path), problem));
        }
        if others.complete {
            return Ok(finding);
        }
        let most = Fact::new(FactCode::TooMany, [("most", MOST.to_string())]);
        Ok(finding.could_not(None).seen(most))
    });
    few_at_once(asked).await.into_iter().collect()
}

fn judge(service: &Listener, part: &Part, others: &[Listener], subject: &Subject, is_ack: bool) -> Finding {
    let mut finding = Finding::about(CheckCode::LoadBalancer, &part.object.key);
    let row = part.fields.name().trim_end_matches("name");
    let field = format!("{row}balancer.instance");
    if !is_ack {
        let component = COMPONENT.to_owned();
        finding = finding.warned(&field, Problem::ComponentMissing { component });
    }
    let mut others = rivals(service, others, subject);
    if others.any(|other| other.wanted.is_none() && other.has == service.wanted) {
        finding = finding.warned(&field, Problem::BalancerOfKubernetes {});
    }
    finding
}

/// Which of our ports somebody else has at the same load balancer.
fn in_use<'a>(
    service: &'a Listener,
    others: &'a [Listener],
    subject: &'a Subject,
) -> impl Iterator<Item = (usize, &'a Listener)> {
    rivals(service, others, subject).flat_map(move |other| {
        let ours = service.ports.iter().enumerate();
        let shared = ours.filter(|(_, port)| other.ports.contains(port));
        shared.map(move |(index, _)| (index, other))
    })
}

/// What is said of a port that somebody else has as well. Where it is ours already, nothing is taken away any more: that
/// keeps nobody from changing something else.
fn issue(service: &Listener, index: usize, subject: &Subject, field: &str, problem: Problem) -> Issue {
    let live = subject.own.object("Service", &service.name);
    let live: Option<Listener> = live.and_then(|live| serde_json::from_value(live.clone()).ok());
    let had = live.is_some_and(|live| {
        let same = live.wanted == service.wanted || live.has == service.wanted;
        same && live.ports.contains(&service.ports[index])
    });
    if had {
        Issue::warning(field, problem)
    } else {
        Issue::error(field, problem)
    }
}

/// Everybody else at the same load balancer.
fn rivals<'a>(
    service: &'a Listener,
    others: &'a [Listener],
    subject: &'a Subject,
) -> impl Iterator<Item = &'a Listener> {
    others.iter().filter(move |other| {
        let ours = other.namespace == subject.namespace && subject.is_ours("Service", &other.name);
        !ours && (other.wanted == service.wanted || other.has == service.wanted)
    })
}

#[derive(Deserialize)]
struct Raw {
    metadata: k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta,
    #[serde(default)]
    spec: RawSpec,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawSpec {
    r#type: String,
    ports: Vec<RawPort>,
}

#[derive(Deserialize)]
struct RawPort {
    port: i32,
    #[serde(default)]
    protocol: Option<String>,
}

impl From<Raw> for Listener {
    fn from(raw: Raw) -> Self {
        let text = |map: &Option<BTreeMap<String, String>>, key: &str| map.as_ref()?.get(key).cloned();
        let meta = raw.metadata;
        let port = |port: RawPort| (port.port, port.protocol.unwrap_or_else(|| "TCP".to_owned()));
        // What another type still bears from before is read by nobody.
        let balanced = raw.spec.r#type == "LoadBalancer";
        let wanted = ID.iter().find_map(|id| text(&meta.annotations, id));
        Self {
            wanted: wanted.filter(|_| balanced),
            has: text(&meta.labels, NOTED).filter(|_| balanced),
            ports: raw.spec.ports.into_iter().map(port).collect(),
            namespace: meta.namespace.unwrap_or_default(),
            name: meta.name.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests;
