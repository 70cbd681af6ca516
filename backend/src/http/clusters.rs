//! The clusters, and what can be picked of them.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use futures::future::join_all;
use slipway_api::{ClusterView, NamespaceList, paths};

use super::{ApiError, Json, Path};
use crate::catalog;
use crate::clusters::{Cluster, Clusters};
use crate::fair_queue::Looks;
use crate::identity::Member;
use crate::live::Live;
use crate::state::AppState;

/// Routes for members.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(paths::CLUSTERS, get(list))
        .route(&paths::cluster("{cluster}"), get(read))
        .route(&paths::namespaces("{cluster}"), get(namespaces))
}

/// `GET /api/v1/clusters`: all of them, those too that do not answer.
#[utoipa::path(get, path = "/api/v1/clusters", operation_id = "list_clusters", tag = "clusters", responses((status = 200, body = Vec<ClusterView>)))]
pub(super) async fn list(
    State(clusters): State<Clusters>,
    State(live): State<Live>,
    member: Member,
) -> Json<Vec<ClusterView>> {
    Json(join_all(clusters.all().iter().map(|cluster| view(cluster, &live, &member))).await)
}

/// `GET /api/v1/clusters/{cluster}`: one of them.
#[utoipa::path(get, path = "/api/v1/clusters/{cluster}", operation_id = "read_cluster", tag = "clusters",
    params(("cluster" = String, Path, description = "The slug")),
    responses((status = 200, body = ClusterView), (status = 404, body = slipway_api::Problem)))]
pub(super) async fn read(
    State(clusters): State<Clusters>,
    State(live): State<Live>,
    member: Member,
    Path(slug): Path<String>,
) -> Result<Json<ClusterView>, ApiError> {
    let cluster = clusters.find(&slug).ok_or_else(|| ApiError::missing("cluster"))?;
    Ok(Json(view(cluster, &live, &member).await))
}

/// `GET /api/v1/clusters/{cluster}/namespaces`: the namespaces to choose from.
#[utoipa::path(get, path = "/api/v1/clusters/{cluster}/namespaces", operation_id = "list_namespaces", tag = "clusters",
    params(("cluster" = String, Path, description = "The slug")),
    responses((status = 200, body = NamespaceList), (status = 404, body = slipway_api::Problem),
        (status = 503, body = slipway_api::Problem)))]
pub(super) async fn namespaces(
    State(live): State<Live>,
    State(looks): State<Looks>,
    member: Member,
    Path(slug): Path<String>,
) -> Result<Json<NamespaceList>, ApiError> {
    let live = live.find(&slug).ok_or_else(|| ApiError::missing("cluster"))?;
    // There may be thousands of them, and the cluster tells all of each.
    let _look = looks.place(&member, 0).await?;
    Ok(Json(catalog::namespaces(live, &member).await?))
}

/// A cluster as a member may see it. One that cannot say whether they may list its nodes shows none.
async fn view(cluster: &Cluster, live: &Live, member: &Member) -> ClusterView {
    let may_list_nodes = match live.find(cluster.slug()) {
        Some(apps) => apps
            .sight(member, &[])
            .await
            .is_ok_and(|sight| sight.shows_nodes()),
        None => false,
    };
    cluster.view(may_list_nodes)
}
