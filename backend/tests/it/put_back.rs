//! What was changed outside is put back as it was applied, by one act, and only what was agreed to is overwritten.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::Service;
use k8s_openapi::api::networking::v1::Ingress;
use kube::api::{DeleteParams, Patch, PatchParams};
use local_cluster::Fault;
use serde_json::{Value, json};
use slipway_api::{
    CompareView, DriftView, FieldConflict, OperationKind, OperationState, OperationView, Problem,
    RevisionLine, paths,
};

use crate::change_faults::write_of;
use crate::change_refusals::all_of;
use crate::changes::somebody_writes;
use crate::operations::proxy;
use crate::stage::{ALL, Stage, steps, succeeded};

async fn drift(stage: &Stage) -> DriftView {
    stage
        .dev()
        .get(&stage.of_app("nginx", paths::app_drift))
        .await
        .json(200)
}

/// What agreeing to all of these is.
fn consent(conflicts: &[FieldConflict]) -> Value {
    let mut take_over: Vec<Value> = Vec::new();
    for conflict in conflicts {
        let object = json!(conflict.object);
        match take_over.iter_mut().find(|known| known["object"] == object) {
            Some(known) => known["paths"].as_array_mut().unwrap().push(json!(conflict.path)),
            None => take_over
                .push(json!({ "object": object, "version": conflict.version, "paths": [conflict.path] })),
        }
    }
    json!({ "take_over": take_over })
}

fn back_to(revision: u64, conflicts: &[FieldConflict]) -> Value {
    json!({ "kind": "roll_back", "revision": revision, "consent": consent(conflicts) })
}

async fn done(stage: &Stage, seen: u64, body: &Value) -> OperationView {
    let started: OperationView = stage
        .ask("nginx", seen, &format!("done at {seen}"), body)
        .await
        .json(202);
    stage.ended(&started.id).await
}

async fn image_by_hand(stage: &Stage, image: &str) {
    let patch = json!({ "spec": { "template": { "spec": { "containers": [{ "name": "nginx", "image": image }] } } } });
    somebody_writes(stage, "kubectl-edit", "nginx", patch).await;
}

async fn target_by_hand(stage: &Stage, port: u16) {
    port_by_hand(stage, "targetPort", port).await;
}

async fn port_by_hand(stage: &Stage, which: &str, port: u16) {
    let params = PatchParams {
        field_manager: Some("kubectl-edit".to_owned()),
        ..PatchParams::default()
    };
    let patch = Patch::Json::<()>(
        serde_json::from_value(
            json!([{ "op": "replace", "path": format!("/spec/ports/0/{which}"), "value": port }]),
        )
        .unwrap(),
    );
    stage
        .api::<Service>()
        .patch("nginx-svc", &params, &patch)
        .await
        .unwrap();
}

async fn the_most_pods_by_hand(stage: &Stage) {
    let most = Patch::Merge(json!({ "spec": { "maxReplicas": 9 } }));
    let edit = PatchParams {
        field_manager: Some("kubectl-edit".to_owned()),
        ..PatchParams::default()
    };
    stage
        .api::<HorizontalPodAutoscaler>()
        .patch("nginx", &edit, &most)
        .await
        .unwrap();
}

async fn image(stage: &Stage) -> Value {
    stage.deployment("nginx").await["spec"]["template"]["spec"]["containers"][0]["image"].clone()
}

