//! People who leave while their operations are under way.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use std::path::Path;

use local_cluster::{Fault, Proxy, shared};
use slipway_api::{OperationState, OperationView, paths};
use slipway_backend::config::Config;

use crate::stage::{Stage, allow, creates, draft_of, ended_in_the_end, objects, steps, submit, tried};
use crate::support::{TestApp, a_member, a_team, token_of};

/// Somebody else of the team `shop` has its token now, and `shop-dev` is not there any more.
fn removed(config: &mut Config, _: &Path) {
    "shop-lead".clone_into(&mut config.members[0].name);
}

/// `shop-dev` is in the other team now; somebody else of the team `shop` has its token.
fn moved(config: &mut Config, folder: &Path) {
    let token_file = folder.join("moved.token");
    std::fs::write(&token_file, token_of("moved")).unwrap();
    let lead = a_member("shop-lead", "shop", folder);
    config.members[0].teams = vec!["bank".to_owned()];
    config.members[0].token_file = token_file;
    config.members.push(lead);
}

/// How many requests the cluster got as a person.
fn asked_as(proxy: &Proxy, person: &str) -> usize {
    let asked = proxy.passed().into_iter();
    asked
        .filter(|passed| passed.asked.impersonated.as_deref() == Some(person))
        .count()
}

#[tokio::test]
async fn an_operation_of_somebody_who_has_left_stops_with_the_reason_and_writes_nothing() {
    for leave in [removed, moved] {
        let proxy = Proxy::start(shared().await).await.unwrap();
        let mut stage = Stage::behind(&proxy).await;
        let draft = stage.draft(|_| {}).await;
        proxy.on(creates("services"), Fault::unavailable());
        let started: OperationView = stage.submit(&draft, "k").await.json(202);
        tried(&stage.dev(), &started.id).await;

        stage.app = stage.app.restarted_with(leave).await;
        let asked = asked_as(&proxy, "shop-dev");
        proxy.clear();
        let ended = stage.ended(&started.id).await;

        assert_eq!(
            (ended.state, ended.failure.as_deref()),
            (OperationState::Stopped, Some("permission_lost"))
        );
        assert_eq!(ended.person, "shop-dev");
        assert!(
            steps(&ended).iter().all(|(_, outcome)| outcome == "not_reached"),
            "{ended:#?}"
        );
        assert!(stage.objects().await.is_empty());
        assert_eq!(
            asked_as(&proxy, "shop-dev"),
            asked,
            "nothing more is sent as them"
        );
    }
}

#[tokio::test]
async fn what_somebody_who_has_left_had_made_already_is_named() {
    let proxy = Proxy::start(shared().await).await.unwrap();
    let mut stage = Stage::behind(&proxy).await;
    let draft = stage.draft(|_| {}).await;
    proxy.on(creates("deployments"), Fault::unavailable());
    let started: OperationView = stage.submit(&draft, "k").await.json(202);
    tried(&stage.dev(), &started.id).await;

    stage.app = stage.app.restarted_with(removed).await;
    proxy.clear();
    let ended = stage.ended(&started.id).await;

    assert_eq!(
        (ended.state, ended.failure.as_deref()),
        (OperationState::Stuck, Some("permission_lost"))
    );
    let outcomes: Vec<_> = steps(&ended).into_iter().map(|(_, outcome)| outcome).collect();
    assert_eq!(outcomes, ["created", "not_reached", "not_reached", "not_reached"]);
    assert_eq!(stage.objects().await, ["Service nginx-svc"]);
}

#[tokio::test]
async fn a_change_of_mode_gives_an_operation_no_rights_it_did_not_have() {
    let (cluster, proxy) = (shared().await, Proxy::start(shared().await).await.unwrap());
    let (kube, namespace) = (
        cluster.client().await.unwrap(),
        cluster.namespace("shop").await.unwrap(),
    );
    allow(&kube, &namespace, "local", "edit").await;
    // Named as the one user of a server without members is.
    let app = TestApp::with(|config, folder| {
        config.clusters[0].kubeconfig = Some(proxy.kubeconfig().to_owned());
        config.teams.push(a_team("local"));
        config.members.push(a_member("local", "local", folder));
    })
    .await;
    let local = app.member_of("local");
    let draft = draft_of(&local, "test", &namespace, |_| {}).await;
    proxy.on(creates("services"), Fault::unavailable());
    let started: OperationView = submit(&local, &draft, "k").await.json(202);
    tried(&local, &started.id).await;

    let app = app.restarted_with(|config, _| config.members.clear()).await;
    proxy.clear();
    let ended = ended_in_the_end(&app, &app.owner().await, &started.id).await;

    assert_eq!(
        (ended.state, ended.failure.as_deref()),
        (OperationState::Stopped, Some("permission_lost"))
    );
    assert!(objects(&kube, &namespace).await.is_empty());
}

#[tokio::test]
async fn a_session_of_somebody_who_has_left_is_over() {
    let app = TestApp::offline().await;
    let browser = app.nobody().signed_in(&token_of("shop")).await;
    browser.get(paths::SESSION).await.demand(200);

    let app = app.restarted_with(removed).await;

    browser.get(paths::SESSION).await.problem(401);
    app.member_of("shop").get(paths::SESSION).await.demand(200);
}

#[tokio::test]
async fn a_session_ends_when_its_member_has_another_token() {
    let app = TestApp::offline().await;
    let (shop, bank) = (
        app.nobody().signed_in(&token_of("shop")).await,
        app.nobody().signed_in(&token_of("bank")).await,
    );

    let app = app
        .restarted_with(|_, folder| {
            std::fs::write(folder.join("bank.token"), token_of("bank-of-today")).unwrap();
        })
        .await;

    bank.get(paths::SESSION).await.problem(401);
    shop.get(paths::SESSION).await.demand(200);
    app.nobody().signed_in(&token_of("bank-of-today")).await;
}
