//! Step 3: the Ingresses.

use super::check::{choice, needed, no_duplicates, optional};
use crate::app::{Ingress, PathKind, Rule};
use crate::value::{HostName, PortNumber, ServiceName, Subdomain, UrlPath};
use crate::{Draft, Issues, Problem, draft};

const PATH_KIND_CHOICES: [(&str, PathKind); 3] = [
    ("Prefix", PathKind::Prefix),
    ("Exact", PathKind::Exact),
    ("ImplementationSpecific", PathKind::ImplementationSpecific),
];

pub(super) fn validate(draft: &Draft, issues: &mut Issues) -> Option<Vec<Ingress>> {
    let ingresses: Vec<_> = draft
        .ingresses
        .iter()
        .map(|row| ingress(draft, row, issues))
        .collect();
    let names: Vec<_> = draft
        .ingresses
        .iter()
        .filter(|row| !row.name.is_blank())
        .map(|row| (format!("ingresses.{}.name", row.id), row.name.text()))
        .collect();
    no_duplicates(issues, &names);
    ingresses.into_iter().collect()
}

fn ingress(draft: &Draft, row: &draft::Ingress, issues: &mut Issues) -> Option<Ingress> {
    let at = format!("ingresses.{}", row.id);
    let name = needed(issues, &format!("{at}.name"), &row.name, Subdomain::parse);
    let class = optional(issues, &format!("{at}.class"), &row.class, Subdomain::parse);
    let behind = behind(draft, &at, row, issues);
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
                (r.host.text(), path_or_root(r), r.path_kind.text()),
            )
        })
        .collect();
    no_duplicates(issues, &same);
    // A Service name that is wrong is blamed at the Service.
    let service = ServiceName::parse(behind?.name.text()).ok();
    let rules: Option<Vec<_>> = rules.into_iter().collect();
    Some(Ingress {
        row: row.id,
        name: name?,
        class: class.ok()?,
        service: service?,
        rules: rules?,
    })
}

/// The Service of the draft that an Ingress leads to.
fn behind<'d>(
    draft: &'d Draft,
    at: &str,
    row: &draft::Ingress,
    issues: &mut Issues,
) -> Option<&'d draft::Service> {
    let field = format!("{at}.service");
    let Some(first) = draft.services.first() else {
        issues.error(field, Problem::NeedsService {});
        return None;
    };
    if row.service.is_blank() {
        return Some(first);
    }
    let named = draft
        .services
        .iter()
        .find(|service| service.name.text() == row.service.text());
    if named.is_none() {
        issues.error(field, Problem::UnknownService {});
    }
    named
}

fn rule(at: &str, row: &draft::Rule, behind: Option<&draft::Service>, issues: &mut Issues) -> Option<Rule> {
    let host = optional(issues, &format!("{at}.host"), &row.host, HostName::parse);
    let path = optional(issues, &format!("{at}.path"), &row.path, UrlPath::parse);
    let path_kind = choice(
        issues,
        &format!("{at}.path_kind"),
        &row.path_kind,
        &PATH_KIND_CHOICES,
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
        port: port?,
    })
}

/// A port that the Service has; its first when nothing was typed.
fn port(
    field: &str,
    row: &draft::Rule,
    behind: Option<&draft::Service>,
    issues: &mut Issues,
) -> Option<PortNumber> {
    let typed = optional(issues, field, &row.port, PortNumber::parse).ok()?;
    let mut ports = behind?
        .ports
        .iter()
        .filter_map(|port| PortNumber::parse(port.port.text()).ok());
    let Some(wanted) = typed else { return ports.next() };
    let found = ports.find(|port| *port == wanted);
    if found.is_none() {
        issues.error(field, Problem::UnknownPort {});
    }
    found
}

fn path_or_root(row: &draft::Rule) -> &str {
    if row.path.is_blank() { "/" } else { row.path.text() }
}