#[tokio::test]
async fn what_was_changed_outside_is_put_back_as_it_was_applied_and_what_others_added_stays() {
    let stage = Stage::new().await;
    stage.running().await;
    let added = json!({ "metadata": { "labels": { "theirs": "yes" } },
        "spec": { "template": { "spec": { "containers": [{ "name": "proxy", "image": "proxy:1" }] } } } });
    somebody_writes(&stage, "mesh", "nginx", added).await;
    let applied = all_of(&stage).await;
    image_by_hand(&stage, "nginx:theirs").await;
    the_most_pods_by_hand(&stage).await;
    let gone = DeleteParams::default();
    stage
        .api::<Ingress>()
        .delete("nginx-ingress", &gone)
        .await
        .unwrap();

    let seen = drift(&stage).await;
    let operation = done(&stage, 1, &back_to(1, &seen.conflicts)).await;

    let whose: Vec<(&str, &str, Option<&str>)> = seen
        .conflicts
        .iter()
        .map(|conflict| {
            let FieldConflict {
                field,
                manager,
                theirs,
                ..
            } = conflict;
            (field.as_str(), manager.as_str(), theirs.as_deref())
        })
        .collect();
    assert_eq!(
        whose,
        [
            ("containers.1.image", "kubectl-edit", Some("nginx:theirs")),
            ("scaling.metric.max", "kubectl-edit", Some("9"))
        ]
    );
    let destroyed: Vec<&str> = seen.consequences.iter().map(|told| told.code.as_str()).collect();
    assert_eq!(destroyed, ["pods_restart"]);
    succeeded(&operation);
    assert_eq!((operation.kind, operation.revision), (OperationKind::RollBack, 2));
    let told = steps(&operation);
    let told: Vec<(&str, &str)> = told
        .iter()
        .map(|(kind, how)| (kind.as_str(), how.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("Deployment", "applied"),
            ("HorizontalPodAutoscaler", "applied"),
            ("Ingress", "created")
        ]
    );
    let without_marks = |objects: Vec<Value>| objects.into_iter().map(unmarked).collect::<Vec<Value>>();
    assert_eq!(without_marks(all_of(&stage).await), without_marks(applied));
    assert!(drift(&stage).await.objects.is_empty());
}

#[tokio::test]
async fn a_port_that_somebody_gave_another_number_gets_its_own_back() {
    let stage = Stage::new().await;
    stage.running().await;
    for revision in [1, 2] {
        port_by_hand(&stage, "port", 81).await;
        let seen = drift(&stage).await;
        let silent = stage
            .ask("nginx", revision, "silent", &back_to(revision, &[]))
            .await;
        assert_eq!(silent.problem(409).code, "conflicts");
        let operation = done(&stage, revision, &back_to(revision, &seen.conflicts)).await;

        let conflict = &seen.conflicts[0];
        assert_eq!(seen.conflicts.len(), 1, "{seen:#?}");
        assert_eq!(
            (conflict.field.as_str(), conflict.manager.as_str()),
            ("services.4.ports.5.port", "kubectl-edit")
        );
        assert_eq!(
            (conflict.theirs.as_deref(), conflict.mine.as_deref()),
            (Some("81"), Some("80"))
        );
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
        assert_eq!(ports, [80]);
        assert!(drift(&stage).await.objects.is_empty());
    }
}

/// What an object is, without what says which one it is and which revision wrote it.
fn unmarked(mut object: Value) -> Value {
    let metadata = object["metadata"].as_object_mut().unwrap();
    metadata.retain(|key, _| !matches!(key.as_str(), "uid" | "creationTimestamp"));
    let marks = metadata["annotations"].as_object_mut().unwrap();
    marks.remove("slipway.dev/revision");
    object
}

#[tokio::test]
async fn the_number_of_pods_that_somebody_set_is_put_back() {
    let stage = Stage::new().await;
    let draft = stage.draft(|draft| draft["scaling"] = json!({})).await;
    succeeded(&stage.created(&draft).await);
    let kubectl = PatchParams {
        field_manager: Some("kubectl".to_owned()),
        ..PatchParams::default()
    };
    let five = Patch::Merge(json!({ "spec": { "replicas": 5 } }));
    let deployments = stage.api::<Deployment>();
    deployments.patch_scale("nginx", &kubectl, &five).await.unwrap();

    let seen = drift(&stage).await;
    let operation = done(&stage, 1, &back_to(1, &seen.conflicts)).await;

    let fewer = &seen.consequences[0];
    assert_eq!(
        (fewer.code.as_str(), fewer.params["to"].as_str()),
        ("fewer_replicas", "2")
    );
    assert_eq!(seen.consequences.len(), 1, "the pods that stay are not replaced");
    assert_eq!(seen.objects[0].fields[0].manager.as_deref(), Some("kubectl"));
    succeeded(&operation);
    assert_eq!(stage.deployment("nginx").await["spec"]["replicas"], 2);
}

