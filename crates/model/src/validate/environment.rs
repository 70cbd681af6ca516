//! Step 2: environment variables.

use std::collections::BTreeMap;

use super::check::{no_duplicates_beside, set_of};
use super::known::Known;
use super::logs;
use super::part::Part;
use crate::app::{ObjectKind, Variable, VariableSource, WholeObject};
use crate::value::{DataKey, Divisor, DnsLabel, FieldPath, ResourceField, Subdomain, VariableName};
use crate::{Issues, Problem, draft};

/// The environment once judged.
pub(super) struct Environment {
    pub(super) variables: Option<Vec<Variable>>,
    pub(super) whole: Vec<WholeObject>,
}

/// Where a value comes from.
#[derive(Clone, Copy)]
enum Kind {
    Value,
    Object(ObjectKind),
    Field,
    Resource,
}

const KINDS: [(&str, Kind); 5] = [
    ("value", Kind::Value),
    ("config_map", Kind::Object(ObjectKind::ConfigMap)),
    ("secret", Kind::Object(ObjectKind::Secret)),
    ("field", Kind::Field),
    ("resource", Kind::Resource),
];

pub(super) fn read(
    known: &Known,
    at: &str,
    container: &draft::Container,
    issues: &mut Issues,
) -> Environment {
    let mut variables = Vec::new();
    let mut whole = Vec::new();
    for row in container.env.iter().filter(|row| !row.is_blank()) {
        let part = &mut Part::new(format!("{at}.env.{}", row.id), issues);
        let kind = part.choice("kind", &row.kind, &KINDS);
        match kind {
            Some(Kind::Object(kind)) if row.name.is_blank() && row.key.is_blank() => {
                whole.extend(whole_object(part, row, kind));
            }
            _ => variables.push(variable(known, container, part, row, kind)),
        }
    }
    // What comes from a whole object is known before all of these.
    if whole.is_empty() {
        warn_of_order(at, variables.iter().flatten(), issues);
    }
    let of_logs: Vec<String> = logs::variable_names(container).collect();
    let names: Vec<_> = variables
        .iter()
        .flatten()
        .map(|variable| {
            let field = format!("{at}.env.{}.name", variable.row);
            (field, variable.name.to_string())
        })
        .collect();
    no_duplicates_beside(issues, set_of(of_logs.iter()), &names);
    Environment {
        variables: variables.into_iter().collect(),
        whole,
    }
}

/// A reference such as `$(HOST)` is replaced by what is defined before it, and stays as it is typed otherwise
/// (Kubernetes, "Define dependent environment variables").
fn warn_of_order<'v>(at: &str, variables: impl Iterator<Item = &'v Variable> + Clone, issues: &mut Issues) {
    let mut later: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, variable) in variables.clone().enumerate() {
        later.entry(variable.name.as_str()).or_insert(place);
    }
    for (place, variable) in variables.enumerate() {
        let VariableSource::Value(value) = &variable.source else {
            continue;
        };
        let early = references(value).find(|name| later.get(name).is_some_and(|defined| *defined >= place));
        if let Some(name) = early {
            let name = name.to_owned();
            issues.warn(
                format!("{at}.env.{}.value", variable.row),
                Problem::DefinedLater { name },
            );
        }
    }
}

/// The names in `$(…)`. `$$` is one `$`, and begins none.
fn references(value: &str) -> impl Iterator<Item = &str> {
    let mut rest = value;
    std::iter::from_fn(move || {
        loop {
            rest = &rest[rest.find('$')? + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                rest = after;
            } else if let Some(open) = rest.strip_prefix('(') {
                let (name, after) = open.split_once(')')?;
                rest = after;
                return Some(name);
            }
        }
    })
}

fn whole_object(part: &mut Part, row: &draft::Variable, kind: ObjectKind) -> Option<WholeObject> {
    let object = part.needed("object", &row.object, Subdomain::parse);
    let prefix = part.optional("prefix", &row.prefix, VariableName::parse);
    if prefix.as_ref().is_some_and(VariableName::is_unusual) {
        part.warn("prefix", Problem::VariableNameUnusual {});
    }
    let optional = part.switch("optional", &row.optional);
    Some(WholeObject {
        row: row.id,
        kind,
        object: object?,
        prefix,
        optional,
    })
}

fn variable(
    known: &Known,
    container: &draft::Container,
    part: &mut Part,
    row: &draft::Variable,
    kind: Option<Kind>,
) -> Option<Variable> {
    let name = part.needed("name", &row.name, VariableName::parse);
    if name.as_ref().is_some_and(VariableName::is_unusual) {
        part.warn("name", Problem::VariableNameUnusual {});
    }
    let source = match kind? {
        Kind::Value => {
            if name.as_ref().is_some_and(VariableName::sounds_secret) && !row.value.as_str().is_empty() {
                part.warn("value", Problem::LooksLikeSecret {});
            }
            Some(VariableSource::Value(row.value.as_str().to_owned()))
        }
        Kind::Object(kind) => key(part, row, kind),
        Kind::Field => part
            .needed("field", &row.field, FieldPath::parse)
            .map(VariableSource::Field),
        Kind::Resource => resource(known, container, part, row),
    };
    Some(Variable {
        row: row.id,
        name: name?,
        source: source?,
    })
}

fn key(part: &mut Part, row: &draft::Variable, kind: ObjectKind) -> Option<VariableSource> {
    let object = part.needed("object", &row.object, Subdomain::parse);
    let key = part.needed("key", &row.key, DataKey::parse);
    let optional = part.switch("optional", &row.optional);
    Some(VariableSource::Key {
        kind,
        object: object?,
        key: key?,
        optional,
    })
}

/// A resource of this container, or of another one. Without a limit it would be the node's own size.
fn resource(
    known: &Known,
    own: &draft::Container,
    part: &mut Part,
    row: &draft::Variable,
) -> Option<VariableSource> {
    let resource = part.needed("resource", &row.resource, ResourceField::parse);
    let divisor = resource
        .as_ref()
        .and_then(|of| part.optional("divisor", &row.divisor, |text| Divisor::parse(text, of)));
    let container = part.optional("container", &row.container, DnsLabel::parse);
    let of = match &container {
        None => Some(own),
        Some(name) => known.container(name.as_str()),
    };
    if of.is_none() {
        part.error("container", Problem::UnknownContainer {});
    }
    let resource = resource?;
    let limit = of.and_then(|of| match resource.as_str() {
        "limits.cpu" => Some(&of.resources.cpu_limit),
        "limits.memory" => Some(&of.resources.memory_limit),
        "limits.ephemeral-storage" => Some(&of.resources.storage_limit),
        _ => None,
    });
    if limit.is_some_and(crate::Typed::is_blank) {
        let resource = resource.as_str().trim_start_matches("limits.").to_owned();
        part.warn("resource", Problem::LimitMissing { resource });
    }
    Some(VariableSource::Resource {
        resource,
        divisor,
        container,
    })
}
