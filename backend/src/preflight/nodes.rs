//! Whether nodes can take the pods: by their labels, by what keeps pods away, by their size, and by what is left.
//!
//! The cluster takes pods that fit nowhere and lets them wait, so all of this is a warning. Virtual nodes are elastic:
//! what they have room for is not a matter of figures, and is not checked.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{PodSpec, Taint};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelectorRequirement, ObjectMeta};
use serde::Deserialize;
use slipway_api::{CheckCode, Fact, FactCode};
use slipway_model::Problem;
use slipway_plan::ObjectKey;

use super::amounts::Amounts;
use super::demand::{Defaults, Demand};
use super::near::Near;
use super::report::Finding;
use super::subject::Subject;
use super::witness::Witness;
use crate::cluster::{ClusterError, Listed};

const MOST_NODES: usize = 5000;
const MOST_PODS: usize = 2000;
const RUNNING: &str = "status.phase!=Succeeded,status.phase!=Failed";
/// The label by which virtual nodes are marked, and what keeps away pods that are not meant for them.
const VIRTUAL: (&str, &str) = ("type", "virtual-kubelet");
const VIRTUAL_TAINT: &str = "virtual-kubelet.io/provider";

/// A node, as far as pods care.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Node {
    metadata: ObjectMeta,
    #[serde(default)]
    spec: NodeSpec,
    #[serde(default)]
    status: NodeStatus,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct NodeSpec {
    unschedulable: bool,
    taints: Vec<Taint>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct NodeStatus {
    allocatable: BTreeMap<String, Quantity>,
}

/// What one pod takes of a node.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "RawPod")]
pub(super) struct Usage {
    namespace: String,
    labels: BTreeMap<String, String>,
    node: Option<String>,
    requests: Amounts,
}

#[derive(Deserialize)]
struct RawPod {
    #[serde(default)]
    metadata: ObjectMeta,
    spec: PodSpec,
}

impl From<RawPod> for Usage {
    fn from(pod: RawPod) -> Self {
        Self {
            requests: Demand::of_pod(&pod.spec, &Defaults::default()).requests,
            node: pod.spec.node_name,
            namespace: pod.metadata.namespace.unwrap_or_default(),
            labels: pod.metadata.labels.unwrap_or_default(),
        }
    }
}

pub(super) async fn check(
    witness: &Witness,
    near: &Near,
    subject: &Subject<'_>,
) -> Result<Vec<Finding>, ClusterError> {
    let all = |kind| ObjectKey::cluster_wide("v1", kind, "");
    let nodes = near
        .nodes
        .get(witness.own.list(&all("Node"), None, MOST_NODES))
        .await?;
    let ranges = witness
        .person
        .list(&subject.key("v1", "LimitRange", ""), None, 100)
        .await
        .map(|ranges| Defaults::of(&ranges.items))
        .unwrap_or_default();
    let spec = subject.spec();
    let needs = Needs::of(&spec, &ranges);
    let fits = Fits::of(&nodes.items, &needs);
    if fits.fitting.is_empty() || subject.pods.most == 0 {
        return Ok(vec![fits.without_room(subject)]);
    }
    let usage = near
        .usage
        .get(witness.own.list(&all("Pod"), Some(RUNNING), MOST_PODS))
        .await?;
    Ok(vec![fits.with_room(&needs, &usage, subject)])
}

/// What a pod asks of a node.
struct Needs<'a> {
    pod: &'a PodSpec,
    requests: Amounts,
}

impl<'a> Needs<'a> {
    fn of(pod: &'a PodSpec, defaults: &Defaults) -> Self {
        let mut requests = Demand::of_pod(pod, defaults).requests;
        requests.fill("pods", super::amounts::count(1));
        Self { pod, requests }
    }

    /// Whether a node has the labels.
    fn labels(&self, node: &Node) -> bool {
        let labels = node.metadata.labels.clone().unwrap_or_default();
        let mut selected = self.pod.node_selector.iter().flatten();
        selected.all(|(key, value)| labels.get(key) == Some(value)) && self.required(&labels)
    }

    fn required(&self, labels: &BTreeMap<String, String>) -> bool {
        let affinity = self.pod.affinity.as_ref();
        let required = affinity.and_then(|affinity| {
            let of_nodes = affinity.node_affinity.as_ref()?;
            of_nodes
                .required_during_scheduling_ignored_during_execution
                .as_ref()
        });
        let Some(required) = required else { return true };
        required.node_selector_terms.iter().any(|term| {
            let wishes = term.match_expressions.iter().flatten();
            let wishes = wishes.map(|wish| LabelSelectorRequirement {
                key: wish.key.clone(),
                operator: wish.operator.clone(),
                values: wish.values.clone(),
            });
            wishes.into_iter().all(|wish| fits(labels.get(&wish.key), &wish))
        })
    }

    /// Whether a node takes such pods now.
    fn is_let_in(&self, node: &Node, but_virtual: bool) -> bool {
        let hard = node
            .spec
            .taints
            .iter()
            .filter(|taint| taint.effect != "PreferNoSchedule");
        let mut kept = hard.filter(|taint| !(but_virtual && taint.key == VIRTUAL_TAINT));
        !node.spec.unschedulable && kept.all(|taint| self.tolerates(taint))
    }

    fn tolerates(&self, taint: &Taint) -> bool {
        let mut tolerations = self.pod.tolerations.iter().flatten();
        tolerations.any(|toleration| {
            let exists = toleration.operator.as_deref() == Some("Exists");
            let key = toleration.key.as_deref().unwrap_or_default();
            let value = exists
                || toleration.value.as_deref().unwrap_or_default()
                    == taint.value.as_deref().unwrap_or_default();
            let effect = toleration.effect.as_deref().unwrap_or_default();
            (key == taint.key || (key.is_empty() && exists))
                && value
                && (effect.is_empty() || effect == taint.effect)
        })
    }