#[tokio::test]
async fn what_is_only_missing_is_made_again_without_asking_anything() {
    let stage = Stage::new().await;
    stage.running().await;
    let gone = DeleteParams::default();
    stage.api::<Service>().delete("nginx-svc", &gone).await.unwrap();

    let seen = drift(&stage).await;
    let operation = stage
        .asked("nginx", 1, json!({ "kind": "roll_back", "revision": 1 }))
        .await;

    assert!(seen.objects[0].missing && seen.conflicts.is_empty(), "{seen:#?}");
    succeeded(&operation);
    assert_eq!(stage.objects().await, ALL);
}

#[tokio::test]
async fn nothing_of_others_is_put_back_unless_exactly_that_was_agreed_to() {
    let stage = Stage::new().await;
    stage.running().await;
    image_by_hand(&stage, "nginx:theirs").await;
    let seen = drift(&stage).await;

    let unasked: Problem = stage
        .ask(
            "nginx",
            1,
            "unasked",
            &json!({ "kind": "roll_back", "revision": 1 }),
        )
        .await
        .json(409);
    image_by_hand(&stage, "nginx:newer").await;
    let outdated: Problem = stage
        .ask("nginx", 1, "outdated", &back_to(1, &seen.conflicts))
        .await
        .json(409);

    assert_eq!(
        (unasked.code.as_str(), outdated.code.as_str()),
        ("conflicts", "conflicts")
    );
    assert_eq!(unasked.issues[0].field, "containers.1.image");
    assert_eq!(image(&stage).await, "nginx:newer");
    let history: Vec<RevisionLine> = stage
        .dev()
        .get(&stage.of_app("nginx", paths::app_revisions))
        .await
        .json(200);
    assert_eq!(history.len(), 1);
}

#[tokio::test]
async fn what_somebody_writes_while_it_is_put_back_is_not_overwritten() {
    let proxy = proxy().await;
    let stage = Stage::behind(&proxy).await;
    stage.running().await;
    image_by_hand(&stage, "nginx:theirs").await;
    let seen = drift(&stage).await;
    let mut held =
        proxy.hold(|asked| write_of(asked).is_some_and(|write| write == "convert deployments/nginx"));
    let body = back_to(1, &seen.conflicts);
    let started: OperationView = stage.ask("nginx", 1, "k", &body).await.json(202);
    held.arrived().await.unwrap();

    image_by_hand(&stage, "nginx:newer").await;
    held.release();
    let operation = stage.ended(&started.id).await;

    assert_eq!(
        (operation.state, operation.failure.as_deref()),
        (OperationState::Undone, Some("conflict")),
        "{operation:#?}"
    );
    assert_eq!(image(&stage).await, "nginx:newer");
}

#[tokio::test]
async fn what_was_put_back_is_again_as_others_had_it_when_a_later_object_is_refused() {
    let proxy = proxy().await;
    let stage = Stage::behind(&proxy).await;
    stage.running().await;
    target_by_hand(&stage, 8080).await;
    image_by_hand(&stage, "nginx:theirs").await;
    let before = all_of(&stage).await;
    let seen = drift(&stage).await;
    proxy.on(
        |asked| write_of(asked).is_some_and(|write| write == "apply deployments/nginx"),
        Fault::Invalid { field: "spec" },
    );

    let operation = done(&stage, 1, &back_to(1, &seen.conflicts)).await;

    assert_eq!(operation.state, OperationState::Undone, "{operation:#?}");
    assert_eq!(
        steps(&operation)[0],
        ("Service".to_owned(), "restored".to_owned())
    );
    assert_eq!(all_of(&stage).await, before);
}

