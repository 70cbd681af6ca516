//! Routes of the Gateway API: one for each host, and in each the rules that the plan writes for one path.

use std::collections::HashSet;

use serde_json::Value;
use slipway_model::Typed;
use slipway_model::draft::{Canary, Gateway, Ingress};

use super::ingress::{Line, has_only};
use super::owner::{Owner, annotations};
use super::part::Part;

/// What one route says: the row it would be, and for each path its line and the port of the other version.
struct Route {
    row: Ingress,
    lines: Vec<(Line, Option<u64>)>,
}

/// Reads routes: one and those that are named after it, for further hosts, are one Ingress of the form.
/// Each comes with the number of its first object.
pub(super) fn read(parts: &mut [Part], owner: &Owner) -> Vec<(usize, Ingress)> {
    let mut groups: Vec<(usize, usize, Route)> = Vec::new();
    for part in parts {
        let Some(mut route) = part.attempt(|part| route(part, owner)) else {
            continue;
        };
        part.note(route.row.id.to_string());
        route.row.rules = route.lines.iter().map(|(line, _)| line.rule(part.id())).collect();
        match groups
            .last_mut()
            .filter(|(_, hosts, last)| further(&last.row, &route.row, hosts + 1))
        {
            Some((_, hosts, last)) => {
                *hosts += 1;
                last.row.rules.extend(route.row.rules);
                last.lines.extend(route.lines);
            }
            None => groups.push((part.object(), 1, route)),
        }
    }
    let rows = groups.into_iter().map(|(number, _, Route { mut row, lines })| {
        row.canary.port = other_port(&lines);
        (number, row)
    });
    rows.collect()
}

/// The port of the other version; blank where it is that of each path.
fn other_port(lines: &[(Line, Option<u64>)]) -> Typed {
    let differs = lines
        .iter()
        .find_map(|(line, other)| other.filter(|other| other.to_string() != line.port));
    differs.map(|port| port.to_string()).unwrap_or_default().into()
}

fn further(main: &Ingress, row: &Ingress, number: usize) -> bool {
    let named = row.name.text() == format!("{}-{number}", main.name.text());
    let pairs = |row: &Ingress| -> Vec<(Typed, Typed)> {
        let labels = row
            .labels
            .iter()
            .map(|label| (label.key.clone(), label.value.clone()));
        let annotations = row
            .annotations
            .iter()
            .map(|line| (line.key.clone(), line.value.clone()));
        labels.chain(annotations).collect()
    };
    let gateways = |row: &Ingress| -> Vec<(Typed, Typed)> {
        let gateways = row.gateways.iter();
        gateways
            .map(|gateway| (gateway.namespace.clone(), gateway.name.clone()))
            .collect()
    };
    named
        && (&main.service, &main.canary, &main.weight) == (&row.service, &row.canary, &row.weight)
        && gateways(main) == gateways(row)
        && pairs(main) == pairs(row)
}

fn route(part: &mut Part, owner: &Owner) -> Option<Route> {
    let mut metadata = part.inner("metadata");
    let mut row = Ingress {
        id: metadata.id(),
        name: metadata.text("name"),
        kind: "HTTPRoute".into(),
        labels: owner.labels(&mut metadata),
        annotations: annotations(&mut metadata),
        ..Ingress::default()
    };
    let mut spec = part.inner("spec");
    let hosts = spec.texts("hostnames");
    let host = match hosts.as_slice() {
        [] => "",
        [host] => host,
        _ => return None,
    };
    row.gateways = spec.rows("parentRefs").iter_mut().filter_map(gateway).collect();
    // Without a Gateway nobody carries it out, and the form has no word for that.
    (!row.gateways.is_empty()).then_some(())?;
    let rules = spec.take("rules")?;
    let mut rules = rules.as_array()?.iter();
    let mut lines = Vec::new();
    let mut seen = HashSet::new();
    let mut said: Option<(Typed, Canary)> = None;
    while rules.len() > 0 {
        let (mut line, other, weight, canary) = path(host, &mut rules)?;
        // A route has one word for two kinds of paths; that the same path is there twice tells them apart.
        if seen.contains(&line.requests()) {
            "ImplementationSpecific".clone_into(&mut line.kind);
        }
        if said
            .as_ref()
            .is_some_and(|(known, before)| (known, before) != (&weight, &canary))
        {
            return None;
        }
        said = Some((weight, canary));
        seen.insert(line.requests());
        lines.push((line, other));
    }
    let (weight, canary) = said?;
    row.service = lines.first()?.0.service.as_str().into();
    if lines.iter().any(|(line, _)| row.service.text() != line.service) {
        return None;
    }
    (row.weight, row.canary) = (weight, canary);
    Some(Route { row, lines })
}

/// A Gateway at which a route is. A Service, as meshes have it, is none, and is left.
fn gateway(parent: &mut Part) -> Option<Gateway> {
    parent.attempt(|parent| {
        parent.forget("group", "gateway.networking.k8s.io");
        parent.forget("kind", "Gateway");
        let known = parent.peek("group").is_none() && parent.peek("kind").is_none();
        known.then(|| Gateway {
            id: parent.id(),
            namespace: parent.text("namespace"),
            name: parent.text("name"),
        })
    })
}

