//! Apps that Slipway did not make, or does not know any more: changed without being taken over, taken up by their marks,
//! and never touched where another installation looks after them.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Service;
use kube::api::{DeleteParams, Patch, PatchParams};
use serde_json::{Value, json};
use slipway_api::{
    ChangesView, DeletionView, DraftView, DriftView, OperationKind, OperationView, Problem, RevisionLine,
    paths,
};

use crate::changes::somebody_writes;
use crate::stage::{Stage, submit, succeeded};
use crate::support::Namespace;

/// An app as a chart makes one.
async fn theirs(stage: &Stage) -> Value {
    let namespace = Namespace::shared(&stage.namespace).await;
    namespace.deployment("theirs", "web:1", 2).await;
    namespace.service("theirs", "theirs", "ClusterIP").await;
    stage.deployment("theirs").await
}

#[tokio::test]
async fn somebody_elses_app_changes_in_exactly_the_field_that_was_changed() {
    let stage = Stage::new().await;
    let before = theirs(&stage).await;

    let draft = stage.opened("theirs").await;
    let id = draft.content.containers[0].id;
    let draft = stage
        .edited(&draft, &[(&format!("containers.{id}.image"), "web:2")])
        .await;
    let seen: ChangesView = stage.dev().get(&paths::draft_changes(&draft.id)).await.json(200);
    let deletion: DeletionView = stage
        .dev()
        .get(&stage.of_app("theirs", paths::app_deletion))
        .await
        .json(200);
    let operation = stage.changed(&draft).await;

    assert!(seen.found && deletion.found, "it is said whose it is");
    succeeded(&operation);
    assert_eq!(operation.steps.len(), 1);
    assert_eq!(operation.steps[0].outcome.as_deref(), Some("patched"));
    let mut after = stage.deployment("theirs").await;
    assert_eq!(
        after["spec"]["template"]["spec"]["containers"][0]["image"],
        "web:2"
    );
    after["spec"]["template"]["spec"]["containers"][0]["image"] = json!("web:1");
    assert_eq!(after["spec"], before["spec"]);
    assert_eq!(after["metadata"]["labels"], before["metadata"]["labels"]);
    let marks = after["metadata"]["annotations"].as_object().into_iter().flatten();
    assert_eq!(
        marks.filter(|(key, _)| key.starts_with("slipway.dev/")).count(),
        0
    );
}

