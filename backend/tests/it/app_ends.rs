//! The end of an app: what goes, what stays, and what nobody else loses.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Service};
use kube::api::{DeleteParams, ListParams, Patch, PatchParams};
use serde_json::json;
use slipway_api::{
    DeletionView, DraftView, MergeView, OperationKind, OperationState, OperationView, Problem, paths,
};

use crate::stage::{Stage, allow, steps, succeeded};

/// A claim of somebody who keeps data in it.
async fn with_a_claim(stage: &Stage) {
    let draft = stage
        .draft(|draft| {
            draft["volumes"] = json!([{ "id": 20, "name": "data", "kind": "new_claim", "size": "1Gi" }]);
            draft["containers"][0]["mounts"] = json!([{ "id": 21, "volume": "data", "path": "/data" }]);
        })
        .await;
    succeeded(&stage.created(&draft).await);
}

async fn deletion(stage: &Stage) -> DeletionView {
    stage
        .dev()
        .get(&stage.of_app("nginx", paths::app_deletion))
        .await
        .json(200)
}

#[tokio::test]
async fn deleting_an_app_takes_what_was_made_and_leaves_its_data() {
    let stage = Stage::new().await;
    with_a_claim(&stage).await;
    let beside = stage.foreign_service("beside").await;

    let view = deletion(&stage).await;
    let operation = stage
        .asked("nginx", view.revision, json!({ "kind": "delete" }))
        .await;

    let goes: Vec<&str> = view.goes.iter().map(|object| object.kind.as_str()).collect();
    assert_eq!(
        goes,
        ["Ingress", "HorizontalPodAutoscaler", "Deployment", "Service"]
    );
    assert_eq!(
        (view.choices[0].object.kind.as_str(), view.choices[0].why.as_str()),
        ("PersistentVolumeClaim", "data")
    );
    succeeded(&operation);
    assert_eq!(operation.kind, OperationKind::Delete);
    assert!(
        steps(&operation).iter().all(|(_, outcome)| outcome == "deleted"),
        "{operation:#?}"
    );
    assert_eq!(stage.objects().await, ["Service beside"]);
    let claims = stage
        .api::<PersistentVolumeClaim>()
        .list(&ListParams::default())
        .await
        .unwrap();
    assert_eq!(claims.items.len(), 1);
    assert_eq!(
        stage.api::<Service>().get("beside").await.unwrap().metadata.uid,
        beside.metadata.uid
    );
}

#[tokio::test]
async fn data_that_is_chosen_goes_too() {
    let stage = Stage::new().await;
    with_a_claim(&stage).await;
    let view = deletion(&stage).await;

    let wrong: Problem = stage
        .ask(
            "nginx",
            1,
            "wrong",
            &json!({ "kind": "delete", "also": ["no such uid"] }),
        )
        .await
        .json(409);
    let also = vec![&view.choices[0].uid; 50];
    let all = json!({ "kind": "delete", "also": also });
    let started: OperationView = stage.ask("nginx", 1, "all", &all).await.json(202);
    let operation = stage.ended(&started.id).await;

    assert_eq!(wrong.code, "not_to_be_deleted");
    let claims = operation
        .steps
        .iter()
        .filter(|step| step.kind == "PersistentVolumeClaim");
    assert_eq!(claims.count(), 1, "however often it is named");
    succeeded(&operation);
    let claims = stage
        .api::<PersistentVolumeClaim>()
        .list(&ListParams::default())
        .await
        .unwrap();
    assert!(claims.items.is_empty());
}

#[tokio::test]
async fn an_app_that_is_gone_can_be_created_again_as_another_one() {
    let stage = Stage::new().await;
    stage.running().await;
    let first = stage.deployment("nginx").await["metadata"]["uid"].clone();
    let opened = stage.opened("nginx").await;
    succeeded(&stage.asked("nginx", 1, json!({ "kind": "delete" })).await);

    let gone: Problem = stage
        .dev()
        .get(&stage.of_app("nginx", paths::app_deletion))
        .await
        .json(404);
    let draft = stage.draft(|_| {}).await;
    succeeded(&stage.changed(&draft).await);

    assert_eq!(gone.code, "not_found");
    assert_ne!(stage.deployment("nginx").await["metadata"]["uid"], first);

    // What was seen of the app before is not this one, although it stands at the same address.
    let changed = stage.edited(&opened, &[("basics.replicas", "3")]).await;
    let change: Problem = stage
        .submit_with(&changed, "stale change", &json!({}))
        .await
        .json(412);
    let delete = json!({ "kind": "delete" });
    let deletion: Problem = stage.ask("nginx", 1, "stale deletion", &delete).await.json(412);
    assert_eq!([change.code, deletion.code], ["app_moved", "app_moved"]);

    // What was typed is brought together with what is there now: it differs from what it was opened on in this only.
    let merging: MergeView = stage.dev().get(&paths::draft_merge(&changed.id)).await.json(200);
    let differing: Vec<&str> = merging.fields.iter().map(|field| field.field.as_str()).collect();
    assert_eq!(
        (merging.base, merging.theirs, differing),
        (1, 2, vec!["basics.replicas"])
    );
    let merged = stage
        .dev()
        .with_header("if-match", &format!("\"{}\"", changed.revision));
    let merged: DraftView = merged
        .post(&paths::draft_merge(&changed.id), &json!({ "theirs": 2 }))
        .await
        .json(200);
    assert_eq!(merged.content.basics.replicas.text(), "3");
    succeeded(&stage.changed(&merged).await);

    let started: OperationView = stage.ask("nginx", 3, "of this one", &delete).await.json(202);
    succeeded(&stage.ended(&started.id).await);
}

