//! Headers of every answer.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, header};

/// What a page of ours may do. Everything it loads is our own; text becomes markup only through the policy of `boot.js`.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default";

const FIXED: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()",
    ),
];

/// A refusal that the HTTP library wrote by itself, to what is no request, with the headers of every answer. Nothing if
/// these bytes are anything else.
pub(super) fn completed(bytes: &[u8]) -> Option<Vec<u8>> {
    let head = std::str::from_utf8(bytes.strip_suffix(b"\r\n\r\n")?).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?;
    let is_refusal = status.starts_with("HTTP/1.1 4") || status.starts_with("HTTP/1.0 4");
    // Our own answers have more headers than these.
    let is_bare = lines.all(|line| {
        let name = line.split(':').next().unwrap_or_default();
        ["connection", "content-length", "date"].contains(&name)
    });
    if !is_refusal || !is_bare {
        return None;
    }
    let ours = FIXED.into_iter().chain([(header::CACHE_CONTROL, "no-store")]);
    let lines = ours.map(|(name, value)| format!("{name}: {value}"));
    let whole: Vec<String> = std::iter::once(head.to_owned()).chain(lines).collect();
    Some((whole.join("\r\n") + "\r\n\r\n").into_bytes())
}

/// Whether browsers reach us over TLS.
#[derive(Clone, Copy, Debug)]
pub(super) struct OverTls(pub(super) bool);

/// Adds them. Only files and pages may be kept by a cache: no answer of the API, no event stream, no refusal.
pub(super) async fn add(State(OverTls(over_tls)): State<OverTls>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let is_refusal = response.status().is_client_error() || response.status().is_server_error();
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if over_tls {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if is_api || is_refusal || !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::completed;

    #[test]
    fn only_a_bare_refusal_is_completed() {
        let bare = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

        let whole = String::from_utf8(completed(bare.as_bytes()).unwrap()).unwrap();

        assert!(whole.starts_with("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n"));
        assert!(whole.contains("\r\nx-content-type-options: nosniff\r\n"));
        assert!(whole.ends_with("\r\ncache-control: no-store\r\n\r\n"));
        for other in [
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\nx-request-id: 1\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 1\r\n\r\nx",
            "data: HTTP/1.1 400\r\n\r\n",
            "",
        ] {
            assert_eq!(completed(other.as_bytes()), None, "{other}");
        }
    }
}
