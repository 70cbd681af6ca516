//! What an app as a whole is asked for: a draft of it, its revisions, what was changed outside, going back, going away.

use axum::Router;
use axum::extract::{FromRef, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use slipway_api::{
    CompareView, DeletionView, DraftView, DriftView, OperationKind, OperationLine, OperationView,
    RevisionLine, RevisionView, StartAppOperation, paths,
};

use super::drafts::Desk;
use super::operations::{Asked, accepted};
use super::{ApiError, Json, Path, etag, idempotency};
use crate::apply::{AppAct, AppAddress, Ask, Operations};
use crate::clusters::{Cluster, Clusters};
use crate::drafts::{DraftStore, Made};
use crate::identity::Member;
use crate::state::AppState;

/// Routes for members.
pub(super) fn routes() -> Router<AppState> {
    let app = ("{cluster}", "{namespace}", "{kind}", "{name}");
    let at = |path: fn(&str, &str, &str, &str) -> String| path(app.0, app.1, app.2, app.3);
    Router::new()
        .route(&at(paths::app_drafts), post(open))
        .route(&at(paths::app_operations), get(list).post(start))
        .route(&at(paths::app_revisions), get(revisions))
        .route(
            &paths::app_revision(app.0, app.1, app.2, app.3, "{number}"),
            get(revision),
        )
        .route(
            &paths::app_compare(app.0, app.1, app.2, app.3, "{number}", "{to}"),
            get(compare),
        )
        .route(&at(paths::app_drift), get(drift))
        .route(&at(paths::app_deletion), get(deletion))
}

/// Where an app is.
#[derive(Deserialize)]
pub(super) struct AppPath {
    cluster: String,
    namespace: String,
    kind: String,
    name: String,
}

/// Where a revision of an app is.
#[derive(Deserialize)]
pub(super) struct RevisionPath {
    #[serde(flatten)]
    app: AppPath,
    number: String,
    to: Option<String>,
}

impl AppPath {
    fn address(&self) -> AppAddress {
        AppAddress::in_url(&self.namespace, &self.kind, &self.name)
    }
}

impl RevisionPath {
    fn number(&self) -> Result<u64, ApiError> {
        number(&self.number)
    }

    fn to(&self) -> Result<u64, ApiError> {
        number(self.to.as_deref().unwrap_or_default())
    }
}

/// What apps are asked with.
#[derive(Clone)]
pub(super) struct Counter {
    clusters: Clusters,
    operations: Operations,
    drafts: DraftStore,
}

impl FromRef<AppState> for Counter {
    fn from_ref(state: &AppState) -> Self {
        Self {
            clusters: state.clusters.clone(),
            operations: state.operations.clone(),
            drafts: state.drafts.clone(),
        }
    }
}

impl Counter {
    fn cluster(&self, path: &AppPath) -> Result<&Cluster, ApiError> {
        self.clusters
            .find(&path.cluster)
            .ok_or_else(|| ApiError::missing("cluster"))
    }
}

/// `POST …/apps/{namespace}/{kind}/{name}/drafts`: a draft of an app that is there; with a key that made one before, that one.
#[utoipa::path(post, operation_id = "open_app", path = "/api/v1/clusters/{cluster}/apps/{namespace}/{kind}/{name}/drafts", tag = "apps",
    params(("cluster" = String, Path), ("namespace" = String, Path), ("kind" = String, Path), ("name" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same for the same request sent again")),
    responses((status = 200, body = DraftView), (status = 201, body = DraftView), (status = 404, body = slipway_api::Problem),
        (status = 409, body = slipway_api::Problem), (status = 503, body = slipway_api::Problem)))]
pub(super) async fn open(
    State(counter): State<Counter>,
    State(desk): State<Desk>,
    member: Member,
    asked: HeaderMap,
    Path(path): Path<AppPath>,
) -> Result<(StatusCode, HeaderMap, Json<DraftView>), ApiError> {
    let key = idempotency::key(&asked)?;
    let cluster = counter.cluster(&path)?;
    let content = counter.operations.open(&member, cluster, &path.address()).await?;
    let made = counter
        .drafts
        .create_once(&member, cluster.id(), content, key.as_deref())
        .await?;
    let (status, draft) = match made {
        Made::Now(draft) => (StatusCode::CREATED, draft),
        Made::Before(draft) => (StatusCode::OK, draft),
    };
    let location = HeaderValue::try_from(paths::draft(draft.id.as_str()));
    let (mut headers, view) = desk.answer(draft).await?;
    if let Ok(location) = location {
        headers.insert(header::LOCATION, location);
    }
    Ok((status, headers, view))
}

/// `POST …/apps/{namespace}/{kind}/{name}/operations`: rolls an app back, to the current revision to put back what was
/// changed outside, or deletes it.
#[utoipa::path(post, operation_id = "start_app_operation", path = "/api/v1/clusters/{cluster}/apps/{namespace}/{kind}/{name}/operations",
    tag = "apps", request_body = StartAppOperation,
    params(("cluster" = String, Path), ("namespace" = String, Path), ("kind" = String, Path), ("name" = String, Path),
        ("If-Match" = String, Header, description = "The revision of the app that was seen"),
        ("Idempotency-Key" = String, Header, description = "The same for the same request sent again")),
    responses((status = 202, body = OperationView), (status = 404, body = slipway_api::Problem),
        (status = 409, body = slipway_api::Problem), (status = 412, body = slipway_api::Problem),
        (status = 422, body = slipway_api::Problem), (status = 428, body = slipway_api::Problem),
        (status = 503, body = slipway_api::Problem)))]
