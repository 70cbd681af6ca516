//! What machines ask: are you there, are you ready, how are you.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::get;
use http::{StatusCode, header};

use super::ApiError;
use crate::db::Db;
use crate::metrics::Figures;
use crate::ready::Readiness;
use crate::state::AppState;

const FIGURES: &str = "/metrics";
const PATHS: [&str; 3] = ["/healthz", "/readyz", FIGURES];

/// Routes for machines; the figures among them unless they have an address of their own.
pub(super) fn routes(with_figures: bool) -> Router<AppState> {
    let figures = if with_figures {
        get(figures)
    } else {
        get(async || ApiError::missing("page"))
    };
    Router::new()
        .route("/healthz", get(healthy))
        .route("/readyz", get(ready))
        .route(FIGURES, figures)
}

/// The route of the figures alone, for an address of their own.
pub(super) fn figures_alone() -> Router<AppState> {
    Router::new().route(FIGURES, get(figures))
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
async fn figures(State(figures): State<Figures>) -> ([(header::HeaderName, &'static str); 1], Bytes) {
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    (kind, figures.rendered().await)
}
