//! Where a request comes from: the right host, and for changes a page of ours.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};
use slipway_api::paths;

use super::json::{is_json, not_json};
use super::{ApiError, ClientAddress, client::Peer, health};
use crate::config::{Config, IpBlock};

/// Which hosts and origins this server answers to.
#[derive(Clone, Debug)]
pub struct Guard(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    hosts: Vec<String>,
    origins: Vec<String>,
    trusted_proxies: Vec<IpBlock>,
}

impl Guard {
    /// The guard of a server that listens on `port`: its public addresses, and this machine's own names.
    pub fn new(config: &Config, port: u16) -> Self {
        let local = ["localhost", "127.0.0.1", "[::1]"].map(|name| format!("{name}:{port}"));
        let public = config.public_urls.iter();
        let hosts = public
            .clone()
            .map(|url| url.host().to_owned())
            .chain(local.clone())
            .collect();
        let origins = public
            .map(ToString::to_string)
            .chain(local.map(|host| format!("http://{host}")))
            .collect();
        Self(Arc::new(Inner {
            hosts,
            origins,
            trusted_proxies: config.trusted_proxies.clone(),
        }))
    }

    fn check(&self, request: &Request) -> Result<(), ApiError> {
        if !health::is_for_machines(request.uri().path()) {
            self.check_host(request)?;
        }
        let headers = request.headers();
        if !request.method().is_safe() || headers.contains_key(header::UPGRADE) {
            self.check_origin(headers)?;
        } else if request.uri().path() == paths::STREAM && sent(headers) != Origin::Unsaid {
            // A stream is held for as long as somebody listens, so a page of somebody else's may not open one.
            self.check_origin(headers)?;
        }
        if !request.method().is_safe() && has_body(headers) && !is_json(headers) {
            return Err(not_json());
        }
        Ok(())
    }

    /// A page of somebody else's whose name points here (DNS rebinding) must not read anything.
    fn check_host(&self, request: &Request) -> Result<(), ApiError> {
        let host = host(request.headers());
        let target = request
            .uri()
            .authority()
            .map(|authority| authority.as_str().to_ascii_lowercase());
        if target.is_none_or(|target| target == host) && self.0.hosts.contains(&host) {
            return Ok(());
        }
        Err(ApiError::new(
            StatusCode::MISDIRECTED_REQUEST,
            "unknown_host",
            "this server does not answer to that name; see public_urls",
        ))
    }

    /// Every browser sends at least one of both headers with a change; whoever sends neither is no browser and has to
    /// say so, which a form or an image of somebody else's page cannot.
    fn check_origin(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        let from_here = match sent(headers) {
            Origin::Unsaid => only(headers, "x-slipway") == Some("1"),
            Origin::Said { origin, site } => {
                origin.is_none_or(|origin| self.is_of_this_host(origin, headers))
                    && site.is_none_or(|site| site == "same-origin")
            }
        };
        if from_here {
            return Ok(());
        }
        Err(ApiError::forbidden(
            "cross_origin",
            "this is accepted from this server's own pages, or with the header X-Slipway: 1",
        ))
    }

    /// Whether an origin is one of ours, and the one that this very request was sent to: another public address of this
    /// server is another site to a browser.
    fn is_of_this_host(&self, origin: &str, headers: &HeaderMap) -> bool {
        let authority = origin.split_once("://").map(|(_, authority)| authority);
        self.0.origins.iter().any(|known| known == origin) && authority == Some(&*host(headers))
    }
}

/// What a request says about the page it comes from. A header that is there twice, or is no text, says nothing good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin<'h> {
    Unsaid,
    Said {
        origin: Option<&'h str>,
        site: Option<&'h str>,
    },
}

fn sent(headers: &HeaderMap) -> Origin<'_> {
    match (only(headers, "origin"), only(headers, "sec-fetch-site")) {
        (None, None) => Origin::Unsaid,
        (origin, site) => Origin::Said { origin, site },
    }
}

/// The one value of a header; empty if there are several, or if it is no text.
pub(super) fn only<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    let text = first.to_str().unwrap_or_default();
    Some(if values.next().is_some() { "" } else { text })
}

/// The host a request was sent to; empty if that is not clear.
fn host(headers: &HeaderMap) -> String {
    only(headers, "host").unwrap_or_default().to_ascii_lowercase()
}

/// Lets a request in, with the address of its client.
pub(super) async fn demand(
    State(guard): State<Guard>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    guard.check(&request)?;
    if let Some(Peer(peer)) = request.extensions().get() {
        let client = ClientAddress::of(peer.ip(), request.headers(), &guard.0.trusted_proxies);
        request.extensions_mut().insert(client);
    }
    drop_identity_claims(request.headers_mut());
    Ok(next.run(request).await)
}

/// Headers by which front proxies and the API server name a user mean nothing here, and shall never be passed on.
fn drop_identity_claims(headers: &mut HeaderMap) {
    let claims = |name: &str| name.starts_with("impersonate-") || name.starts_with("x-remote-");
    let named: Vec<_> = headers
        .keys()
        .filter(|name| claims(name.as_str()))
        .cloned()
        .collect();
    for name in named {
        headers.remove(name);
    }
}

fn has_body(headers: &HeaderMap) -> bool {
    let length = headers
        .get(header::CONTENT_LENGTH)
        .map(|length| length.as_bytes() != b"0");
    length.unwrap_or_else(|| headers.contains_key(header::TRANSFER_ENCODING))
}
