//! Services.

use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use slipway_model::App;
use slipway_model::app::{self, Balancer, Exposure, Reach};

use crate::ownership::text_pairs;
use crate::pod::some_if_any;
use crate::probe;
use crate::{Manifest, ObjectKey, Ownership, PlannedObject};

/// How the annotations start by which the Alibaba cloud controller manager learns about a load balancer. Others ignore
/// them.
const PREFIX: &str = "service.beta.kubernetes.io/alibaba-cloud-";

/// A Service of an app.
pub(crate) fn planned(app: &App, service: &app::Service, ownership: &Ownership) -> PlannedObject {
    let annotations = text_pairs(&service.annotations).chain(balancer(&service.exposure));
    let headless = service.exposure == Exposure::Headless;
    let manifest = Service {
        metadata: ownership.annotated(service.name.as_str(), text_pairs(&service.labels), annotations),
        spec: Some(ServiceSpec {
            type_: Some(service.exposure.as_str().to_owned()),
            cluster_ip: headless.then(|| "None".to_owned()),
            selector: Some(ownership.selector()),
            ports: some_if_any(service.ports.iter().map(|p| port(p, &service.exposure))),
            external_traffic_policy: service.traffic_policy.map(|policy| policy.as_str().to_owned()),
            ..ServiceSpec::default()
        }),
        status: None,
    };
    let key = ObjectKey::namespaced("v1", "Service", &app.namespace, &service.name);
    PlannedObject::new(key, Manifest::of(&manifest))
}

/// What the cloud is told about a load balancer. A specification and a bandwidth do nothing unless they are also what
/// is paid for; without the last one an existing load balancer would get no listeners.
fn balancer(exposure: &Exposure) -> Vec<(String, String)> {
    let Exposure::LoadBalancer(balancer) = exposure else {
        return Vec::new();
    };
    let mut told: Vec<(&str, String)> = Vec::new();
    match balancer {
        Balancer::New {
            reach,
            specification,
            bandwidth,
        } => {
            let reach = reach.map(|reach| match reach {
                Reach::Public => "internet",
                Reach::Private => "intranet",
            });
            told.extend(reach.map(|reach| ("loadbalancer-address-type", reach.to_owned())));
            if let Some(specification) = specification {
                told.push(("loadbalancer-spec", specification.clone()));
                told.push(("loadbalancer-instance-charge-type", "PayBySpec".to_owned()));
            }
            if let Some(bandwidth) = bandwidth {
                told.push(("loadbalancer-bandwidth", bandwidth.to_string()));
                told.push(("loadbalancer-charge-type", "paybybandwidth".to_owned()));
            }
        }
        Balancer::Existing(id) => {
            told.push(("loadbalancer-id", id.to_string()));
            told.push(("loadbalancer-force-override-listeners", "true".to_owned()));
        }
    }
    told.into_iter()
        .map(|(key, value)| (format!("{PREFIX}{key}"), value))
        .collect()
}

fn port(port: &app::ServicePort, exposure: &Exposure) -> ServicePort {
    ServicePort {
        name: port.name.as_ref().map(ToString::to_string),
        port: port.port.get().into(),
        target_port: Some(probe::port(&port.target)),
        protocol: Some(port.protocol.as_str().to_owned()),
        node_port: port
            .node_port
            .filter(|_| exposure.has_node_ports())
            .map(|port| port.get().into()),
        ..ServicePort::default()
    }
}
