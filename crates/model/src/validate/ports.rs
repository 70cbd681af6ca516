//! Step 2: the ports a container listens on, and those that others refer to.

use super::check::{choice, needed, no_duplicates, optional};
use crate::app::{Port, Protocol, TargetPort};
use crate::value::{PortName, PortNumber};
use crate::{Issues, Problem, draft};

pub(super) fn read(at: &str, rows: &[draft::Port], issues: &mut Issues) -> Option<Vec<Port>> {
    let ports: Vec<_> = rows
        .iter()
        .filter(|row| !(row.name.is_blank() && row.number.is_blank()))
        .map(|row| port(&format!("{at}.ports.{}", row.id), row, issues))
        .collect();
    let good: Vec<&Port> = ports.iter().flatten().collect();
    let field = |port: &Port, leaf: &str| format!("{at}.ports.{}.{leaf}", port.row);
    let numbers: Vec<_> = good
        .iter()
        .map(|p| (field(p, "number"), (p.number, p.protocol)))
        .collect();
    let names: Vec<_> = good
        .iter()
        .filter_map(|p| Some((field(p, "name"), p.name.clone()?)))
        .collect();
    no_duplicates(issues, &numbers);
    no_duplicates(issues, &names);
    ports.into_iter().collect()
}

fn port(at: &str, row: &draft::Port, issues: &mut Issues) -> Option<Port> {
    let name = optional(issues, &format!("{at}.name"), &row.name, PortName::parse);
    let number = needed(issues, &format!("{at}.number"), &row.number, PortNumber::parse);
    let protocol = choice(
        issues,
        &format!("{at}.protocol"),
        &row.protocol,
        Protocol::CHOICES,
    );
    Some(Port {
        row: row.id,
        name: name.ok()?,
        number: number?,
        protocol: protocol?,
    })
}

/// A number, or the name of a container port.
pub(super) fn target(text: &str) -> Result<TargetPort, Problem> {
    if text.bytes().any(|b| b.is_ascii_lowercase()) {
        PortName::parse(text).map(TargetPort::Name)
    } else {
        PortNumber::parse(text).map(TargetPort::Number)
    }
}
