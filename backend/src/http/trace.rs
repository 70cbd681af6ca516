//! The id, the log line and the figures of a request. Never its body, its tokens, its cookies or its query.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use tracing::Instrument;

use super::error::{Told, rendered};
use super::{ApiError, client::Peer};
use crate::clock::Ids;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives a request its id, follows it to its answer, and writes both down.
pub(super) async fn follow(State(ids): State<Ids>, mut request: Request, next: Next) -> Response {
    let id = ids.next().to_string();
    request.headers_mut().remove(REQUEST_ID);
    let method = named(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str)
        .to_owned();
    let peer = request
        .extensions()
        .get::<Peer>()
        .map(|Peer(peer)| peer.ip().to_string());
    let span = tracing::info_span!(
        parent: None,
        "request",
        id,
        method,
        route,
        peer = peer.as_deref(),
        person = tracing::field::Empty,
    );
    let begun = Instant::now();
    let mut response = told(next.run(request).instrument(span.clone()).await, &id);
    let took = begun.elapsed();
    let status = response.status();
    span.in_scope(|| log(&route, status, took));
    crate::metrics::answered(method, &route, status.as_u16(), took);
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// The name of a known method; one word for all others, which may be anything.
fn named(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Probes come every few seconds for as long as the server lives, and say "not yet" as a matter of course.
const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

fn log(route: &str, status: StatusCode, took: std::time::Duration) {
    let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    if PROBES.contains(&route) {
        tracing::debug!(status = status.as_u16(), millis, "answered");
    } else if status.is_server_error() {
        tracing::warn!(status = status.as_u16(), millis, "answered");
    } else {
        tracing::info!(status = status.as_u16(), millis, "answered");
    }
}

/// An answer that tells of a problem, with the id to find it in the log.
fn told(mut response: Response, id: &str) -> Response {
    let Some(Told(mut problem)) = response.extensions_mut().remove::<Told>() else {
        return response;
    };
    problem.request_id = Some(id.to_owned());
    let (_, body) = rendered(response.status(), &problem).into_parts();
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = body;
    response
}

/// What a panic becomes: the sentence is in the log, not on the wire.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer for panics hands it over like this"
)]
pub(super) fn panicked(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let sentence = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()))
        .unwrap_or_default();
    ApiError::internal(format!("panic: {sentence}")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_answers_without_its_sentence() {
        for panic in [
            Box::new("a secret") as Box<dyn std::any::Any + Send>,
            Box::new(String::from("a secret")),
        ] {
            let response = panicked(panic);

            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
            let body = axum::body::to_bytes(response.into_body(), usize::MAX)
                .await
                .unwrap();
            let body = String::from_utf8(body.to_vec()).unwrap();
            assert!(
                body.contains("/problems/internal") && !body.contains("secret"),
                "{body}"
            );
        }
    }
}
