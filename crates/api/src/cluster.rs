//! Clusters as pages show them.

use serde::{Deserialize, Serialize};

/// A cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClusterView {
    /// Its name in URLs.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Whether it answers.
    pub state: ClusterState,
    /// Its version, e.g. `v1.37.2`, once it has answered.
    pub version: Option<String>,
    /// How many nodes it has, where the member may know.
    pub nodes: Option<u32>,
    /// How many of them are virtual: elastic, so room on them is not checked.
    pub virtual_nodes: Option<u32>,
    /// Who runs it, as far as it can be told.
    pub provider: Provider,
    /// What was found on it.
    pub features: Vec<FeatureView>,
    /// Names of its Ingress classes.
    pub ingress_classes: Vec<String>,
    /// The Ingress class used when none is named.
    pub default_ingress_class: Option<String>,
    /// The namespace the kubeconfig's context names, else `default`.
    pub default_namespace: String,
    /// When it last answered.
    pub seen_at: Option<i64>,
}

/// Whether a cluster answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ClusterState {
    /// Not asked yet.
    Connecting,
    /// It answers.
    Reachable,
    /// It does not answer.
    Unreachable,
    /// It answers that we may not.
    Forbidden,
}

/// Who runs a cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Provider {
    /// Alibaba Cloud ACK.
    Ack,
    /// The simulated cluster of this project: its addresses carry no traffic.
    Simulated,
    /// Somebody else, or nobody knows.
    #[default]
    Other,
}

/// A feature a cluster may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Feature {
    /// Figures of use (`metrics.k8s.io`), which metric scaling needs.
    Metrics,
    /// Timed scaling (`autoscaling.alibabacloud.com`).
    CronHpa,
    /// Gateway API.
    GatewayApi,
    /// An Ingress class.
    Ingress,
    /// A default storage class.
    DefaultStorage,
}

/// A feature, and whether it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FeatureView {
    /// The feature.
    pub feature: Feature,
    /// Whether it is there.
    pub present: bool,
}

/// The namespaces a member may choose from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamespaceList {
    /// Their names, sorted.
    pub names: Vec<String>,
    /// Whether this is all there is for the member; if not, a name may be typed as well.
    pub complete: bool,
}
