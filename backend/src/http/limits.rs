//! How much one client, and all together, may ask for.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::Semaphore;

use super::{ApiError, health};

/// Bytes of a body. The largest draft that makes sense is a tenth of it.
pub(super) const LARGEST_BODY: usize = 1024 * 1024;
/// How long a request may take until its answer begins. A stream may go on after that.
const LONGEST: Duration = Duration::from_secs(30);
/// Requests worked on at the same time.
const MOST_AT_ONCE: usize = 256;

/// Requests in work.
#[derive(Clone, Debug)]
pub(super) struct Room(Arc<Semaphore>);

impl Room {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(MOST_AT_ONCE)))
    }
}

/// Keeps a request within them.
pub(super) async fn keep(
    State(Room(room)): State<Room>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    if health::is_for_machines(request.uri().path()) {
        return Ok(next.run(request).await);
    }
    let Ok(_place) = room.try_acquire() else {
        return Err(ApiError::unavailable(
            "busy",
            "too many requests at once",
            Duration::from_secs(1),
        ));
    };
    tokio::time::timeout(LONGEST, next.run(request))
        .await
        .map_err(|_| ApiError::unavailable("too_slow", "the answer took too long", Duration::from_secs(5)))
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
        let full = Room(Arc::new(Semaphore::new(0)));
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
