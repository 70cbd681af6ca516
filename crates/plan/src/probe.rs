//! Health checks.

use k8s_openapi::api::core::v1::{ExecAction, HTTPGetAction, HTTPHeader, Probe, TCPSocketAction};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use slipway_model::app::{self, Handler, TargetPort};

use crate::pod::some_if_any;
use crate::workload::number;

/// A health check as Kubernetes writes it, with every number: the guide's defaults are not the cluster's.
pub(crate) fn built(probe: &app::Probe) -> Probe {
    let numbers = Probe {
        initial_delay_seconds: number(Some(probe.initial_delay)),
        period_seconds: number(Some(probe.period)),
        timeout_seconds: number(Some(probe.timeout)),
        success_threshold: number(Some(probe.healthy)),
        failure_threshold: number(Some(probe.unhealthy)),
        ..Probe::default()
    };
    match &probe.handler {
        Handler::Http {
            scheme,
            path,
            port: at,
            headers,
        } => Probe {
            http_get: Some(HTTPGetAction {
                scheme: Some(scheme.as_str().to_owned()),
                path: path.as_ref().map(ToString::to_string),
                port: port(at),
                http_headers: some_if_any(headers.iter().map(|(name, value)| HTTPHeader {
                    name: name.to_string(),
                    value: value.clone(),
                })),
                host: None,
            }),
            ..numbers
        },
        Handler::Tcp(at) => Probe {
            tcp_socket: Some(TCPSocketAction {
                port: port(at),
                host: None,
            }),
            ..numbers
        },
        Handler::Exec(command) => Probe {
            exec: Some(ExecAction {
                command: Some(command.clone()),
            }),
            ..numbers
        },
    }
}

/// A port by number or by name. They differ on the wire: `80` is a number, `"80"` would be a name, and a wrong one.
pub(crate) fn port(port: &TargetPort) -> IntOrString {
    match port {
        TargetPort::Number(number) => IntOrString::Int(number.get().into()),
        TargetPort::Name(name) => IntOrString::String(name.to_string()),
    }
}
