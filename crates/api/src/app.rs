//! Apps as they run now.

use serde::{Deserialize, Serialize};

/// The address of an app.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppKey {
    /// The cluster's slug.
    pub cluster: String,
    /// The namespace.
    pub namespace: String,
    /// The kind of the workload in lower case, as in URLs: `deployment`.
    pub kind: String,
    /// The name.
    pub name: String,
}

/// How an app is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Health {
    /// Something is wrong that will not pass by itself.
    Failed,
    /// Fewer pods than wanted are serving.
    Degraded,
    /// On its way to what is wanted.
    Progressing,
    /// Nothing runs, as wanted.
    Stopped,
    /// All pods wanted are serving.
    Running,
}

/// Why an app is as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthReason {
    /// The reason as a code, e.g. `image_pull_failed`, `crash_looping`, `unschedulable`, `quota_exceeded`, `rolling_out`,
    /// `progress_deadline_exceeded`.
    pub code: String,
    /// The object it was seen on.
    pub object: String,
    /// The cluster's words, if it had any.
    pub message: Option<String>,
}

/// An app in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppRow {
    /// Its address.
    pub key: AppKey,
    /// How it is.
    pub health: Health,
    /// Why, when it is not simply running.
    pub reason: Option<HealthReason>,
    /// How many pods are wanted.
    pub wanted: u32,
    /// How many pods are serving.
    pub ready: u32,
    /// How many pods run the newest version.
    pub updated: u32,
    /// The images, in the order of the containers.
    pub images: Vec<String>,
    /// The endpoint to show first, if there is one.
    pub endpoint: Option<Endpoint>,
    /// Whether Slipway made it: `slipway`, another tool's name as far as its marks say, or nothing.
    pub managed_by: Option<String>,
    /// When it was made.
    pub created_at: i64,
}

/// A way to reach an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Endpoint {
    /// What provides it.
    pub kind: EndpointKind,
    /// The object that provides it.
    pub object: String,
    /// `http` or `https` when a browser can open it, else `tcp` or `udp`.
    pub scheme: String,
    /// The host name or address; empty while the address is pending.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The path, for HTTP.
    pub path: String,
    /// The address behind the host name, once known.
    pub address: Option<String>,
    /// Whether it can be reached from outside the cluster.
    pub external: bool,
    /// Whether the address is simulated, so that nothing answers there.
    pub simulated: bool,
}

/// What provides an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EndpointKind {
    /// An Ingress.
    Ingress,
    /// A Service of type `LoadBalancer`.
    LoadBalancer,
    /// A port of every node.
    NodePort,
    /// An address inside the cluster.
    ClusterIp,
}

/// What the app list asks for. The same names stand in the URL of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct AppQuery {
    /// Only this namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Only apps whose name, namespace or image holds this text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Only this health.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
    /// Only what this tool made: `slipway`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_by: Option<String>,
    /// The order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<AppSort>,
    /// The other way round.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub descending: Option<bool>,
    /// The page, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Rows on a page: 20 unless told otherwise, at most 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// An order of the app list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AppSort {
    /// By name.
    #[default]
    Name,
    /// By namespace, then name.
    Namespace,
    /// Worst first.
    Health,
    /// Newest first.
    Created,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// How many there are on all pages, for this member.
    pub total: u32,
    /// How many there would be without search and filters.
    pub unfiltered: u32,
    /// Whether this is what the cluster says now.
    pub access: Access,
}

/// How much a page can be trusted, and how far the member sees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Access {
    /// Since when the cluster has not been heard; the page shows what was known then.
    pub stale_since: Option<i64>,
    /// Kinds the member may not see.
    pub forbidden: Vec<String>,
}

/// Everything the app page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppDetail {
    /// The same as in the list.
    pub row: AppRow,
    /// Labels of the workload.
    pub labels: Vec<(String, String)>,
    /// The strategy of replacing pods, as Kubernetes writes it.
    pub strategy: Option<String>,
    /// The newest revision that was applied, where this very workload is known as an app of the member's teams. What is
    /// marked on it says nothing: anybody can write that.
    pub revision: Option<u64>,
    /// The operation that made this revision.
    pub operation: Option<String>,
    /// Its pods.
    pub pods: Vec<PodView>,
    /// Services that lead to its pods.
    pub services: Vec<ServiceView>,
    /// Ingresses that lead to those Services.
    pub ingresses: Vec<IngressView>,
    /// Every way to reach it, best first.
    pub endpoints: Vec<Endpoint>,
    /// The autoscaler that decides its number of pods.
    pub autoscaler: Option<AutoscalerView>,
    /// How much this can be trusted.
    pub access: Access,
}

/// A pod.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PodView {
    /// Its name.
    pub name: String,
    /// How it is, as `kubectl get pods` would say.
    pub status: String,
    /// How many of its containers are ready.
    pub ready: u32,
    /// How many containers it has.
    pub containers: u32,
    /// How often its containers were restarted.
    pub restarts: u32,
    /// Its node.
    pub node: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// What is wrong with it.
    pub reason: Option<HealthReason>,
    /// When it was made.
    pub created_at: i64,
}

/// A Service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceView {
    /// Its name.
    pub name: String,
    /// Its type, as Kubernetes writes it.
    pub kind: String,
    /// Its address inside the cluster.
    pub cluster_ip: Option<String>,
    /// Its addresses outside; empty while pending.
    pub addresses: Vec<String>,
    /// Its ports.
    pub ports: Vec<ServicePortView>,
    /// Whether its outside addresses are simulated.
    pub simulated: bool,
    /// When it was made.
    pub created_at: i64,
}

/// A port of a Service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServicePortView {
    /// Its name.
    pub name: Option<String>,
    /// The port of the Service.
    pub port: u16,
    /// The port of the container, by number or name.
    pub target: String,
    /// Its protocol.
    pub protocol: String,
    /// The port on every node.
    pub node_port: Option<u16>,
}

/// An Ingress.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IngressView {
    /// Its name.
    pub name: String,
    /// Its class.
    pub class: Option<String>,
    /// Its addresses; empty while pending.
    pub addresses: Vec<String>,
    /// Its rules.
    pub rules: Vec<IngressRuleView>,
    /// Whether its addresses are simulated.
    pub simulated: bool,
    /// When it was made.
    pub created_at: i64,
}

/// A rule of an Ingress.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IngressRuleView {
    /// The host name; any host when absent.
    pub host: Option<String>,
    /// The path.
    pub path: String,
    /// How the path is compared.
    pub path_kind: String,
    /// The Service it leads to.
    pub service: String,
    /// The port of the Service, by number or name.
    pub port: String,
    /// Whether the host is served over TLS.
    pub tls: bool,
}

/// An autoscaler.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AutoscalerView {
    /// Its name.
    pub name: String,
    /// The fewest pods.
    pub min: u32,
    /// The most pods.
    pub max: u32,
    /// How many pods it wants now.
    pub desired: u32,
    /// The target, in percent of the request.
    pub target_utilization: Option<u32>,
    /// The use now, in percent of the request.
    pub current_utilization: Option<u32>,
    /// Why it does not work, if it does not.
    pub reason: Option<HealthReason>,
    /// When it was made. A new one says for a while that it gets no figures.
    pub created_at: i64,
}
