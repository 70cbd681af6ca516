//! What machines ask: are you there, are you ready, how are you.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::{StatusCode, header};

use crate::db::Db;
use crate::ready::Readiness;
use crate::state::AppState;

const PATHS: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/healthz", get(healthy))
        .route("/readyz", get(ready))
        .route("/metrics", get(figures))
}

/// Whether a path is one of these. They are asked for by address, so their host is not checked.
pub(super) fn is_for_machines(path: &str) -> bool {
    PATHS.contains(&path)
}

/// `GET /healthz`: the process answers.
async fn healthy() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database is open, and of each cluster it is known whether it answers.
async fn ready(State(db): State<Db>, State(readiness): State<Readiness>) -> (StatusCode, &'static str) {
    if !db.answers().await {
        return (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n");
    }
    if readiness.is_ready() {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the clusters are being read\n")
    }
}

/// `GET /metrics`: figures for Prometheus.
async fn figures() -> ([(header::HeaderName, &'static str); 1], String) {
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        crate::metrics::rendered(),
    )
}
