//! Operations: starting one from a draft, and their records.

use axum::Router;
use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::request::Parts;
use http::{StatusCode, header};
use slipway_api::{Consent, OperationLine, OperationView, Receipt, paths};
use uuid::Uuid;

use super::drafts::Desk;
use super::{ApiError, IfMatch, Json, OrNothing, Path, idempotency};
use crate::apply::{OperationId, Operations, StartError, Started, Submit};
use crate::drafts::DraftId;
use crate::identity::Member;
use crate::state::AppState;

/// Routes of operations.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(&paths::draft_operations("{id}"), post(start))
        .route(paths::OPERATIONS, get(list))
        .route(&paths::operation("{id}"), get(show))
        .route(&paths::operation_receipt("{id}"), get(receipt))
}

/// `POST /api/v1/drafts/{id}/operations`: starts creating the app a draft describes, or changing the one it was opened on.
#[utoipa::path(post, operation_id = "start_operation", path = "/api/v1/drafts/{id}/operations", tag = "operations",
    request_body(content = Option<Consent>, description = "What is agreed to; nothing when absent"),
    params(("id" = String, Path, description = "The draft"),
        ("If-Match" = String, Header, description = "The ETag of the draft that was seen"),
        ("Idempotency-Key" = String, Header, description = "The same for the same request sent again")),
    responses((status = 202, body = OperationView), (status = 404, body = slipway_api::Problem),
        (status = 409, body = slipway_api::Problem), (status = 412, body = slipway_api::Problem),
        (status = 422, body = slipway_api::Problem), (status = 428, body = slipway_api::Problem),
        (status = 503, body = slipway_api::Problem)))]
pub(super) async fn start(
    State(desk): State<Desk>,
    member: Member,
    Path(id): Path<DraftId>,
    Asked { revision, key }: Asked,
    OrNothing(consent): OrNothing<Consent>,
) -> Result<Response, ApiError> {
    let submit = Submit {
        consent,
        draft_id: id.to_string(),
        revision,
        idempotency_key: key,
    };
    let operations = &desk.operations;
    if let Some(before) = operations.started_before(&member, &submit).await? {
        return accepted(operations, &member, before).await;
    }
    let _look = desk.look(&member, &id).await?;
    // While this one waited, its twin may have started it.
    if let Some(before) = operations.started_before(&member, &submit).await? {
        return accepted(operations, &member, before).await;
    }
    let draft = desk.drafts.get(&member, &id).await?;
    if draft.revision != revision {
        return Err(ApiError::stale(draft.revision));
    }
    let cluster = desk
        .clusters
        .by_id(draft.cluster)
        .ok_or_else(|| ApiError::missing("cluster"))?;
    let started = match draft.content.origin {
        None => {
            operations
                .create(&member, &submit, (&draft.team, &draft.content), cluster)
                .await?
        }
        Some(_) => Box::pin(operations.change(&member, &submit, &draft.content, cluster)).await?,
    };
    accepted(operations, &member, started).await
}

pub(super) async fn accepted(
    operations: &Operations,
    member: &Member,
    started: Started,
) -> Result<Response, ApiError> {
    let view = operations
        .view(member, started.id())
        .await?
        .ok_or_else(|| ApiError::missing("operation"))?;
    let location = [(header::LOCATION, paths::operation(&view.id))];
    Ok((StatusCode::ACCEPTED, location, Json(view)).into_response())
}

/// `GET /api/v1/operations`: the newest operations of the team.
#[utoipa::path(get, operation_id = "list_operations", path = "/api/v1/operations", tag = "operations", responses((status = 200, body = Vec<OperationLine>)))]
pub(super) async fn list(
    State(operations): State<Operations>,
    member: Member,
) -> Result<Json<Vec<OperationLine>>, ApiError> {
    Ok(Json(operations.list(&member).await?))
}

/// `GET /api/v1/operations/{id}`: the record of one operation.
#[utoipa::path(get, operation_id = "read_operation", path = "/api/v1/operations/{id}", tag = "operations",
    params(("id" = String, Path, description = "The operation")),
    responses((status = 200, body = OperationView), (status = 404, body = slipway_api::Problem)))]
pub(super) async fn show(
    State(operations): State<Operations>,
    member: Member,
    Path(id): Path<Uuid>,
) -> Result<Json<OperationView>, ApiError> {
    let view = operations.view(&member, OperationId(id)).await?;
    view.map(Json).ok_or_else(|| ApiError::missing("operation"))
}

/// `GET /api/v1/operations/{id}/receipt`: the record of one operation with all that it sent, as a file.
#[utoipa::path(get, operation_id = "read_receipt", path = "/api/v1/operations/{id}/receipt", tag = "operations",
    params(("id" = String, Path, description = "The operation")),
    responses((status = 200, body = Receipt), (status = 404, body = slipway_api::Problem)))]
pub(super) async fn receipt(
    State(operations): State<Operations>,
    member: Member,
    Path(id): Path<Uuid>,
) -> Result<Response, ApiError> {
    let receipt = operations.receipt(&member, OperationId(id)).await?;
    let receipt = receipt.ok_or_else(|| ApiError::missing("operation"))?;
    let file = format!("attachment; filename=\"slipway-operation-{id}.json\"");
    Ok(([(header::CONTENT_DISPOSITION, file)], Json(receipt)).into_response())
}

/// What a submit says in its headers.
pub(super) struct Asked {
    /// The revision that was seen.
    pub(super) revision: u64,
    /// The key by which a request sent twice is known as one.
    pub(super) key: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let IfMatch(revision) = IfMatch::from_request_parts(parts, state).await?;
        Ok(Self {
            revision,
            key: idempotency::key(&parts.headers)?
                .ok_or_else(|| ApiError::malformed("idempotency_key_missing", "send an Idempotency-Key"))?,
        })
    }
}

impl From<StartError> for ApiError {
    fn from(error: StartError) -> Self {
        let title = error.to_string();
        let taken = error.is_name_taken();
        match error {
            StartError::KeyReused => Self::unprocessable("idempotency_key_reused", title),
            StartError::Active => Self::conflict("operation_active", title),
            StartError::Issues(issues) if taken => {
                Self::conflict("name_taken", "a name is taken").issues(issues)
            }
            StartError::Issues(issues) => Self::unprocessable("draft_has_issues", title).issues(issues),
            StartError::Conflicts(issues) => Self::conflict("conflicts", title).issues(issues),
            StartError::NoApp => Self::missing("app"),
            StartError::NoRevision => Self::missing("revision"),
            StartError::OtherTeam => Self::forbidden("app_of_another_team", title),
            StartError::ManagedElsewhere(by) => Self::conflict("managed_elsewhere", title).param("by", by),
            StartError::Replaced => Self::new(StatusCode::PRECONDITION_FAILED, "app_replaced", title),
            StartError::NotPlanned => Self::conflict("not_to_be_taken_over", title),
            StartError::AppMoved { current } => {
                Self::new(StatusCode::PRECONDITION_FAILED, "app_moved", title).param("current", current)
            }
            StartError::NothingToChange => Self::unprocessable("nothing_to_change", title),
            StartError::NotToBeDeleted(uid) => Self::conflict("not_to_be_deleted", title).param("uid", uid),
            StartError::Read(error) => {
                Self::unprocessable("not_in_form", error.to_string()).param("message", error.to_string())
            }
            StartError::ClusterUnknown => {
                Self::forbidden("cluster_forbidden", title.clone()).param("message", title)
            }
            StartError::Busy(busy) => busy.into(),
            StartError::Cluster(error) => error.into(),
            StartError::Database(error) => error.into(),
        }
    }
}