/// An API server compares what a patch tests byte by byte with what it writes itself, and it writes these escaped.
#[tokio::test]
async fn somebody_elses_text_with_characters_that_a_server_escapes_can_be_changed() {
    let stage = Stage::new().await;
    theirs(&stage).await;
    let text = "wget 'http://a/?b=1&c=2' && read <in >out; echo 'tab\there, \u{8}\u{c}\u{1b}\u{7f}\u{2028}\u{2029}é你'";
    let container =
        json!({ "name": "main", "command": ["sh", "-c", text], "env": [{ "name": "A", "value": text }] });
    let patch = json!({ "spec": { "template": { "spec": { "containers": [container] } } } });
    stage
        .api::<Deployment>()
        .patch("theirs", &PatchParams::default(), &Patch::Strategic(&patch))
        .await
        .unwrap();

    let draft = stage.opened("theirs").await;
    let container = &draft.content.containers[0];
    let word = format!(
        "containers.{}.command.{}.text",
        container.id, container.command[2].id
    );
    let value = format!("containers.{}.env.{}.value", container.id, container.env[0].id);
    let draft = stage.edited(&draft, &[(&word, "sleep 1"), (&value, "&")]).await;
    let operation = stage.changed(&draft).await;

    succeeded(&operation);
    let after = stage.deployment("theirs").await;
    let container = &after["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(container["command"], json!(["sh", "-c", "sleep 1"]));
    assert_eq!(container["env"], json!([{ "name": "A", "value": "&" }]));
}

#[tokio::test]
async fn somebody_elses_app_that_has_moved_on_is_brought_together_first() {
    let stage = Stage::new().await;
    theirs(&stage).await;
    let draft = stage.opened("theirs").await;
    let id = draft.content.containers[0].id;
    let image = json!({ "spec": { "template": { "spec": { "containers": [{ "name": "main", "image": "web:theirs" }] } } } });
    somebody_writes(&stage, "kubectl-edit", "theirs", image).await;
    let draft = stage.edited(&draft, &[("basics.replicas", "3")]).await;

    let moved: Problem = stage.submit(&draft, "late").await.json(412);
    let merged: DraftView = stage.merge(&draft, &json!({ "theirs": 2 })).await.json(200);
    succeeded(&stage.changed(&merged).await);

    assert_eq!(moved.code, "app_moved");
    assert_eq!(
        merged
            .content
            .leaf(&format!("containers.{id}.image"))
            .unwrap()
            .text(),
        "web:theirs"
    );
    let now = stage.deployment("theirs").await;
    assert_eq!(
        (
            &now["spec"]["replicas"],
            &now["spec"]["template"]["spec"]["containers"][0]["image"]
        ),
        (&json!(3), &json!("web:theirs"))
    );
}

#[tokio::test]
async fn an_app_is_taken_up_from_its_marks_after_the_database_was_lost() {
    let stage = Stage::new().await;
    stage.running().await;
    let draft = stage.opened("nginx").await;
    let draft = stage
        .edited(&draft, &[("containers.1.image", "nginx:1.28")])
        .await;
    succeeded(&stage.changed(&draft).await);
    stage.forget_all_apps().await;

    let draft = stage.opened("nginx").await;
    let id = draft.content.containers[0].id;
    let revision = draft.content.origin.as_ref().unwrap().revision;
    let draft = stage
        .edited(&draft, &[(&format!("containers.{id}.image"), "nginx:1.29")])
        .await;
    let operation = stage.changed(&draft).await;
    let gone = stage.asked("nginx", 3, json!({ "kind": "delete" })).await;

    assert_eq!(revision, 2, "as its marks say");
    succeeded(&operation);
    assert_eq!(operation.steps.len(), 1, "nothing else changes: {operation:#?}");
    succeeded(&gone);
    assert!(stage.objects().await.is_empty(), "all of it is known again");
}

#[tokio::test]
async fn another_installation_neither_changes_nor_takes_nor_deletes_the_app() {
    let one = Stage::new().await;
    one.running().await;
    let other = crate::support::TestApp::on(one.cluster.kubeconfig()).await;
    let dev = other.member_of("shop");
    let slug = other.state.clusters.all()[0].slug().to_owned();
    let at = |path: fn(&str, &str, &str, &str) -> String| path(&slug, &one.namespace, "deployment", "nginx");

    let opened: Problem = dev.post_empty(&at(paths::app_drafts)).await.json(409);
    let deleted: Problem = dev
        .clone()
        .with_header("if-match", "\"1\"")
        .with_header("idempotency-key", "delete")
        .post(&at(paths::app_operations), &json!({ "kind": "delete" }))
        .await
        .json(409);
    let uid = one.deployment("nginx").await["metadata"]["uid"].clone();
    let this = json!({ "uid": uid });
    let taken: Problem = dev.post(&at(paths::app_takeover), &this).await.json(409);
    let draft = crate::stage::draft_of(&dev, &slug, &one.namespace, |_| {}).await;
    let created: Problem = submit(&dev, &draft, "create").await.json(409);

    let refusals = [&opened, &deleted, &taken].map(|problem| problem.code.as_str());
    assert_eq!(refusals, ["managed_elsewhere"; 3]);
    assert!(opened.params["by"].starts_with("Slipway "));
    assert_eq!(created.code, "name_taken");
    assert_eq!(one.objects().await, crate::stage::ALL);
}

#[tokio::test]
async fn an_app_of_another_team_cannot_be_opened() {
    let stage = Stage::new().await;
    stage.running().await;
    crate::stage::allow(&stage.kube, &stage.namespace, "bank-dev", "edit").await;

    let problem: Problem = stage
        .app
        .member_of("bank")
        .post_empty(&stage.of_app("nginx", paths::app_drafts))
        .await
        .json(403);

    assert_eq!(problem.code, "app_of_another_team");
}

#[tokio::test]
async fn what_was_changed_outside_is_seen_and_taken_into_a_draft() {
    let stage = Stage::new().await;
    stage.running().await;
    let changed_outside = async || -> DriftView {
        stage
            .dev()
            .get(&stage.of_app("nginx", paths::app_drift))
            .await
            .json(200)
    };
    let none = changed_outside().await;
    let image = json!({ "spec": { "template": { "spec": { "containers": [{ "name": "nginx", "image": "nginx:theirs" }] } } } });
    somebody_writes(&stage, "kubectl-edit", "nginx", image).await;
    stage
        .api::<Service>()
        .delete("nginx-svc", &DeleteParams::default())
        .await
        .unwrap();

    let seen = changed_outside().await;
    let draft = stage.opened("nginx").await;
    let dev = stage
        .dev()
        .with_header("if-match", &format!("\"{}\"", draft.revision));
    let taken: DraftView = dev.post_empty(&paths::draft_drift(&draft.id)).await.json(200);

    assert!(none.objects.is_empty(), "{none:#?}");
    let told: Vec<(&str, bool)> = seen
        .objects
        .iter()
        .map(|drift| (drift.object.kind.as_str(), drift.missing))
        .collect();
    assert_eq!(told, [("Service", true), ("Deployment", false)]);
    let field = &seen.objects[1].fields[0];
    assert_eq!(
        (
            field.field.as_str(),
            field.applied.as_deref(),
            field.live.as_deref(),
            field.manager.as_deref()
        ),
        (
            "containers.1.image",
            Some("nginx:1.27"),
            Some("nginx:theirs"),
            Some("kubectl-edit")
        )
    );
    assert_eq!(
        taken.content.leaf("containers.1.image").unwrap().text(),
        "nginx:theirs"
    );
    let kept = [
        "basics.name",
        "containers.1.env.3.value",
        "ingresses.6.rules.7.host",
        "scaling.metric.max",
    ];
    for field in kept {
        assert_eq!(taken.content.leaf(field), draft.content.leaf(field), "{field}");
    }
}

#[tokio::test]
async fn who_else_looks_after_an_app_is_named() {
    let stage = Stage::new().await;
    theirs(&stage).await;
    let marks = json!({ "metadata": { "annotations": { "argocd.argoproj.io/tracking-id": "shop:apps/Deployment:x/theirs" } } });
    stage
        .api::<Deployment>()
        .patch("theirs", &PatchParams::default(), &Patch::Merge(marks))
        .await
        .unwrap();

    let drift: DriftView = stage
        .dev()
        .get(&stage.of_app("theirs", paths::app_drift))
        .await
        .json(200);

    assert_eq!(drift.managed_by.as_deref(), Some("Argo CD shop"));
}

#[tokio::test]
async fn the_history_of_somebody_elses_app_begins_when_it_is_first_opened() {
    let stage = Stage::new().await;
    theirs(&stage).await;
    let draft = stage.opened("theirs").await;
    let draft = stage.edited(&draft, &[("basics.replicas", "3")]).await;
    let operation: OperationView = stage.changed(&draft).await;

    let history: Vec<RevisionLine> = stage
        .dev()
        .get(&stage.of_app("theirs", paths::app_revisions))
        .await
        .json(200);

    succeeded(&operation);
    let told: Vec<(u64, Option<OperationKind>)> =
        history.iter().map(|line| (line.number, line.kind)).collect();
    assert_eq!(told, [(2, Some(OperationKind::Update)), (1, None)]);
}
