//! All routes, and what every request passes on its way to them.

use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use axum::{Router, middleware};
use http::StatusCode;
use slipway_api::paths;
use tower_http::catch_panic::CatchPanicLayer;

use super::headers::OverTls;
use super::limits::{LARGEST_BODY, Limits, Places, Room};
use super::{
    ApiError, Guard, app_operations, apps, assets, changes, clusters, drafts, guard, headers, health, limits,
    member, openapi, operations, plan, session, stream, trace,
};
use crate::state::AppState;

/// What the configuration says about the edge.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Which hosts and origins there are.
    pub guard: Guard,
    /// Whether browsers reach us over TLS.
    pub over_tls: bool,
    /// Whether the figures have an address of their own.
    pub figures_elsewhere: bool,
}

/// The server as a service. A route is either in the short public list, or stands behind the question who is asking.
pub fn router(state: AppState, limits: Limits, edge: &Edge) -> Router {
    let limits = if state.members.single().is_some() {
        limits.for_one()
    } else {
        limits
    };
    let room = Room::within(limits);
    let public = Router::new()
        .merge(session::public_routes())
        .route(paths::OPENAPI, get(openapi::serve))
        .route(paths::DRAFT_SCHEMA, get(openapi::draft_schema))
        .route_layer(middleware::from_fn_with_state(room.clone(), limits::keep));
    let members = Router::new()
        .merge(session::routes())
        .merge(drafts::routes())
        .merge(plan::routes())
        .merge(operations::routes())
        .merge(clusters::routes())
        .merge(apps::routes())
        .merge(app_operations::routes())
        .merge(changes::routes())
        .merge(stream::routes().route_layer(middleware::from_fn_with_state(
            Places::for_streams(limits),
            limits::hold_stream,
        )))
        // The last one added is the first to see a request: nothing of a stranger's body is read.
        .route_layer(middleware::from_fn_with_state(room, limits::keep))
        .route_layer(middleware::from_fn_with_state(state.clone(), member::demand));
    let everything = health::routes(!edge.figures_elsewhere)
        .merge(public)
        .merge(members)
        .fallback(assets::serve)
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::max(LARGEST_BODY));
    let checked = everything.layer(middleware::from_fn_with_state(edge.guard.clone(), guard::demand));
    around(checked, &state, edge.over_tls).with_state(state)
}

/// The figures alone, for an address of their own.
pub fn figures_router(state: AppState) -> Router {
    around(
        health::figures_alone()
            .fallback(async || ApiError::missing("page"))
            .method_not_allowed_fallback(no_such_method),
        &state,
        false,
    )
    .with_state(state)
}

/// What connections get for which there is no room.
pub fn refusing_router(state: AppState, over_tls: bool) -> Router {
    around(Router::new().fallback(no_room), &state, over_tls).with_state(state)
}

async fn no_room() -> ApiError {
    ApiError::unavailable(
        "too_many_connections",
        "too many connections at once, from this address or in all",
        Duration::from_secs(5),
    )
}

/// From the inside out: the last one added is the first to see a request.
fn around(routes: Router<AppState>, state: &AppState, over_tls: bool) -> Router<AppState> {
    routes
        .layer(CatchPanicLayer::custom(trace::panicked))
        .layer(middleware::from_fn_with_state(OverTls(over_tls), headers::add))
        .layer(middleware::from_fn_with_state(state.ids.clone(), trace::follow))
}

async fn no_such_method() -> ApiError {
    ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "this cannot be done here",
    )
}