#[tokio::test]
async fn an_object_that_somebody_replaced_is_not_deleted() {
    let stage = Stage::new().await;
    stage.running().await;
    stage
        .api::<Service>()
        .delete("nginx-svc", &DeleteParams::default())
        .await
        .unwrap();
    let theirs = stage.foreign_service("nginx-svc").await;

    let view = deletion(&stage).await;
    let operation = stage
        .asked("nginx", view.revision, json!({ "kind": "delete" }))
        .await;

    succeeded(&operation);
    let left = stage.api::<Service>().get("nginx-svc").await.unwrap();
    assert_eq!(left.metadata.uid, theirs.metadata.uid);
}

#[tokio::test]
async fn without_the_right_to_delete_nothing_begins() {
    let stage = Stage::new().await;
    stage.running().await;
    allow(&stage.kube, &stage.namespace, "viewer", "view").await;
    let bindings = stage.api::<k8s_openapi::api::rbac::v1::RoleBinding>();
    bindings
        .delete("shop-dev-edit", &DeleteParams::default())
        .await
        .unwrap();
    allow(&stage.kube, &stage.namespace, "shop-dev", "view").await;
    let theirs = stage.cluster.client_for("shop-dev", &[]).await.unwrap();
    let cannot = kube::Api::<Deployment>::namespaced(theirs, &stage.namespace);
    crate::support::eventually("the right is gone", async || {
        cannot
            .delete("none", &DeleteParams::default())
            .await
            .err()
            .filter(|error| error.to_string().contains("forbidden"))
            .map(|_| ())
    })
    .await;

    let problem: Problem = stage
        .ask("nginx", 1, "delete", &json!({ "kind": "delete" }))
        .await
        .json(422);

    assert!(
        problem.issues.iter().any(slipway_model::Issue::is_error),
        "{problem:?}"
    );
    assert_eq!(stage.objects().await, crate::stage::ALL);
}

#[tokio::test]
async fn of_somebody_elses_app_only_the_workload_goes_unless_more_is_chosen() {
    let stage = Stage::new().await;
    let theirs = crate::support::Namespace::shared(&stage.namespace).await;
    theirs.deployment("theirs", "web:1", 1).await;
    theirs.service("theirs", "theirs", "ClusterIP").await;

    let view: DeletionView = stage
        .dev()
        .get(&stage.of_app("theirs", paths::app_deletion))
        .await
        .json(200);
    let operation = stage
        .asked("theirs", view.revision, json!({ "kind": "delete" }))
        .await;

    succeeded(&operation);
    assert_eq!(view.choices.len(), 1);
    assert_eq!(view.choices[0].why, "not_ours");
    assert_eq!(stage.objects().await, ["Service theirs"]);
}

#[tokio::test]
async fn deletion_that_the_cluster_refuses_half_way_names_what_is_left() {
    let stage = Stage::new().await;
    stage.running().await;
    // A finalizer nobody works on holds the Service; here the whole patience passes.
    let held = json!({ "metadata": { "finalizers": ["example.com/held"] } });
    stage
        .api::<Service>()
        .patch("nginx-svc", &PatchParams::default(), &Patch::Merge(held))
        .await
        .unwrap();

    let started: slipway_api::OperationView = stage
        .ask("nginx", 1, "delete", &json!({ "kind": "delete" }))
        .await
        .json(202);
    crate::support::eventually("all but the Service is gone", async || {
        stage.app.clock.pass(std::time::Duration::from_secs(1));
        (stage.objects().await == ["Service nginx-svc"]).then_some(())
    })
    .await;
    let operation = crate::stage::ended_in_the_end(&stage.app, &stage.dev(), &started.id).await;

    assert_eq!(operation.state, OperationState::Stuck, "{operation:#?}");
    let last = operation.steps.last().unwrap();
    assert_eq!(
        (last.kind.as_str(), last.outcome.as_deref()),
        ("Service", Some("refused"))
    );
    assert!(
        last.message
            .as_deref()
            .unwrap_or_default()
            .contains("does not go")
    );
}

#[tokio::test]
async fn a_service_that_is_missing_is_made_again_with_the_next_change() {
    let stage = Stage::new().await;
    stage.running().await;
    stage
        .api::<Service>()
        .delete("nginx-svc", &DeleteParams::default())
        .await
        .unwrap();

    let draft = stage.opened("nginx").await;
    let draft = stage
        .edited(&draft, &[("containers.1.image", "nginx:1.28")])
        .await;
    let operation = stage.changed(&draft).await;

    succeeded(&operation);
    assert_eq!(stage.objects().await, crate::stage::ALL);
}
