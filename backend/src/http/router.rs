//! All routes, and what every request passes on its way to them.

use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use axum::{Router, middleware};
use http::StatusCode;
use slipway_api::paths;
use tower_http::catch_panic::CatchPanicLayer;

use super::headers::OverTls;
use super::limits::{LARGEST_BODY, Limits, Room};
use super::{
    ApiError, Guard, app_operations, apps, assets, changes, clusters, drafts, guard, headers, health, limits,
    member, openapi, operations, plan, session, stream, trace,
};
use crate::state::AppState;

/// The server as a service. A route is either in the short public list, or stands behind the question who is asking.
pub fn router(state: AppState, guard: Guard, limits: Limits, over_tls: bool) -> Router {
    let public = Router::new()
        .merge(health::routes())
        .merge(session::public_routes())
        .route(paths::OPENAPI, get(openapi::serve))
        .route(paths::DRAFT_SCHEMA, get(openapi::draft_schema));
    let members = Router::new()
        .merge(session::routes())
        .merge(drafts::routes())
        .merge(plan::routes())
        .merge(operations::routes())
        .merge(clusters::routes())
        .merge(apps::routes())
        .merge(app_operations::routes())
        .merge(changes::routes())
        .merge(stream::routes())
        .route_layer(middleware::from_fn_with_state(state.clone(), member::demand));
    let everything = public
        .merge(members)
        .fallback(assets::serve)
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::max(LARGEST_BODY));
    around(everything, &state, guard, Room::within(limits), over_tls).with_state(state)
}

/// From the inside out: the last one added is the first to see a request.
fn around(
    routes: Router<AppState>,
    state: &AppState,
    guard: Guard,
    room: Room,
    over_tls: bool,
) -> Router<AppState> {
    routes
        .layer(middleware::from_fn_with_state(guard, guard::demand))
        .layer(middleware::from_fn_with_state(room, limits::keep))
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
