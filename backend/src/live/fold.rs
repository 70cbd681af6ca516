//! From records to what pages show. Pure: records in, views out.

mod endpoints;
mod health;
#[cfg(test)]
mod tests;

use slipway_api::{
    Access, AppDetail, AppKey, AppRow, AutoscalerView, Endpoint, IngressRuleView, IngressView, PodView,
    ServicePortView, ServiceView,
};

use super::record::{
    AutoscalerRecord, DeploymentRecord, IngressRecord, PodRecord, RouteRecord, ServicePortRecord,
    ServiceRecord,
};
use endpoints::endpoints;
use health::health;

/// The kind of the apps that are watched, as URLs write it.
pub(crate) const DEPLOYMENT: &str = "deployment";

/// Everything the cluster has for one app, at one moment.
#[derive(Clone, Debug)]
pub(crate) struct AppObjects<'a> {
    /// The slug of the cluster.
    pub(crate) cluster: &'a str,
    /// Whether addresses of this cluster carry no traffic.
    pub(crate) simulated: bool,
    pub(crate) deployment: &'a DeploymentRecord,
    /// By name.
    pub(crate) pods: Vec<&'a PodRecord>,
    /// Services that lead to its pods, by name.
    pub(crate) services: Vec<&'a ServiceRecord>,
    /// Ingresses that lead to those Services, by name.
    pub(crate) ingresses: Vec<&'a IngressRecord>,
    pub(crate) autoscaler: Option<&'a AutoscalerRecord>,
}

impl AppObjects<'_> {
    fn leads_here(&self, route: &RouteRecord) -> bool {
        self.services
            .iter()
            .any(|service| service.place.name == route.service)
    }
}

/// The app in the list.
pub(crate) fn app_row(objects: &AppObjects<'_>) -> AppRow {
    row(objects, first(&endpoints(objects)))
}

/// The app on its page. What the database knows of it is added by who asks: nothing here stands in the cluster alone.
pub(crate) fn app_detail(objects: &AppObjects<'_>, access: Access) -> AppDetail {
    let endpoints = endpoints(objects);
    AppDetail {
        row: row(objects, first(&endpoints)),
        labels: objects.deployment.labels.clone(),
        strategy: objects.deployment.strategy.clone(),
        revision: None,
        operation: None,
        pods: objects.pods.iter().map(|pod| pod_view(pod)).collect(),
        services: objects
            .services
            .iter()
            .map(|service| service_view(service, objects.simulated))
            .collect(),
        ingresses: objects
            .ingresses
            .iter()
            .map(|ingress| ingress_view(ingress, objects.simulated))
            .collect(),
        endpoints,
        autoscaler: objects.autoscaler.map(autoscaler_view),
        access,
    }
}

fn row(objects: &AppObjects<'_>, endpoint: Option<Endpoint>) -> AppRow {
    let deployment = objects.deployment;
    let (health, reason) = health(deployment, &objects.pods);
    AppRow {
        key: AppKey {
            cluster: objects.cluster.to_owned(),
            namespace: deployment.place.namespace.clone(),
            kind: DEPLOYMENT.to_owned(),
            name: deployment.place.name.clone(),
        },
        health,
        reason,
        wanted: deployment.wanted,
        ready: deployment.ready,
        updated: deployment.updated,
        images: deployment.images.clone(),
        endpoint,
        managed_by: deployment.managed_by.clone(),
        created_at: deployment.created_at,
    }
}

/// The endpoint to show first: one that a browser can open from outside, if there is any.
fn first(endpoints: &[Endpoint]) -> Option<Endpoint> {
    endpoints
        .iter()
        .find(|endpoint| endpoint.external)
        .or_else(|| endpoints.first())
        .cloned()
}

fn pod_view(pod: &PodRecord) -> PodView {
    PodView {
        name: pod.place.name.clone(),
        status: pod.status.clone(),
        ready: pod.ready,
        containers: pod.containers,
        restarts: pod.restarts,
        node: pod.node.clone(),
        address: pod.address.clone(),
        reason: pod.reason.clone(),
        created_at: pod.created_at,
    }
}

fn service_view(service: &ServiceRecord, simulated: bool) -> ServiceView {
    ServiceView {
        name: service.place.name.clone(),
        kind: service.kind.clone(),
        cluster_ip: service.cluster_ip.clone(),
        addresses: service.addresses.clone(),
        ports: service.ports.iter().map(port_view).collect(),
        simulated,
        created_at: service.created_at,
    }
}

fn port_view(port: &ServicePortRecord) -> ServicePortView {
    ServicePortView {
        name: port.name.clone(),
        port: port.port,
        target: port.target.clone(),
        protocol: port.protocol.clone(),
        node_port: port.node_port,
    }
}

fn ingress_view(ingress: &IngressRecord, simulated: bool) -> IngressView {
    let rule = |route: &RouteRecord| IngressRuleView {
        host: route.host.clone(),
        path: route.path.clone(),
        path_kind: route.path_kind.clone(),
        service: route.service.clone(),
        port: route.port.clone(),
        tls: route.tls,
    };
    IngressView {
        name: ingress.place.name.clone(),
        class: ingress.class.clone(),
        addresses: ingress.addresses.clone(),
        rules: ingress.routes.iter().map(rule).collect(),
        simulated,
        created_at: ingress.created_at,
    }
}

fn autoscaler_view(autoscaler: &AutoscalerRecord) -> AutoscalerView {
    AutoscalerView {
        name: autoscaler.place.name.clone(),
        min: autoscaler.min,
        max: autoscaler.max,
        desired: autoscaler.desired,
        target_utilization: autoscaler.target_utilization,
        current_utilization: autoscaler.current_utilization,
        reason: autoscaler.reason.clone(),
        created_at: autoscaler.created_at,
    }
}
