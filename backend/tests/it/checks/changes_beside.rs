//! What an app that is changed has beside it: claims, classes of storage, load balancers that are used again.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim, ResourceQuota, Service};
use kube::Api;
use kube::api::PostParams;
use serde_json::{Value, json};
use slipway_api::{CheckCode, DraftView, paths};

use super::pods::quota;
use super::{put, put_in, run, said};
use crate::stage::{Stage, succeeded};
use crate::support::eventually;

/// The example with two pods and no autoscaler, at a host of its own, changed by the test, and ready.
async fn running(stage: &Stage, change: impl FnOnce(&mut Value)) {
    let host = format!("{}.example", stage.namespace);
    let draft = stage
        .draft(|draft| {
            draft["scaling"] = json!({});
            draft["ingresses"][0]["rules"][0]["host"] = json!(host);
            change(draft);
        })
        .await;
    succeeded(&stage.created(&draft).await);
    eventually("its pods are ready", async || {
        let deployment = stage.api::<Deployment>().get("nginx").await.ok()?;
        (deployment.status?.ready_replicas == Some(2)).then_some(())
    })
    .await;
}

/// A claim for one node, with a volume behind it.
async fn bound_claim(stage: &Stage, name: &str) {
    let volume_name = format!("{}-{name}", stage.namespace);
    let size = json!({ "storage": "1Gi" });
    let volume = json!({
        "metadata": { "name": volume_name },
        "spec": {
            "accessModes": ["ReadWriteOnce"], "capacity": size, "hostPath": { "path": "/tmp/none" },
            "storageClassName": "", "claimRef": { "namespace": stage.namespace, "name": name },
        },
    });
    let volumes: Api<PersistentVolume> = Api::all(stage.kube.clone());
    let volume = serde_json::from_value(volume).expect("a volume");
    let made = volumes.create(&PostParams::default(), &volume).await;
    made.expect("created");
    let spec = json!({
        "accessModes": ["ReadWriteOnce"], "storageClassName": "", "volumeName": volume_name,
        "resources": { "requests": size },
    });
    put::<PersistentVolumeClaim>(stage, json!({ "metadata": { "name": name }, "spec": spec })).await;
}

#[tokio::test]
async fn claims_and_classes_that_are_missing_are_told_before_a_change_to_them() {
    let stage = Stage::new().await;
    running(&stage, |_| {}).await;
    let draft = stage.opened("nginx").await;
    let draft = stage
        .rewritten(&draft, |draft| {
            draft["volumes"] = json!([
                { "id": 11, "name": "a", "kind": "claim", "object": "nowhere" },
                { "id": 12, "name": "b", "kind": "new_claim", "size": "1Gi", "class": "nowhere" },
            ]);
        })
        .await;

    let view = run(&stage, &draft).await;

    assert_eq!(
        said(&view, CheckCode::Claims),
        ["PersistentVolumeClaim nowhere Warning volumes.11.object=absent"]
    );
    assert_eq!(
        said(&view, CheckCode::StorageClasses),
        ["PersistentVolumeClaim nginx-b Warning volumes.12.class=absent"]
    );
}

#[tokio::test]
async fn pods_that_share_a_claim_are_no_news_and_further_ones_are() {
    let stage = Stage::new().await;
    bound_claim(&stage, "one").await;
    running(&stage, |draft| {
        draft["volumes"] = json!([{ "id": 11, "name": "a", "kind": "claim", "object": "one" }]);
    })
    .await;
    let draft = stage.opened("nginx").await;

    let same = stage.edited(&draft, &[("containers.1.env.3.value", "CET")]).await;
    let same_told = run(&stage, &same).await;
    let more = stage.edited(&same, &[("basics.replicas", "3")]).await;
    let more_told = run(&stage, &more).await;

    assert_eq!(
        said(&same_told, CheckCode::Claims),
        ["PersistentVolumeClaim one Passed"]
    );
    assert_eq!(
        said(&more_told, CheckCode::Claims),
        ["PersistentVolumeClaim one Warning volumes.11.object=one_pod_only"]
    );
    succeeded(&stage.changed(&more).await);
}

/// A Service in another namespace, at two ports of a load balancer.
async fn somebody_else_at(stage: &Stage, balancer: &str) {
    let elsewhere = stage.cluster.namespace("bank").await.expect("a namespace");
    let annotations = json!({ "service.beta.kubernetes.io/alicloud-loadbalancer-id": balancer });
    let ports = json!([{ "name": "a", "port": 80 }, { "name": "b", "port": 8080 }]);
    let theirs = json!({
        "metadata": { "name": "theirs", "annotations": annotations },
        "spec": { "type": "LoadBalancer", "ports": ports },
    });
    put_in::<Service>(stage, &elsewhere, theirs).await;
}

