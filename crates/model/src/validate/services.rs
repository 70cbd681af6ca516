//! Step 3: the Services.

use std::collections::BTreeMap;

use super::balancer;
use super::check::{FirstOf, Noted, choice, needed, no_duplicates, optional, set_of};
use super::known::Known;
use super::labels::{annotations, labels};
use super::part::Part;
use super::ports::target;
use crate::app::{
    Annotations, Balancer, Exposure, Labels, Protocol, Service, ServicePort, TargetPort, TrafficPolicy,
};
use crate::value::{DnsLabel, NodePort, PortNumber, ServiceName};
use crate::{Issues, Problem, draft};

pub(super) fn validate(known: &Known, issues: &mut Issues) -> Option<Vec<Service>> {
    let draft = known.draft();
    let services: Vec<_> = draft
        .services
        .iter()
        .map(|row| service(known, row, issues))
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
    let mut taken: BTreeMap<NodePort, Vec<(u32, PortNumber, Protocol)>> = BTreeMap::new();
    for service in services {
        for port in &service.ports {
            let Some(number) = port.node_port.filter(|_| service.exposure.has_node_ports()) else {
                continue;
            };
            let ours = (service.row, port.port, port.protocol);
            let is_shared = |theirs: &(u32, PortNumber, Protocol)| {
                (theirs.0, theirs.1) == (ours.0, ours.1) && theirs.2 != ours.2
            };
            let earlier = taken.entry(number).or_default();
            if !earlier.iter().all(is_shared) {
                let field = format!("services.{}.ports.{}.node_port", service.row, port.row);
                issues.error(field, Problem::Duplicate {});
            }
            // With three of them there is one among them that any other port clashes with.
            if earlier.len() < 3 && !earlier.contains(&ours) {
                earlier.push(ours);
            }
        }
    }
}

fn service(known: &Known, row: &draft::Service, issues: &mut Issues) -> Option<Service> {
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
    let read = set_of(good.iter().map(|port| port.row));
    for typed in row.ports.iter().filter(|typed| !read.contains(&typed.id)) {
        if let Ok(target) = target(typed.target.text()) {
            warn_if_unserved(known, &format!("{at}.ports.{}.target", typed.id), &target, issues);
        }
    }
    for port in good {
        warn_if_unserved(known, &field(port, "target"), &port.target, issues);
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
    let mut listeners = FirstOf::new();
    for service in services {
        let Exposure::LoadBalancer(Balancer::Existing(id)) = &service.exposure else {
            continue;
        };
        for port in &service.ports {
            if listeners.is_taken((id, port.port, port.protocol), service.row) {
                let field = format!("services.{}.ports.{}.port", service.row, port.row);
                issues.error(field, Problem::ListenerTaken {});
            }
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
fn warn_if_unserved(known: &Known, field: &str, target: &TargetPort, issues: &mut Issues) {
    match target {
        TargetPort::Name(name) if !known.has_port_name(name.as_str()) => {
            issues.error(field, Problem::UnknownPort {});
        }
        TargetPort::Number(number) if !known.has_port_number(&number.get().to_string()) => {
            issues.warn(field, Problem::PortNotServed {});
        }
        _ => {}
    }
}
