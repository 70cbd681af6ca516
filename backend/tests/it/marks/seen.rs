//! What a team has seen of somebody else's app.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::rbac::v1::{Role, RoleBinding};
use kube::Api;
use kube::api::PostParams;
use serde_json::json;
use slipway_api::{DraftView, OperationPage, paths};

use super::history;
use crate::stage::{Stage, succeeded};
use crate::support::{Client, Namespace, TestApp, eventually};

/// Somebody who may read Deployments and nothing else.
async fn let_read_deployments(stage: &Stage, user: &str) {
    let role = json!({ "metadata": { "name": user },
        "rules": [{ "apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get", "list"] }] });
    let role = serde_json::from_value(role).unwrap();
    stage
        .api::<Role>()
        .create(&PostParams::default(), &role)
        .await
        .unwrap();
    let binding = json!({ "metadata": { "name": user },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": user },
        "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user }] });
    let binding = serde_json::from_value(binding).unwrap();
    stage
        .api::<RoleBinding>()
        .create(&PostParams::default(), &binding)
        .await
        .unwrap();
    let client = stage.cluster.client_for(user, &[]).await.unwrap();
    let api: Api<Deployment> = Api::namespaced(client, &stage.namespace);
    eventually("the right is known", async || {
        api.get("theirs").await.ok().map(drop)
    })
    .await;
}

/// A server on the shared cluster whose team `shop` has a second member, who is to see less.
async fn with_two_of_one_team() -> Stage {
    let mut stage = Stage::new().await;
    let cluster = local_cluster::shared().await.kubeconfig();
    stage.app = TestApp::with(|config, folder| {
        for (name, token) in [
            ("shop-dev", "shop"),
            ("shop-intern", "intern"),
            ("bank-dev", "bank"),
        ] {
            let mut member = crate::support::a_member(name, token, folder);
            member.teams = vec![if token == "bank" { "bank" } else { "shop" }.to_owned()];
            config.members.push(member);
        }
        config.teams = vec![crate::support::a_team("shop"), crate::support::a_team("bank")];
        config.clusters[0].kubeconfig = Some(cluster);
    })
    .await;
    stage
}

/// Everything that is told of somebody else's app, as one text.
async fn told_of_theirs(client: &Client, stage: &Stage, revisions: [String; 3]) -> String {
    let at = |path| stage.of_app("theirs", path);
    let whole = [
        at(paths::app_revisions),
        at(paths::app_drift),
        at(paths::app_deletion),
    ];
    let mut told = String::new();
    for path in revisions.iter().chain(&whole) {
        told.push_str(&client.get(path).await.demand(200).text());
    }
    let opened: DraftView = client.post_empty(&at(paths::app_drafts)).await.json(201);
    told.push_str(&json!(opened.content).to_string());
    for path in [paths::draft_changes, paths::draft_merge, paths::draft_plan] {
        told.push_str(&client.get(&path(&opened.id)).await.demand(200).text());
    }
    told
}

#[tokio::test]
async fn the_history_of_somebody_elses_app_is_the_teams_that_saw_it_and_told_as_far_as_its_reader_may_see() {
    let stage = with_two_of_one_team().await;
    let theirs = Namespace::of(&stage.cluster, &stage.namespace).await;
    theirs.deployment("theirs", "web:1", 1).await;
    theirs.service("hidden-service", "theirs", "ClusterIP").await;
    theirs
        .ingress("hidden-ingress", "hidden.example.com", "hidden-service")
        .await;
    for user in ["shop-intern", "bank-dev"] {
        let_read_deployments(&stage, user).await;
    }
    let (dev, intern, bank) = (
        stage.dev(),
        stage.app.member_of("intern"),
        stage.app.member_of("bank"),
    );
    let at = |path| stage.of_app("theirs", path);
    // The team has two revisions of it, and both hold what not everybody may see.
    let draft = stage.opened("theirs").await;
    let (container, ingress) = (draft.content.containers[0].id, &draft.content.ingresses[0]);
    let image = format!("containers.{container}.image");
    let host = format!("ingresses.{}.rules.{}.host", ingress.id, ingress.rules[0].id);
    let draft = stage
        .edited(
            &draft,
            &[(image.as_str(), "web:2"), (host.as_str(), "hidden.example.org")],
        )
        .await;
    succeeded(&stage.changed(&draft).await);
    let slug = stage.slug();
    let number = |number: &str| paths::app_revision(&slug, &stage.namespace, "deployment", "theirs", number);
    let compare = paths::app_compare(&slug, &stage.namespace, "deployment", "theirs", "1", "2");
    assert!(
        dev.get(&number("1"))
            .await
            .demand(200)
            .text()
            .contains("hidden.example.com")
    );
    let lines = dev.get(&at(paths::app_revisions)).await.demand(200).text();
    assert!(lines.contains(&host) && lines.contains(&image), "{lines}");

    let told = told_of_theirs(&intern, &stage, [number("1"), number("2"), compare]).await;

    assert!(told.contains("web:2"), "what may be seen is told");
    let lines = intern.get(&at(paths::app_revisions)).await.demand(200).text();
    assert!(lines.contains(&image) && !lines.contains("ingresses"), "{lines}");
    assert!(!told.contains("hidden"), "{told}");
    assert_eq!(
        history(&dev, &at(paths::app_revisions)).await,
        [2, 1],
        "looking with less rights adds nothing"
    );
    assert_eq!(history(&bank, &at(paths::app_revisions)).await, [0_u64; 0]);
    bank.get(&number("1")).await.problem(404);
    let opened: DraftView = bank.post_empty(&at(paths::app_drafts)).await.json(201);
    assert_eq!(opened.content.origin.unwrap().revision, 3, "its own first one");
    assert_eq!(history(&bank, &at(paths::app_revisions)).await, [3]);
    assert_eq!(history(&dev, &at(paths::app_revisions)).await, [2, 1]);
    let operations: OperationPage = bank.get(&at(paths::app_operations)).await.json(200);
    assert_eq!((operations.rows, operations.total), (Vec::new(), 0));
}
