//! Services.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use slipway_model::App;
use slipway_model::app::{self, Exposure, Reach, TargetPort};

use crate::{Manifest, ObjectKey, Ownership, PlannedObject};

/// The annotation by which the Alibaba cloud controller manager learns who may reach a load balancer. Others ignore it.
const ADDRESS_TYPE: &str = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type";

/// A Service of an app.
pub(crate) fn planned(app: &App, service: &app::Service, ownership: &Ownership) -> PlannedObject {
    let mut metadata = ownership.metadata(service.name.as_str(), []);
    metadata.annotations = address_type(service.exposure);
    let manifest = Service {
        metadata,
        spec: Some(ServiceSpec {
            type_: Some(service.exposure.as_str().to_owned()),
            selector: Some(ownership.selector()),
            ports: Some(service.ports.iter().map(|p| port(p, service.exposure)).collect()),
            ..ServiceSpec::default()
        }),
        status: None,
    };
    let key = ObjectKey::namespaced("v1", "Service", &app.namespace, &service.name);
    PlannedObject::new(key, Manifest::of(&manifest))
}

fn address_type(exposure: Exposure) -> Option<BTreeMap<String, String>> {
    let Exposure::LoadBalancer(reach) = exposure else {
        return None;
    };
    let value = match reach {
        Reach::Public => "internet",
        Reach::Private => "intranet",
    };
    Some(BTreeMap::from([(ADDRESS_TYPE.to_owned(), value.to_owned())]))
}

fn port(port: &app::ServicePort, exposure: Exposure) -> ServicePort {
    ServicePort {
        name: port.name.as_ref().map(ToString::to_string),
        port: port.port.get().into(),
        target_port: Some(match &port.target {
            TargetPort::Number(number) => IntOrString::Int(number.get().into()),
            TargetPort::Name(name) => IntOrString::String(name.to_string()),
        }),
        protocol: Some(port.protocol.as_str().to_owned()),
        node_port: port
            .node_port
            .filter(|_| exposure != Exposure::ClusterIp)
            .map(|port| port.get().into()),
        ..ServicePort::default()
    }
}
