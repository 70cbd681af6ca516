//! A draft of an app that is there: what it would change, and bringing it together with what the app has become.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use http::HeaderMap;
use slipway_api::{ChangesView, DraftView, MergeDraft, MergeView, paths};
use slipway_model::Draft;

use super::drafts::Desk;
use super::{ApiError, IfMatch, Json, Path};
use crate::clusters::Cluster;
use crate::drafts::{DraftId, StoredDraft};
use crate::identity::Member;
use crate::state::AppState;

/// Routes for members.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(&paths::draft_changes("{id}"), get(changes))
        .route(&paths::draft_merge("{id}"), get(merging).post(merge))
        .route(&paths::draft_drift("{id}"), post(take_drift))
}

/// `GET /api/v1/drafts/{id}/changes`: what a draft of a running app would change.
#[utoipa::path(get, operation_id = "read_changes", path = "/api/v1/drafts/{id}/changes", tag = "drafts",
    params(("id" = String, Path, description = "The draft")),
    responses((status = 200, body = ChangesView), (status = 404, body = slipway_api::Problem), (status = 503, body = slipway_api::Problem)))]
pub(super) async fn changes(
    State(desk): State<Desk>,
    member: Member,
    Path(id): Path<DraftId>,
) -> Result<Json<ChangesView>, ApiError> {
    let _look = desk.look(&member, &id).await?;
    let draft = desk.drafts.get(&member, &id).await?;
    let cluster = cluster_of(&desk, &draft)?;
    let view = desk
        .operations
        .changes(&member, &draft.content, draft.revision, cluster);
    Ok(Json(Box::pin(view).await?))
}

/// `GET /api/v1/drafts/{id}/merge`: a draft beside what its app has become, and what it was when it was opened.
#[utoipa::path(get, operation_id = "read_merge", path = "/api/v1/drafts/{id}/merge", tag = "drafts",
    params(("id" = String, Path, description = "The draft")),
    responses((status = 200, body = MergeView), (status = 404, body = slipway_api::Problem), (status = 503, body = slipway_api::Problem)))]
pub(super) async fn merging(
    State(desk): State<Desk>,
    member: Member,
    Path(id): Path<DraftId>,
) -> Result<Json<MergeView>, ApiError> {
    let _look = desk.look(&member, &id).await?;
    let draft = desk.drafts.get(&member, &id).await?;
    let cluster = cluster_of(&desk, &draft)?;
    let view = desk
        .operations
        .merging(&member, &draft.content, draft.revision, cluster);
    Ok(Json(view.await?))
}

/// `POST /api/v1/drafts/{id}/merge`: brings the two together and saves the draft.
#[utoipa::path(post, operation_id = "merge_draft", path = "/api/v1/drafts/{id}/merge", tag = "drafts", request_body = MergeDraft,
    params(("id" = String, Path, description = "The draft"), ("If-Match" = String, Header, description = "The ETag it is based on")),
    responses((status = 200, body = DraftView), (status = 404, body = slipway_api::Problem),
        (status = 412, body = slipway_api::Problem), (status = 422, body = slipway_api::Problem), (status = 503, body = slipway_api::Problem)))]
pub(super) async fn merge(
    State(desk): State<Desk>,
    member: Member,
    Path(id): Path<DraftId>,
    IfMatch(base): IfMatch,
    Json(MergeDraft { theirs, choices }): Json<MergeDraft>,
) -> Result<(HeaderMap, Json<DraftView>), ApiError> {
    let _look = desk.look(&member, &id).await?;
    let draft = seen(&desk, &member, &id, base).await?;
    let cluster = cluster_of(&desk, &draft)?;
    let merged = desk
        .operations
        .merged(&member, &draft.content, (theirs, &choices), cluster)
        .await?;
    let content = merged.map_err(|open| {
        ApiError::unprocessable(
            "choices_missing",
            "both have changed these fields; choose one of the two for each",
        )
        .param("fields", open.join(" "))
    })?;
    save(&desk, &member, &id, base, content).await
}

/// `POST /api/v1/drafts/{id}/drift`: takes what was changed outside Slipway into the draft.
#[utoipa::path(post, operation_id = "take_drift", path = "/api/v1/drafts/{id}/drift", tag = "drafts",
    params(("id" = String, Path, description = "The draft"), ("If-Match" = String, Header, description = "The ETag it is based on")),
    responses((status = 200, body = DraftView), (status = 404, body = slipway_api::Problem),
        (status = 412, body = slipway_api::Problem), (status = 503, body = slipway_api::Problem)))]
pub(super) async fn take_drift(
    State(desk): State<Desk>,
    member: Member,
    Path(id): Path<DraftId>,
    IfMatch(base): IfMatch,
) -> Result<(HeaderMap, Json<DraftView>), ApiError> {
    let _look = desk.look(&member, &id).await?;
    let draft = seen(&desk, &member, &id, base).await?;
    let cluster = cluster_of(&desk, &draft)?;
    let content = desk
        .operations
        .with_drift(&member, &draft.content, cluster)
        .await?;
    save(&desk, &member, &id, base, content).await
}

async fn save(
    desk: &Desk,
    member: &Member,
    id: &DraftId,
    base: u64,
    content: Draft,
) -> Result<(HeaderMap, Json<DraftView>), ApiError> {
    let draft = desk.drafts.save(member, id, base, content).await?;
    desk.answer(member, draft).await
}

/// The draft as it was seen.
async fn seen(desk: &Desk, member: &Member, id: &DraftId, revision: u64) -> Result<StoredDraft, ApiError> {
    let draft = desk.drafts.get(member, id).await?;
    if draft.revision == revision {
        Ok(draft)
    } else {
        Err(ApiError::stale(draft.revision))
    }
}

fn cluster_of<'d>(desk: &'d Desk, draft: &StoredDraft) -> Result<&'d Cluster, ApiError> {
    let cluster = desk.clusters.by_id(draft.cluster);
    cluster.ok_or_else(|| ApiError::missing("cluster"))
}
