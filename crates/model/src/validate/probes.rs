//! Step 2: health checks.

use super::containers::words;
use super::part::{MOST, Part};
use super::ports::target;
use crate::app::{Handler, Probe, Scheme, TargetPort};
use crate::value::{HeaderName, ProbePath};
use crate::{Problem, draft};

/// The health checks of a container once judged.
#[derive(Default)]
pub(super) struct Probes {
    pub(super) liveness: Option<Probe>,
    pub(super) readiness: Option<Probe>,
    pub(super) startup: Option<Probe>,
}

pub(super) fn read(row: &draft::Container, part: &mut Part) -> Probes {
    Probes {
        liveness: probe(&row.liveness, row, &mut part.inner("liveness"), 1),
        readiness: probe(&row.readiness, row, &mut part.inner("readiness"), MOST),
        startup: probe(&row.startup, row, &mut part.inner("startup"), 1),
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Http,
    Tcp,
    Exec,
}

const KINDS: [(&str, Kind); 3] = [("http", Kind::Http), ("tcp", Kind::Tcp), ("exec", Kind::Exec)];

/// A health check that is on. What it leaves open is filled in as the guide does.
fn probe(
    typed: &draft::Probe,
    container: &draft::Container,
    part: &mut Part,
    most_healthy: u32,
) -> Option<Probe> {
    if !part.switch("enabled", &typed.enabled) {
        return None;
    }
    let kind = part.choice("kind", &typed.kind, &KINDS);
    let handler = kind.and_then(|kind| handler(kind, typed, container, part));
    let delay = match kind? {
        Kind::Http => 3,
        Kind::Tcp => 15,
        Kind::Exec => 5,
    };
    let initial_delay = part
        .count("initial_delay", &typed.initial_delay, 0, MOST)
        .unwrap_or(delay);
    let period = part.count("period", &typed.period, 1, MOST).unwrap_or(10);
    let timeout = part.count("timeout", &typed.timeout, 1, MOST).unwrap_or(1);
    let healthy = part
        .count("healthy", &typed.healthy, 1, most_healthy)
        .unwrap_or(1);
    let unhealthy = part.count("unhealthy", &typed.unhealthy, 1, MOST).unwrap_or(3);
    Some(Probe {
        handler: handler?,
        initial_delay,
        period,
        timeout,
        healthy,
        unhealthy,
    })
}

fn handler(
    kind: Kind,
    typed: &draft::Probe,
    container: &draft::Container,
    part: &mut Part,
) -> Option<Handler> {
    match kind {
        Kind::Http => {
            let scheme = part.choice("scheme", &typed.scheme, Scheme::CHOICES);
            let path = part.optional("path", &typed.path, ProbePath::parse);
            let at = port(typed, container, part);
            let headers = headers(&typed.headers, part);
            Some(Handler::Http {
                scheme: scheme?,
                path,
                port: at?,
                headers,
            })
        }
        Kind::Tcp => port(typed, container, part).map(Handler::Tcp),
        Kind::Exec => {
            let command = words(&typed.command);
            if command.is_empty() {
                part.error("command", Problem::NeedsRow {});
            }
            Some(Handler::Exec(command))
        }
    }
}

/// A port by number, or by a name that this container has.
fn port(typed: &draft::Probe, container: &draft::Container, part: &mut Part) -> Option<TargetPort> {
    let found = part.needed("port", &typed.port, target)?;
    if let TargetPort::Name(name) = &found
        && !container
            .ports
            .iter()
            .any(|listed| listed.name.text() == name.as_str())
    {
        part.error("port", Problem::UnknownPort {});
    }
    Some(found)
}

fn headers(rows: &[draft::Header], part: &mut Part) -> Vec<(HeaderName, String)> {
    let mut headers = Vec::new();
    for row in rows
        .iter()
        .filter(|row| !(row.name.is_blank() && row.value.is_blank()))
    {
        let name = part
            .inner(format!("headers.{}", row.id))
            .needed("name", &row.name, HeaderName::parse);
        headers.extend(name.map(|name| (name, row.value.as_str().to_owned())));
    }
    headers
}
