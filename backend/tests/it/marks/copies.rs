//! Copies of an app: elsewhere, in another cluster, restored from a backup.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Service;
use kube::Api;
use kube::api::PostParams;
use serde_json::json;
use slipway_api::{DraftView, DriftView, paths};

use super::{
    SECRET_VALUE, a_namespace_of_bank, a_shop_app, all_told, copied, copy_to, history, is_not_blocked,
    of_nginx,
};
use crate::second_cluster::second;
use crate::stage::{Stage, allow, succeeded};

#[tokio::test]
async fn a_copied_manifest_is_an_app_without_history_and_the_original_goes_on() {
    let stage = Stage::new().await;
    a_shop_app(&stage).await;
    let bank = stage.app.member_of("bank");
    let elsewhere = a_namespace_of_bank(&stage).await;
    let mut manifest = stage.deployment("nginx").await;
    // Who copies it has seen it; what was removed from it since, or is in other objects, they have not.
    manifest["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"] = json!("copied");
    copy_to(&stage.kube, &elsewhere, &manifest).await;
    let at = |path| of_nginx(&stage, &elsewhere, path);

    assert_eq!(history(&bank, &at(paths::app_revisions)).await, [0_u64; 0]);
    let number = |number: &str| paths::app_revision(&stage.slug(), &elsewhere, "deployment", "nginx", number);
    bank.get(&number("1")).await.problem(404);
    let told = all_told(&bank, at).await;

    for others in [SECRET_VALUE, "foo.bar.com", &stage.namespace] {
        assert!(!told.contains(others), "{others} is told: {told}");
    }
    assert_eq!(history(&bank, &at(paths::app_revisions)).await, [1]);
    is_not_blocked(&stage, "nginx:1.28", 2).await;
    let copy: Api<Deployment> = Api::namespaced(stage.kube.clone(), &elsewhere);
    let image = copy
        .get("nginx")
        .await
        .unwrap()
        .spec
        .unwrap()
        .template
        .spec
        .unwrap()
        .containers[0]
        .image
        .clone();
    assert_eq!(image.as_deref(), Some("nginx:1.27"), "the copy stays as it is");
}

#[tokio::test]
async fn an_app_of_the_same_name_in_another_cluster_is_another_one() {
    let stage = Stage::new().await;
    a_shop_app(&stage).await;
    let other = second().await;
    other.ensure_namespace(&stage.namespace).await.unwrap();
    let kube = other.client().await.unwrap();
    allow(&kube, &stage.namespace, "shop-dev", "edit").await;
    allow(&kube, &stage.namespace, "bank-dev", "edit").await;
    let mut manifest = stage.deployment("nginx").await;
    manifest["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"] = json!("copied");
    let (namespace, mut stage) = (stage.namespace.clone(), stage);
    let kubeconfig = other.kubeconfig();
    let app = stage.app.restarted_with(|config, _| {
        let mut second = config.clusters[0].clone();
        second.kubeconfig = Some(kubeconfig);
        second.slug = Some("second".to_owned());
        config.clusters.push(second);
    });
    stage.app = app.await;
    let at = |path: fn(&str, &str, &str, &str) -> String| path("second", &namespace, "deployment", "nginx");
    let dev = stage.dev();

    // The same name, and nothing there.
    dev.get(&at(paths::app_revisions)).await.problem(404);
    // A copy with all its marks, as moving to another cluster makes one.
    copy_to(&kube, &namespace, &manifest).await;
    for (team, told) in [("shop", ""), ("bank", SECRET_VALUE)] {
        let client = stage.app.member_of(team);
        assert_eq!(
            history(&client, &at(paths::app_revisions)).await,
            [0_u64; 0],
            "{team}"
        );
        let all = all_told(&client, at).await;
        assert!(told.is_empty() || !all.contains(told), "{team}: {all}");
    }
    is_not_blocked(&stage, "nginx:1.28", 2).await;
    // Whoever wants it as an app of the team takes it over: with a history of its own.
    let drift: DriftView = dev.get(&at(paths::app_drift)).await.json(200);
    let uid = drift.take_over.unwrap();
    dev.post(&at(paths::app_takeover), &json!({ "uid": uid }))
        .await
        .demand(204);
    let own = history(&dev, &at(paths::app_revisions)).await;
    assert_eq!(own, [3], "both teams had seen it as somebody else's before");
    stage
        .app
        .member_of("bank")
        .get(&at(paths::app_revisions))
        .await
        .problem(403);
    let first = history(&dev, &stage.of_app("nginx", paths::app_revisions)).await;
    assert_eq!(first, [2, 1], "the first cluster has its own");
}

#[tokio::test]
async fn a_backup_that_is_restored_into_another_namespace_takes_nothing_from_the_original() {
    let stage = Stage::new().await;
    a_shop_app(&stage).await;
    let elsewhere = stage.cluster.namespace("restored").await.unwrap();
    allow(&stage.kube, &elsewhere, "shop-dev", "edit").await;
    copy_to(&stage.kube, &elsewhere, &stage.deployment("nginx").await).await;
    let service = stage.api::<Service>().get("nginx-svc").await.unwrap();
    let mut service = copied(&serde_json::to_value(service).unwrap(), &elsewhere);
    for given in ["clusterIP", "clusterIPs"] {
        service["spec"].as_object_mut().unwrap().remove(given);
    }
    let services: Api<Service> = Api::namespaced(stage.kube.clone(), &elsewhere);
    let service = serde_json::from_value(service).unwrap();
    services.create(&PostParams::default(), &service).await.unwrap();
    let at = |path| of_nginx(&stage, &elsewhere, path);
    let dev = stage.dev();

    assert_eq!(history(&dev, &at(paths::app_revisions)).await, [0_u64; 0]);
    let drift: DriftView = dev.get(&at(paths::app_drift)).await.json(200);
    let opened: DraftView = dev.post_empty(&at(paths::app_drafts)).await.json(201);
    let id = opened.content.containers[0].id;
    let changed = stage
        .edited(&opened, &[(&format!("containers.{id}.image"), "nginx:restored")])
        .await;
    let operation = stage.changed(&changed).await;

    assert_eq!(
        drift.take_over, None,
        "its pods are found by the label of another address"
    );
    succeeded(&operation);
    assert_eq!(operation.steps[0].outcome.as_deref(), Some("patched"));
    is_not_blocked(&stage, "nginx:1.28", 2).await;
}
