//! Step 3: the Ingresses.

use super::canary;
use super::check::{FirstOf, choice, needed, no_duplicates, optional};
use super::known::{Behind, Known};
use super::labels::{annotations, labels};
use super::part::Part;
use super::ports::target;
use crate::app::{
    Access, AccessKind, Annotations, Canary, Gateway, Ingress, Labels, PathKind, Rule, TargetPort, Tls,
};
use crate::value::{DnsLabel, HostName, PortName, PortNumber, ServiceName, Subdomain, UrlPath};
use crate::{Draft, Issues, Problem, draft};

pub(super) fn validate(known: &Known, issues: &mut Issues) -> Option<Vec<Ingress>> {
    let draft = known.draft();
    let ingresses: Vec<_> = draft
        .ingresses
        .iter()
        .map(|row| ingress(known, row, issues))
        .collect();
    let mut names: Vec<_> = draft
        .ingresses
        .iter()
        .filter(|row| !row.name.is_blank())
        .map(|row| (format!("ingresses.{}.name", row.id), row.name.text().to_owned()))
        .collect();
    // A canary may need an Ingress of its own beside the one it belongs to.
    for row in draft.ingresses.iter().filter(|row| row.canary.enabled.is_on()) {
        names.push((
            format!("ingresses.{}.canary.enabled", row.id),
            format!("{}-canary", row.name.text()),
        ));
    }
    no_duplicates(issues, &names);
    no_two_of_a_kind(draft, issues);
    warn_of_rivals(draft, issues);
    ingresses.into_iter().collect()
}

/// An Ingress and a route may run under one name, which is then taken as it is. Two of one kind may not; one without a kind is
/// of that which the cluster has.
fn no_two_of_a_kind(draft: &Draft, issues: &mut Issues) {
    if draft.origin.iter().all(|origin| origin.as_is.is_empty()) {
        return;
    }
    let mut rows = &draft.ingresses[..];
    while let [others @ .., row] = rows {
        rows = others;
        let is_same = |other: &draft::Ingress| {
            other.name == row.name
                && (is_route(row) == is_route(other) || row.kind.is_blank() || other.kind.is_blank())
        };
        if others.iter().any(is_same) {
            issues.error(format!("ingresses.{}.kind", row.id), Problem::Duplicate {});
        }
    }
}

/// Two Ingresses of one class for the same host and path: some controllers refuse the second, others follow the first.
fn warn_of_rivals(draft: &Draft, issues: &mut Issues) {
    let mut places = FirstOf::new();
    for row in &draft.ingresses {
        for rule in &row.rules {
            let class = if is_route(row) { "" } else { row.class.text() };
            let place = (row.kind.text(), class, rule.host.text(), path_or_root(rule));
            if places.is_taken(place, row.id) {
                let field = format!("ingresses.{}.rules.{}.path", row.id, rule.id);
                issues.warn(field, Problem::Duplicate {});
            }
        }
    }
}

fn ingress(known: &Known, row: &draft::Ingress, issues: &mut Issues) -> Option<Ingress> {
    let at = format!("ingresses.{}", row.id);
    let name = needed(issues, &format!("{at}.name"), &row.name, Subdomain::parse);
    // Classes and certificates are an Ingress's; those of a route are its Gateway's.
    let class = if is_route(row) {
        Ok(None)
    } else {
        optional(issues, &format!("{at}.class"), &row.class, Subdomain::parse)
    };
    let access = access(row, &mut Part::new(&at, issues));
    let behind = behind(known, &at, row, issues);
    if row.rules.is_empty() {
        issues.error(format!("{at}.rules"), Problem::NeedsRow {});
    }
    let rules: Vec<_> = row
        .rules
        .iter()
        .map(|r| rule(&format!("{at}.rules.{}", r.id), r, behind, issues))
        .collect();
    let same: Vec<_> = row
        .rules
        .iter()
        .map(|r| {
            (
                format!("{at}.rules.{}.path", r.id),
                (r.host.text(), path_or_root(r), path_kind(r)),
            )
        })
        .collect();
    no_duplicates(issues, &same);
    let extras = extras(
        row,
        behind.map(|behind| behind.service),
        &mut Part::new(&at, issues),
    );
    // A Service name that is wrong is blamed at the Service.
    let service = ServiceName::unchecked(behind?.service.name.text());
    let rules: Option<Vec<_>> = rules.into_iter().collect();
    Some(Ingress {
        row: row.id,
        name: name?,
        access,
        class: class.ok()?,
        service,
        rules: rules?,
        tls: extras.tls,
        canary: extras.canary,
        labels: extras.labels?,
        annotations: extras.annotations?,
    })
}

/// Whether it is carried out by a route of the Gateway API, whatever the cluster has for new apps.
fn is_route(row: &draft::Ingress) -> bool {
    row.kind.text() == AccessKind::Route.as_str()
}

