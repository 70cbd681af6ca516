//! Step 2: the containers.

use super::check::{Noted, choice, needed, no_duplicates, optional};
use crate::app::{Container, Port, Protocol, Variable};
use crate::value::{AppName, Cpu, DnsLabel, ImageRef, Memory, PortName, PortNumber, VariableName};
use crate::{Draft, Issues, Problem, Typed, draft};

pub(super) const PROTOCOL_CHOICES: [(&str, Protocol); 2] = [("TCP", Protocol::Tcp), ("UDP", Protocol::Udp)];

pub(super) fn validate(draft: &Draft, issues: &mut Issues) -> Option<Vec<Container>> {
    if draft.containers.is_empty() {
        issues.error("containers", Problem::NeedsRow {});
        return None;
    }
    let containers: Vec<_> = draft
        .containers
        .iter()
        .map(|row| container(draft, row, issues))
        .collect();
    let name_of = |row: &draft::Container| {
        let name = if row.name.is_blank() {
            &draft.basics.name
        } else {
            &row.name
        };
        (format!("containers.{}.name", row.id), name.text().to_owned())
    };
    let names: Vec<_> = draft
        .containers
        .iter()
        .map(name_of)
        .filter(|(_, name)| !name.is_empty())
        .collect();
    no_duplicates(issues, &names);
    containers.into_iter().collect()
}

fn container(draft: &Draft, row: &draft::Container, issues: &mut Issues) -> Option<Container> {
    let at = format!("containers.{}", row.id);
    let name = optional(issues, &format!("{at}.name"), &row.name, DnsLabel::parse);
    let image = image(&format!("{at}.image"), &row.image, issues);
    let cpu = optional(
        issues,
        &format!("{at}.resources.cpu_request"),
        &row.resources.cpu_request,
        Cpu::parse,
    );
    let memory = memory(
        &format!("{at}.resources.memory_request"),
        &row.resources.memory_request,
        issues,
    );
    let ports = ports(&at, &row.ports, issues);
    let env = env(&at, &row.env, issues);
    let name = match name.ok()? {
        Some(name) => name,
        // A name that is wrong is blamed where it was typed, not here again.
        None => AppName::parse(draft.basics.name.text()).ok()?.into(),
    };
    Some(Container {
        row: row.id,
        name,
        image: image?,
        cpu_request: cpu.ok()?,
        memory_request: memory.ok()?,
        ports: ports?,
        env: env?,
    })
}

fn image(field: &str, typed: &Typed, issues: &mut Issues) -> Option<ImageRef> {
    let image = needed(issues, field, typed, ImageRef::parse)?;
    if !image.is_pinned() {
        issues.warn(field, Problem::ImageNotPinned {});
    }
    Some(image)
}

fn memory(field: &str, typed: &Typed, issues: &mut Issues) -> Result<Option<Memory>, Noted> {
    let memory = optional(issues, field, typed, Memory::parse)?;
    if let Some(suggestion) = memory.as_ref().and_then(Memory::probably_meant) {
        issues.warn(field, Problem::MemoryInBytes { suggestion });
    }
    Ok(memory)
}

fn ports(at: &str, rows: &[draft::Port], issues: &mut Issues) -> Option<Vec<Port>> {
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
        &PROTOCOL_CHOICES,
    );
    Some(Port {
        row: row.id,
        name: name.ok()?,
        number: number?,
        protocol: protocol?,
    })
}

fn env(at: &str, rows: &[draft::Variable], issues: &mut Issues) -> Option<Vec<Variable>> {
    let variables: Vec<_> = rows
        .iter()
        .filter(|row| !(row.name.is_blank() && row.value.as_str().is_empty()))
        .map(|row| variable(&format!("{at}.env.{}", row.id), row, issues))
        .collect();
    let names: Vec<_> = variables
        .iter()
        .flatten()
        .map(|variable| (format!("{at}.env.{}.name", variable.row), variable.name.clone()))
        .collect();
    no_duplicates(issues, &names);
    variables.into_iter().collect()
}

fn variable(at: &str, row: &draft::Variable, issues: &mut Issues) -> Option<Variable> {
    let kind = choice(issues, &format!("{at}.kind"), &row.kind, &[("value", ())]);
    let field = format!("{at}.name");
    let name = needed(issues, &field, &row.name, VariableName::parse);
    if name.as_ref().is_some_and(VariableName::is_unusual) {
        issues.warn(&field, Problem::VariableNameUnusual {});
    }
    if name.as_ref().is_some_and(VariableName::sounds_secret) && !row.value.as_str().is_empty() {
        issues.warn(format!("{at}.value"), Problem::LooksLikeSecret {});
    }
    kind?;
    Some(Variable {
        row: row.id,
        name: name?,
        value: row.value.as_str().to_owned(),
    })
}
