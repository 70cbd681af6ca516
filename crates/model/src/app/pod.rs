//! What holds for every pod.

use serde::Serialize;

use super::{Annotations, Labels, words};
use crate::value::{Capability, LabelKey, LabelValue, Subdomain};

/// What holds for every pod.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Pod {
    /// Labels, as typed.
    pub labels: Labels,
    /// Annotations, as typed.
    pub annotations: Annotations,
    /// Seconds a pod has to end by itself.
    pub grace: Option<u32>,
    /// The service account.
    pub service_account: Option<Subdomain>,
    /// What its processes may do.
    pub security: PodSecurity,
    /// Labels a node must have.
    pub node_selector: Labels,
    /// Nodes and neighbours that are wanted or avoided.
    pub affinity: Vec<Affinity>,
    /// Taints that are put up with.
    pub tolerations: Vec<Toleration>,
    /// How the pods spread.
    pub spread: Vec<Spread>,
    /// Secrets that open the registries of all containers.
    pub pull_secrets: Vec<Subdomain>,
}

/// What the processes of all containers may do.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PodSecurity {
    /// Whether the pods pass the Pod Security standard `restricted`.
    pub restricted: bool,
    /// The user's number.
    pub user: Option<u32>,
    /// The group's number.
    pub group: Option<u32>,
    /// The group that owns files on volumes.
    pub fs_group: Option<u32>,
}

/// What the processes of one container may do.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ContainerSecurity {
    /// The user's number.
    pub user: Option<u32>,
    /// The group's number.
    pub group: Option<u32>,
    /// Whether the image's files cannot be changed.
    pub read_only_root: bool,
    /// Rights of the super-user it keeps.
    pub capabilities: Vec<Capability>,
}

/// One wish about nodes or neighbours.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Affinity {
    /// The draft row it comes from.
    pub row: u32,
    /// What it is about.
    pub kind: AffinityKind,
    /// How much it counts; it must be met when absent.
    pub weight: Option<u32>,
    /// The label it looks at; for pods the app's own when absent.
    pub term: Option<(LabelKey, Operator, Vec<LabelValue>)>,
    /// For pods: what counts as the same place.
    pub topology: LabelKey,
}

/// What a wish is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum AffinityKind {
    /// Nodes.
    Node,
    /// Pods to be near.
    Near,
    /// Pods to be apart from.
    Apart,
}

words! { AffinityKind { Node => "node", Near => "near", Apart => "apart" } }

/// How a label is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Operator {
    /// Has one of the values.
    In,
    /// Has none of the values.
    NotIn,
    /// Is there.
    Exists,
    /// Is not there.
    DoesNotExist,
    /// Is a greater number.
    Gt,
    /// Is a lesser number.
    Lt,
}

words! { Operator {
    In => "In",
    NotIn => "NotIn",
    Exists => "Exists",
    DoesNotExist => "DoesNotExist",
    Gt => "Gt",
    Lt => "Lt",
} }

/// One taint that is put up with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Toleration {
    /// The draft row it comes from.
    pub row: u32,
    /// Its key; every taint when absent.
    pub key: Option<LabelKey>,
    /// Its value; any when absent.
    pub value: Option<LabelValue>,
    /// Its effect; any when absent.
    pub effect: Option<Effect>,
    /// Seconds until the pods go after all.
    pub seconds: Option<u32>,
}

/// What a taint does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Effect {
    /// No new pods.
    NoSchedule,
    /// No new pods if others will do.
    PreferNoSchedule,
    /// Pods go.
    NoExecute,
}

words! { Effect {
    NoSchedule => "NoSchedule",
    PreferNoSchedule => "PreferNoSchedule",
    NoExecute => "NoExecute",
} }

/// One rule of how pods spread.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// The draft row it comes from.
    pub row: u32,
    /// What counts as one place.
    pub topology: LabelKey,
    /// How many pods more one place may have than another.
    pub max_skew: u32,
    /// Whether a pod that would break the rule is not started.
    pub strict: bool,
}
