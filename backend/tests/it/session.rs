//! Signing in and out.

use serde_json::json;
use slipway_api::{SessionView, paths};

use crate::support::TestApp;

#[tokio::test]
async fn the_link_signs_its_reader_in() {
    let app = TestApp::single_user().await;

    let owner = app.owner().await;

    let session: SessionView = owner.get(paths::SESSION).await.json(200);
    assert_eq!(session.person, None);
    assert!(session.can_sign_in_others);
    assert_eq!(session.teams.len(), 1);
}

#[tokio::test]
async fn a_link_works_once_and_leaves_a_fresh_one_behind() {
    let app = TestApp::single_user().await;
    let used = app.link_token();
    app.owner().await;

    let again = app.nobody().post(paths::SESSION, &json!({ "token": used })).await;

    assert_eq!(again.problem(401).code, "unknown_token");
    assert_ne!(app.link_token(), used);
    app.owner().await;
}

#[tokio::test]
async fn a_restart_makes_the_link_void_and_keeps_the_session() {
    let app = TestApp::single_user().await;
    let owner = app.owner().await;
    let old_link = app.link_token();

    let app = app.restarted().await;

    app.nobody().post(paths::SESSION, &json!({ "token": old_link })).await.problem(401);
    owner.get(paths::SESSION).await.demand(200);
}
