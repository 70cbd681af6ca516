//! Apps as they run now.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use slipway_api::{AppDetail, AppKey, AppQuery, AppRow, Page, paths};

use super::params::AppPath;
use super::{ApiError, Json, Path, Query};
use crate::identity::Member;
use crate::live::Live;
use crate::state::AppState;

/// Routes for members.
pub(super) fn routes() -> Router<AppState> {
    Router::new().route(&paths::apps("{cluster}"), get(list)).route(
        &paths::app("{cluster}", "{namespace}", "{kind}", "{name}"),
        get(read),
    )
}

/// `GET /api/v1/clusters/{cluster}/apps`: one page of the apps a member may see.
#[utoipa::path(get, path = "/api/v1/clusters/{cluster}/apps", operation_id = "list_apps", tag = "apps",
    params(("cluster" = String, Path, description = "The slug"), AppQuery),
    responses((status = 200, body = Page<AppRow>), (status = 404, body = slipway_api::Problem),
        (status = 422, body = slipway_api::Problem), (status = 503, body = slipway_api::Problem)))]
pub(super) async fn list(
    State(live): State<Live>,
    member: Member,
    Path(cluster): Path<String>,
    Query(query): Query<AppQuery>,
) -> Result<Json<Page<AppRow>>, ApiError> {
    let apps = live.find(&cluster).ok_or_else(|| ApiError::missing("cluster"))?;
    let sight = apps.sight(&member, query.namespace.as_slice()).await?;
    Ok(Json(apps.page(&sight, &query)?))
}

/// `GET /api/v1/clusters/{cluster}/apps/{namespace}/{kind}/{name}`: one app with everything that belongs to it.
#[utoipa::path(get, path = "/api/v1/clusters/{cluster}/apps/{namespace}/{kind}/{name}", operation_id = "read_app", tag = "apps",
    params(("cluster" = String, Path, description = "The slug"), ("namespace" = String, Path, description = "The namespace"),
        ("kind" = String, Path, description = "The kind of the workload, in lower case"), ("name" = String, Path, description = "The name")),
    responses((status = 200, body = AppDetail), (status = 404, body = slipway_api::Problem), (status = 503, body = slipway_api::Problem)))]
pub(super) async fn read(
    State(live): State<Live>,
    member: Member,
    AppPath {
        cluster,
        namespace,
        kind,
        name,
    }: AppPath,
) -> Result<Json<AppDetail>, ApiError> {
    let apps = live.find(&cluster).ok_or_else(|| ApiError::missing("cluster"))?;
    let sight = apps.sight(&member, std::slice::from_ref(&namespace)).await?;
    let key = AppKey {
        cluster,
        namespace,
        kind,
        name,
    };
    Ok(Json(apps.app(&member, &sight, &key).await?))
}
