//! What Kubernetes accepts and our rules refuse is a warning for an app that has it, and locks nothing.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::batch::v1::CronJob;
use k8s_openapi::api::networking::v1::Ingress;
use kube::api::{Patch, PatchParams, PostParams};
use serde_json::{Value, json};
use slipway_api::{DraftView, Problem, RevisionLine, paths};
use slipway_model::validate;
use slipway_model::value::{CronSchedule, HostName};

use super::{apply, deployment, image, web};
use crate::stage::{Stage, succeeded};

/// The draft of an app that runs with one value that the rules refuse, and the field of it.
async fn opened(stage: &Stage, name: &str) -> DraftView {
    let draft = stage.opened(name).await;
    let verdict = validate(&draft.content);
    assert!(verdict.app.is_some(), "{:#?}", verdict.issues);
    draft
}

#[track_caller]
fn refused_as_new(draft: &DraftView) {
    let mut new = draft.content.clone();
    new.origin = None;
    assert!(validate(&new).app.is_none(), "a new app may not have it");
}

/// kube-apiserver 1.37.2 accepts each of them.
#[tokio::test]
async fn an_app_with_values_that_only_kubernetes_takes_changes_its_image() {
    let stage = Stage::new().await;
    let with = |name: &str, more: Value| {
        let mut container = web();
        for (key, value) in more.as_object().unwrap() {
            container[key] = value.clone();
        }
        deployment(name, &container)
    };
    let apps = [
        with("2048-game", json!({})),
        with("my.app", json!({})),
        with(
            "zero",
            json!({ "resources": { "requests": { "cpu": 0 }, "limits": { "memory": "512Mi" } } }),
        ),
        with(
            "fraction",
            json!({ "resources": { "requests": { "memory": "128m" } } }),
        ),
        with("relative", json!({ "workingDir": "srv/web" })),
        with(
            "digest",
            json!({ "image": "registry.example.com/web@sha512:abc" }),
        ),
    ];
    apply(&stage, &apps).await;

    for app in apps {
        let name = app["metadata"]["name"].as_str().unwrap();
        let draft = opened(&stage, name).await;
        refused_as_new(&draft);
        let draft = stage
            .edited(&draft, &[(&image(&draft), "registry.example.com/web:2")])
            .await;
        let before = stage.deployment(name).await;

        let operation = stage.changed(&draft).await;

        succeeded(&operation);
        assert_eq!(operation.issues, [], "{name}");
        let mut after = stage.deployment(name).await;
        let now = std::mem::replace(
            &mut after["spec"]["template"]["spec"]["containers"][0]["image"],
            before["spec"]["template"]["spec"]["containers"][0]["image"].clone(),
        );
        assert_eq!(now, "registry.example.com/web:2", "{name}");
        assert_eq!(after["spec"], before["spec"], "{name}: nothing else has changed");
    }
}

#[tokio::test]
async fn an_image_that_cannot_be_read_is_repaired() {
    let stage = Stage::new().await;
    let mut container = web();
    container["image"] = json!("${IMAGE}");
    apply(&stage, &[deployment("web", &container)]).await;

    let draft = opened(&stage, "web").await;
    let draft = stage
        .edited(&draft, &[(&image(&draft), "registry.example.com/web:1")])
        .await;

    succeeded(&stage.changed(&draft).await);
    let now = stage.deployment("web").await;
    assert_eq!(
        now["spec"]["template"]["spec"]["containers"][0]["image"],
        "registry.example.com/web:1"
    );
}

#[tokio::test]
async fn a_later_state_is_noticed_whatever_the_rules_say_of_it() {
    let stage = Stage::new().await;
    let mut container = web();
    container["image"] = json!("registry.example.com/Team/Shop:1");
    apply(&stage, &[deployment("web", &container)]).await;
    opened(&stage, "web").await;
    let later = json!({ "spec": { "replicas": 4, "template": { "spec": { "containers": [
        { "name": "web", "image": "registry.example.com/Team/Shop:2" }] } } } });
    let deployments = stage.api::<Deployment>();
    deployments
        .patch("web", &PatchParams::default(), &Patch::Strategic(later))
        .await
        .unwrap();

    let draft = opened(&stage, "web").await;

    assert_eq!(
        draft.content.leaf(&image(&draft)).unwrap().text(),
        "registry.example.com/Team/Shop:2"
    );
    assert_eq!(draft.content.basics.replicas.text(), "4");
    assert_eq!(
        draft.content.origin.as_ref().map(|origin| origin.revision),
        Some(2)
    );
}

