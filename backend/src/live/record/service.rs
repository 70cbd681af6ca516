//! What is kept of a Service.

use k8s_openapi::api::core::v1::{LoadBalancerIngress, Service, ServicePort};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{Place, Record, created_at, pairs};

/// A Service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ServiceRecord {
    pub(crate) place: Place,
    pub(crate) created_at: i64,
    pub(crate) kind: String,
    /// Empty: it leads to no pods of its own choice.
    pub(crate) selector: Vec<(String, String)>,
    pub(crate) cluster_ip: Option<String>,
    pub(crate) addresses: Vec<String>,
    pub(crate) ports: Vec<ServicePortRecord>,
}

/// A port of a Service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ServicePortRecord {
    pub(crate) name: Option<String>,
    pub(crate) protocol: String,
    pub(crate) app_protocol: Option<String>,
    pub(crate) port: u16,
    pub(crate) target: String,
    pub(crate) node_port: Option<u16>,
}

impl Record for ServiceRecord {
    fn namespace(&self) -> &str {
        &self.place.namespace
    }

    fn name(&self) -> &str {
        &self.place.name
    }
}

impl From<Service> for ServiceRecord {
    fn from(service: Service) -> Self {
        let spec = service.spec.unwrap_or_default();
        let balancer = service
            .status
            .and_then(|status| status.load_balancer)
            .and_then(|balancer| balancer.ingress);
        let assigned = balancer.iter().flatten().filter_map(address);
        let external = spec.external_ips.iter().flatten().cloned();
        Self {
            place: Place::of(&service.metadata),
            created_at: created_at(&service.metadata),
            kind: spec.type_.unwrap_or_else(|| "ClusterIP".to_owned()),
            selector: pairs(spec.selector.as_ref()),
            cluster_ip: spec.cluster_ip.filter(|ip| !ip.is_empty() && ip != "None"),
            addresses: assigned.chain(external).collect(),
            ports: spec.ports.iter().flatten().map(ServicePortRecord::from).collect(),
        }
    }
}

fn address(ingress: &LoadBalancerIngress) -> Option<String> {
    ingress
        .ip
        .clone()
        .or_else(|| ingress.hostname.clone())
        .filter(|address| !address.is_empty())
}

impl From<&ServicePort> for ServicePortRecord {
    fn from(port: &ServicePort) -> Self {
        Self {
            name: port.name.clone().filter(|name| !name.is_empty()),
            protocol: port.protocol.clone().unwrap_or_else(|| "TCP".to_owned()),
            app_protocol: port.app_protocol.clone(),
            port: number(port.port),
            target: match &port.target_port {
                Some(IntOrString::Int(number)) => number.to_string(),
                Some(IntOrString::String(name)) => name.clone(),
                None => port.port.to_string(),
            },
            node_port: port.node_port.map(number).filter(|port| *port > 0),
        }
    }
}

fn number(port: i32) -> u16 {
    u16::try_from(port).unwrap_or_default()
}
