//! Every way to reach an app, best first.

use slipway_api::{Endpoint, EndpointKind};

use super::AppObjects;
use crate::live::record::{IngressRecord, RouteRecord, ServicePortRecord, ServiceRecord};

const HTTP: u16 = 80;
const HTTPS: u16 = 443;

/// Every way to reach an app, best first: Ingresses, load balancers, node ports, then addresses inside the cluster.
pub(super) fn endpoints(objects: &AppObjects<'_>) -> Vec<Endpoint> {
    let mut endpoints: Vec<Endpoint> = Vec::new();
    for ingress in &objects.ingresses {
        let routes = ingress.routes.iter().filter(|route| objects.leads_here(route));
        endpoints.extend(routes.map(|route| of_route(ingress, route)));
    }
    let node = objects.pods.iter().find_map(|pod| pod.node_address.clone());
    for service in &objects.services {
        for port in &service.ports {
            endpoints.extend(balanced(service, port));
            endpoints.extend(on_node(service, port, node.as_deref()));
            endpoints.push(inside(service, port));
        }
    }
    for endpoint in &mut endpoints {
        endpoint.simulated = objects.simulated;
    }
    endpoints.sort_by_key(|endpoint| endpoint.kind);
    endpoints
}

fn of_route(ingress: &IngressRecord, route: &RouteRecord) -> Endpoint {
    let address = ingress.addresses.first().cloned();
    // A host name such as *.bar.com cannot be opened as it stands, nor can none at all.
    let host = route.host.clone().or_else(|| address.clone()).unwrap_or_default();
    let (scheme, port) = if route.tls {
        ("https", HTTPS)
    } else {
        ("http", HTTP)
    };
    Endpoint {
        kind: EndpointKind::Ingress,
        object: ingress.place.name.clone(),
        scheme: scheme.to_owned(),
        host,
        port,
        path: route.path.clone(),
        address,
        external: true,
        simulated: false,
    }
}

fn balanced(service: &ServiceRecord, port: &ServicePortRecord) -> Vec<Endpoint> {
    if service.kind != "LoadBalancer" {
        return Vec::new();
    }
    let endpoint = |address: Option<&String>| Endpoint {
        host: address.cloned().unwrap_or_default(),
        address: address.cloned(),
        external: true,
        ..of_port(EndpointKind::LoadBalancer, service, port, port.port)
    };
    match service.addresses.as_slice() {
        [] => vec![endpoint(None)],
        addresses => addresses.iter().map(|address| endpoint(Some(address))).collect(),
    }
}

fn on_node(service: &ServiceRecord, port: &ServicePortRecord, node: Option<&str>) -> Option<Endpoint> {
    let node_port = port.node_port.filter(|_| service.kind == "NodePort")?;
    Some(Endpoint {
        host: node.unwrap_or_default().to_owned(),
        address: node.map(ToOwned::to_owned),
        external: true,
        ..of_port(EndpointKind::NodePort, service, port, node_port)
    })
}

fn inside(service: &ServiceRecord, port: &ServicePortRecord) -> Endpoint {
    Endpoint {
        host: format!("{}.{}.svc", service.place.name, service.place.namespace),
        address: service.cluster_ip.clone(),
        ..of_port(EndpointKind::ClusterIp, service, port, port.port)
    }
}

fn of_port(kind: EndpointKind, service: &ServiceRecord, port: &ServicePortRecord, number: u16) -> Endpoint {
    let scheme = scheme(port);
    Endpoint {
        kind,
        object: service.place.name.clone(),
        path: if scheme.starts_with("http") {
            "/".to_owned()
        } else {
            String::new()
        },
        scheme,
        host: String::new(),
        port: number,
        address: None,
        external: false,
        simulated: false,
    }
}

/// What speaks behind a port, as far as its protocol, name and number tell.
fn scheme(port: &ServicePortRecord) -> String {
    if port.protocol != "TCP" {
        return port.protocol.to_lowercase();
    }
    let named = port
        .app_protocol
        .as_deref()
        .or(port.name.as_deref())
        .unwrap_or_default()
        .to_lowercase();
    let scheme = match port.port {
        _ if named.starts_with("https") => "https",
        _ if named.starts_with("http") => "http",
        443 | 8443 => "https",
        80 | 8000 | 8080 => "http",
        _ => "tcp",
    };
    scheme.to_owned()
}
