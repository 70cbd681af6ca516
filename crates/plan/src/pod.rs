//! The pod template.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Container, ContainerPort, EnvVar, PodSpec, PodTemplateSpec, ResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use slipway_model::App;
use slipway_model::app;

use crate::Ownership;

/// The template of an app's pods.
pub(crate) fn template(app: &App, ownership: &Ownership) -> PodTemplateSpec {
    PodTemplateSpec {
        metadata: Some(ObjectMeta {
            labels: Some(ownership.pod_labels()),
            ..ObjectMeta::default()
        }),
        spec: Some(PodSpec {
            containers: app.containers.iter().map(container).collect(),
            ..PodSpec::default()
        }),
    }
}

fn container(container: &app::Container) -> Container {
    Container {
        name: container.name.to_string(),
        image: Some(container.image.to_string()),
        resources: resources(container),
        ports: some_if_any(container.ports.iter().map(port)),
        env: some_if_any(container.env.iter().map(variable)),
        ..Container::default()
    }
}

fn resources(container: &app::Container) -> Option<ResourceRequirements> {
    let cpu = container
        .cpu_request
        .as_ref()
        .map(|cpu| ("cpu".to_owned(), Quantity(cpu.as_str().to_owned())));
    let memory = container
        .memory_request
        .as_ref()
        .map(|memory| ("memory".to_owned(), Quantity(memory.as_str().to_owned())));
    let requests: BTreeMap<_, _> = cpu.into_iter().chain(memory).collect();
    (!requests.is_empty()).then(|| ResourceRequirements {
        requests: Some(requests),
        ..ResourceRequirements::default()
    })
}

fn port(port: &app::Port) -> ContainerPort {
    ContainerPort {
        name: port.name.as_ref().map(ToString::to_string),
        container_port: port.number.get().into(),
        protocol: Some(port.protocol.as_str().to_owned()),
        ..ContainerPort::default()
    }
}

fn variable(variable: &app::Variable) -> EnvVar {
    EnvVar {
        name: variable.name.to_string(),
        value: Some(variable.value.clone()),
        ..EnvVar::default()
    }
}

fn some_if_any<T>(items: impl Iterator<Item = T>) -> Option<Vec<T>> {
    let items: Vec<T> = items.collect();
    (!items.is_empty()).then_some(items)
}
