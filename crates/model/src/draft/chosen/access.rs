//! Services and Ingresses: who can reach the app, and which requests go elsewhere.

use super::{clear, one_of};
use crate::draft::{Balancer, Canary, Ingress, Service, ServicePort};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Exposure {
    ClusterIp,
    NodePort,
    LoadBalancer,
}

const EXPOSURES: [(&str, Exposure); 3] = [
    ("ClusterIP", Exposure::ClusterIp),
    ("NodePort", Exposure::NodePort),
    ("LoadBalancer", Exposure::LoadBalancer),
];

pub(super) fn service(row: &mut Service) {
    let Some(exposure) = one_of(&row.kind, &EXPOSURES) else {
        return;
    };
    if exposure == Exposure::ClusterIp {
        clear([&mut row.traffic_policy]);
        clear(row.ports.iter_mut().map(|port| &mut port.node_port));
    } else {
        clear([&mut row.headless]);
    }
    if exposure == Exposure::LoadBalancer {
        balancer(row);
    } else {
        clear([&mut row.reach]);
        row.balancer = Balancer::default();
    }
    if row.headless.is_on() {
        row.ports.iter_mut().for_each(port_of_headless);
    }
}

/// A load balancer that is there is used as it is; what a new one is to be is said of a new one only.
fn balancer(row: &mut Service) {
    let typed = &mut row.balancer;
    if typed.kind.text() == "existing" {
        clear([&mut row.reach, &mut typed.specification, &mut typed.bandwidth]);
        return;
    }
    clear([&mut typed.instance]);
    if row.reach.text() == "private" {
        clear([&mut typed.bandwidth]);
    }
}

/// A headless Service needs no port, so a row without one counts as not there.
fn port_of_headless(row: &mut ServicePort) {
    if row.name.is_blank() && row.port.is_blank() && row.target.is_blank() {
        *row = ServicePort {
            id: row.id,
            ..ServicePort::default()
        };
    }
}

pub(super) fn ingress(row: &mut Ingress) {
    match row.kind.text() {
        "HTTPRoute" => {
            clear([&mut row.class]);
            row.tls.clear();
        }
        "" | "Ingress" => row.gateways.clear(),
        _ => {}
    }
    if !row.canary.enabled.is_on() {
        clear([&mut row.weight]);
        row.canary = Canary {
            enabled: row.canary.enabled.clone(),
            ..Canary::default()
        };
    }
}
