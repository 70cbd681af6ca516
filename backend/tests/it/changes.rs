//! Changing an app that runs: only what was changed changes, whole or not at all, and nobody's change is lost.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::Service;
use k8s_openapi::api::networking::v1::Ingress;
use kube::api::{DeleteParams, Patch, PatchParams};
use serde_json::{Value, json};
use slipway_api::{
    ChangesView, DraftView, DriftView, MergeView, OperationKind, OperationView, Problem, RevisionLine, paths,
};

use crate::stage::{Stage, steps, succeeded};
use crate::support::eventually;

/// What somebody else writes, as another tool would.
pub(crate) async fn somebody_writes(stage: &Stage, manager: &str, name: &str, patch: Value) {
    let deployments = stage.api::<Deployment>();
    let params = PatchParams {
        field_manager: Some(manager.to_owned()),
        ..PatchParams::default()
    };
    deployments
        .patch(name, &params, &Patch::Strategic(patch))
        .await
        .expect("patched");
}

#[tokio::test]
async fn the_image_changes_and_what_others_added_stays() {
    let stage = Stage::new().await;
    stage.running().await;
    let sidecar = json!({ "metadata": { "labels": { "theirs": "yes" } },
        "spec": { "template": { "spec": { "containers": [{ "name": "proxy", "image": "proxy:1" }] } } } });
    somebody_writes(&stage, "mesh", "nginx", sidecar).await;

    let draft = stage.opened("nginx").await;
    let draft = stage
        .edited(&draft, &[("containers.1.image", "nginx:1.28")])
        .await;
    let operation = stage.changed(&draft).await;

    succeeded(&operation);
    assert_eq!((operation.kind, operation.revision), (OperationKind::Update, 2));
    assert_eq!(
        steps(&operation),
        [("Deployment".to_owned(), "applied".to_owned())]
    );
    let now = stage.deployment("nginx").await;
    let images: Vec<&Value> = now["spec"]["template"]["spec"]["containers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|container| &container["image"])
        .collect();
    assert!(
        images.contains(&&json!("nginx:1.28")) && images.contains(&&json!("proxy:1")),
        "{images:?}"
    );
    assert_eq!(now["metadata"]["labels"]["theirs"], "yes");
}

#[tokio::test]
async fn ports_hosts_containers_and_volumes_change_cleanly() {
    let stage = Stage::new().await;
    let draft = stage
        .draft(|draft| {
            draft["volumes"] = json!([{ "id": 20, "name": "tmp", "kind": "empty_dir" }]);
            draft["containers"][0]["name"] = json!("web");
            draft["containers"][0]["mounts"] = json!([{ "id": 21, "volume": "tmp", "path": "/tmp/x" }]);
            draft["services"][0]["ports"][0]["name"] = json!("web");
        })
        .await;
    succeeded(&stage.created(&draft).await);
    let changes: [(&str, &str); 3] = [
        ("services.4.ports.5.port", "8080"),
        ("ingresses.6.rules.7.host", "new.bar.com"),
        ("containers.1.name", "renamed"),
    ];

    let mut draft = stage.opened("nginx").await;
    draft.content.remove_row("volumes", 20);
    draft.content.remove_row("containers.1.mounts", 21);
    let draft = stage.edited(&draft, &changes).await;
    let operation = stage.changed(&draft).await;

    succeeded(&operation);
    let service = stage.api::<Service>().get("nginx-svc").await.unwrap();
    let ports: Vec<i32> = service
        .spec
        .unwrap()
        .ports
        .unwrap()
        .iter()
        .map(|port| port.port)
        .collect();
    assert_eq!(ports, [8080]);
    let ingress = stage.api::<Ingress>().get("nginx-ingress").await.unwrap();
    assert_eq!(
        ingress.spec.unwrap().rules.unwrap()[0].host.as_deref(),
        Some("new.bar.com")
    );
    let pod = &stage.deployment("nginx").await["spec"]["template"]["spec"];
    assert_eq!(pod["containers"].as_array().unwrap().len(), 1);
    assert_eq!(pod["containers"][0]["name"], "renamed");
    assert!(pod["volumes"].as_array().is_none_or(Vec::is_empty), "{pod}");
}

#[tokio::test]
async fn an_app_that_an_autoscaler_has_at_seven_stays_at_seven() {
    let stage = Stage::new().await;
    stage.running().await;
    stage.scaled_by_the_autoscaler("nginx", 4).await;

    let draft = stage.opened("nginx").await;
    let draft = stage
        .edited(&draft, &[("containers.1.image", "nginx:1.28")])
        .await;
    succeeded(&stage.changed(&draft).await);

    assert_eq!(stage.deployment("nginx").await["spec"]["replicas"], 4);
}

#[tokio::test]
async fn what_an_autoscaler_of_others_has_set_stays_and_is_no_drift_as_long_as_it_is_there() {
    let stage = Stage::new().await;
    let draft = stage.draft(|draft| draft["scaling"] = json!({})).await;
    succeeded(&stage.created(&draft).await);
    stage.foreign_autoscaler("nginx", 4).await;
    eventually("the autoscaler has scaled", async || {
        (stage.deployment("nginx").await["spec"]["replicas"] == 4).then_some(())
    })
    .await;
    let lowest = stage.lowest_replicas("nginx");
    let outside = async || -> DriftView {
        stage
            .dev()
            .get(&stage.of_app("nginx", paths::app_drift))
            .await
            .json(200)
    };

    assert!(outside().await.objects.is_empty());
    for image in ["nginx:1.28", "nginx:1.29"] {
        let draft = stage.opened("nginx").await;
        let draft = stage.edited(&draft, &[("containers.1.image", image)]).await;
        let seen: ChangesView = stage.dev().get(&paths::draft_changes(&draft.id)).await.json(200);
        assert!(
            !seen.consequences.iter().any(|told| told.code == "fewer_replicas"),
            "{seen:#?}"
        );
        succeeded(&stage.changed(&draft).await);
    }

    assert_eq!(lowest.so_far().await, 4);
    assert!(outside().await.objects.is_empty());
    let gone = DeleteParams::default();
    stage
        .api::<HorizontalPodAutoscaler>()
        .delete("theirs", &gone)
        .await
        .unwrap();
    let fields = outside().await.objects.remove(0).fields;
    assert_eq!(
        fields[0].path, "spec.replicas",
        "nobody sets it any more, and it is not what was applied"
    );
}

#[tokio::test]
async fn handing_the_number_of_pods_to_an_autoscaler_and_back_never_lowers_it() {
    let stage = Stage::new().await;
    let draft = stage
        .draft(|draft| {
            draft["basics"]["replicas"] = json!(7);
            draft["scaling"] = json!({});
        })
        .await;
    succeeded(&stage.created(&draft).await);
    let lowest = stage.lowest_replicas("nginx");

    let mut draft = stage.opened("nginx").await;
    draft.content.scaling = serde_json::from_value(
        json!({ "metric": { "enabled": true, "min": 2, "max": 10, "metrics": [{ "id": 8, "utilization": 60 }] } }),
    )
    .unwrap();
    let draft = stage.edited(&draft, &[]).await;
    succeeded(&stage.changed(&draft).await);
    let scaled = stage.deployment("nginx").await["spec"]["replicas"].clone();
    let draft = stage.opened("nginx").await;
    let draft = stage.edited(&draft, &[("scaling.metric.enabled", "false")]).await;
    let back = stage.changed(&draft).await;

    succeeded(&back);
    assert_eq!(scaled, 7);
    assert_eq!(stage.deployment("nginx").await["spec"]["replicas"], 7);
    assert_eq!(lowest.so_far().await, 7);
    assert!(
        !stage
            .objects()
            .await
            .iter()
            .any(|name| name.starts_with("HorizontalPodAutoscaler"))
    );
}

#[tokio::test]
async fn what_somebody_else_has_set_is_asked_for_and_consent_covers_nothing_else() {
    let stage = Stage::new().await;
    stage.running().await;
    let image = json!({ "spec": { "template": { "spec": { "containers": [{ "name": "nginx", "image": "nginx:theirs" }] } } } });
    somebody_writes(&stage, "kubectl-edit", "nginx", image).await;
    let draft = stage.opened("nginx").await;
    let draft = stage
        .edited(
            &draft,
            &[
                ("containers.1.image", "nginx:1.28"),
                ("containers.1.env.3.value", "Asia/Shanghai"),
            ],
        )
        .await;

    let problem: Problem = stage.submit(&draft, "asked").await.json(409);
    let changes: ChangesView = stage.dev().get(&paths::draft_changes(&draft.id)).await.json(200);
    let conflict = &changes.conflicts[0];
    let consent = json!({ "take_over": [{ "object": conflict.object, "version": conflict.version, "paths": [conflict.path] }] });
    // Meanwhile somebody sets another field.
    let value = json!({ "spec": { "template": { "spec": { "containers": [{ "name": "nginx", "env": [{ "name": "TZ", "value": "theirs" }] }] } } } });
    somebody_writes(&stage, "kubectl-edit", "nginx", value).await;
    let refused: Problem = stage.submit_with(&draft, "agreed", &consent).await.json(409);
    let kept = stage.deployment("nginx").await["spec"]["template"]["spec"]["containers"][0].clone();
    let changes: ChangesView = stage.dev().get(&paths::draft_changes(&draft.id)).await.json(200);
    let paths: Vec<&String> = changes.conflicts.iter().map(|conflict| &conflict.path).collect();
    let consent = json!({ "take_over": [{ "object": changes.conflicts[0].object, "version": changes.conflicts[0].version, "paths": paths }] });
    let started: OperationView = stage.submit_with(&draft, "all agreed", &consent).await.json(202);
    let operation = stage.ended(&started.id).await;

    assert_eq!(
        (problem.code.as_str(), problem.issues[0].field.as_str()),
        ("conflicts", "containers.1.image")
    );
    assert_eq!(
        (conflict.manager.as_str(), conflict.theirs.as_deref()),
        ("kubectl-edit", Some("nginx:theirs"))
    );
    assert_eq!(refused.code, "conflicts");
    assert_eq!(
        (&kept["image"], &kept["env"][0]["value"]),
        (&json!("nginx:theirs"), &json!("theirs"))
    );
    succeeded(&operation);
    let now = stage.deployment("nginx").await["spec"]["template"]["spec"]["containers"][0].clone();
    assert_eq!(
        (&now["image"], &now["env"][0]["value"]),
        (&json!("nginx:1.28"), &json!("Asia/Shanghai"))
    );
}

#[tokio::test]
async fn two_drafts_of_one_app_come_together() {
    let stage = Stage::new().await;
    stage.running().await;
    let (first, second) = (stage.opened("nginx").await, stage.opened("nginx").await);
    let first = stage
        .edited(&first, &[("containers.1.image", "nginx:1.28")])
        .await;
    let second = stage
        .edited(&second, &[("services.4.ports.5.port", "8080")])
        .await;
    succeeded(&stage.changed(&first).await);

    let moved: Problem = stage.submit(&second, "late").await.json(412);
    let beside: MergeView = stage.dev().get(&paths::draft_merge(&second.id)).await.json(200);
    let merged: DraftView = stage
        .merge(&second, &json!({ "theirs": beside.theirs }))
        .await
        .json(200);
    succeeded(&stage.changed(&merged).await);

    assert_eq!(
        (moved.code.as_str(), moved.params["current"].as_str()),
        ("app_moved", "2")
    );
    assert_eq!((beside.base, beside.theirs), (1, 2));
    assert!(beside.fields.iter().all(|field| !field.collides));
    let pod = &stage.deployment("nginx").await["spec"]["template"]["spec"];
    assert_eq!(pod["containers"][0]["image"], "nginx:1.28");
    let service = stage.api::<Service>().get("nginx-svc").await.unwrap();
    assert_eq!(service.spec.unwrap().ports.unwrap()[0].port, 8080);
}

#[tokio::test]
async fn of_the_same_field_the_second_is_asked() {
    let stage = Stage::new().await;
    stage.running().await;
    let (first, second) = (stage.opened("nginx").await, stage.opened("nginx").await);
    let first = stage
        .edited(&first, &[("containers.1.image", "nginx:1.28")])
        .await;
    let second = stage
        .edited(&second, &[("containers.1.image", "nginx:1.29")])
        .await;
    succeeded(&stage.changed(&first).await);

    let unasked: Problem = stage.merge(&second, &json!({ "theirs": 2 })).await.json(422);
    let choice = json!({ "theirs": 2, "choices": { "containers.1.image": "mine" } });
    let merged: DraftView = stage.merge(&second, &choice).await.json(200);
    succeeded(&stage.changed(&merged).await);

    assert_eq!(
        (unasked.code.as_str(), unasked.params["fields"].as_str()),
        ("choices_missing", "containers.1.image")
    );
    let pod = &stage.deployment("nginx").await["spec"]["template"]["spec"];
    assert_eq!(pod["containers"][0]["image"], "nginx:1.29");
}

#[tokio::test]
async fn an_earlier_revision_comes_back_with_all_its_objects() {
    let stage = Stage::new().await;
    stage.running().await;
    let mut draft = stage.opened("nginx").await;
    draft.content.ingresses.clear();
    let draft = stage
        .edited(&draft, &[("containers.1.image", "nginx:1.28")])
        .await;
    succeeded(&stage.changed(&draft).await);
    let without = stage.objects().await;

    let operation = stage
        .asked("nginx", 2, json!({ "kind": "roll_back", "revision": 1 }))
        .await;

    succeeded(&operation);
    assert!(
        !without.iter().any(|name| name.starts_with("Ingress")),
        "{without:?}"
    );
    assert_eq!(stage.objects().await, crate::stage::ALL);
    let pod = &stage.deployment("nginx").await["spec"]["template"]["spec"];
    assert_eq!(pod["containers"][0]["image"], "nginx:1.27");
    let history: Vec<RevisionLine> = stage
        .dev()
        .get(&stage.of_app("nginx", paths::app_revisions))
        .await
        .json(200);
    let told: Vec<(u64, Option<OperationKind>, bool)> = history
        .iter()
        .map(|line| (line.number, line.kind, line.current))
        .collect();
    assert_eq!(
        told,
        [
            (3, Some(OperationKind::RollBack), true),
            (2, Some(OperationKind::Update), false),
            (1, Some(OperationKind::Create), false)
        ]
    );
    assert_eq!(history[0].rolls_back_to, Some(1));
    assert!(
        history[1]
            .changed
            .iter()
            .any(|change| change.field == "containers.1.image")
    );
}

#[tokio::test]
async fn nothing_to_change_is_said_and_another_address_is_another_app() {
    let stage = Stage::new().await;
    stage.running().await;
    let draft = stage.opened("nginx").await;

    let nothing: Problem = stage.submit(&draft, "nothing").await.json(422);
    let moved = stage.edited(&draft, &[("basics.name", "other")]).await;
    let other: Problem = stage.submit(&moved, "other").await.json(422);

    assert_eq!(nothing.code, "nothing_to_change");
    assert_eq!(other.issues[0].field, "basics.name");
}
