//! The real server killed again and again while apps are created, changed and deleted, and somebody else writes in the same
//! namespace. Afterwards what was acknowledged, what is stored and what is in the cluster must be one and the same story.
//!
//! 300 kills, 30 with `SLIPWAYDEV_QUICK=1`, any number with `SLIPWAYDEV_KILLS`.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Service};
use kube::Api;
use kube::api::{ListParams, Patch, PatchParams, PostParams};
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use serde_json::json;
use slipway_api::{DeletionView, DraftLine, DraftView, OperationLine, OperationView, paths};
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteConnectOptions;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::process::{Server, until};
use crate::stage::submit;
use crate::support::{Answer, Client};

/// Servers at the same time, each with a namespace of its own.
const LANES: usize = 3;
/// Apps that come and go in each.
const APPS: [&str; 3] = ["one", "two", "three"];

/// One kill of so many waits until something was acknowledged, so that there is something to lose on a slow machine too.
const PROGRESS: usize = 10;

/// After so many kills the drafts are thrown away that those left behind: a team has room for a thousand.
const LEFT_BEHIND: usize = 100;

/// What a server has acknowledged: ids of operations.
type Acknowledged = Arc<Mutex<BTreeSet<String>>>;

fn kills() -> usize {
    let asked = std::env::var("SLIPWAYDEV_KILLS")
        .ok()
        .and_then(|number| number.parse().ok());
    let quick = std::env::var("SLIPWAYDEV_QUICK").is_ok_and(|value| value == "1");
    asked.unwrap_or(if quick { 30 } else { 300 })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_while_apps_come_change_and_go_nothing_is_lost_doubled_or_left_over() {
    let lanes = (0..LANES).map(|lane| a_lane(lane as u64, kills().div_ceil(LANES)));
    futures::future::join_all(lanes).await;
}

async fn a_lane(seed: u64, kills: usize) {
    let cluster = local_cluster::shared().await;
    let namespace = cluster.namespace("kills").await.unwrap();
    let (folder, kubeconfig) = (tempfile::tempdir().unwrap(), cluster.kubeconfig());
    let mut random = StdRng::seed_from_u64(seed);
    let acknowledged = Acknowledged::default();
    let stop = CancellationToken::new();
    let mut somebody = JoinSet::new();
    somebody.spawn(somebody_else(namespace.clone(), seed, stop.clone()));
    let mut address = SocketAddr::from(([127, 0, 0, 1], 0));
    for kill in 0..kills {
        let server = Server::start(folder.path(), &kubeconfig, address, None).await;
        address = server.address;
        if kill % LEFT_BEHIND == 0 {
            throw_drafts_away(&server.client).await;
        }
        let mut work = JoinSet::new();
        for app in APPS {
            let (client, place, acknowledged) =
                (server.client.clone(), namespace.clone(), acknowledged.clone());
            let dice = StdRng::seed_from_u64(random.next_u64());
            // What the client says when its server dies is not looked at.
            work.spawn(async move { keep_asking(&client, &place, app, &acknowledged, dice).await });
        }
        let before = acknowledged.lock().unwrap().len();
        tokio::time::sleep(Duration::from_millis(random.random_range(100..1600))).await;
        if kill % PROGRESS == 0 {
            until("something is acknowledged", async || {
                (acknowledged.lock().unwrap().len() > before).then_some(())
            })
            .await;
        }
        server.killed().await;
        work.shutdown().await;
    }
    let server = Server::start(folder.path(), &kubeconfig, address, None).await;
    all_ended(&server.client).await;
    server.killed().await;
    stop.cancel();
    let acknowledged = acknowledged.lock().unwrap().clone();
    assert!(!acknowledged.is_empty());
    demand_one_story(&namespace, &told(folder.path()).await, &acknowledged).await;
    demand_untouched(&namespace, &somebody.join_next().await.unwrap().unwrap()).await;
}

/// Creates, changes and deletes one app, for ever.
async fn keep_asking(
    client: &Client,
    namespace: &str,
    app: &str,
    acknowledged: &Acknowledged,
    mut dice: StdRng,
) {
    loop {
        let at = |path: fn(&str, &str, &str, &str) -> String| path("test", namespace, "deployment", app);
        let deletion = client.get(&at(paths::app_deletion)).await;
        let key = format!("{:x}", dice.next_u64());
        let started = match (deletion.status.as_u16(), dice.random_range(0..3)) {
            (404, _) => create(client, namespace, app, &key).await,
            (200, 0) => {
                let view: DeletionView = deletion.json(200);
                let client = client
                    .clone()
                    .with_header("if-match", &format!("\"{}\"", view.revision));
                let client = client.with_header("idempotency-key", &key);
                Some(
                    client
                        .post(&at(paths::app_operations), &json!({ "kind": "delete" }))
                        .await,
                )
            }
            (200, _) => change(client, &at(paths::app_drafts), dice.random_range(0..1000), &key).await,
            _ => None,
        };
        if let Some(answer) = started.filter(|answer| answer.status.as_u16() == 202) {
            let view: OperationView = answer.json(202);
            acknowledged.lock().unwrap().insert(view.id);
        }
        tokio::time::sleep(Duration::from_millis(dice.random_range(0..80))).await;
    }
}

async fn create(client: &Client, namespace: &str, app: &str, key: &str) -> Option<Answer> {
    let content = json!({
        "basics": { "namespace": namespace, "name": app, "kind": "Deployment", "replicas": 0 },
        "containers": [{ "id": 1, "image": "web:1", "ports": [{ "id": 2, "number": 80 }] }],
        "services": [{ "id": 4, "name": app, "kind": "ClusterIP", "ports": [{ "id": 5, "port": 80, "target": 80 }] }],
    });
    let draft = client
        .post(paths::DRAFTS, &json!({ "cluster": "test", "content": content }))
        .await;
    submitted(client, &draft.json(201), key).await
}

async fn throw_drafts_away(client: &Client) {
    let drafts: Vec<DraftLine> = client.get(paths::DRAFTS).await.json(200);
    for draft in drafts {
        let gone = client.delete(&paths::draft(&draft.id)).await;
        assert!(gone.status.is_success(), "{gone:?}");
    }
}

/// Submits a draft, and leaves none behind unless the server is killed meanwhile.
async fn submitted(client: &Client, draft: &DraftView, key: &str) -> Option<Answer> {
    let answer = submit(client, draft, key).await;
    client.delete(&paths::draft(&draft.id)).await;
    Some(answer)
}

async fn change(client: &Client, drafts: &str, version: u32, key: &str) -> Option<Answer> {
    let opened = client.post_empty(drafts).await;
    if opened.status.as_u16() != 201 {
        return None;
    }
    let draft: DraftView = opened.json(201);
    let mut content = draft.content;
    content
        .leaf_mut("containers.1.image")
        .unwrap()
        .set(format!("web:{version}"));
    content
        .leaf_mut("services.4.ports.5.port")
        .unwrap()
        .set(format!("{}", 8000 + version));
    let saved = client
        .put(
            &paths::draft(&draft.id),
            draft.revision,
            &json!({ "content": content }),
        )
        .await;
    submitted(client, &saved.json(200), key).await
}

/// Makes objects of its own, and writes on those of the apps, until told to stop. Answers the uids of what it has made.
async fn somebody_else(namespace: String, seed: u64, stop: CancellationToken) -> Vec<String> {
    let kube = local_cluster::shared().await.client().await.unwrap();
    let maps: Api<ConfigMap> = Api::namespaced(kube.clone(), &namespace);
    let services: Api<Service> = Api::namespaced(kube, &namespace);
    let mut dice = StdRng::seed_from_u64(seed + 1000);
    let mut made = Vec::new();
    while !stop.is_cancelled() {
        let number = made.len();
        let map = json!({ "metadata": { "name": format!("theirs-{number}") } });
        let map = maps
            .create(&PostParams::default(), &serde_json::from_value(map).unwrap())
            .await
            .unwrap();
        made.push(map.metadata.uid.unwrap());
        let note = json!({ "metadata": { "annotations": { "theirs": number.to_string() } } });
        let app = APPS[dice.random_range(0..APPS.len())];
        // It may not be there just now.
        let params = PatchParams {
            field_manager: Some("somebody".to_owned()),
            ..PatchParams::default()
        };
        services.patch(app, &params, &Patch::Merge(note)).await.ok();
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(Duration::from_millis(100)) => {}
        }
    }
    made
}

