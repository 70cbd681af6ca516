//! The event stream itself.

use std::time::Duration;

use slipway_api::{Change, Health, OperationView, StreamState, paths};
use slipway_backend::identity::IDLE_LIFE;

use crate::stage::Stage;
use crate::support::{Namespace, TestApp, token_of};

#[tokio::test]
async fn an_app_is_told_from_before_it_exists_until_it_runs() {
    let app = TestApp::new().await;
    let (name, client) = (app.namespace_of("shop").await, app.member_of("shop"));
    let mut events = client.listen(&format!("app:test/{name}/deployment/web")).await;
    events
        .until("it is not there yet", |change| {
            matches!(change, Change::App { app: None }).then_some(())
        })
        .await;

    Namespace::shared(&name)
        .await
        .deployment("web", "nginx:1.29", 1)
        .await;

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

    assert_eq!(
        first.change,
        Change::State {
            state: StreamState::Synced,
            since: None
        }
    );
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

    let parts: Vec<(&str, u64)> = ids
        .iter()
        .map(|id| id.split_once('-').unwrap())
        .map(|(boot, number)| (boot, number.parse().unwrap()))
        .collect();
    assert_eq!(parts[0].0, parts[1].0);
    assert!(parts[0].1 < parts[1].1);
}

#[tokio::test]
async fn a_server_that_stops_says_goodbye_first() {
    let mut app = TestApp::offline().await;
    let mut events = app.member_of("shop").listen("apps:test").await;

    app.stop().await;

    events.over().await;
}

#[tokio::test]
async fn signing_out_ends_the_streams_of_that_session_and_of_no_other() {
    let app = TestApp::single_user().await;
    let (leaving, staying) = (app.owner().await, app.owner().await);
    let mut ending = leaving.listen("apps:test").await;
    let mut going_on = staying.listen("apps:test").await;

    leaving.delete(paths::SESSION).await.demand(204);
    let left = tokio::time::Instant::now();
    ending.over().await;

    assert!(left.elapsed() < Duration::from_secs(2), "{:?}", left.elapsed());
    let later = going_on.during(Duration::from_secs(1)).await;
    assert!(
        !later.iter().any(|event| event.change == Change::Bye {}),
        "{later:?}"
    );
    staying.get(paths::SESSION).await.demand(200);
}

#[tokio::test]
async fn a_session_that_runs_out_while_it_listens_ends_its_streams() {
    let app = TestApp::offline().await;
    let browser = app.nobody().signed_in(&token_of("shop")).await;
    let mut events = browser.listen("apps:test").await;

    app.clock.pass(IDLE_LIFE);
    let over = tokio::time::Instant::now();
    events.over().await;

    assert!(over.elapsed() < Duration::from_secs(8), "{:?}", over.elapsed());
    browser.get(paths::SESSION).await.problem(401);
}

#[tokio::test]
async fn a_cluster_that_does_not_answer_makes_its_topics_stale() {
    let app = TestApp::offline().await;
    let mut events = app.member_of("shop").listen("apps:test").await;

    events
        .until("it is stale", |change| {
            matches!(
                change,
                Change::State {
                    state: StreamState::Stale,
                    ..
                }
            )
            .then_some(())
        })
        .await;
}

#[tokio::test]
async fn topics_that_make_no_sense_are_refused() {
    let app = TestApp::offline().await;
    let client = app.member_of("shop");
    let many = (0..17)
        .map(|number| format!("operation:{number}"))
        .collect::<Vec<_>>()
        .join(",");

    for (topics, status, code) in [
        ("", 400, "no_topics"),
        ("nodes:test", 400, "unknown_topic"),
        ("apps:test,app:test", 400, "unknown_topic"),
        (&many, 400, "too_many_topics"),
        ("apps:nowhere", 404, "not_found"),
        ("operation:0190", 404, "not_found"),
    ] {
        let problem = client
            .get(&format!("/api/v1/stream?topics={topics}"))
            .await
            .problem(status);
        assert_eq!(problem.code, code, "{topics}");
    }
    app.nobody()
        .get("/api/v1/stream?topics=apps:test")
        .await
        .problem(401);
}

#[tokio::test]
async fn an_operation_and_the_app_it_makes_are_told_in_one_stream() {
    let stage = Stage::new().await;
    let draft = stage.draft(|_| {}).await;
    let started: OperationView = stage.submit(&draft, "only").await.json(202);
    let topics = format!(
        "operation:{},app:{}/{}/deployment/nginx",
        started.id,
        stage.slug(),
        stage.namespace
    );
    let mut events = stage.dev().listen(&topics).await;

    let ended = events.until("the operation has ended", |change| match change {
        Change::Operation { operation } if operation.state.is_final() => Some(operation.clone()),
        _ => None,
    });
    let (told, ended) = futures::join!(ended, stage.ended(&started.id));

    assert_eq!(*told, ended);
    let detail = stage
        .dev()
        .get(&paths::app(
            &stage.slug(),
            &stage.namespace,
            "deployment",
            "nginx",
        ))
        .await;
    let mut app: Option<slipway_api::AppDetail> = (detail.status == 200).then(|| detail.json(200));
    while app.as_ref().is_none_or(|app| app.row.health != Health::Running) {
        let change = |change: &Change| match change {
            Change::App { app } => app.clone(),
            _ => None,
        };
        app = Some(*events.until("the app is told", change).await);
    }
    let app = app.expect("told");
    assert_eq!(
        (app.operation, app.row.managed_by.as_deref()),
        (Some(started.id.clone()), Some("slipway"))
    );
    let theirs = format!("/api/v1/stream?topics=operation:{}", started.id);
    stage.app.member_of("bank").get(&theirs).await.problem(404);
}
