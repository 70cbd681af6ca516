//! A member of two teams: what they do to an app of one of them is that team's, and what they have seen of it counts for no app
//! of the other.

use k8s_openapi::api::apps::v1::Deployment;
use kube::api::DeleteParams;
use serde_json::{Value, json};
use slipway_api::{DraftView, OperationLine, OperationView, paths};
use slipway_backend::config::MemberConfig;

use super::SECRET_VALUE;
use crate::stage::{Stage, allow, draft_of, ended_in_the_end, submit, succeeded};
use crate::support::{Client, TestApp, a_member, eventually};

/// A stage with a third member, who is in the team `shop` first, and in `bank`. All may change everything in the namespace.
async fn with_a_member_of_both() -> Stage {
    let stage = Stage::new().await;
    for member in ["bank-dev", "both-dev"] {
        allow(&stage.kube, &stage.namespace, member, "edit").await;
    }
    let Stage {
        app,
        cluster,
        namespace,
        kube,
    } = stage;
    let app = app
        .restarted_with(|config, folder| {
            config.members.push(MemberConfig {
                teams: vec!["shop".to_owned(), "bank".to_owned()],
                ..a_member("both-dev", "both", folder)
            });
        })
        .await;
    known(&app).await;
    Stage {
        app,
        cluster,
        namespace,
        kube,
    }
}

async fn known(app: &TestApp) {
    let slug = app.state.clusters.all()[0].slug().to_owned();
    eventually("the cluster is known", async || {
        let apps = app.member_of("shop").get(&paths::apps(&slug)).await;
        (apps.status == 200).then_some(())
    })
    .await;
}

/// The Deployment alone, created by a member with an image.
async fn created_by(stage: &Stage, member: &Client, image: &str) -> OperationView {
    let draft = draft_of(member, &stage.slug(), &stage.namespace, |draft| {
        draft["services"] = json!([]);
        draft["ingresses"] = json!([]);
        draft["scaling"] = json!({});
        draft["containers"][0]["image"] = json!(image);
        draft["containers"][0]["env"][0]["value"] = json!(SECRET_VALUE);
    })
    .await;
    done(stage, member, &draft).await
}

async fn done(stage: &Stage, member: &Client, draft: &DraftView) -> OperationView {
    let started: OperationView = submit(member, draft, &draft.id).await.json(202);
    let ended = ended_in_the_end(&stage.app, member, &started.id).await;
    succeeded(&ended);
    ended
}

async fn deleted_by(stage: &Stage, member: &Client, revision: u64) {
    let asked = member
        .clone()
        .with_header("if-match", &format!("\"{revision}\""))
        .with_header("idempotency-key", "gone");
    let path = stage.of_app("nginx", paths::app_operations);
    let started: OperationView = asked.post(&path, &json!({ "kind": "delete" })).await.json(202);
    succeeded(&ended_in_the_end(&stage.app, member, &started.id).await);
}

async fn opened_by(stage: &Stage, member: &Client) -> DraftView {
    let path = stage.of_app("nginx", paths::app_drafts);
    member.post_empty(&path).await.json(201)
}

async fn edited_by(member: &Client, draft: &DraftView, image: &str) -> DraftView {
    let mut content = draft.content.clone();
    content.containers[0].image.set(image);
    member
        .put(
            &paths::draft(&draft.id),
            draft.revision,
            &json!({ "content": content }),
        )
        .await
        .json(200)
}

#[tokio::test]
async fn what_a_member_of_two_teams_does_to_an_app_is_told_to_its_team_only() {
    let stage = with_a_member_of_both().await;
    let [shop, bank, both] = ["shop", "bank", "both"].map(|team| stage.app.member_of(team));
    created_by(&stage, &bank, "nginx:1.27").await;

    let draft = opened_by(&stage, &both).await;
    let draft = edited_by(&both, &draft, "nginx:1.28").await;
    let operation = done(&stage, &both, &draft).await;

    let of_operation = [
        paths::operation(&operation.id),
        paths::operation_receipt(&operation.id),
    ];
    for member in [&bank, &both] {
        for path in of_operation.iter().chain([&paths::draft(&draft.id)]) {
            member.get(path).await.demand(200);
        }
        let lines: Vec<OperationLine> = member.get(paths::OPERATIONS).await.json(200);
        assert_eq!(lines[0].id, operation.id);
    }
    for path in of_operation.iter().chain([&paths::draft(&draft.id)]) {
        shop.get(path).await.problem(404);
    }
    for list in [paths::OPERATIONS, paths::DRAFTS] {
        assert_eq!(shop.get(list).await.json::<Value>(200), json!([]));
    }
}

#[tokio::test]
async fn what_was_seen_of_an_app_of_one_team_is_nothing_for_that_of_another_at_its_address() {
    let stage = with_a_member_of_both().await;
    let [shop, bank, both] = ["shop", "bank", "both"].map(|team| stage.app.member_of(team));
    created_by(&stage, &bank, "nginx:1.27").await;
    let draft = opened_by(&stage, &both).await;
    let draft = edited_by(&both, &draft, "nginx:1.28").await;
    deleted_by(&stage, &bank, 1).await;
    created_by(&stage, &shop, "caddy:2").await;

    let change = submit(&both, &draft, "stale change").await.problem(412);
    let asked = both
        .clone()
        .with_header("if-match", "\"1\"")
        .with_header("idempotency-key", "stale deletion");
    let path = stage.of_app("nginx", paths::app_operations);
    let deletion = asked.post(&path, &json!({ "kind": "delete" })).await.problem(412);

    assert_eq!([change.code, deletion.code], ["app_moved", "app_moved"]);
    let image = &stage.deployment("nginx").await["spec"]["template"]["spec"]["containers"][0]["image"];
    assert_eq!(image, "caddy:2");
}

/// A number that was told of somebody else's app is that of what was seen, whoever looked.
#[tokio::test]
async fn a_number_that_was_told_of_what_was_there_is_never_that_of_what_came_after() {
    let stage = Stage::new().await;
    let namespace = crate::support::Namespace::of(&stage.cluster, &stage.namespace).await;
    namespace
        .deployment("web", "registry.example.com/seen:1", 1)
        .await;
    let deletion = stage.of_app("web", paths::app_deletion);
    let told = stage
        .dev()
        .get(&deletion)
        .await
        .demand(200)
        .header("etag")
        .to_owned();

    let api = stage.api::<Deployment>();
    api.delete("web", &DeleteParams::background()).await.unwrap();
    eventually("it is gone", async || {
        api.get_opt("web").await.unwrap().is_none().then_some(())
    })
    .await;
    namespace
        .deployment("web", "registry.example.com/never-seen:9", 1)
        .await;

    let asked = stage
        .dev()
        .with_header("if-match", &told)
        .with_header("idempotency-key", "gone");
    let path = stage.of_app("web", paths::app_operations);
    let refused = asked.post(&path, &json!({ "kind": "delete" })).await.problem(412);
    assert_eq!(refused.code, "app_moved");
    assert_ne!(stage.dev().get(&deletion).await.demand(200).header("etag"), told);
}