    /// How often the pod goes into what is left.
    fn how_often(&self, left: &Amounts) -> u128 {
        let wanted = self.requests.iter().filter(|(_, amount)| *amount > 0);
        wanted
            .map(|(name, amount)| left.get(name).unwrap_or_default() / amount)
            .min()
            .unwrap_or_default()
    }
}

fn fits(value: Option<&String>, wish: &LabelSelectorRequirement) -> bool {
    let values = wish.values.as_deref().unwrap_or_default();
    let number = |text: &String| text.parse::<i64>().ok();
    let bound = values.first().and_then(number);
    match wish.operator.as_str() {
        "In" => value.is_some_and(|value| values.contains(value)),
        "NotIn" => value.is_none_or(|value| !values.contains(value)),
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        "Gt" => value.and_then(number).zip(bound).is_some_and(|(a, b)| a > b),
        "Lt" => value.and_then(number).zip(bound).is_some_and(|(a, b)| a < b),
        _ => false,
    }
}

/// Which nodes can take a pod, and why the others cannot.
#[derive(Default)]
struct Fits<'a> {
    fitting: Vec<&'a Node>,
    all: usize,
    labels: u64,
    closed: u64,
    small: u64,
    elastic: bool,
}

impl<'a> Fits<'a> {
    fn of(nodes: &'a [Node], needs: &Needs) -> Self {
        let mut fits = Self {
            all: nodes.len(),
            ..Self::default()
        };
        for node in nodes {
            let is_virtual = is_virtual(node);
            if !needs.labels(node) {
                fits.labels += 1;
            } else if !needs.is_let_in(node, is_virtual) {
                fits.closed += 1;
            } else if is_virtual {
                fits.elastic = true;
            } else if needs.how_often(&Amounts::of(Some(&node.status.allocatable))) == 0 {
                fits.small += 1;
            } else {
                fits.fitting.push(node);
            }
        }
        fits
    }

    fn seen(&self) -> Finding {
        let params = [
            ("nodes", self.fitting.len().to_string()),
            ("all", self.all.to_string()),
        ];
        Finding::of(CheckCode::Nodes).seen(Fact::new(FactCode::NodesFit, params))
    }

    /// Without looking at what is left.
    fn without_room(&self, subject: &Subject) -> Finding {
        if self.elastic {
            return elastic(Finding::of(CheckCode::Nodes));
        }
        if subject.pods.most == 0 {
            return self.seen();
        }
        let problem = Problem::NoNodeFits {
            nodes: self.all as u64,
            labels: self.labels,
            closed: self.closed,
            small: self.small,
        };
        self.seen().warned(&self.field(subject), problem)
    }

    /// The field that keeps most nodes out.
    fn field(&self, subject: &Subject) -> String {
        let selects = subject
            .pod
            .spec
            .as_ref()
            .is_some_and(|spec| spec.node_selector.is_some());
        let path = match () {
            () if self.small > 0 => "spec.containers[0].resources.requests.cpu",
            () if self.closed > 0 => "spec.tolerations",
            () if selects => "spec.nodeSelector",
            () => "spec.affinity",
        };
        subject.fields.field(path).to_owned()
    }

    fn with_room(&self, needs: &Needs, usage: &Listed<Usage>, subject: &Subject) -> Finding {
        let finding = self.seen();
        let most = u64::from(subject.pods.most);
        // Where its own pods are now there is room for what they become.
        let others = usage.items.iter().filter(|pod| {
            let is_own = pod.namespace == subject.namespace && subject.own.selects(&pod.labels);
            !is_own
        });
        let pods = self.room(needs, others, most);
        let room = |finding: Finding| {
            finding.seen(Fact::new(
                FactCode::RoomFor,
                [("pods", pods.to_string()), ("most", most.to_string())],
            ))
        };
        match () {
            () if !usage.complete => {
                let most = Fact::new(FactCode::TooMany, [("most", MOST_PODS.to_string())]);
                finding.could_not(None).seen(most)
            }
            () if pods >= most => room(finding),
            () if self.elastic => elastic(room(finding)),
            () => finding.warned(subject.pods.field, Problem::NoRoom { pods, most }),
        }
    }

    /// For how many pods there is room now, up to a number.
    fn room<'u>(&self, needs: &Needs, usage: impl Iterator<Item = &'u Usage>, most: u64) -> u64 {
        let mut used: BTreeMap<&'u str, Amounts> = BTreeMap::new();
        for pod in usage {
            let Some(node) = pod.node.as_deref() else { continue };
            let of_node = used.entry(node).or_default();
            of_node.add_all(&pod.requests);
            of_node.add("pods", super::amounts::count(1));
        }
        let nothing = Amounts::default();
        let free = self.fitting.iter().map(|node| {
            let name = node.metadata.name.as_deref().unwrap_or_default();
            let used = used.get(name).unwrap_or(&nothing);
            let mut left = Amounts::default();
            for (name, amount) in Amounts::of(Some(&node.status.allocatable)).iter() {
                left.fill(name, amount.saturating_sub(used.get(name).unwrap_or_default()));
            }
            needs.how_often(&left)
        });
        u64::try_from(free.sum::<u128>()).unwrap_or(u64::MAX).min(most)
    }
}

fn elastic(finding: Finding) -> Finding {
    finding.could_not(None).seen(Fact::new(FactCode::Elastic, []))
}

fn is_virtual(node: &Node) -> bool {
    let labels = node.metadata.labels.as_ref();
    labels.is_some_and(|labels| labels.get(VIRTUAL.0).is_some_and(|kind| kind == VIRTUAL.1))
}

#[cfg(test)]
mod tests;