/// The rules for one path: those that a header or cookie decides, then the rest.
fn path<'r>(
    host: &str,
    rules: &mut impl Iterator<Item = &'r Value>,
) -> Option<(Line, Option<u64>, Typed, Canary)> {
    let mut decided: Vec<&Value> = Vec::new();
    let rest = loop {
        let rule = rules
            .next()
            .filter(|rule| has_only(rule, &["matches", "backendRefs"]))?;
        if rule["matches"].get(0)?.get("headers").is_none() {
            break rule;
        }
        decided.push(rule);
    };
    let [matching] = rest["matches"].as_array()?.as_slice() else {
        return None;
    };
    let backends = rest["backendRefs"].as_array()?.iter().map(backend);
    let backends: Vec<Backend> = backends.collect::<Option<_>>()?;
    let (own, share) = match backends.as_slice() {
        [own] => (own, None),
        [own, share] => (own, Some(*share)),
        _ => return None,
    };
    let line = line(host, matching, own)?;
    let mut canary = Canary::default();
    let mut weight = Typed::default();
    if let Some(share) = share {
        weight = own.weight?.to_string().into();
        canary.weight = share.weight?.to_string().into();
    }
    let decided = by_request(&decided, matching, own, &mut canary)?;
    let other = decided.first().copied().or(share);
    if let Some(other) = other {
        canary.enabled = "true".into();
        canary.service = other.name.into();
    }
    Some((line, other.map(|other| other.port), weight, canary))
}

fn line(host: &str, matching: &Value, own: &Backend) -> Option<Line> {
    let kind = match matching["path"]["type"].as_str()? {
        "PathPrefix" => "Prefix",
        "Exact" => "Exact",
        _ => return None,
    };
    has_only(matching, &["path"]).then_some(())?;
    Some(Line {
        host: host.to_owned(),
        path: matching["path"]["value"].as_str()?.to_owned(),
        kind: kind.to_owned(),
        service: own.name.to_owned(),
        port: own.port.to_string(),
    })
}

/// Reads what a header or cookie decides. The answer is the Services it leads to beside the own one: none or one. All
/// rules must be about the same path.
fn by_request<'r>(
    decided: &[&'r Value],
    matching: &Value,
    own: &Backend,
    canary: &mut Canary,
) -> Option<Vec<Backend<'r>>> {
    let mut others = Vec::new();
    let mut refusing = None;
    for rule in decided {
        let [to] = rule["backendRefs"].as_array()?.as_slice() else {
            return None;
        };
        let to = backend(to)?;
        let matches = rule["matches"].as_array()?;
        let fits = |found: &Value| found["path"] == matching["path"] && has_only(found, &["path", "headers"]);
        if !matches.iter().all(fits) {
            return None;
        }
        if to.name == own.name {
            refusing = Some(*rule);
        } else {
            others.push(to);
            deciding(rule, canary)?;
        }
    }
    // A header that also decides for the own version has no value of its own.
    let refuses = refusing.is_some_and(|rule| names(rule, canary.header.text()));
    if !canary.header.is_blank() && canary.header_value.is_blank() && !refuses {
        canary.header_value = "always".into();
    }
    Some(others)
}

/// A Service that requests go to.
#[derive(Clone, Copy)]
struct Backend<'v> {
    name: &'v str,
    port: u64,
    weight: Option<u64>,
}

fn backend(value: &Value) -> Option<Backend<'_>> {
    let usual = |key: &str, usual: &str| value.get(key).is_none_or(|said| said == usual);
    let known = has_only(value, &["group", "kind", "name", "port", "weight"]);
    (known && usual("group", "") && usual("kind", "Service")).then_some(())?;
    Some(Backend {
        name: value["name"].as_str()?,
        port: value["port"].as_u64()?,
        weight: value["weight"].as_u64(),
    })
}

/// Whether one of the matches of a rule is about a header.
fn names(rule: &Value, header: &str) -> bool {
    let matches = rule["matches"].as_array().into_iter().flatten();
    matches
        .into_iter()
        .any(|found| found["headers"][0]["name"] == header)
}

/// What leads to the other version.
fn deciding(rule: &Value, canary: &mut Canary) -> Option<()> {
    for found in rule["matches"].as_array()? {
        let [header] = found["headers"].as_array()?.as_slice() else {
            return None;
        };
        let value = header["value"].as_str()?;
        let kind = header.get("type").map_or(Some("Exact"), Value::as_str)?;
        if kind == "RegularExpression" {
            let name = value.strip_prefix("(^|.*; *)")?.strip_suffix("=always(;.*|$)")?;
            canary.cookie = name.into();
        } else {
            (kind == "Exact").then_some(())?;
            canary.header = header["name"].as_str()?.into();
            canary.header_value = if value == "always" {
                "".into()
            } else {
                value.into()
            };
        }
    }
    Some(())
}
