//! Step 3: which requests go to another version, and certificates.

use super::check::set_of;
use super::part::Part;
use crate::app::{Canary, Tls};
use crate::draft::bounds::MOST_ROWS_IN_ALL;
use crate::value::{HeaderName, HostName, PortNumber, ServiceName, Subdomain};
use crate::{Problem, draft};

/// The weight of a Service that has none.
const WEIGHT: u32 = 100;
/// The most a weight can be.
const MOST_WEIGHT: u32 = 1000;

pub(super) fn read(row: &draft::Ingress, main: Option<&str>, part: &mut Part) -> Option<Canary> {
    let typed = &row.canary;
    let own = part
        .count("weight", &row.weight, 0, MOST_WEIGHT)
        .unwrap_or(WEIGHT);
    let mut part = part.inner("canary");
    if !part.switch("enabled", &typed.enabled) {
        return None;
    }
    let service = part.needed("service", &typed.service, ServiceName::parse);
    if service
        .as_ref()
        .is_some_and(|service| Some(service.as_str()) == main)
    {
        part.error("service", Problem::SameService {});
    }
    let at = part.optional("port", &typed.port, PortNumber::parse);
    let weight = part.count("weight", &typed.weight, 0, MOST_WEIGHT);
    if weight == Some(0) && own == 0 {
        part.error("weight", Problem::WeightsAllZero {});
    }
    let header = header(typed, &mut part);
    let cookie = part.optional("cookie", &typed.cookie, cookie_name);
    if typed.weight.is_blank() && typed.header.is_blank() && typed.cookie.is_blank() {
        part.error("weight", Problem::CanaryWithoutRule {});
    }
    let weights = weight.map(|weight| (own, weight));
    Some(Canary {
        service: service?,
        port: at,
        weights,
        header,
        cookie,
    })
}

fn header(typed: &draft::Canary, part: &mut Part) -> Option<(String, Option<String>)> {
    let name = part.optional("header", &typed.header, HeaderName::parse);
    let value = part.text("header_value", &typed.header_value);
    if value.is_some() && typed.header.is_blank() {
        part.error("header", Problem::Missing {});
    }
    name.map(|name| (name.to_string(), value))
}

fn cookie_name(text: &str) -> Result<String, Problem> {
    let good = text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if good {
        Ok(text.to_owned())
    } else {
        Err(Problem::HeaderNameMalformed {})
    }
}

/// Certificates: each for one host of the rules, or for all of them.
pub(super) fn tls(row: &draft::Ingress, part: &mut Part) -> Vec<Tls> {
    let typed = row.rules.iter().filter(|rule| !rule.host.is_blank());
    let read: Vec<_> = typed.map(|rule| HostName::parse(rule.host.text())).collect();
    // A host that cannot be read is blamed at its rule; whether it is the one meant here nobody knows.
    let all_read = read.iter().all(Result::is_ok);
    let hosts = set_of(read.into_iter().flatten());
    // Rows for all hosts list each of them, so that many rows by many hosts would be far more than was typed.
    let for_all = row.tls.iter().filter(|row| row.host.is_blank()).count();
    if for_all.saturating_mul(hosts.len()) > MOST_ROWS_IN_ALL {
        let max = u32::try_from(MOST_ROWS_IN_ALL / hosts.len()).unwrap_or(u32::MAX);
        part.refuse("tls", Problem::TooManyRows { max });
        return Vec::new();
    }
    let mut tls = Vec::new();
    for row in row
        .tls
        .iter()
        .filter(|row| !(row.host.is_blank() && row.secret.is_blank()))
    {
        let mut part = part.inner(format!("tls.{}", row.id));
        let host = part.optional("host", &row.host, HostName::parse);
        let secret = part.needed("secret", &row.secret, Subdomain::parse);
        let covers = |host: &HostName| hosts.iter().any(|one| host.covers(one));
        if all_read && host.as_ref().is_some_and(|host| !covers(host)) {
            part.error("host", Problem::HostNotInRules {});
        }
        let hosts = host.map_or_else(|| hosts.iter().cloned().collect(), |host| vec![host]);
        tls.extend(secret.map(|secret| Tls {
            row: row.id,
            hosts,
            secret,
        }));
    }
    tls
}
