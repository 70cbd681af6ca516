//! How much one client, and all together, may ask for.

mod arriving;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;
use tokio::sync::Semaphore;

use self::arriving::Arrival;
use super::{ApiError, health};

/// Bytes of a body. The largest draft that makes sense is a tenth of it.
pub(super) const LARGEST_BODY: usize = 1024 * 1024;

/// How much one client, and all together, may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long the head of a request may take to arrive, idle time between two requests included.
    pub head: Duration,
    /// How long a request may take until its answer begins, the arrival of its body included. A stream may go on after
    /// that.
    pub answer: Duration,
    /// Requests worked on at the same time.
    pub requests: usize,
    /// Connections at the same time. More wait to be accepted.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(30),
            answer: Duration::from_secs(30),
            requests: 256,
            connections: 2048,
        }
    }
}

/// Requests in work, and how long each may take.
#[derive(Clone, Debug)]
pub(super) struct Room {
    places: Arc<Semaphore>,
    answer: Duration,
}

impl Room {
    pub(super) fn within(limits: Limits) -> Self {
        Self {
            places: Arc::new(Semaphore::new(limits.requests)),
            answer: limits.answer,
        }
    }
}

/// Keeps a request within them.
pub(super) async fn keep(
    State(Room { places, answer }): State<Room>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    if health::is_for_machines(request.uri().path()) {
        return Ok(next.run(request).await);
    }
    let Ok(_place) = places.try_acquire() else {
        return Err(ApiError::unavailable(
            "busy",
            "too many requests at once",
            Duration::from_secs(1),
        ));
    };
    let (request, arrival) = Arrival::of(request);
    tokio::time::timeout(answer, next.run(request))
        .await
        .map_err(|_| too_slow(&arrival))
}

/// Whose fault it is that there is no answer yet.
fn too_slow(arrival: &Arrival) -> ApiError {
    if arrival.is_over() {
        ApiError::unavailable("too_slow", "the answer took too long", Duration::from_secs(5))
    } else {
        let title = "the request took too long to arrive";
        ApiError::new(StatusCode::REQUEST_TIMEOUT, "request_too_slow", title)
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::{Router, middleware, routing};
    use http::{StatusCode, header};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_full_server_says_when_to_come_back_and_still_answers_machines() {
        let full = Room::within(Limits {
            requests: 0,
            ..Limits::default()
        });
        let router = Router::new()
            .route("/", routing::get(async || "here"))
            .route("/healthz", routing::get(async || "ok"))
            .layer(middleware::from_fn_with_state(full, keep));
        let asked = async |path: &str| {
            router
                .clone()
                .oneshot(Request::get(path).body(Body::empty()).unwrap())
                .await
                .unwrap()
        };

        let refused = asked("/").await;

        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused.headers()[header::RETRY_AFTER], "1");
        assert_eq!(asked("/healthz").await.status(), StatusCode::OK);
    }
}
