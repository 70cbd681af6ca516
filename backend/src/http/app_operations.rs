//! What an app as a whole is asked for: a draft of it, its revisions, what was changed outside, going back, going away.

use std::convert::Infallible;

use axum::Router;
use axum::extract::{FromRef, FromRequestParts, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use slipway_api::{
    CompareView, DeletionView, DraftView, DriftView, OperationKind, OperationPage, OperationQuery,
    OperationView, RevisionLine, RevisionView, StartAppOperation, TakeOverApp, paths,
};

use super::drafts::Desk;
use super::operations::{Asked, accepted};
use super::params::{AppPath, Segments};
use super::{ApiError, IfMatch, Json, Query, etag, idempotency, revision_number};
use crate::apply::{AppAct, AppAddress, Ask, Operations, StartError};
use crate::clusters::{Cluster, Clusters};
use crate::drafts::{DraftStore, Made};
use crate::fair_queue::{Look, Looks};
use crate::identity::Member;
use crate::live::Live;
use crate::paging::Stretch;
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
        .route(&at(paths::app_takeover), post(take_over))
        .route(&at(paths::app_release), post(release))
}

/// Where a revision of an app is.
pub(super) struct RevisionPath {
    app: AppPath,
    number: String,
    to: String,
}

impl<S: Send + Sync> FromRequestParts<S> for RevisionPath {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let segments = Segments::of(parts);
        Ok(Self {
            app: AppPath::of(&segments),
            number: segments.get("number"),
            to: segments.get("to"),
        })
    }
}

impl RevisionPath {
    fn number(&self) -> Result<u64, ApiError> {
        number(&self.number)
    }

    fn to(&self) -> Result<u64, ApiError> {
        number(&self.to)
    }
}

/// What apps are asked with.
#[derive(Clone)]
pub(super) struct Counter {
    clusters: Clusters,
    operations: Operations,
    drafts: DraftStore,
    looks: Looks,
}

impl FromRef<AppState> for Counter {
    fn from_ref(state: &AppState) -> Self {
        Self {
            clusters: state.clusters.clone(),
            operations: state.operations.clone(),
            drafts: state.drafts.clone(),
            looks: state.looks.clone(),
        }
    }
}

impl Counter {
    /// A place to have the cluster asked about an app, which may be as large as its largest revision.
    async fn look(&self, member: &Member, cluster: &Cluster, address: &AppAddress) -> Result<Look, ApiError> {
        let bytes = self.operations.bytes(cluster, address).await?;
        Ok(self.looks.place(member, bytes).await?)
    }

    /// The cluster, and the address in it. A name that no app can have is told as one that no app has.
    fn app(&self, path: &AppPath) -> Result<(&Cluster, AppAddress), ApiError> {
        let cluster = self.clusters.find(&path.cluster);
        let cluster = cluster.ok_or_else(|| ApiError::missing("cluster"))?;
        let address = path.address().ok_or(StartError::NoApp)?;
        Ok((cluster, address))
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
    path: AppPath,
) -> Result<(StatusCode, HeaderMap, Json<DraftView>), ApiError> {
    let key = idempotency::key(&asked)?;
    let (cluster, address) = counter.app(&path)?;
    let look = counter.look(&member, cluster, &address).await?;
    let (team, content) = counter.operations.open(&member, cluster, &address).await?;
    drop(look);
    let made = counter
        .drafts
        .create_in(&team, &member, (cluster.id(), content), key.as_deref())
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
    path: AppPath,
    Asked { revision, key }: Asked,
    Json(wanted): Json<StartAppOperation>,
) -> Result<Response, ApiError> {
    let act = act(wanted)?;
    let Some(address) = path.address() else {
        return Err(counter
            .app(&path)
            .err()
            .unwrap_or_else(|| StartError::NoApp.into()));
    };
    let ask = Ask {
        cluster: path.cluster.clone(),
        address,
        seen: revision,
        idempotency_key: key,
        act,
    };
    if let Some(before) = counter.operations.asked_before(&member, &ask).await? {
        return accepted(&counter.operations, &member, before).await;
    }
    let (cluster, address) = counter.app(&path)?;
    let _look = counter.look(&member, cluster, &address).await?;
    // While this one waited, its twin may have started it.
    if let Some(before) = counter.operations.asked_before(&member, &ask).await? {
        return accepted(&counter.operations, &member, before).await;
    }
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

/// `GET …/apps/{namespace}/{kind}/{name}/operations`: a page of the operations of the team on an app, the newest first.
#[utoipa::path(get, operation_id = "list_app_operations", path = "/api/v1/clusters/{cluster}/apps/{namespace}/{kind}/{name}/operations", tag = "apps",
    params(("cluster" = String, Path), ("namespace" = String, Path), ("kind" = String, Path), ("name" = String, Path),
        OperationQuery),
    responses((status = 200, body = OperationPage), (status = 404, body = slipway_api::Problem),
        (status = 422, body = slipway_api::Problem)))]
pub(super) async fn list(
    State(counter): State<Counter>,
    member: Member,
    path: AppPath,
    Query(OperationQuery { page, limit }): Query<OperationQuery>,
) -> Result<Json<OperationPage>, ApiError> {
    let stretch = Stretch::of(page, limit)?;
    let (cluster, address) = counter.app(&path)?;
    let operations = &counter.operations;
    let page = operations.list_of(&member, cluster, &address, stretch).await?;
    if page.total == 0 {
        operations.demand_there(&member, cluster, &address).await?;
    }
    Ok(Json(page))
}

