//! The real server killed again and again while apps are created, changed and deleted, and somebody else writes in the same
//! namespace. Afterwards what was acknowledged, what is stored and what is in the cluster must be one and the same story.
//!
//! 150 kills, 30 with `SLIPWAYDEV_QUICK=1`, any number with `SLIPWAYDEV_KILLS`. They are done in rounds, each with a database
//! and a namespace of its own that are judged and thrown away: a start reads the whole database, so it would take longer
//! from kill to kill. What came of it is printed after each round and in the end.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

mod story;

use std::collections::BTreeSet;
use std::fmt;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Service};
use kube::Api;
use kube::api::{DeleteParams, Patch, PatchParams, PostParams};
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use serde_json::json;
use slipway_api::{DeletionView, DraftLine, DraftView, OperationLine, OperationView, paths};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::process::{Server, until};
use crate::stage::submit;
use crate::support::{Answer, Client};
use story::{Figures, demand_untouched, judged, told};

/// Servers at the same time, each with a namespace of its own.
const LANES: usize = 3;
/// Apps that come and go in each.
const APPS: [&str; 3] = ["one", "two", "three"];

/// One kill of so many waits until something was acknowledged, so that there is something to lose on a slow machine too.
const PROGRESS: usize = 10;

/// After so many kills the drafts are thrown away that those left behind: a team has room for a thousand.
const LEFT_BEHIND: usize = 100;

/// The most kills of one database.
const ROUND: usize = 400;

/// The most objects that somebody else makes in one namespace.
const THEIRS: usize = 300;

/// Says something past the test harness, which keeps what is printed of a test that passes.
fn say(words: impl fmt::Display) {
    let mut stderr = std::io::stderr();
    writeln!(stderr, "random kills: {words}").unwrap();
}

/// What a server has acknowledged: ids of operations.
type Acknowledged = Arc<Mutex<BTreeSet<String>>>;

fn kills() -> usize {
    let asked = std::env::var("SLIPWAYDEV_KILLS")
        .ok()
        .and_then(|number| number.parse().ok());
    let quick = std::env::var("SLIPWAYDEV_QUICK").is_ok_and(|value| value == "1");
    asked.unwrap_or(if quick { 30 } else { 150 })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_while_apps_come_change_and_go_nothing_is_lost_doubled_or_left_over() {
    let begun = Instant::now();
    let lanes = (0..LANES).map(|lane| a_lane(lane as u64, kills().div_ceil(LANES)));
    let figures = futures::future::join_all(lanes).await;
    let all = figures.into_iter().fold(Figures::default(), Figures::and);
    say(format!("{all}, {} s", begun.elapsed().as_secs()));
    assert_eq!((all.lost, all.doubled, all.orphaned), (0, 0, 0));
}

/// Round after round, until that many kills are done.
async fn a_lane(lane: u64, kills: usize) -> Figures {
    let mut figures = Figures::default();
    for round in 0.. {
        let left = kills - figures.kills;
        if left == 0 {
            break;
        }
        figures = figures.and(a_round(lane + 1000 * round, left.min(ROUND)).await);
        say(format!("lane {lane}: {figures}"));
    }
    figures
}

async fn a_round(seed: u64, kills: usize) -> Figures {
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
    let found = judged(&namespace, &told(folder.path()).await, &acknowledged).await;
    demand_untouched(&namespace, &somebody.join_next().await.unwrap().unwrap()).await;
    let namespaces: Api<Namespace> = Api::all(cluster.client().await.unwrap());
    namespaces
        .delete(&namespace, &DeleteParams::background())
        .await
        .unwrap();
    Figures {
        kills,
        acknowledged: acknowledged.len(),
        ..found
    }
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
        if number < THEIRS {
            let map = json!({ "metadata": { "name": format!("theirs-{number}") } });
            let map = maps
                .create(&PostParams::default(), &serde_json::from_value(map).unwrap())
                .await
                .unwrap();
            made.push(map.metadata.uid.unwrap());
        }
        let note = json!({ "metadata": { "annotations": { "theirs": dice.next_u64().to_string() } } });
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
