//! Step 3: the Services.

use super::check::{Noted, choice, needed, no_duplicates, optional};
use super::containers::PROTOCOL_CHOICES;
use crate::app::{Exposure, Reach, Service, ServicePort, TargetPort};
use crate::value::{DnsLabel, NodePort, PortName, PortNumber, ServiceName};
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
    services.into_iter().collect()
}

fn service(draft: &Draft, row: &draft::Service, issues: &mut Issues) -> Option<Service> {
    let at = format!("services.{}", row.id);
    let name = needed(issues, &format!("{at}.name"), &row.name, ServiceName::parse);
    let exposure = exposure(&at, row, issues);
    if row.ports.is_empty() {
        issues.error(format!("{at}.ports"), Problem::NeedsRow {});
    }
    let ports: Vec<_> = row
        .ports
        .iter()
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
    let nodes: Vec<_> = good
        .iter()
        .filter_map(|p| Some((field(p, "node_port"), (p.node_port?, p.protocol))))
        .collect();
    no_duplicates(issues, &numbers);
    no_duplicates(issues, &names);
    no_duplicates(issues, &nodes);
    for port in good {
        warn_if_unserved(draft, &field(port, "target"), port, issues);
    }
    Some(Service {
        row: row.id,
        name: name?,
        exposure: exposure?,
        ports: ports.into_iter().collect::<Option<_>>()?,
    })
}

fn exposure(at: &str, row: &draft::Service, issues: &mut Issues) -> Option<Exposure> {
    let kinds = [
        ("ClusterIP", "ClusterIP"),
        ("NodePort", "NodePort"),
        ("LoadBalancer", "LoadBalancer"),
    ];
    match choice(issues, &format!("{at}.kind"), &row.kind, &kinds)? {
        "ClusterIP" => Some(Exposure::ClusterIp),
        "NodePort" => Some(Exposure::NodePort),
        _ => reach(&format!("{at}.reach"), row, issues).map(Exposure::LoadBalancer),
    }
}

/// Who can reach a load balancer. Nothing is chosen for the user, since one answer costs money and is open to all.
fn reach(field: &str, row: &draft::Service, issues: &mut Issues) -> Option<Reach> {
    if row.reach.is_blank() {
        issues.error(field, Problem::Missing {});
        return None;
    }
    let reach = choice(
        issues,
        field,
        &row.reach,
        &[("public", Reach::Public), ("private", Reach::Private)],
    )?;
    if reach == Reach::Public {
        issues.warn(field, Problem::PublicAndBilled {});
    }
    Some(reach)
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
        &PROTOCOL_CHOICES,
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

/// A number, or the name of a container port.
fn target(text: &str) -> Result<TargetPort, Problem> {
    if text.bytes().any(|b| b.is_ascii_lowercase()) {
        PortName::parse(text).map(TargetPort::Name)
    } else {
        PortNumber::parse(text).map(TargetPort::Number)
    }
}

/// A name that no container port has leads nowhere; a number that none lists may still be served.
fn warn_if_unserved(draft: &Draft, field: &str, port: &ServicePort, issues: &mut Issues) {
    let mut listed = draft.containers.iter().flat_map(|container| &container.ports);
    match &port.target {
        TargetPort::Name(name) if !listed.any(|p| p.name.text() == name.as_str()) => {
            issues.error(field, Problem::UnknownPort {});
        }
        TargetPort::Number(number) if !listed.any(|p| p.number.text() == number.get().to_string()) => {
            issues.warn(field, Problem::PortNotServed {});
        }
        _ => {}
    }
}