/// What carries it out; nothing where the cluster is to say.
fn access(row: &draft::Ingress, part: &mut Part) -> Option<Access> {
    match part.chosen("kind", &row.kind, AccessKind::CHOICES)? {
        AccessKind::Ingress => Some(Access::Ingress),
        AccessKind::Route => {
            if row.gateways.is_empty() {
                part.error("gateways", Problem::NeedsRow {});
            }
            let gateways = row.gateways.iter().filter_map(|row| {
                let mut part = part.inner(format!("gateways.{}", row.id));
                Some(Gateway {
                    row: row.id,
                    namespace: part.optional("namespace", &row.namespace, DnsLabel::parse),
                    name: part.needed("name", &row.name, Subdomain::parse)?,
                })
            });
            Some(Access::Route(gateways.collect()))
        }
    }
}

/// What an Ingress may have beside its rules.
struct Extras {
    tls: Vec<Tls>,
    canary: Option<Canary>,
    labels: Option<Labels>,
    annotations: Option<Annotations>,
}

fn extras(row: &draft::Ingress, behind: Option<&draft::Service>, part: &mut Part) -> Extras {
    let tls = if is_route(row) {
        Vec::new()
    } else {
        canary::tls(row, part)
    };
    let canary = canary::read(row, behind.map(|service| service.name.text()), part);
    let list = part.field("annotations");
    let annotations = annotations(&list, &row.annotations, part.issues());
    for line in &row.annotations {
        judge_annotation(row, line, canary.is_some(), part);
    }
    let list = part.field("labels");
    let labels = labels(&list, &row.labels, part.issues());
    Extras {
        tls,
        canary,
        labels,
        annotations,
    }
}

/// Annotations that say again, or otherwise, what a field says.
fn judge_annotation(row: &draft::Ingress, line: &draft::Annotation, canary: bool, part: &mut Part) {
    let key = line.key.text();
    if key == "kubernetes.io/ingress.class" && !row.class.is_blank() && line.value.text() != row.class.text()
    {
        part.error(
            format!("annotations.{}.value", line.id),
            Problem::ClassConflict {},
        );
    }
    let of_canary = [
        "nginx.ingress.kubernetes.io/canary",
        "nginx.ingress.kubernetes.io/service-",
        "alb.ingress.kubernetes.io/canary",
    ];
    if canary && of_canary.iter().any(|start| key.starts_with(start)) {
        let by = part.field("canary.enabled");
        part.error(
            format!("annotations.{}.key", line.id),
            Problem::AnnotationSetByField { by },
        );
    }
}

/// The Service of the draft that an Ingress leads to.
fn behind<'k, 'd>(
    known: &'k Known<'d>,
    at: &str,
    row: &draft::Ingress,
    issues: &mut Issues,
) -> Option<&'k Behind<'d>> {
    let field = format!("{at}.service");
    let Some(first) = known.first_service() else {
        issues.refuse(field, Problem::NeedsService {});
        return None;
    };
    if row.service.is_blank() {
        return Some(first);
    }
    let named = known.service(row.service.text());
    if named.is_none() {
        issues.refuse(field, Problem::UnknownService {});
    }
    named
}

fn rule(at: &str, row: &draft::Rule, behind: Option<&Behind>, issues: &mut Issues) -> Option<Rule> {
    let host = optional(issues, &format!("{at}.host"), &row.host, HostName::parse);
    let path = optional(issues, &format!("{at}.path"), &row.path, UrlPath::parse);
    let path_kind = choice(
        issues,
        &format!("{at}.path_kind"),
        &row.path_kind,
        PathKind::CHOICES,
    );
    let port = port(&format!("{at}.port"), row, behind, issues);
    let path = match path.ok()? {
        Some(path) => path,
        None => UrlPath::parse("/").ok()?,
    };
    Some(Rule {
        row: row.id,
        host: host.ok()?,
        path,
        path_kind: path_kind?,
        port_name: port.as_ref()?.1.clone(),
        port: port?.0,
    })
}

/// A port that the Service has, with its name if it was typed by name; the first port when nothing was typed.
fn port(
    field: &str,
    row: &draft::Rule,
    behind: Option<&Behind>,
    issues: &mut Issues,
) -> Option<(PortNumber, Option<PortName>)> {
    let typed = optional(issues, field, &row.port, target).ok()?;
    let behind = behind?;
    let Some(wanted) = typed else {
        // A headless Service may have none; every other one is blamed for that itself.
        if behind.first_port.is_none() && behind.service.headless.is_on() {
            issues.refuse(field, Problem::UnknownPort {});
        }
        return Some((behind.first_port?, None));
    };
    match wanted {
        TargetPort::Number(number) => {
            if !behind.ports.contains(&number) {
                issues.error(field, Problem::UnknownPort {});
            }
            Some((number, None))
        }
        TargetPort::Name(name) => {
            let found = behind.port_named(name.as_str());
            if found.is_none() {
                issues.refuse(field, Problem::UnknownPort {});
            }
            found.map(|number| (number, Some(name)))
        }
    }
}

fn path_or_root(row: &draft::Rule) -> &str {
    if row.path.is_blank() { "/" } else { row.path.text() }
}

fn path_kind(row: &draft::Rule) -> &str {
    match row.path_kind.text() {
        "" => PathKind::Prefix.as_str(),
        kind => kind,
    }
}
