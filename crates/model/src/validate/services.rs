//! Step 3: the Services.

use super::balancer;
use super::check::{Noted, choice, needed, no_duplicates, optional};
use super::labels::{annotations, labels};
use super::part::Part;
use super::ports::target;
use crate::app::{
    Annotations, Balancer, Exposure, Labels, Protocol, Service, ServicePort, TargetPort, TrafficPolicy,
};
use crate::value::{DnsLabel, NodePort, PortNumber, ServiceName};
use crate::{Draft, Issues, Problem, draft};

pub(super) fn validate(draft: &Draft, issues: &mut Issues) -> Option<Vec<Service>> {
    let services: Vec<_> = draft
        .services
        .iter()
        .map(|row| service(draft, row, issues))
        .collect();
    let names: Vec<_> = draft
        .services
        .iter()
        .filter(|row| !row.name.is_blank())
        .map(|row| (format!("services.{}.name", row.id), row.name.text()))
        .collect();
    no_duplicates(issues, &names);
    let services: Vec<Service> = services.into_iter().collect::<Option<_>>()?;
    listeners(&services, issues);
    node_ports(&services, issues);
    Some(services)
}

/// A port of every node belongs to one port of one Service, which may have it for TCP and for UDP.
fn node_ports(services: &[Service], issues: &mut Issues) {
    let mut taken: Vec<(NodePort, u32, &ServicePort)> = Vec::new();
    for service in services {
        for port in &service.ports {
            let Some(number) = port.node_port.filter(|_| service.exposure.has_node_ports()) else {
                continue;
            };
            let clashes = |(other, row, theirs): &(NodePort, u32, &ServicePort)| {
                let is_shared =
                    *row == service.row && theirs.port == port.port && theirs.protocol != port.protocol;
                *other == number && !is_shared
            };
            if taken.iter().any(clashes) {
                let field = format!("services.{}.ports.{}.node_port", service.row, port.row);
                issues.error(field, Problem::Duplicate {});
            }
            taken.push((number, service.row, port));
        }
    }
}

fn service(draft: &Draft, row: &draft::Service, issues: &mut Issues) -> Option<Service> {
    let at = format!("services.{}", row.id);
    let name = needed(issues, &format!("{at}.name"), &row.name, ServiceName::parse);
    let exposure = exposure(row, &mut Part::new(&at, issues));
    let traffic_policy = traffic_policy(row, exposure.as_ref(), &mut Part::new(&at, issues));
    let headless = matches!(exposure, Some(Exposure::Headless));
    if row.ports.is_empty() && !headless {
        issues.error(format!("{at}.ports"), Problem::NeedsRow {});
    }
    let ports: Vec<_> = row
        .ports
        .iter()
        .filter(|port| !(headless && is_blank(port)))
        .map(|port| service_port(&at, row, port, issues))
        .collect();
    let good: Vec<&ServicePort> = ports.iter().flatten().collect();
    let field = |port: &ServicePort, leaf: &str| format!("{at}.ports.{}.{leaf}", port.row);
    let numbers: Vec<_> = good
        .iter()
        .map(|p| (field(p, "port"), (p.port, p.protocol)))
        .collect();
    let names: Vec<_> = good
        .iter()
        .filter_map(|p| Some((field(p, "name"), p.name.clone()?)))
        .collect();
    no_duplicates(issues, &numbers);
    no_duplicates(issues, &names);
    // What is wrong with a target is wrong whatever else is wrong in its row.
    for typed in row
        .ports
        .iter()
        .filter(|typed| good.iter().all(|port| port.row != typed.id))
    {
        if let Ok(target) = target(typed.target.text()) {
            warn_if_unserved(draft, &format!("{at}.ports.{}.target", typed.id), &target, issues);
        }
    }
    for port in good {
        warn_if_unserved(draft, &field(port, "target"), &port.target, issues);
    }
    let (labels, annotations) = marks(&at, row, exposure.as_ref(), issues);
    Some(Service {
        row: row.id,
        name: name?,
        exposure: exposure?,
        ports: ports.into_iter().collect::<Option<_>>()?,
        traffic_policy,
        labels: labels?,
        annotations: annotations?,
    })
}

fn marks(
    at: &str,
    row: &draft::Service,
    exposure: Option<&Exposure>,
    issues: &mut Issues,
) -> (Option<Labels>, Option<Annotations>) {
    let labels = labels(&format!("{at}.labels"), &row.labels, issues);
    let annotations = annotations(&format!("{at}.annotations"), &row.annotations, issues);
    let balancer = match exposure {
        Some(Exposure::LoadBalancer(balancer)) => Some(balancer),
        _ => None,
    };
    if let Some(typed) = &annotations {
        balancer::annotations(row, balancer, typed, &mut Part::new(at, issues));
    }
    (labels, annotations)
}

