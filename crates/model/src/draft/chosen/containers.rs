//! Containers: where values come from, and how health is asked.

use super::{clear, one_of};
use crate::draft::{Container, Log, LogTag, Mount, Port, Probe, Variable};

pub(super) fn container(row: &mut Container) {
    if row.kind.text() == "init" {
        row.post_start.clear();
        row.pre_stop.clear();
        for probe in [&mut row.liveness, &mut row.readiness, &mut row.startup] {
            *probe = Probe::default();
        }
    }
    for typed in [&mut row.liveness, &mut row.readiness, &mut row.startup] {
        probe(typed);
    }
    row.env.iter_mut().for_each(variable);
    rows_that_count_as_not_there(row);
}

/// What is left of a row that is passed over for having no name.
fn rows_that_count_as_not_there(container: &mut Container) {
    for row in &mut container.env {
        if row.is_blank() {
            *row = Variable {
                id: row.id,
                ..Variable::default()
            };
        }
    }
    for row in &mut container.ports {
        if row.name.is_blank() && row.number.is_blank() {
            *row = Port {
                id: row.id,
                ..Port::default()
            };
        }
    }
    for row in &mut container.mounts {
        if row.volume.is_blank() && row.path.is_blank() && row.sub_path.is_blank() {
            *row = Mount {
                id: row.id,
                ..Mount::default()
            };
        }
    }
    for row in &mut container.logs {
        if row.store.is_blank() && row.path.is_blank() {
            *row = Log {
                id: row.id,
                ..Log::default()
            };
        }
    }
    for row in &mut container.log_tags {
        if row.tag.is_blank() && row.value.is_blank() {
            *row = LogTag {
                id: row.id,
                ..LogTag::default()
            };
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Value,
    Object,
    Field,
    Resource,
}

const SOURCES: [(&str, Source); 5] = [
    ("value", Source::Value),
    ("config_map", Source::Object),
    ("secret", Source::Object),
    ("field", Source::Field),
    ("resource", Source::Resource),
];

fn variable(row: &mut Variable) {
    let Some(source) = one_of(&row.kind, &SOURCES) else {
        return;
    };
    if source != Source::Value {
        clear([&mut row.value]);
    }
    if source != Source::Object {
        clear([&mut row.object, &mut row.key, &mut row.prefix, &mut row.optional]);
    }
    // A prefix is for all keys of an object.
    if !(row.name.is_blank() && row.key.is_blank()) {
        clear([&mut row.prefix]);
    }
    if source != Source::Field {
        clear([&mut row.field]);
    }
    if source != Source::Resource {
        clear([&mut row.resource, &mut row.divisor, &mut row.container]);
    }
    let named = [&row.name, &row.object, &row.key, &row.field, &row.resource];
    if row.value.as_str().is_empty() && named.iter().all(|leaf| leaf.is_blank()) {
        *row = Variable {
            id: row.id,
            kind: row.kind.clone(),
            ..Variable::default()
        };
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ProbeKind {
    Http,
    Tcp,
    Command,
}

const WAYS: [(&str, ProbeKind); 3] = [
    ("http", ProbeKind::Http),
    ("tcp", ProbeKind::Tcp),
    ("exec", ProbeKind::Command),
];

fn probe(typed: &mut Probe) {
    if !typed.enabled.is_on() {
        *typed = Probe {
            enabled: typed.enabled.clone(),
            ..Probe::default()
        };
        return;
    }
    let Some(way) = one_of(&typed.kind, &WAYS) else {
        return;
    };
    if way != ProbeKind::Http {
        clear([&mut typed.scheme, &mut typed.path]);
        typed.headers.clear();
    }
    if way == ProbeKind::Command {
        clear([&mut typed.port]);
    } else {
        typed.command.clear();
    }
}
