//! A share of requests for another version, where access is by Ingress.

use std::collections::HashMap;

use slipway_model::Typed;
use slipway_model::draft::{Canary, Ingress};

use super::ingress::{Known, Line, take_lines};
use super::owner::Owner;
use super::part::Part;
use crate::canary::{ALB, NGINX};

/// What the names of further Ingresses end with.
const SUFFIXES: [&str; 2] = ["-canary", "-canary-weight"];

/// The names of the Ingresses that one of this name may stand beside.
pub(super) fn mains_of(name: &str) -> impl Iterator<Item = &str> {
    SUFFIXES
        .iter()
        .filter_map(move |suffix| name.strip_suffix(suffix))
}

/// Reads the weights of two Services within one Ingress, and leaves only the lines of its own Service. The answer is
/// the weight of that one, and the canary.
pub(super) fn within(annotations: &mut Part, lines: &mut Vec<Line>) -> Option<(Typed, Canary)> {
    let read = annotations.attempt(|annotations| {
        let weights = annotations.exact(&format!("{NGINX}service-weight"))?;
        let (new, old) = weights.split_once(", ")?;
        let ((new, other), (old, own)) = (new.split_once(": ")?, old.split_once(": ")?);
        let matches = annotations.exact(&format!("{NGINX}service-match"));
        let mut canary = Canary {
            enabled: "true".into(),
            service: new.into(),
            weight: other.into(),
            ..Canary::default()
        };
        if let Some(matches) = matches {
            matching(matches.strip_prefix(new)?.strip_prefix(": ")?, &mut canary)?;
        }
        let (others, owns): (Vec<Line>, Vec<Line>) =
            lines.iter().cloned().partition(|line| line.service == new);
        canary.port = port(&owns, &others)?;
        Some((owns, own.into(), canary)).filter(|(owns, _, _)| owns.iter().all(|line| line.service == old))
    });
    let (owns, own, canary) = read?;
    *lines = owns;
    Some((own, canary))
}

/// `header("name", "value"), cookie("name", "always")`, either alone or both.
fn matching(text: &str, canary: &mut Canary) -> Option<()> {
    let mut rest = text;
    if let Some(header) = rest.strip_prefix("header(\"") {
        let (header, after) = header.split_once("\")")?;
        let (name, value) = header.split_once("\", \"")?;
        canary.header = name.into();
        canary.header_value = if value == "always" {
            "".into()
        } else {
            value.into()
        };
        rest = after.strip_prefix(", ").unwrap_or(after);
    }
    if let Some(cookie) = rest.strip_prefix("cookie(\"") {
        let (cookie, after) = cookie.split_once("\", \"always\")")?;
        canary.cookie = cookie.into();
        rest = after;
    }
    rest.is_empty().then_some(())
}

/// The port of the other Service; blank where it is that of each rule. The two must be about the same requests.
fn port(owns: &[Line], others: &[Line]) -> Option<Typed> {
    let same = owns.len() == others.len() && owns.iter().zip(others).all(|(own, other)| own.is_beside(other));
    let first = &others.first().filter(|_| same)?.port;
    if owns.iter().zip(others).all(|(own, other)| own.port == other.port) {
        return Some(Typed::default());
    }
    others
        .iter()
        .all(|other| other.port == *first && first.parse::<u64>().is_ok())
        .then(|| first.as_str().into())
}

/// Reads an Ingress that stands beside a main one and takes a share of its requests.
pub(super) fn beside(part: &mut Part, owner: &Owner, main: &mut Ingress, known: &Known) -> Option<()> {
    part.attempt(|part| {
        let others = take_lines(part, known)?;
        let mut metadata = part.inner("metadata");
        owner.marks(&mut metadata);
        metadata.take("name");
        let mut annotations = metadata.inner("annotations");
        let prefix = [NGINX, ALB]
            .into_iter()
            .find(|prefix| annotations.take_if(&format!("{prefix}canary"), "true"))?;
        let owns = own_lines(main);
        let service = &others.first()?.service;
        let mut canary = Canary {
            enabled: "true".into(),
            service: service.as_str().into(),
            port: port(&owns, &others)?,
            ..main.canary.clone()
        };
        if others.iter().any(|line| line.service != *service)
            || main.canary.enabled.is_on() && canary.service != main.canary.service
        {
            return None;
        }
        let mut take = |key: &str| annotations.exact(&format!("{prefix}{key}"));
        if let Some(weight) = take("canary-weight") {
            let total: u32 = take("canary-weight-total").map_or(Some(100), |total| total.parse().ok())?;
            let own = total.checked_sub(weight.parse().ok()?)?;
            main.weight = own.to_string().into();
            canary.weight = weight.into();
        }
        for (leaf, key) in [
            (&mut canary.header, "canary-by-header"),
            (&mut canary.header_value, "canary-by-header-value"),
            (&mut canary.cookie, "canary-by-cookie"),
        ] {
            if let Some(value) = take(key) {
                leaf.set(value);
            }
        }
        let mut spec = part.inner("spec");
        spec.leave_if_written("ingressClassName");
        spec.take_if("ingressClassName", main.class.text());
        main.canary = canary;
        Some(())
    })
}

fn own_lines(main: &Ingress) -> Vec<Line> {
    let line = |rule: &slipway_model::draft::Rule| Line {
        host: rule.host.text().to_owned(),
        path: rule.path.text().to_owned(),
        kind: rule.path_kind.text().to_owned(),
        service: main.service.text().to_owned(),
        port: rule.port.text().to_owned(),
    };
    grouped(&main.rules.iter().map(line).collect::<Vec<_>>())
}

/// The lines in the order in which an Ingress has them: host by host.
fn grouped(lines: &[Line]) -> Vec<Line> {
    let mut places = HashMap::new();
    let mut hosts: Vec<Vec<Line>> = Vec::new();
    for line in lines {
        let place = *places.entry(&line.host).or_insert(hosts.len());
        if place == hosts.len() {
            hosts.push(Vec::new());
        }
        hosts[place].push(line.clone());
    }
    hosts.into_iter().flatten().collect()
}
