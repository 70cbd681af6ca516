//! A database of an earlier version, as it was left when its server was killed in the middle of an operation.
//!
//! `tests/fixtures/<commit>/slipway.db` was written by the binary of that commit, and never changes. Another one is made with
//! the code of a commit that is released:
//!
//! ```text
//! SLIPWAYDEV_FIXTURE=/tmp/slipway.db cargo test --workspace --test it -- --ignored makes_a_fixture
//! ```

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

mod making;

use std::path::{Path, PathBuf};
use std::time::Duration;

use kube::Api;
use slipway_api::{
    DraftLine, DraftView, OperationKind, OperationLine, OperationState, OperationView, Receipt, paths,
};
use slipway_backend::db::Db;
use slipway_model::draft::upgrade;
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;
use tempfile::TempDir;

use crate::stage::{allow, objects, succeeded};
use crate::support::{Client, TestApp, add_members, eventually, the_cluster};

/// The namespace of the apps in the fixture. A test that lets their operations go on makes it in its own cluster.
const NAMESPACE: &str = "fixture";
/// Variables of the large draft.
const MANY: usize = 400;

/// The fixture in the data folder of a server that is about to start, after a change of it.
async fn put_into(folder: &Path, change: &'static str, with: &[&str]) -> PathBuf {
    let data = folder.join("data");
    std::fs::create_dir(&data).unwrap();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/1e3068e/slipway.db");
    let file = data.join("slipway.db");
    std::fs::copy(kept, &file).unwrap();
    let db = SqlitePool::connect_with(SqliteConnectOptions::new().filename(&file))
        .await
        .unwrap();
    let change = with
        .iter()
        .fold(sqlx::query::<sqlx::Sqlite>(change), |query, text| {
            query.bind((*text).to_owned())
        });
    change.execute(&db).await.unwrap();
    db.close().await;
    data
}

/// A server that opens the fixture, with the clock of the tests: months behind that of the machine that wrote it.
async fn opened(
    folder: &TempDir,
    kubeconfig: Option<PathBuf>,
    change: &'static str,
    with: &[&str],
) -> TestApp {
    let data = put_into(folder.path(), change, with).await;
    TestApp::with(|config, files| {
        add_members(config, files);
        if let Some(kubeconfig) = kubeconfig {
            config.clusters = vec![the_cluster(kubeconfig)];
        }
        config.data_dir = data;
    })
    .await
}

/// What a query of texts finds in the file as it is kept.
async fn kept(query: &'static str) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().unwrap();
    let data = put_into(folder.path(), "select 1", &[]).await;
    let options = SqliteConnectOptions::new().filename(data.join("slipway.db"));
    let db = SqlitePool::connect_with(options).await.unwrap();
    let rows = sqlx::query_as(query).fetch_all(&db).await.unwrap();
    db.close().await;
    rows
}

#[tokio::test]
async fn every_draft_of_an_earlier_version_is_there_as_it_was_typed() {
    let folder = tempfile::tempdir().unwrap();
    let app = opened(&folder, None, "select 1", &[]).await;
    for (team, count) in [("shop", 11), ("bank", 1)] {
        let lines: Vec<DraftLine> = app.member_of(team).get(paths::DRAFTS).await.json(200);
        assert_eq!(lines.len(), count, "{lines:#?}");
    }
    let (mut seen, mut changed) = (Vec::new(), 0);
    for (id, content) in kept("select team_id || ' ' || draft_id, content from draft").await {
        let (team, id) = id.split_once(' ').unwrap();
        let written = upgrade(serde_json::from_str(&content).unwrap());
        let mut expected = written.clone();
        changed += u32::from(expected.drop_values_moved_to_secrets());
        let view: DraftView = app.member_of(team).get(&paths::draft(id)).await.json(200);
        assert_eq!(view.content, expected);
        seen.push(view);
    }

    assert_eq!(changed, 4, "but for values that a Secret has taken the place of");
    let named = |name: &str| {
        seen.iter()
            .find(|view| view.content.basics.name.text() == name)
            .unwrap()
    };
    assert_eq!(named("large").content.containers[0].env.len(), MANY);
    let wrong = &named("Not A Name").content;
    assert_eq!(wrong.services[0].ports[0].port.text(), "eighty");
    let of_an_app = seen.iter().filter(|view| view.content.origin.is_some());
    assert!(of_an_app.count() > 1, "drafts that were opened on an app");
}

