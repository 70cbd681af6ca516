//! Drafts of the team.

use axum::Router;
use axum::extract::{FromRef, State};
use axum::routing::get;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use slipway_api::{CreateDraft, DraftLine, DraftView, SaveDraft, paths};
use slipway_model::draft::FORMAT;
use slipway_model::{Draft, out_of_bounds};

use super::{ApiError, IfMatch, Json, Path, WithDraft, etag, idempotency};
use crate::apply::Operations;
use crate::clusters::{ClusterId, Clusters};
use crate::drafts::{
    DraftError, DraftId, DraftStore, LARGEST, Line, MOST_BYTES_PER_TEAM, MOST_PER_TEAM, Made, StoredDraft,
};
use crate::fair_queue::{Look, Looks};
use crate::identity::Member;
use crate::state::AppState;

/// Routes for members.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(paths::DRAFTS, get(list).post(create))
        .route(&paths::draft("{id}"), get(read).put(save).delete(delete))
}

/// `GET /api/v1/drafts`: the drafts of the team, the last saved first.
#[utoipa::path(get, operation_id = "list_drafts", path = "/api/v1/drafts", tag = "drafts", responses((status = 200, body = Vec<DraftLine>)))]
pub(super) async fn list(
    State(drafts): State<DraftStore>,
    State(clusters): State<Clusters>,
    State(operations): State<Operations>,
    member: Member,
) -> Result<Json<Vec<DraftLine>>, ApiError> {
    let drafts = drafts.list(&member).await?;
    let mut newest = operations.newest_of_drafts(&member).await?;
    let line = |draft: Line| DraftLine {
        operation: newest.remove(draft.id.as_str()),
        ..line(&clusters, draft)
    };
    Ok(Json(drafts.into_iter().map(line).collect()))
}

/// `POST /api/v1/drafts`: keep a new one; with a key that made one before, that one as it is now.
#[utoipa::path(post, operation_id = "create_draft", path = "/api/v1/drafts", tag = "drafts", request_body = CreateDraft,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same for the same request sent again")),
    responses((status = 200, body = DraftView), (status = 201, body = DraftView), (status = 400, body = slipway_api::Problem), (status = 409, body = slipway_api::Problem), (status = 422, body = slipway_api::Problem)))]
pub(super) async fn create(
    State(desk): State<Desk>,
    member: Member,
    asked: HeaderMap,
    WithDraft(CreateDraft { cluster, content }): WithDraft<CreateDraft>,
) -> Result<(StatusCode, HeaderMap, Json<DraftView>), ApiError> {
    let key = idempotency::key(&asked)?;
    let content = taken_in(content.unwrap_or_default())?;
    let cluster = desk.clusters.find(&cluster).ok_or_else(|| {
        ApiError::unprocessable("unknown_cluster", "there is no such cluster").param("cluster", &cluster)
    })?;
    let made = desk
        .drafts
        .create_once(&member, cluster.id(), content, key.as_deref())
        .await?;
    let (status, draft) = match made {
        Made::Now(draft) => (StatusCode::CREATED, draft),
        Made::Before(draft) => (StatusCode::OK, draft),
    };
    let location = HeaderValue::try_from(paths::draft(draft.id.as_str()));
    let (mut headers, view) = desk.answer(&member, draft).await?;
    if let Ok(location) = location {
        headers.insert(header::LOCATION, location);
    }
    Ok((status, headers, view))
}

/// `GET /api/v1/drafts/{id}`: one of them, with its revision as `ETag`.
#[utoipa::path(get, operation_id = "read_draft", path = "/api/v1/drafts/{id}", tag = "drafts", params(("id" = String, Path, description = "The draft")),
    responses((status = 200, body = DraftView), (status = 404, body = slipway_api::Problem)))]
pub(super) async fn read(
    State(desk): State<Desk>,
    member: Member,
    Path(id): Path<DraftId>,
) -> Result<(HeaderMap, Json<DraftView>), ApiError> {
    let draft = desk.drafts.get(&member, &id).await?;
    desk.answer(&member, draft).await
}

/// `PUT /api/v1/drafts/{id}`: save it, if nobody else did since the revision in `If-Match`.
#[utoipa::path(put, operation_id = "save_draft", path = "/api/v1/drafts/{id}", tag = "drafts", request_body = SaveDraft,
    params(("id" = String, Path, description = "The draft"), ("If-Match" = String, Header, description = "The ETag it is based on")),
    responses((status = 200, body = DraftView), (status = 404, body = slipway_api::Problem),
        (status = 412, body = slipway_api::Problem), (status = 422, body = slipway_api::Problem), (status = 428, body = slipway_api::Problem)))]
