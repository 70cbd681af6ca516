//! What the namespace allows its pods, and where they could run.

use k8s_openapi::api::core::v1::{LimitRange, PersistentVolumeClaim, ResourceQuota, ServiceAccount};
use serde_json::{Value, json};
use slipway_api::{CheckCode, CheckState, FactCode};
use slipway_model::Problem;

use super::{checked, label, put, said};
use crate::stage::Stage;
use crate::support::eventually;

/// A quota that has been counted.
pub(super) async fn quota(stage: &Stage, hard: Value) {
    put::<ResourceQuota>(
        stage,
        json!({ "metadata": { "name": "team" }, "spec": { "hard": hard } }),
    )
    .await;
    eventually("the quota is counted", async || {
        let quota = stage.api::<ResourceQuota>().get("team").await.ok()?;
        quota.status?.used
    })
    .await;
}

#[tokio::test]
async fn a_quota_that_is_too_small_for_all_pods_is_told_at_the_field_of_their_number() {
    let stage = Stage::new().await;
    quota(&stage, json!({ "requests.cpu": "300m", "services": "0" })).await;

    let view = checked(&stage, |_| {}).await;

    assert_eq!(
        said(&view, CheckCode::Quota),
        ["ResourceQuota team Failed scaling.metric.max=over_quota services.4.name=over_quota"]
    );
    let problem = Problem::OverQuota {
        quota: "team".to_owned(),
        resource: "requests.cpu".to_owned(),
        asked: "0.5".to_owned(),
        left: "0.3".to_owned(),
    };
    let found = view.issues.iter().find(|issue| issue.problem == problem).unwrap();
    assert!(!found.is_error(), "three of five pods can be there");
}

#[tokio::test]
async fn amounts_outside_the_limits_of_the_namespace_are_told_at_their_field() {
    let stage = Stage::new().await;
    let limits = [json!({ "type": "Container", "min": { "cpu": "200m" }, "max": { "cpu": "1" } })];
    put::<LimitRange>(
        &stage,
        json!({ "metadata": { "name": "team" }, "spec": { "limits": limits } }),
    )
    .await;

    let view = checked(&stage, |_| {}).await;

    assert_eq!(
        said(&view, CheckCode::Limits),
        ["LimitRange team Failed containers.1.resources.cpu_request=below_limit"]
    );
    let fits = checked(&stage, |draft| {
        draft["basics"]["name"] = json!("other");
        draft["containers"][0]["resources"] = json!({ "cpu_request": "200m" });
    })
    .await;
    assert_eq!(said(&fits, CheckCode::Limits), ["LimitRange team Passed"]);
    assert_eq!(said(&fits, CheckCode::PodDryRun), ["Pod other Passed"]);
}

#[tokio::test]
async fn the_pod_security_level_names_the_fields_that_break_it() {
    let stage = Stage::new().await;
    label(&stage, "pod-security.kubernetes.io/enforce", "restricted").await;

    let view = checked(&stage, |_| {}).await;
    let fits = checked(&stage, |draft| {
        draft["basics"]["name"] = json!("other");
        draft["pod"] = json!({ "security": { "restricted": true } });
    })
    .await;

    let broken = &said(&view, CheckCode::PodSecurity)[0];
    assert_eq!(
        broken.matches("pod.security.restricted=pod_security").count(),
        4,
        "{broken}"
    );
    assert!(broken.starts_with("- Failed"), "{broken}");
    assert_eq!(said(&fits, CheckCode::PodSecurity), ["- Passed"]);
    assert_eq!(said(&fits, CheckCode::PodDryRun), ["Pod other Passed"]);
}

#[tokio::test]
async fn a_service_account_that_is_missing_refuses_every_pod() {
    let stage = Stage::new().await;
    put::<ServiceAccount>(&stage, json!({ "metadata": { "name": "there" } })).await;
    let of = |name: &'static str| move |draft: &mut Value| draft["pod"] = json!({ "service_account": name });

    let missing = checked(&stage, of("nowhere")).await;
    let there = checked(&stage, of("there")).await;

    assert_eq!(
        said(&missing, CheckCode::ServiceAccount),
        ["ServiceAccount nowhere Failed pod.service_account=absent"]
    );
    assert_eq!(
        said(&there, CheckCode::ServiceAccount),
        ["ServiceAccount there Passed"]
    );
}

#[tokio::test]
async fn a_claim_for_one_node_is_not_for_three_pods() {
    let stage = Stage::new().await;
    let claim = |name: &str, mode: &str| {
        json!({
            "metadata": { "name": name },
            "spec": { "accessModes": [mode], "storageClassName": "", "resources": { "requests": { "storage": "1Gi" } } },
        })
    };
    put::<PersistentVolumeClaim>(&stage, claim("one", "ReadWriteOnce")).await;
    put::<PersistentVolumeClaim>(&stage, claim("many", "ReadWriteMany")).await;

    let view = checked(&stage, |draft| {
        draft["basics"]["replicas"] = json!(3);
        draft["scaling"] = json!({});
        draft["volumes"] = json!([
            { "id": 11, "name": "a", "kind": "claim", "object": "one" },
            { "id": 12, "name": "b", "kind": "claim", "object": "many" },
            { "id": 13, "name": "c", "kind": "claim", "object": "nowhere" },
        ]);
    })
    .await;

    assert_eq!(
        said(&view, CheckCode::Claims),
        [
            "PersistentVolumeClaim one Warning volumes.11.object=one_pod_only",
            "PersistentVolumeClaim many Passed",
            "PersistentVolumeClaim nowhere Warning volumes.13.object=absent",
        ]
    );
}

#[tokio::test]
async fn a_storage_class_that_is_missing_is_told() {
    let stage = Stage::new().await;

    let view = checked(&stage, |draft| {
        draft["scaling"] = json!({});
        draft["basics"]["replicas"] = json!(1);
        draft["volumes"] =
            json!([{ "id": 11, "name": "a", "kind": "new_claim", "size": "1Gi", "class": "nowhere" }]);
    })
    .await;

    assert_eq!(
        said(&view, CheckCode::StorageClasses),
        ["PersistentVolumeClaim nginx-a Warning volumes.11.class=absent"]
    );
}

#[tokio::test]
async fn nodes_that_lack_a_label_are_counted() {
    let stage = Stage::new().await;

    let view = checked(&stage, |draft| {
        draft["pod"] = json!({ "node_selector": [{ "id": 11, "key": "disk", "value": "none-has-it" }] });
    })
    .await;

    assert_eq!(
        said(&view, CheckCode::Nodes),
        ["- Warning pod.node_selector=no_node_fits"]
    );
    let problem = Problem::NoNodeFits {
        nodes: 3,
        labels: 3,
        closed: 0,
        small: 0,
    };
    assert!(
        view.issues.iter().any(|issue| issue.problem == problem),
        "{:#?}",
        view.issues
    );
}

#[tokio::test]
async fn what_only_virtual_nodes_can_take_is_said_to_be_elastic() {
    let stage = Stage::new().await;

    let view = checked(&stage, |draft| {
        draft["containers"][0]["resources"] = json!({ "cpu_request": "40" });
    })
    .await;

    let nodes = view
        .checks
        .iter()
        .find(|check| check.code == CheckCode::Nodes)
        .unwrap();
    assert_eq!(nodes.state, CheckState::CouldNotCheck);
    assert_eq!(nodes.facts[0].code, FactCode::Elastic);
    assert_eq!(nodes.issues, []);
}