/// `GET …/apps/{namespace}/{kind}/{name}/revisions`: what an app has been, the newest first.
#[utoipa::path(get, operation_id = "list_revisions", path = "/api/v1/clusters/{cluster}/apps/{namespace}/{kind}/{name}/revisions", tag = "apps",
    params(("cluster" = String, Path), ("namespace" = String, Path), ("kind" = String, Path), ("name" = String, Path)),
    responses((status = 200, body = Vec<RevisionLine>), (status = 404, body = slipway_api::Problem)))]
pub(super) async fn revisions(
    State(counter): State<Counter>,
    member: Member,
    path: AppPath,
) -> Result<Json<Vec<RevisionLine>>, ApiError> {
    let (cluster, address) = counter.app(&path)?;
    let _look = counter.look(&member, cluster, &address).await?;
    let lines = counter.operations.revisions(&member, cluster, &address);
    Ok(Json(lines.await?))
}

/// `GET …/revisions/{number}`: one of them.
#[utoipa::path(get, operation_id = "read_revision", path = "/api/v1/clusters/{cluster}/apps/{namespace}/{kind}/{name}/revisions/{number}", tag = "apps",
    params(("cluster" = String, Path), ("namespace" = String, Path), ("kind" = String, Path), ("name" = String, Path), ("number" = u64, Path)),
    responses((status = 200, body = RevisionView), (status = 404, body = slipway_api::Problem)))]
pub(super) async fn revision(
    State(counter): State<Counter>,
    member: Member,
    path: RevisionPath,
) -> Result<Json<RevisionView>, ApiError> {
    let number = path.number()?;
    let (cluster, address) = counter.app(&path.app)?;
    let _look = counter.look(&member, cluster, &address).await?;
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
    path: RevisionPath,
) -> Result<Json<CompareView>, ApiError> {
    let both = (path.number()?, path.to()?);
    let (cluster, address) = counter.app(&path.app)?;
    let _look = counter.look(&member, cluster, &address).await?;
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
    path: AppPath,
) -> Result<Json<DriftView>, ApiError> {
    let (cluster, address) = counter.app(&path)?;
    let _look = counter.look(&member, cluster, &address).await?;
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
    path: AppPath,
) -> Result<(HeaderMap, Json<DeletionView>), ApiError> {
    let (cluster, address) = counter.app(&path)?;
    let _look = counter.look(&member, cluster, &address).await?;
    let view = counter.operations.deletion(&member, cluster, &address).await?;
    Ok((etag(view.revision), Json(view)))
}

/// `POST …/apps/{namespace}/{kind}/{name}/takeover`: takes over what is at the address of an app and was made by somebody
/// else from a plan for it, such as a backup that was restored.
#[utoipa::path(post, operation_id = "take_over_app", path = "/api/v1/clusters/{cluster}/apps/{namespace}/{kind}/{name}/takeover", tag = "apps",
    request_body = TakeOverApp,
    params(("cluster" = String, Path), ("namespace" = String, Path), ("kind" = String, Path), ("name" = String, Path)),
    responses((status = 204), (status = 403, body = slipway_api::Problem), (status = 404, body = slipway_api::Problem),
        (status = 409, body = slipway_api::Problem), (status = 412, body = slipway_api::Problem),
        (status = 503, body = slipway_api::Problem)))]
pub(super) async fn take_over(
    State(counter): State<Counter>,
    State(live): State<Live>,
    member: Member,
    path: AppPath,
    Json(TakeOverApp { uid }): Json<TakeOverApp>,
) -> Result<StatusCode, ApiError> {
    let (cluster, address) = counter.app(&path)?;
    let _look = counter.look(&member, cluster, &address).await?;
    counter
        .operations
        .take_over(&member, cluster, &address, &uid)
        .await?;
    if let Some(apps) = live.find(cluster.slug()) {
        apps.look_again(&address);
    }
    Ok(StatusCode::NO_CONTENT)
}

fn number(text: &str) -> Result<u64, ApiError> {
    revision_number(text).ok_or_else(|| ApiError::missing("revision"))
}

/// `POST …/apps/{namespace}/{kind}/{name}/release`: gives up an app of one's team, whose objects stay as they are. It is
/// somebody else's app then, which any team may open or take over.
#[utoipa::path(post, operation_id = "release_app", path = "/api/v1/clusters/{cluster}/apps/{namespace}/{kind}/{name}/release", tag = "apps",
    params(("cluster" = String, Path), ("namespace" = String, Path), ("kind" = String, Path), ("name" = String, Path),
        ("If-Match" = String, Header, description = "The revision of the app that was seen")),
    responses((status = 204), (status = 403, body = slipway_api::Problem), (status = 404, body = slipway_api::Problem),
        (status = 409, body = slipway_api::Problem), (status = 412, body = slipway_api::Problem),
        (status = 428, body = slipway_api::Problem), (status = 503, body = slipway_api::Problem)))]
pub(super) async fn release(
    State(counter): State<Counter>,
    State(live): State<Live>,
    member: Member,
    path: AppPath,
    IfMatch(seen): IfMatch,
) -> Result<StatusCode, ApiError> {
    let (cluster, address) = counter.app(&path)?;
    let _look = counter.look(&member, cluster, &address).await?;
    counter
        .operations
        .release(&member, cluster, &address, seen)
        .await?;
    if let Some(apps) = live.find(cluster.slug()) {
        apps.look_again(&address);
    }
    Ok(StatusCode::NO_CONTENT)
}
