//! What is shown of a workload as its revision: what the database knows of it, and nothing that stands on it.

use k8s_openapi::api::apps::v1::Deployment;
use kube::Api;
use kube::api::{Patch, PatchParams};
use serde_json::json;
use slipway_api::{AppDetail, Change, DriftView, paths};

use super::taken_over::replaced;
use super::{a_namespace_of_bank, a_shop_app, copy_to, of_nginx};
use crate::stage::{Stage, allow};
use crate::support::{Client, eventually};

/// The revision and the operation that a member is shown, once they see the app.
async fn shown(client: &Client, path: &str) -> (Option<u64>, Option<String>) {
    let detail: AppDetail = eventually("the app is seen", async || {
        let answer = client.get(path).await;
        (answer.status == 200).then(|| answer.json(200))
    })
    .await;
    (detail.revision, detail.operation)
}

/// A page of the app is told what is shown of it, once that is as wanted: the revision, and whether an operation made it.
async fn is_told(stage: &Stage, wanted: Option<u64>, is_made: bool) {
    let topic = format!("app:{}/{}/deployment/nginx", stage.slug(), stage.namespace);
    let mut events = stage.dev().listen(&topic).await;
    let told = events.until("the revision is told", |change| match change {
        Change::App { app: Some(app) } if app.revision == wanted => Some(app.operation.is_some()),
        _ => None,
    });
    assert_eq!(told.await, is_made);
}

/// Writes marks on the app, as whoever may write it can.
async fn forge(stage: &Stage) {
    let marks = json!({ "slipway.dev/revision": "99", "slipway.dev/operation": "0190b5a8-0000-7000-8000-000000000009" });
    let patch = Patch::Merge(json!({ "metadata": { "annotations": marks } }));
    let api = stage.api::<Deployment>();
    api.patch("nginx", &PatchParams::default(), &patch).await.unwrap();
}

#[tokio::test]
async fn a_forged_mark_is_not_shown_as_the_revision() {
    let stage = Stage::new().await;
    a_shop_app(&stage).await;
    let path = stage.of_app("nginx", paths::app);
    let before = shown(&stage.dev(), &path).await;
    assert_eq!(before.0, Some(1));
    assert!(before.1.is_some());

    forge(&stage).await;
    // When the live view has seen the next write, it has seen the marks.
    let scaled = Patch::Merge(json!({ "spec": { "strategy": { "rollingUpdate": { "maxSurge": 3 } } } }));
    let api = stage.api::<Deployment>();
    api.patch("nginx", &PatchParams::default(), &scaled)
        .await
        .unwrap();
    eventually("the live view has seen it", async || {
        let detail: AppDetail = stage.dev().get(&path).await.json(200);
        detail.strategy?.contains("maxSurge=3").then_some(())
    })
    .await;

    assert_eq!(shown(&stage.dev(), &path).await, before);
    is_told(&stage, Some(1), true).await;
}

#[tokio::test]
async fn a_copy_is_shown_without_a_revision() {
    let stage = Stage::new().await;
    a_shop_app(&stage).await;
    let elsewhere = a_namespace_of_bank(&stage).await;
    allow(&stage.kube, &elsewhere, "shop-dev", "view").await;
    copy_to(&stage.kube, &elsewhere, &stage.deployment("nginx").await).await;

    for client in [stage.dev(), stage.app.member_of("bank")] {
        let copy = shown(&client, &of_nginx(&stage, &elsewhere, paths::app)).await;
        assert_eq!(copy, (None, None));
    }
    let copies: Api<Deployment> = Api::namespaced(stage.kube.clone(), &elsewhere);
    let marks = copies.get("nginx").await.unwrap().metadata.annotations.unwrap();
    assert_eq!(marks["slipway.dev/revision"], "1", "its marks would say so");
}

#[tokio::test]
async fn the_revision_of_an_app_is_its_teams_to_see() {
    let stage = Stage::new().await;
    a_shop_app(&stage).await;
    allow(&stage.kube, &stage.namespace, "bank-dev", "view").await;
    let path = stage.of_app("nginx", paths::app);

    assert_eq!(shown(&stage.app.member_of("bank"), &path).await, (None, None));
    assert_eq!(shown(&stage.dev(), &path).await.0, Some(1));
}

#[tokio::test]
async fn what_was_made_anew_is_shown_with_a_revision_once_it_is_taken_over() {
    let stage = Stage::new().await;
    a_shop_app(&stage).await;
    replaced(&stage).await;

    is_told(&stage, None, false).await;
    let drift: DriftView = stage
        .dev()
        .get(&stage.of_app("nginx", paths::app_drift))
        .await
        .json(200);
    let take = json!({ "uid": drift.take_over.unwrap() });
    let taken = stage
        .dev()
        .post(&stage.of_app("nginx", paths::app_takeover), &take)
        .await;
    taken.demand(204);

    is_told(&stage, Some(2), false).await;
}