#[tokio::test]
async fn what_a_draft_calls_running_and_is_not_is_judged_like_anything_else() {
    let stage = Stage::new().await;
    apply(&stage, &[deployment("web", &web())]).await;
    let draft = stage.opened("web").await;
    let field = image(&draft);
    let mut content = draft.content.clone();
    content.leaf_mut(&field).unwrap().set("${IMAGE}");
    let origin = content.origin.as_mut().unwrap();
    origin.as_is = vec![slipway_model::draft::AsIs {
        field: field.clone(),
        text: "${IMAGE}".to_owned(),
    }];
    let draft = stage.saved(&draft, &json!(content)).await;

    let problem: Problem = stage.submit(&draft, "forged").await.json(422);

    assert_eq!(problem.issues[0].field, field, "{problem:?}");
    assert!(problem.issues[0].is_error());
}

#[tokio::test]
async fn what_was_changed_outside_is_taken_into_a_draft_whatever_the_rules_say_of_it() {
    let stage = Stage::new().await;
    stage.running().await;
    let image = json!({ "spec": { "template": { "spec": { "containers": [{ "name": "nginx", "image": "registry.example.com/Team/Shop:2" }] } } } });
    crate::changes::somebody_writes(&stage, "kubectl-edit", "nginx", image).await;
    let draft = stage.opened("nginx").await;
    let dev = stage
        .dev()
        .with_header("if-match", &format!("\"{}\"", draft.revision));
    let taken: DraftView = dev.post_empty(&paths::draft_drift(&draft.id)).await.json(200);

    assert_eq!(
        taken.content.leaf("containers.1.image").unwrap().text(),
        "registry.example.com/Team/Shop:2"
    );
    assert!(validate(&taken.content).app.is_some());
    let draft = stage.edited(&taken, &[("scaling.metric.max", "6")]).await;
    let seen = super::seen(&stage, &draft).await;
    assert!(
        seen.issues.iter().all(|issue| !issue.is_error()),
        "{:#?}",
        seen.issues
    );
}

#[tokio::test]
async fn an_app_of_others_goes_back_to_an_earlier_revision() {
    let stage = Stage::new().await;
    apply(&stage, &[deployment("web", &web())]).await;
    for version in ["registry.example.com/web:2", "registry.example.com/web:3"] {
        let draft = stage.opened("web").await;
        let draft = stage.edited(&draft, &[(&image(&draft), version)]).await;
        succeeded(&stage.changed(&draft).await);
    }

    let operation = stage
        .asked("web", 3, json!({ "kind": "roll_back", "revision": 1 }))
        .await;

    succeeded(&operation);
    let now = stage.deployment("web").await;
    assert_eq!(
        now["spec"]["template"]["spec"]["containers"][0]["image"],
        "registry.example.com/web:1"
    );
    let history: Vec<RevisionLine> = stage
        .dev()
        .get(&stage.of_app("web", paths::app_revisions))
        .await
        .json(200);
    assert_eq!((history[0].number, history[0].rolls_back_to), (4, Some(1)));
}

/// kube-apiserver 1.37.2: hosts that Go reads as addresses are refused, whatever their noughts; a schedule is judged by its
/// form, not by whether it ever comes.
#[tokio::test]
async fn hosts_and_schedules_are_judged_as_the_server_judges_them() {
    let stage = Stage::new().await;
    let asked = PostParams {
        dry_run: true,
        ..PostParams::default()
    };
    for host in [
        "010.0.0.1",
        "10.0.0.1",
        "010.0.0.256",
        "a.example.com",
        "A.example.com",
    ] {
        let rule = json!({ "host": host, "http": { "paths": [{ "path": "/", "pathType": "Prefix",
            "backend": { "service": { "name": "web", "port": { "number": 80 } } } }] } });
        let ingress = json!({ "metadata": { "name": "web" }, "spec": { "rules": [rule] } });
        let ingress: Ingress = serde_json::from_value(ingress).unwrap();

        let theirs = stage.api::<Ingress>().create(&asked, &ingress).await.is_ok();

        assert_eq!(HostName::parse(host).is_ok(), theirs, "{host}");
    }
    for schedule in [
        "0 0 30 2 *",
        "@every 20s",
        "0 0 31 2 *",
        "0 0 32 2 *",
        "@every 1d",
    ] {
        let template = json!({ "spec": { "restartPolicy": "Never", "containers": [web()] } });
        let cron = json!({ "metadata": { "name": "web" },
            "spec": { "schedule": schedule, "jobTemplate": { "spec": { "template": template } } } });
        let cron: CronJob = serde_json::from_value(cron).unwrap();

        let theirs = stage.api::<CronJob>().create(&asked, &cron).await.is_ok();

        assert_eq!(CronSchedule::parse(schedule).is_ok(), theirs, "{schedule}");
    }
}