pub(super) async fn start(
    State(counter): State<Counter>,
    member: Member,
    Path(path): Path<AppPath>,
    Asked { revision, key }: Asked,
    Json(wanted): Json<StartAppOperation>,
) -> Result<Response, ApiError> {
    let ask = Ask {
        address: path.address(),
        seen: revision,
        idempotency_key: key,
        act: act(wanted)?,
    };
    if let Some(before) = counter.operations.asked_before(&member, &ask).await? {
        return accepted(&counter.operations, &member, before).await;
    }
    let cluster = counter.cluster(&path)?;
    let started = Box::pin(counter.operations.ask(&member, &ask, cluster)).await?;
    accepted(&counter.operations, &member, started).await
}

fn act(wanted: StartAppOperation) -> Result<AppAct, ApiError> {
    match (wanted.kind, wanted.revision) {
        (OperationKind::Delete, None) if wanted.consent.is_nothing() => Ok(AppAct::Delete(wanted.also)),
        (OperationKind::RollBack, Some(revision)) if wanted.also.is_empty() => {
            Ok(AppAct::RollBack(revision, wanted.consent))
        }
        _ => Err(ApiError::unprocessable(
            "wrong_type",
            "`kind` is `delete`, with `also`, or `roll_back`, with `revision` and `consent`",
        )
        .param("field", "kind")),
    }
}

/// `GET …/apps/{namespace}/{kind}/{name}/operations`: the newest operations of the team on an app.
#[utoipa::path(get, operation_id = "list_app_operations", path = "/api/v1/clusters/{cluster}/apps/{namespace}/{kind}/{name}/operations", tag = "apps",
    params(("cluster" = String, Path), ("namespace" = String, Path), ("kind" = String, Path), ("name" = String, Path)),
    responses((status = 200, body = Vec<OperationLine>), (status = 404, body = slipway_api::Problem)))]
pub(super) async fn list(
    State(counter): State<Counter>,
    member: Member,
    Path(path): Path<AppPath>,
) -> Result<Json<Vec<OperationLine>>, ApiError> {
    let slug = counter.cluster(&path)?.slug().to_owned();
    let AppAddress {
        namespace,
        workload,
        name,
    } = path.address();
    let lines = counter.operations.list(&member).await?;
    let of_app = |line: &OperationLine| {
        (&line.cluster, &line.namespace, &line.workload, &line.name) == (&slug, &namespace, &workload, &name)
    };
    Ok(Json(lines.into_iter().filter(of_app).collect()))
}

/// `GET …/apps/{namespace}/{kind}/{name}/revisions`: what an app has been, the newest first.
#[utoipa::path(get, operation_id = "list_revisions", path = "/api/v1/clusters/{cluster}/apps/{namespace}/{kind}/{name}/revisions", tag = "apps",
    params(("cluster" = String, Path), ("namespace" = String, Path), ("kind" = String, Path), ("name" = String, Path)),
    responses((status = 200, body = Vec<RevisionLine>), (status = 404, body = slipway_api::Problem)))]
