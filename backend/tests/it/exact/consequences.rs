//! What a change does besides, said before: who decides about pods, and which of them stay.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use kube::api::{Patch, PatchParams, PostParams};
use serde_json::json;
use slipway_api::DraftView;

use super::behaviours::seen;
use crate::stage::{Stage, succeeded};
use crate::support::Namespace;

/// The codes that a preview tells, each with its parameters.
async fn told(stage: &Stage, draft: &DraftView) -> Vec<(String, BTreeMap<String, String>)> {
    let seen = seen(stage, draft).await;
    let told = seen.consequences.into_iter();
    told.map(|one| (one.code, one.params)).collect()
}

fn params(params: &[(&str, &str)]) -> BTreeMap<String, String> {
    let params = params.iter();
    params
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

async fn of_others(replicas: u32) -> Stage {
    let stage = Stage::new().await;
    let namespace = Namespace::shared(&stage.namespace).await;
    namespace
        .deployment("web", "registry.example.com/web:1", replicas)
        .await;
    stage
}

/// An autoscaler by a metric that the form does not know.
async fn autoscaler(stage: &Stage, workload: &str) {
    let metric = json!({ "type": "Pods", "pods": { "metric": { "name": "rps" }, "target": { "type": "AverageValue", "averageValue": "100" } } });
    let target = json!({ "apiVersion": "apps/v1", "kind": "Deployment", "name": workload });
    let scaler = json!({ "metadata": { "name": "theirs" },
        "spec": { "scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 6, "metrics": [metric] } });
    stage
        .api::<HorizontalPodAutoscaler>()
        .create(&PostParams::default(), &serde_json::from_value(scaler).unwrap())
        .await
        .unwrap();
}

#[tokio::test]
async fn an_autoscaler_that_decides_about_the_pods_is_named_when_their_number_is_set() {
    let stage = of_others(2).await;
    autoscaler(&stage, "web").await;
    let draft = stage.opened("web").await;

    let image = format!("containers.{}.image", draft.content.containers[0].id);
    let other = stage
        .edited(&draft, &[(&image, "registry.example.com/web:2")])
        .await;
    let of_image = told(&stage, &other).await;
    let fewer = stage
        .edited(&stage.opened("web").await, &[("basics.replicas", "1")])
        .await;
    let of_pods = told(&stage, &fewer).await;

    assert_eq!(of_image, [("pods_restart".to_owned(), params(&[]))]);
    assert_eq!(
        of_pods,
        [
            ("fewer_replicas".to_owned(), params(&[("from", "2"), ("to", "1")])),
            (
                "autoscaler_decides".to_owned(),
                params(&[("autoscaler", "theirs"), ("min", "2"), ("max", "6")])
            ),
        ]
    );
}

#[tokio::test]
async fn an_autoscaler_of_others_is_named_before_the_pods_of_an_app_of_ours_are_set_too() {
    let stage = Stage::new().await;
    let draft = stage.draft(|draft| draft["scaling"] = json!({})).await;
    succeeded(&stage.created(&draft).await);
    autoscaler(&stage, "nginx").await;

    let draft = stage.opened("nginx").await;
    let draft = stage.edited(&draft, &[("basics.replicas", "9")]).await;
    let told = told(&stage, &draft).await;

    let codes: Vec<&str> = told.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(codes, ["autoscaler_decides"], "{told:#?}");
}

#[tokio::test]
async fn while_a_rollout_is_paused_the_preview_says_that_no_pod_is_replaced() {
    let stage = of_others(1).await;
    let paused = Patch::Merge(json!({ "spec": { "paused": true } }));
    let deployments = stage.api::<Deployment>();
    deployments
        .patch("web", &PatchParams::default(), &paused)
        .await
        .unwrap();
    let draft = stage.opened("web").await;
    let image = format!("containers.{}.image", draft.content.containers[0].id);

    let draft = stage
        .edited(&draft, &[(&image, "registry.example.com/web:2")])
        .await;
    let told = told(&stage, &draft).await;
    succeeded(&stage.changed(&draft).await);

    assert_eq!(told, [("rollout_paused".to_owned(), params(&[]))]);
    let spec = &stage.deployment("web").await["spec"];
    assert_eq!(
        (
            &spec["paused"],
            &spec["template"]["spec"]["containers"][0]["image"]
        ),
        (&json!(true), &json!("registry.example.com/web:2"))
    );
}