#[tokio::test]
async fn a_port_of_a_load_balancer_that_was_shared_before_stops_nothing_and_a_further_one_does() {
    let stage = Stage::new().await;
    let balancer = format!("lb-{}", stage.namespace);
    running(&stage, |draft| {
        draft["ingresses"] = json!([]);
        draft["services"][0]["kind"] = json!("LoadBalancer");
        draft["services"][0]["balancer"] = json!({ "kind": "existing", "instance": balancer });
    })
    .await;
    let draft = stage.opened("nginx").await;
    let draft = stage.edited(&draft, &[("containers.1.env.3.value", "CET")]).await;
    // Alone at it, its own Service is not in its way.
    let told = "Service nginx-svc Warning services.4.balancer.instance=component_missing";
    assert_eq!(said(&run(&stage, &draft).await, CheckCode::LoadBalancer), [told]);

    somebody_else_at(&stage, &balancer).await;

    // What was read a moment ago is not read again at once.
    let shared = format!("{told} services.4.ports.5.port=listener_in_use");
    eventually("it is told", async || {
        let view = run(&stage, &draft).await;
        (said(&view, CheckCode::LoadBalancer) == [shared.as_str()]).then_some(())
    })
    .await;
    succeeded(&stage.changed(&draft).await);
    let draft = stage.opened("nginx").await;
    let draft = stage.edited(&draft, &[("services.4.ports.5.port", "8080")]).await;
    let refused = stage.submit(&draft, "k").await.problem(422);
    assert!(
        refused
            .issues
            .iter()
            .any(|issue| issue.is_error() && issue.field == "services.4.ports.5.port"),
        "{refused:?}"
    );
}

/// The example as a `StatefulSet` with one pod that has a claim of its own.
async fn running_set(stage: &Stage) -> DraftView {
    let draft = stage
        .draft(|draft| {
            draft["basics"]["kind"] = json!("StatefulSet");
            draft["basics"]["replicas"] = json!(1);
            draft["scaling"] = json!({});
            draft["ingresses"] = json!([]);
            draft["volumes"] = json!([{ "id": 11, "name": "data", "kind": "claim_template", "size": "1Gi" }]);
            draft["containers"][0]["mounts"] = json!([{ "id": 12, "volume": "data", "path": "/data" }]);
        })
        .await;
    succeeded(&stage.created(&draft).await);
    let claims = stage.api::<PersistentVolumeClaim>();
    eventually("its claim is there", async || {
        claims.get("data-nginx-0").await.ok()
    })
    .await;
    let path = paths::app_drafts(&stage.slug(), &stage.namespace, "statefulset", "nginx");
    stage.dev().post_empty(&path).await.json(201)
}

#[tokio::test]
async fn only_claims_that_are_not_there_yet_are_asked_of_a_quota() {
    let stage = Stage::new().await;
    let draft = running_set(&stage).await;
    // From a time when there were two pods.
    let spec = json!({ "accessModes": ["ReadWriteOnce"], "resources": { "requests": { "storage": "1Gi" } } });
    let stayed = json!({ "metadata": { "name": "data-nginx-1" }, "spec": spec });
    put::<PersistentVolumeClaim>(&stage, stayed).await;
    quota(
        &stage,
        json!({ "persistentvolumeclaims": "3", "requests.storage": "3Gi" }),
    )
    .await;
    eventually("both claims are counted", async || {
        let quota = stage.api::<ResourceQuota>().get("team").await.ok()?;
        (quota.status?.used?.get("persistentvolumeclaims")?.0 == "2").then_some(())
    })
    .await;

    let fits = stage.edited(&draft, &[("basics.replicas", "3")]).await;
    let fits_told = run(&stage, &fits).await;
    let more = stage.edited(&fits, &[("basics.replicas", "4")]).await;
    let more_told = run(&stage, &more).await;

    assert_eq!(said(&fits_told, CheckCode::Quota), ["ResourceQuota team Passed"]);
    let told = "basics.replicas=over_quota";
    assert_eq!(
        said(&more_told, CheckCode::Quota),
        [format!("ResourceQuota team Warning {told} {told}")],
        "of claims, and of storage"
    );
}