#[tokio::test]
async fn the_history_the_records_and_the_sessions_of_an_earlier_version_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let app = opened(&folder, None, "select 1", &[]).await;

    let operations: Vec<OperationLine> = app.member_of("shop").get(paths::OPERATIONS).await.json(200);
    let mut told: Vec<(String, OperationKind, bool)> = Vec::new();
    for line in operations.iter().rev() {
        let path = paths::operation_receipt(&line.id);
        let receipt: Receipt = app.member_of("shop").get(&path).await.json(200);
        assert!(!receipt.bodies.is_empty());
        app.member_of("bank").get(&path).await.problem(404);
        told.push((
            line.name.clone(),
            line.kind,
            line.state == OperationState::Succeeded,
        ));
    }

    let expected = [
        ("nginx", OperationKind::Create, true),
        ("nginx", OperationKind::Update, true),
        ("nginx", OperationKind::RollBack, true),
        ("theirs", OperationKind::Update, true),
        ("refused", OperationKind::Create, false),
        ("gone", OperationKind::Create, true),
        ("gone", OperationKind::Delete, true),
        ("running", OperationKind::Create, false),
    ];
    assert_eq!(
        told,
        expected.map(|(name, kind, good)| (name.to_owned(), kind, good))
    );
    let db = &app.state.db;
    let revisions: Vec<(String, i64, Option<i64>)> = sqlx::query_as(
        "select name, number, rolls_back_to from revision join app using (app_id) where applied_at is not null
          order by name, number",
    )
    .fetch_all(db.read())
    .await
    .unwrap();
    let expected = [
        ("gone", 1, None),
        ("nginx", 1, None),
        ("nginx", 2, None),
        ("nginx", 3, Some(1)),
        ("theirs", 1, None),
        ("theirs", 2, None),
    ];
    assert_eq!(
        revisions,
        expected.map(|(name, number, back)| (name.to_owned(), number, back))
    );
    what_histories_show_was_added(db).await;
    sessions_are_there_and_nothing_hidden_is(db).await;
}

/// That version kept no table of what histories show: it was filled from the revisions themselves.
async fn what_histories_show_was_added(db: &Db) {
    let lines: Vec<(String, i64, Option<i64>, bool)> = sqlx::query_as(
        "select name, number, rolls_back_to, json_array_length(changed) > 0 from revision_line join app using (app_id)
          where applied_at is not null order by name, number",
    )
    .fetch_all(db.read())
    .await
    .unwrap();
    let expected = [
        ("gone", 1, None, false),
        ("nginx", 1, None, false),
        ("nginx", 2, None, true),
        ("nginx", 3, Some(1), true),
        ("theirs", 1, None, false),
        ("theirs", 2, None, true),
    ];
    assert_eq!(
        lines,
        expected.map(|(name, number, back, changes)| (name.to_owned(), number, back, changes))
    );
}

async fn sessions_are_there_and_nothing_hidden_is(db: &Db) {
    let sessions: i64 = sqlx::query_scalar("select count(*) from session")
        .fetch_one(db.read())
        .await
        .unwrap();
    assert_eq!(sessions, 3);
    let hidden: i64 = sqlx::query_scalar(
        "select count(*) from revision, step where draft like '%typed-before%' or fields like '%typed-before%'",
    )
    .fetch_one(db.read())
    .await
    .unwrap();
    assert_eq!(
        hidden, 0,
        "what was hidden by a switch is in no revision and no step any more"
    );
}

/// The id of the operation that the earlier version was killed in.
async fn running(client: &Client) -> String {
    let operations: Vec<OperationLine> = client.get(paths::OPERATIONS).await.json(200);
    let line = operations
        .into_iter()
        .find(|line| line.name == "running")
        .unwrap();
    line.id
}

/// Waits for the end of an operation, while the time passes faster than here.
async fn taken_up(app: &TestApp, id: &str) -> OperationView {
    // Until the cluster has given up on every request that was sent.
    app.clock.pass(Duration::from_secs(40));
    eventually("the operation ends", async || {
        app.clock.pass(Duration::from_millis(500));
        let view: OperationView = app.member_of("shop").get(&paths::operation(id)).await.json(200);
        view.state.is_final().then_some(view)
    })
    .await
}

#[tokio::test]
async fn an_operation_that_an_earlier_version_was_killed_in_goes_on_although_the_clock_was_set_back() {
    let cluster = local_cluster::shared().await;
    cluster.ensure_namespace(NAMESPACE).await.unwrap();
    let kube = cluster.client().await.unwrap();
    allow(&kube, NAMESPACE, "shop-dev", "edit").await;
    let system: Api<k8s_openapi::api::core::v1::Namespace> = Api::all(kube.clone());
    let uid = system.get("kube-system").await.unwrap().metadata.uid.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let is_this = "update operation set cluster_uid = ? where finished_at is null";
    let app = opened(&folder, Some(cluster.kubeconfig()), is_this, &[&uid]).await;

    let id = running(&app.member_of("shop")).await;
    succeeded(&taken_up(&app, &id).await);

    let objects = objects(&kube, NAMESPACE).await;
    let expected = [
        "Service running-svc",
        "Deployment running",
        "HorizontalPodAutoscaler running",
        "Ingress running-ingress",
    ];
    assert_eq!(objects, expected);
}

#[tokio::test]
async fn an_operation_of_an_earlier_version_ends_where_another_cluster_has_taken_the_place_of_its_own() {
    let cluster = local_cluster::shared().await;
    let folder = tempfile::tempdir().unwrap();
    let app = opened(&folder, Some(cluster.kubeconfig()), "select 1", &[]).await;

    let id = running(&app.member_of("shop")).await;
    let ended = taken_up(&app, &id).await;

    assert_eq!(ended.failure.as_deref(), Some("cluster_replaced"), "{ended:#?}");
}