#[tokio::test]
async fn where_nothing_was_changed_outside_there_is_nothing_to_put_back() {
    let stage = Stage::new().await;
    stage.running().await;
    let plain = json!({ "kind": "roll_back", "revision": 1 });
    let nothing: Problem = stage.ask("nginx", 1, "nothing", &plain).await.json(422);
    image_by_hand(&stage, "nginx:theirs").await;
    let body = back_to(1, &drift(&stage).await.conflicts);

    let first = done(&stage, 1, &body).await;
    let same: OperationView = stage.ask("nginx", 1, "done at 1", &body).await.json(202);
    let other: Problem = stage.ask("nginx", 1, "done at 1", &plain).await.json(422);
    let again = json!({ "kind": "roll_back", "revision": 2 });
    let done: Problem = stage.ask("nginx", 2, "again", &again).await.json(422);

    succeeded(&first);
    assert_eq!(same.id, first.id);
    assert_eq!(
        [nothing.code, other.code, done.code],
        ["nothing_to_change", "idempotency_key_reused", "nothing_to_change"]
    );
}

#[tokio::test]
async fn going_back_further_says_what_others_have_set_and_asks_for_it() {
    let stage = Stage::new().await;
    stage.running().await;
    let draft = stage.opened("nginx").await;
    let draft = stage
        .edited(&draft, &[("containers.1.env.3.value", "Asia/Shanghai")])
        .await;
    succeeded(&stage.changed(&draft).await);
    image_by_hand(&stage, "nginx:theirs").await;
    target_by_hand(&stage, 8080).await;

    let refused: Problem = stage
        .ask(
            "nginx",
            2,
            "unasked",
            &json!({ "kind": "roll_back", "revision": 1 }),
        )
        .await
        .json(409);
    let compare = format!("{}/2/compare/1", stage.of_app("nginx", paths::app_revisions));
    let seen: CompareView = stage.dev().get(&compare).await.json(200);
    let operation = done(&stage, 2, &back_to(1, &seen.conflicts)).await;

    assert_eq!(refused.code, "conflicts");
    let changed: Vec<&str> = seen
        .objects
        .iter()
        .map(|change| change.object.kind.as_str())
        .collect();
    assert_eq!(
        changed,
        ["Service", "Deployment"],
        "the Service is as others have it"
    );
    let told = &seen.objects[0].diff;
    assert!(
        told.contains("-    targetPort: 8080") && told.contains("+    targetPort: 80\n"),
        "{told}"
    );
    succeeded(&operation);
    assert_eq!(image(&stage).await, "nginx:1.27");
    assert!(drift(&stage).await.objects.is_empty());
}

#[tokio::test]
async fn data_that_stays_is_nothing_to_change_again_and_again() {
    let stage = Stage::new().await;
    let draft = stage
        .draft(|draft| {
            draft["volumes"] = json!([{ "id": 20, "name": "data", "kind": "new_claim", "size": "1Gi" }]);
            draft["containers"][0]["mounts"] = json!([{ "id": 21, "volume": "data", "path": "/data" }]);
        })
        .await;
    succeeded(&stage.created(&draft).await);
    let mut draft = stage.opened("nginx").await;
    draft.content.remove_row("volumes", 20);
    draft.content.remove_row("containers.1.mounts", 21);
    let draft = stage.edited(&draft, &[]).await;
    succeeded(&stage.changed(&draft).await);

    let draft = stage.opened("nginx").await;
    let same: Problem = stage.submit(&draft, "same").await.json(422);

    assert_eq!(same.code, "nothing_to_change");
    assert!(drift(&stage).await.objects.is_empty());
}