pub(super) async fn save(
    State(desk): State<Desk>,
    member: Member,
    Path(id): Path<DraftId>,
    IfMatch(base): IfMatch,
    WithDraft(SaveDraft { content }): WithDraft<SaveDraft>,
) -> Result<(HeaderMap, Json<DraftView>), ApiError> {
    let draft = desk.drafts.save(&member, &id, base, taken_in(content)?).await?;
    desk.answer(&member, draft).await
}

/// `DELETE /api/v1/drafts/{id}`: the only end of a draft.
#[utoipa::path(delete, operation_id = "delete_draft", path = "/api/v1/drafts/{id}", tag = "drafts", params(("id" = String, Path, description = "The draft")),
    responses((status = 204), (status = 404, body = slipway_api::Problem)))]
pub(super) async fn delete(
    State(drafts): State<DraftStore>,
    member: Member,
    Path(id): Path<DraftId>,
) -> Result<StatusCode, ApiError> {
    drafts.delete(&member, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What showing a draft takes.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) drafts: DraftStore,
    pub(super) clusters: Clusters,
    pub(super) operations: Operations,
    pub(super) looks: Looks,
}

impl FromRef<AppState> for Desk {
    fn from_ref(state: &AppState) -> Self {
        let AppState {
            drafts,
            clusters,
            operations,
            looks,
            ..
        } = state.clone();
        Self {
            drafts,
            clusters,
            operations,
            looks,
        }
    }
}

impl Desk {
    /// A place to have the cluster asked about a draft. Taken before the draft is read: what waits holds no text.
    pub(super) async fn look(&self, member: &Member, id: &DraftId) -> Result<Look, ApiError> {
        let bytes = self.drafts.bytes(member, id).await?;
        Ok(self.looks.place(member, bytes).await?)
    }

    /// A draft with its revision as `ETag`, and the newest operation started from it.
    pub(super) async fn answer(
        &self,
        member: &Member,
        draft: StoredDraft,
    ) -> Result<(HeaderMap, Json<DraftView>), ApiError> {
        let operation = self.operations.newest_of_draft(member, draft.id.as_str()).await?;
        Ok((
            etag(draft.revision),
            Json(DraftView {
                operation,
                ..view(&self.clusters, draft)
            }),
        ))
    }
}

/// A draft of today's format, every row with an id of its own.
fn taken_in(mut content: Draft) -> Result<Draft, ApiError> {
    if content.format != FORMAT {
        return Err(
            ApiError::unprocessable("unknown_format", "this format of drafts is not known here")
                .param("format", content.format)
                .param("known", FORMAT),
        );
    }
    let issues = out_of_bounds(&content);
    if !issues.is_empty() {
        return Err(
            ApiError::unprocessable("draft_out_of_bounds", "the draft is not one that can be kept")
                .issues(issues),
        );
    }
    content.give_ids();
    Ok(content)
}

fn view(clusters: &Clusters, draft: StoredDraft) -> DraftView {
    DraftView {
        id: draft.id.to_string(),
        cluster: slug(clusters, draft.cluster),
        revision: draft.revision,
        content: draft.content,
        saved_by: draft.saved_by,
        saved_at: draft.saved_at,
        operation: None,
    }
}

fn line(clusters: &Clusters, draft: Line) -> DraftLine {
    DraftLine {
        id: draft.id.to_string(),
        cluster: slug(clusters, draft.cluster),
        name: draft.summary.name,
        namespace: draft.summary.namespace,
        kind: draft.summary.kind,
        image: draft.summary.image,
        size: draft.summary.size,
        errors: draft.summary.errors,
        saved_by: draft.saved_by,
        saved_at: draft.saved_at,
        operation: None,
        revision: draft.revision,
    }
}

/// The cluster's name in URLs; empty when it is not configured any more. Its drafts stay.
fn slug(clusters: &Clusters, id: ClusterId) -> String {
    clusters
        .by_id(id)
        .map(|cluster| cluster.slug().to_owned())
        .unwrap_or_default()
}

impl From<DraftError> for ApiError {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::Missing(_) => Self::missing("draft"),
            DraftError::Stale { current } => Self::stale(current),
            DraftError::TooMany => {
                Self::conflict("too_many_drafts", error.to_string()).param("max", MOST_PER_TEAM)
            }
            DraftError::TooLarge => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", error.to_string()).param("max", LARGEST)
            }
            DraftError::TooMuch => {
                Self::conflict("drafts_too_large", error.to_string()).param("max", MOST_BYTES_PER_TEAM)
            }
            DraftError::Busy(busy) => busy.into(),
            DraftError::KeyReused => Self::unprocessable("idempotency_key_reused", error.to_string()),
            DraftError::Database(error) => error.into(),
        }
    }
}
