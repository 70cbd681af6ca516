//! Health checks.

use slipway_model::Typed;
use slipway_model::draft::{Header, Probe};

use super::part::Part;

/// Reads a health check. One that asks in a way the form does not have is left as it is.
pub(super) fn read(part: &mut Part, field: String) -> Probe {
    part.note(field);
    part.attempt(|part| {
        let (mut probe, delay) = handler(part)?;
        probe.enabled = "true".into();
        // Without a number there is no delay; left empty in the form it would be the guide's.
        probe.initial_delay = number(part, "initialDelaySeconds", 0, delay);
        probe.period = number(part, "periodSeconds", 10, 10);
        probe.timeout = number(part, "timeoutSeconds", 1, 1);
        probe.healthy = number(part, "successThreshold", 1, 1);
        probe.unhealthy = number(part, "failureThreshold", 3, 3);
        Some(probe)
    })
    .unwrap_or_default()
}

/// How it asks, and the delay that the guide has for that.
fn handler(part: &mut Part) -> Option<(Probe, u64)> {
    let mut probe = Probe::default();
    if part.peek("httpGet").is_some() {
        let mut http = part.inner("httpGet");
        probe.kind = "http".into();
        http.forget("scheme", "HTTP");
        probe.scheme = http.text("scheme");
        probe.path = http.unless("path", "/");
        probe.port = http.port("port")?;
        let headers = http.rows("httpHeaders").into_iter();
        probe.headers = headers
            .map(|mut header| Header {
                id: header.id(),
                name: header.text("name"),
                value: header.string("value").unwrap_or_default().into(),
            })
            .collect();
        return Some((probe, 3));
    }
    if part.peek("tcpSocket").is_some() {
        probe.kind = "tcp".into();
        probe.port = part.inner("tcpSocket").port("port")?;
        return Some((probe, 15));
    }
    probe.kind = "exec".into();
    probe.command = part.inner("exec").words("command");
    (!probe.command.is_empty()).then_some((probe, 5))
}

/// A number; blank where it is what the form means by blank.
fn number(part: &mut Part, key: &str, of_server: u64, of_form: u64) -> Typed {
    let number = part.number(key).unwrap_or(of_server);
    if number == of_form {
        return Typed::default();
    }
    number.to_string().into()
}