pub(super) async fn revisions(
    State(counter): State<Counter>,
    member: Member,
    Path(path): Path<AppPath>,
) -> Result<Json<Vec<RevisionLine>>, ApiError> {
    let cluster = counter.cluster(&path)?;
    Ok(Json(
        counter
            .operations
            .revisions(&member, cluster, &path.address())
            .await?,
    ))
}

/// `GET …/revisions/{number}`: one of them.
#[utoipa::path(get, operation_id = "read_revision", path = "/api/v1/clusters/{cluster}/apps/{namespace}/{kind}/{name}/revisions/{number}", tag = "apps",
    params(("cluster" = String, Path), ("namespace" = String, Path), ("kind" = String, Path), ("name" = String, Path), ("number" = u64, Path)),
    responses((status = 200, body = RevisionView), (status = 404, body = slipway_api::Problem)))]
pub(super) async fn revision(
    State(counter): State<Counter>,
    member: Member,
    Path(path): Path<RevisionPath>,
) -> Result<Json<RevisionView>, ApiError> {
    let cluster = counter.cluster(&path.app)?;
    let (address, number) = (path.app.address(), path.number()?);
    Ok(Json(
        counter
            .operations
            .revision(&member, cluster, &address, number)
            .await?,
    ))
}

/// `GET …/revisions/{number}/compare/{to}`: what going from one to the other changes.
#[utoipa::path(get, operation_id = "compare_revisions", path = "/api/v1/clusters/{cluster}/apps/{namespace}/{kind}/{name}/revisions/{number}/compare/{to}", tag = "apps",
    params(("cluster" = String, Path), ("namespace" = String, Path), ("kind" = String, Path), ("name" = String, Path), ("number" = u64, Path), ("to" = u64, Path)),
    responses((status = 200, body = CompareView), (status = 404, body = slipway_api::Problem)))]
pub(super) async fn compare(
    State(counter): State<Counter>,
    member: Member,
    Path(path): Path<RevisionPath>,
) -> Result<Json<CompareView>, ApiError> {
    let cluster = counter.cluster(&path.app)?;
    let (address, both) = (path.app.address(), (path.number()?, path.to()?));
    let view = counter.operations.compare(&member, cluster, &address, both);
    Ok(Json(Box::pin(view).await?))
}

/// `GET …/apps/{namespace}/{kind}/{name}/drift`: what was changed outside Slipway.
#[utoipa::path(get, operation_id = "read_drift", path = "/api/v1/clusters/{cluster}/apps/{namespace}/{kind}/{name}/drift", tag = "apps",
    params(("cluster" = String, Path), ("namespace" = String, Path), ("kind" = String, Path), ("name" = String, Path)),
    responses((status = 200, body = DriftView), (status = 404, body = slipway_api::Problem)))]
pub(super) async fn drift(
    State(counter): State<Counter>,
    member: Member,
    Path(path): Path<AppPath>,
) -> Result<Json<DriftView>, ApiError> {
    let (cluster, address) = (counter.cluster(&path)?, path.address());
    let view = counter.operations.drift(&member, cluster, &address);
    Ok(Json(Box::pin(view).await?))
}

/// `GET …/apps/{namespace}/{kind}/{name}/deletion`: what deleting an app would take away. Its revision is the `ETag`.
#[utoipa::path(get, operation_id = "read_deletion", path = "/api/v1/clusters/{cluster}/apps/{namespace}/{kind}/{name}/deletion", tag = "apps",
    params(("cluster" = String, Path), ("namespace" = String, Path), ("kind" = String, Path), ("name" = String, Path)),
    responses((status = 200, body = DeletionView), (status = 404, body = slipway_api::Problem)))]
pub(super) async fn deletion(
    State(counter): State<Counter>,
    member: Member,
    Path(path): Path<AppPath>,
) -> Result<(HeaderMap, Json<DeletionView>), ApiError> {
    let cluster = counter.cluster(&path)?;
    let view = counter
        .operations
        .deletion(&member, cluster, &path.address())
        .await?;
    Ok((etag(view.revision), Json(view)))
}

fn number(text: &str) -> Result<u64, ApiError> {
    text.parse().map_err(|_| ApiError::missing("revision"))
}
