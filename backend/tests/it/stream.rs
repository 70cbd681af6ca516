//! The event stream itself.

use slipway_api::{Change, Health, StreamState};

use crate::support::{Namespace, TestApp};

#[tokio::test]
async fn an_app_is_told_from_before_it_exists_until_it_runs() {
    let app = TestApp::new().await;
    let (name, client) = (app.namespace_of("shop").await, app.member_of("shop"));
    let mut events = client.listen(&format!("app:test/{name}/deployment/web")).await;
    events.until("it is not there yet", |change| matches!(change, Change::App { app: None }).then_some(())).await;

    Namespace::shared(&name).await.deployment("web", "nginx:1.29", 1).await;

    let running = events
        .until("it runs", |change| match change {
            Change::App { app: Some(app) } if app.row.health == Health::Running => Some(app.clone()),
            _ => None,
        })
        .await;
    assert_eq!(running.pods.len(), 1);
}

#[tokio::test]
async fn a_stream_begins_with_its_state_and_a_snapshot() {
    let app = TestApp::new().await;
    let mut events = app.member_of("shop").listen("apps:test").await;

    let first = events.next().await.unwrap();
    let second = events.next().await.unwrap();

    assert_eq!(first.change, Change::State { state: StreamState::Synced, since: None });
    assert!(matches!(second.change, Change::AppsSnapshot { .. }));
    assert!([first, second].iter().all(|event| event.topic == "apps:test"));
}

#[tokio::test]
async fn events_are_numbered_within_one_run_of_the_server() {
    let app = TestApp::new().await;
    let client = app.member_of("shop");
    let mut ids = Vec::new();

    for _ in 0..2 {
        let mut events = client.listen("apps:test").await;
        events.next().await.unwrap();
        ids.push(events.last_id);
    }

    let parts: Vec<(&str, u64)> =
        ids.iter().map(|id| id.split_once('-').unwrap()).map(|(boot, number)| (boot, number.parse().unwrap())).collect();
    assert_eq!(parts[0].0, parts[1].0);
    assert!(parts[0].1 < parts[1].1);
}

#[tokio::test]
async fn a_server_that_stops_says_goodbye_first() {
    let mut app = TestApp::offline().await;
    let mut events = app.member_of("shop").listen("apps:test").await;

    app.stop().await;

    events.until("goodbye", |change| matches!(change, Change::Bye {}).then_some(())).await;
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn a_cluster_that_does_not_answer_makes_its_topics_stale() {
    let app = TestApp::offline().await;
    let mut events = app.member_of("shop").listen("apps:test").await;

    events
        .until("it is stale", |change| matches!(change, Change::State { state: StreamState::Stale, .. }).then_some(()))
        .await;
}

#[tokio::test]
async fn topics_that_make_no_sense_are_refused() {
    let app = TestApp::offline().await;
    let client = app.member_of("shop");
    let many = (0..17).map(|number| format!("operation:{number}")).collect::<Vec<_>>().join(",");

    for (topics, status, code) in [
        ("", 400, "no_topics"),
        ("nodes:test", 400, "unknown_topic"),
        ("apps:test,app:test", 400, "unknown_topic"),
        (&many, 400, "too_many_topics"),
        ("apps:nowhere", 404, "not_found"),
        ("operation:0190", 404, "not_found"),
    ] {
        let problem = client.get(&format!("/api/v1/stream?topics={topics}")).await.problem(status);
        assert_eq!(problem.code, code, "{topics}");
    }
    app.nobody().get("/api/v1/stream?topics=apps:test").await.problem(401);
}
