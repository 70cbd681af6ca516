//! Ingresses.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use slipway_model::Typed;
use slipway_model::draft::{Ingress, Rule, Service, Tls};

use super::canary;
use super::owner::{Owner, annotations};
use super::part::{Part, is_leaf};

/// One path of an Ingress: which requests, and the Service and port they go to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) host: String,
    pub(super) path: String,
    pub(super) kind: String,
    pub(super) service: String,
    /// Its number, or its name.
    pub(super) port: String,
}

impl Line {
    /// Whether it is about the same requests.
    pub(super) fn is_beside(&self, other: &Self) -> bool {
        (&self.host, &self.path, &self.kind) == (&other.host, &other.path, &other.kind)
    }

    /// Which requests it is about, to be looked up.
    pub(super) fn requests(&self) -> [String; 3] {
        [self.host.clone(), self.path.clone(), self.kind.clone()]
    }

    pub(super) fn rule(&self, id: u32) -> Rule {
        Rule {
            id,
            host: self.host.as_str().into(),
            path: self.path.as_str().into(),
            path_kind: self.kind.as_str().into(),
            port: self.port.as_str().into(),
        }
    }
}

/// The Services of an app, by their names.
pub(super) struct Known<'s>(HashMap<&'s str, HashSet<&'s str>>);

impl<'s> Known<'s> {
    /// These Services, each with the names of its ports.
    pub(super) fn of(services: &'s [Service]) -> Self {
        let ports = |service: &'s Service| service.ports.iter().map(|port| port.name.text()).collect();
        let mut known = HashMap::new();
        for service in services {
            known.entry(service.name.text()).or_insert_with(|| ports(service));
        }
        Self(known)
    }

    /// Whether a row is in front of one of them.
    pub(super) fn has(&self, row: &Ingress) -> bool {
        self.0.contains_key(row.service.as_str())
    }

    /// Whether a Service may have a port of this name. What ports another Service has, which a canary leads to, is not known
    /// here.
    fn may_have(&self, service: &str, port: &str) -> bool {
        self.0.get(service).is_none_or(|ports| ports.contains(port))
    }
}

/// Reads an Ingress. One that leads to several Services, or anywhere else than to one, is left as it is.
pub(super) fn read(part: &mut Part, owner: &Owner, known: &Known) -> Option<Ingress> {
    part.attempt(|part| {
        let mut metadata = part.inner("metadata");
        let id = metadata.id();
        let name = metadata.text("name");
        let mut lines = take_lines(part, known)?;
        let within = canary::within(&mut part.inner("metadata").inner("annotations"), &mut lines);
        let service = lines.first()?.service.clone();
        if lines.iter().any(|line| line.service != service) {
            return None;
        }
        let mut metadata = part.inner("metadata");
        let labels = owner.labels(&mut metadata);
        let annotations = annotations(&mut metadata);
        let mut spec = part.inner("spec");
        let (weight, canary) = within.unwrap_or_default();
        Some(Ingress {
            id,
            name,
            kind: "Ingress".into(),
            class: spec.chosen("ingressClassName"),
            service: service.into(),
            rules: lines.iter().map(|line| line.rule(spec.id())).collect(),
            weight,
            canary,
            gateways: Vec::new(),
            tls: tls(&mut spec),
            labels,
            annotations,
        })
    })
    .inspect(|row| part.note(row.id.to_string()))
}

/// Takes all paths, each on a host of its own and to a Service by a known port. What else a rule or path says is left.
pub(super) fn take_lines(part: &mut Part, known: &Known) -> Option<Vec<Line>> {
    let mut spec = part.inner("spec");
    let lines = lines(spec.peek("rules")?, known)?;
    for mut rule in spec.rows("rules") {
        rule.take("host");
        for mut path in rule.inner("http").rows("paths") {
            path.take("path");
            path.take("pathType");
            let mut backend = path.inner("backend");
            let mut service = backend.inner("service");
            service.take("name");
            service.inner("port").take("number");
            service.inner("port").take("name");
        }
    }
    Some(lines)
}

/// All paths, if each is about a host of its own and leads to a Service by a port that is known.
fn lines(rules: &Value, known: &Known) -> Option<Vec<Line>> {
    let mut lines = Vec::new();
    let mut hosts = HashSet::new();
    for rule in rules.as_array()? {
        let host = rule.get("host").map_or(Some(""), Value::as_str)?;
        if !hosts.insert(host) {
            return None;
        }
        for path in rule["http"]["paths"].as_array()? {
            lines.push(line(host, path, known)?);
        }
    }
    Some(lines)
}

fn line(host: &str, path: &Value, known: &Known) -> Option<Line> {
    let service = path["backend"].get("service")?;
    let name = service["name"].as_str()?;
    let named = || {
        let port = service["port"]["name"].as_str()?;
        known.may_have(name, port).then(|| port.to_owned())
    };
    Some(Line {
        host: host.to_owned(),
        path: path.get("path").map_or(Some("/"), Value::as_str)?.to_owned(),
        kind: path["pathType"].as_str()?.to_owned(),
        service: name.to_owned(),
        port: service["port"]["number"]
            .as_u64()
            .map(|port| port.to_string())
            .or_else(named)?,
    })
}

/// Whether an object has none but these fields.
pub(super) fn has_only(value: &Value, keys: &[&str]) -> bool {
    value
        .as_object()
        .is_some_and(|fields| fields.keys().all(|key| keys.contains(&key.as_str())))
}

/// Certificates: one row for each host, or one for all where none is named.
fn tls(spec: &mut Part) -> Vec<Tls> {
    let mut rows: Vec<Tls> = Vec::new();
    let mut secrets = HashSet::new();
    for mut entry in spec.rows("tls") {
        let secret = entry
            .peek("secretName")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        // The plan has one entry for each Secret; a second one is left as it is.
        if secret.is_empty() || secrets.contains(&secret) {
            continue;
        }
        // A host that is blank would stand for all of them.
        let hosts = entry
            .peek("hosts")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        if hosts.into_iter().any(|host| !host.as_str().is_some_and(is_leaf)) {
            continue;
        }
        entry.take("secretName");
        let hosts = entry.texts("hosts");
        let hosts = if hosts.is_empty() {
            vec![String::new()]
        } else {
            hosts
        };
        rows.extend(hosts.into_iter().map(|host| Tls {
            id: entry.id(),
            host: host.into(),
            secret: Typed::from(secret.as_str()),
        }));
        secrets.insert(secret.trim().to_owned());
    }
    rows
}
