//! What a draft leads to, and what the cluster says beforehand.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use slipway_api::{ChecksView, ObjectView, PlanView, paths};
use slipway_model::validate;
use slipway_plan::{Plan, PlannedObject, SkipReason, Target, plan};

use super::drafts::Desk;
use super::{ApiError, Json, Path};
use crate::clusters::Clusters;
use crate::cpu::Cpu;
use crate::drafts::{DraftId, DraftStore, StoredDraft};
use crate::identity::Member;
use crate::preflight::Preflight;
use crate::state::AppState;

/// Routes about the plan of a draft.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(&paths::draft_plan("{id}"), get(show))
        .route(&paths::draft_checks("{id}"), post(check))
}

/// `GET /api/v1/drafts/{id}/plan`: the objects a draft leads to, and its issues.
#[utoipa::path(get, operation_id = "read_plan", path = "/api/v1/drafts/{id}/plan", tag = "drafts",
    params(("id" = String, Path, description = "The draft")),
    responses((status = 200, body = PlanView), (status = 404, body = slipway_api::Problem)))]
pub(super) async fn show(
    State(drafts): State<DraftStore>,
    State(clusters): State<Clusters>,
    State(cpu): State<Cpu>,
    member: Member,
    Path(id): Path<DraftId>,
) -> Result<Json<PlanView>, ApiError> {
    let draft = drafts.get(&member, &id).await?;
    let target = clusters
        .by_id(draft.cluster)
        .map(crate::clusters::Cluster::target)
        .unwrap_or_default();
    let view = cpu.run(&member, || view(&draft, &target)).await?;
    Ok(Json(view))
}

fn view(draft: &StoredDraft, target: &Target) -> PlanView {
    let verdict = validate(&draft.content);
    let plan = verdict.app.map(|app| plan(&app, target));
    PlanView {
        revision: draft.revision,
        objects: plan.iter().flat_map(|plan| &plan.objects).map(shown).collect(),
        yaml: plan.as_ref().map(Plan::yaml).unwrap_or_default(),
        hash: plan.as_ref().map(Plan::hash),
        issues: verdict.issues,
    }
}

/// `POST /api/v1/drafts/{id}/checks`: asks the cluster what it would say.
#[utoipa::path(post, operation_id = "check_draft", path = "/api/v1/drafts/{id}/checks", tag = "drafts",
    params(("id" = String, Path, description = "The draft")),
    responses((status = 200, body = ChecksView), (status = 404, body = slipway_api::Problem), (status = 503, body = slipway_api::Problem)))]
pub(super) async fn check(
    State(desk): State<Desk>,
    State(preflight): State<Preflight>,
    State(cpu): State<Cpu>,
    member: Member,
    Path(id): Path<DraftId>,
) -> Result<Json<ChecksView>, ApiError> {
    let _look = desk.look(&member, &id).await?;
    let draft = desk.drafts.get(&member, &id).await?;
    let verdict = cpu.run(&member, || validate(&draft.content)).await?;
    let Some(app) = verdict.app else {
        // Nothing is asked about what is not yet an app; what is wrong is known without the cluster.
        return Ok(Json(ChecksView {
            revision: draft.revision,
            checks: Vec::new(),
            issues: verdict.issues,
        }));
    };
    let cluster = desk
        .clusters
        .by_id(draft.cluster)
        .ok_or_else(|| ApiError::missing("cluster"))?;
    if draft.content.origin.is_some() {
        let report = Box::pin(desk.operations.check_change(&member, &draft.content, cluster)).await?;
        return Ok(Json(report.view(draft.revision)));
    }
    let plan = cpu.run(&member, || plan(&app, &cluster.target())).await?;
    let report = preflight.check(cluster, &member, &app, &plan).await?;
    Ok(Json(report.view(draft.revision)))
}

fn shown(object: &PlannedObject) -> ObjectView {
    ObjectView {
        api_version: object.key.api_version.clone(),
        kind: object.key.kind.clone(),
        namespace: object.key.namespace.clone(),
        name: object.key.name.clone(),
        yaml: object.body.yaml(),
        skipped: object.skipped.map(|reason| match reason {
            SkipReason::KindMissing => "kind_missing".to_owned(),
            SkipReason::CanaryMissing => "canary_missing".to_owned(),
        }),
    }
}
