//! Operations that get nowhere end, and their app is free for another one.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{ListParams, Patch, PatchParams};
use local_cluster::{Fault, Proxy, shared};
use serde_json::json;
use slipway_api::{OperationState, OperationView, StepState};

use crate::stage::{Stage, creates, ended_in_the_end, steps, succeeded, tried};
use crate::support::eventually;

#[tokio::test]
async fn an_operation_that_the_cluster_does_not_take_stops_in_the_end_and_frees_its_app() {
    let proxy = Proxy::start(shared().await).await.unwrap();
    let unauthorized = Fault::Answer {
        code: 401,
        reason: "Unauthorized",
        retry_after: None,
    };
    for (fault, failure) in [
        (Fault::unavailable(), "cluster_unreachable"),
        (Fault::internal_error(), "cluster_unreachable"),
        (unauthorized, "cluster_credentials_refused"),
    ] {
        let stage = Stage::behind(&proxy).await;
        let draft = stage.draft(|_| {}).await;
        proxy.on(creates("services"), fault);
        let started: OperationView = stage.submit(&draft, "k").await.json(202);
        tried(&stage.dev(), &started.id).await;
        let busy = stage.submit(&draft, "another").await.problem(409);
        assert_eq!(busy.code, "operation_active");

        let ended = ended_in_the_end(&stage.app, &stage.dev(), &started.id).await;

        assert_eq!(
            (ended.state, ended.failure.as_deref()),
            (OperationState::Stopped, Some(failure))
        );
        assert!(
            steps(&ended).iter().all(|(_, outcome)| outcome == "not_reached"),
            "{ended:#?}"
        );
        assert!(ended.steps[0].message.is_some(), "the last that was heard");
        assert!(ended.finished_at.unwrap() - ended.created_at >= 15 * 60_000);
        assert!(stage.objects().await.is_empty());
        proxy.clear();
        let again: OperationView = stage.submit(&draft, "another").await.json(202);
        succeeded(&stage.ended(&again.id).await);
    }
}

#[tokio::test]
async fn an_operation_is_stuck_in_the_end_when_something_of_it_may_be_in_a_silent_cluster() {
    let proxy = Proxy::start(shared().await).await.unwrap();
    let stage = Stage::behind(&proxy).await;
    let draft = stage.draft(|_| {}).await;
    let mut held = proxy.hold(creates("deployments"));
    let started: OperationView = stage.submit(&draft, "k").await.json(202);
    held.arrived().await.unwrap();

    proxy.on(|_| true, Fault::Cut);
    proxy.cut();
    tried(&stage.dev(), &started.id).await;
    let ended = ended_in_the_end(&stage.app, &stage.dev(), &started.id).await;

    assert_eq!(
        (ended.state, ended.failure.as_deref()),
        (OperationState::Stuck, Some("cluster_unreachable"))
    );
    assert!(ended.steps[0].uid.is_some(), "what is there is named");
    assert_eq!(ended.steps[1].state, StepState::Sent, "this may be there");
    assert_eq!(ended.steps[2].outcome.as_deref(), Some("not_reached"));
    assert_eq!(stage.objects().await, ["Service nginx-svc"]);
}

/// Gives every pod of the namespace a finalizer, or takes it away.
async fn hold_pods(stage: &Stage, finalizers: &[&str]) {
    let pods = stage.api::<Pod>();
    let patch = Patch::Merge(json!({ "metadata": { "finalizers": finalizers } }));
    for pod in eventually("there are pods", async || {
        let list = pods.list(&ListParams::default()).await.unwrap();
        (!list.items.is_empty()).then_some(list)
    })
    .await
    {
        let name = pod.metadata.name.unwrap();
        pods.patch(&name, &PatchParams::default(), &patch).await.unwrap();
    }
}

#[tokio::test]
async fn an_object_that_is_deleted_but_does_not_go_is_named_in_the_end() {
    let proxy = Proxy::start(shared().await).await.unwrap();
    let stage = Stage::behind(&proxy).await;
    let draft = stage.draft(|_| {}).await;
    let refused = Fault::Answer {
        code: 422,
        reason: "Invalid",
        retry_after: None,
    };
    let mut held = proxy.hold(creates("ingresses"));
    proxy.on(creates("ingresses"), refused);
    let started: OperationView = stage.submit(&draft, "k").await.json(202);
    held.arrived().await.unwrap();
    hold_pods(&stage, &["slipway.test/hold"]).await;
    // The request that is held never arrives; the next one is refused.
    proxy.cut();

    eventually("the workload is on its way out", async || {
        stage.app.clock.pass(Duration::from_secs(1));
        let deployments = stage.api::<Deployment>();
        let deployment = deployments.get_opt("nginx").await.unwrap()?;
        deployment.metadata.deletion_timestamp.map(|_| ())
    })
    .await;
    let ended = ended_in_the_end(&stage.app, &stage.dev(), &started.id).await;

    assert_eq!(
        (ended.state, ended.failure.as_deref()),
        (OperationState::Stuck, Some("refused")),
        "{ended:#?}"
    );
    let outcomes: Vec<_> = steps(&ended).into_iter().map(|(_, outcome)| outcome).collect();
    assert_eq!(outcomes, ["deleted", "kept_refused", "deleted", "refused"]);
    assert_eq!(stage.objects().await, ["Deployment nginx"]);
    hold_pods(&stage, &[]).await;
}