/// Waits until no operation is under way.
async fn all_ended(client: &Client) {
    until("all operations end", async || {
        let lines: Vec<OperationLine> = client.get(paths::OPERATIONS).await.json(200);
        lines.iter().all(|line| line.state.is_final()).then_some(())
    })
    .await;
}

/// What the database tells after everything.
struct Told {
    /// Ids of operations by their states.
    operations: BTreeMap<String, String>,
    /// Uids of what apps that live consist of.
    alive: BTreeSet<String>,
    /// Uids of all Deployments that operations say they have made.
    made: BTreeSet<String>,
    /// Everything that was done, for people to read.
    story: String,
}

async fn told(folder: &Path) -> Told {
    let options = SqliteConnectOptions::new().filename(folder.join("data/slipway.db"));
    let db = SqlitePool::connect_with(options).await.unwrap();
    let sound: String = sqlx::query_scalar("pragma integrity_check")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(sound, "ok");
    let operations: Vec<(String, String)> = sqlx::query_as("select operation_id, state from operation")
        .fetch_all(&db)
        .await
        .unwrap();
    let alive: Vec<String> =
        sqlx::query_scalar("select uid from app_object join app using (app_id) where ended_at is null")
            .fetch_all(&db)
            .await
            .unwrap();
    let made: Vec<String> = sqlx::query_scalar(
        "select uid from step where verb = 'create' and kind = 'Deployment' and uid is not null",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    let lines: Vec<String> = sqlx::query_scalar(
        "select o.name || ' ' || o.app_id || ' ' || o.kind || ' ' || o.state || ' ' || o.operation_id || ' ' || s.verb || ' ' || s.kind || ' ' ||
                s.state || ' ' || coalesce(s.outcome, '') || ' ' || coalesce(s.uid, '') || ' ' || coalesce(s.message, '')
           from operation o join step s using (operation_id) order by o.name, o.created_at, s.position",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    db.close().await;
    let story = lines.join("\n");
    let count = made.len();
    let told = Told {
        operations: operations.into_iter().collect(),
        alive: alive.into_iter().collect(),
        made: made.into_iter().collect(),
        story,
    };
    assert_eq!(told.made.len(), count, "no object was made by two operations");
    told
}

/// Uids of what bears our marks in a namespace.
async fn marked(namespace: &str) -> BTreeMap<String, String> {
    let kube = local_cluster::shared().await.client().await.unwrap();
    let ours = ListParams::default().labels("app.kubernetes.io/managed-by=slipway");
    let services = Api::<Service>::namespaced(kube.clone(), namespace)
        .list(&ours)
        .await
        .unwrap();
    let deployments = Api::<Deployment>::namespaced(kube, namespace)
        .list(&ours)
        .await
        .unwrap();
    let services = services.into_iter().map(|object| ("Service", object.metadata));
    services
        .chain(
            deployments
                .into_iter()
                .map(|object| ("Deployment", object.metadata)),
        )
        .map(|(kind, metadata)| {
            (
                metadata.uid.unwrap(),
                format!("{kind} {:?} {:?}", metadata.name, metadata.annotations),
            )
        })
        .collect()
}

/// What was acknowledged, what is stored and what is there agree.
async fn demand_one_story(namespace: &str, told: &Told, acknowledged: &BTreeSet<String>) {
    let lost: Vec<&String> = acknowledged
        .iter()
        .filter(|id| !told.operations.contains_key(*id))
        .collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let unfinished: Vec<_> = told
        .operations
        .iter()
        .filter(|(_, state)| !matches!(state.as_str(), "succeeded" | "undone" | "stopped"))
        .collect();
    assert!(unfinished.is_empty(), "{unfinished:?}");
    let there = marked(namespace).await;
    let uids: BTreeSet<String> = there.keys().cloned().collect();
    let odd: Vec<_> = there
        .iter()
        .filter(|(uid, _)| !told.alive.contains(*uid))
        .collect();
    assert_eq!(
        uids, told.alive,
        "what is there is what the apps consist of: {odd:#?}\n{}",
        told.story
    );
    let audit = local_cluster::shared().await.audit().unwrap();
    let created = audit.iter().filter(|entry| {
        entry.object_ref.namespace == namespace
            && entry.object_ref.resource == "deployments"
            && entry.verb == "create"
            && !entry.dry_run()
            && entry.response_status.code == 201
    });
    // The log leaves out some whose connection was cut by the kill, so there may be fewer.
    assert!(
        created.count() <= told.made.len(),
        "each creation is known:\n{}",
        told.story
    );
}

/// Nothing of somebody else is gone.
async fn demand_untouched(namespace: &str, theirs: &[String]) {
    let kube = local_cluster::shared().await.client().await.unwrap();
    let maps = Api::<ConfigMap>::namespaced(kube, namespace);
    let left: BTreeSet<String> = maps
        .list(&ListParams::default())
        .await
        .unwrap()
        .into_iter()
        .filter_map(|map| map.metadata.uid)
        .collect();
    assert!(!theirs.is_empty());
    assert!(theirs.iter().all(|uid| left.contains(uid)));
}