fn is_blank(port: &draft::ServicePort) -> bool {
    port.name.is_blank() && port.port.is_blank() && port.target.is_blank()
}

/// What was typed for another type stays in the draft and does nothing.
fn exposure(row: &draft::Service, part: &mut Part) -> Option<Exposure> {
    let kinds = [
        ("ClusterIP", "ClusterIP"),
        ("NodePort", "NodePort"),
        ("LoadBalancer", "LoadBalancer"),
    ];
    let kind = part.choice("kind", &row.kind, &kinds)?;
    let headless = part.switch("headless", &row.headless);
    if headless && kind != "ClusterIP" {
        part.warn(
            "headless",
            Problem::NotForType {
                kind: kind.to_owned(),
            },
        );
    }
    match kind {
        "ClusterIP" if headless => Some(Exposure::Headless),
        "ClusterIP" => Some(Exposure::ClusterIp),
        "NodePort" => Some(Exposure::NodePort),
        _ => balancer::read(row, part).map(Exposure::LoadBalancer),
    }
}

fn traffic_policy(
    row: &draft::Service,
    exposure: Option<&Exposure>,
    part: &mut Part,
) -> Option<TrafficPolicy> {
    let policy = part.chosen("traffic_policy", &row.traffic_policy, TrafficPolicy::CHOICES)?;
    let exposure = exposure?;
    if !exposure.has_node_ports() {
        part.warn(
            "traffic_policy",
            Problem::NotForType {
                kind: exposure.as_str().to_owned(),
            },
        );
        return None;
    }
    Some(policy)
}

/// A front port of a load balancer belongs to one Service.
fn listeners(services: &[Service], issues: &mut Issues) {
    let mut listeners = Vec::new();
    for service in services {
        let Exposure::LoadBalancer(Balancer::Existing(id)) = &service.exposure else {
            continue;
        };
        for port in &service.ports {
            let listener = (id, port.port, port.protocol);
            if listeners
                .iter()
                .any(|(other, known)| *other != service.row && *known == listener)
            {
                let field = format!("services.{}.ports.{}.port", service.row, port.row);
                issues.error(field, Problem::ListenerTaken {});
            }
            listeners.push((service.row, listener));
        }
    }
}

fn service_port(
    service_at: &str,
    service: &draft::Service,
    row: &draft::ServicePort,
    issues: &mut Issues,
) -> Option<ServicePort> {
    let at = format!("{service_at}.ports.{}", row.id);
    if service.ports.len() > 1 && row.name.is_blank() {
        issues.error(format!("{at}.name"), Problem::PortNameNeeded {});
    }
    let name = optional(issues, &format!("{at}.name"), &row.name, DnsLabel::parse);
    let port = needed(issues, &format!("{at}.port"), &row.port, PortNumber::parse);
    let target = optional(issues, &format!("{at}.target"), &row.target, target);
    let protocol = choice(
        issues,
        &format!("{at}.protocol"),
        &row.protocol,
        Protocol::CHOICES,
    );
    let node_port = node_port(&at, service, row, issues);
    Some(ServicePort {
        row: row.id,
        name: name.ok()?,
        port: port?,
        target: target.ok()?.unwrap_or(TargetPort::Number(port?)),
        protocol: protocol?,
        node_port: node_port.ok()?,
    })
}

fn node_port(
    at: &str,
    service: &draft::Service,
    row: &draft::ServicePort,
    issues: &mut Issues,
) -> Result<Option<NodePort>, Noted> {
    // What was typed for another type stays in the draft and is not judged: switching back loses nothing.
    if matches!(service.kind.text(), "ClusterIP" | "") {
        return Ok(None);
    }
    optional(
        issues,
        &format!("{at}.node_port"),
        &row.node_port,
        NodePort::parse,
    )
}

/// A name that no container port has leads nowhere; a number that none lists may still be served.
fn warn_if_unserved(draft: &Draft, field: &str, target: &TargetPort, issues: &mut Issues) {
    let mut listed = draft.containers.iter().flat_map(|container| &container.ports);
    match target {
        TargetPort::Name(name) if !listed.any(|p| p.name.text() == name.as_str()) => {
            issues.error(field, Problem::UnknownPort {});
        }
        TargetPort::Number(number) if !listed.any(|p| p.number.text() == number.get().to_string()) => {
            issues.warn(field, Problem::PortNotServed {});
        }
        _ => {}
    }
}
