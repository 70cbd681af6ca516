//! The real server on a disk that is really full: a small one of its own, filled to the brim while an app is created.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use http::StatusCode;
use local_cluster::{Cluster, Proxy, shared};
use serde_json::json;
use slipway_api::{DraftView, OperationView, SignInLink, paths};
use slipway_backend::db::Db;

use crate::process::{Server, until};
use crate::stage::{ALL, creates, draft_of, objects, submit, succeeded};
use crate::support::{Answer, Client};

/// Megabytes of the disk.
const SIZE: u32 = 16;
/// More than could ever be stored there.
const MANY: usize = 2000;
/// How long any answer may take while nothing can be stored.
const PROMPT: Duration = Duration::from_secs(15);

/// Whether a disk can be mounted here, which takes root. Says so if not.
fn can_mount() -> bool {
    let mut command = std::process::Command::new("unshare");
    command.args(["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
    let can = command.output().is_ok_and(|done| done.status.success());
    if !can {
        println!("not tried: a disk can be mounted by root only");
    }
    can
}

/// Writes until not a byte more fits.
fn fill(data: &Path) -> PathBuf {
    let path = data.join("filler");
    let mut file = std::fs::File::create(&path).unwrap();
    for size in [64 * 1024, 4096, 1] {
        while file.write_all(&vec![b'x'; size]).is_ok() {}
    }
    path
}

async fn promptly(answer: impl Future<Output = Answer>) -> Answer {
    tokio::time::timeout(PROMPT, answer)
        .await
        .expect("it does not hang")
}

/// A draft of its own, long or short. Nothing if there is no room for it.
async fn another(client: &Client, size: usize) -> Option<DraftView> {
    let content = json!({ "basics": { "name": "web" }, "containers":
        [{ "id": 1, "env": [{ "id": 2, "name": "LONG", "value": "x".repeat(size) }] }] });
    let answer =
        promptly(client.post(paths::DRAFTS, &json!({ "cluster": "test", "content": content }))).await;
    if answer.status == StatusCode::CREATED {
        return Some(answer.json(201));
    }
    full(&answer);
    None
}

/// Demands the answer of a full disk.
#[track_caller]
fn full(answer: &Answer) {
    assert_eq!(answer.problem(503).code, "disk_full");
    assert!(!answer.header("retry-after").is_empty());
}

/// Saves drafts until there is no room for the smallest any more, and answers those that were acknowledged.
async fn saved_until_full(client: &Client) -> Vec<DraftView> {
    let mut saved = Vec::new();
    for size in [30_000, 2000, 10] {
        while let Some(draft) = another(client, size).await {
            saved.push(draft);
            assert!(saved.len() < MANY, "it is never full");
        }
    }
    saved
}

async fn kept(client: &Client, draft: &DraftView) {
    let found: DraftView = promptly(client.get(&paths::draft(&draft.id))).await.json(200);
    assert_eq!((found.revision, &found.content), (draft.revision, &draft.content));
}

async fn nothing_is_stored(client: &Client, draft: &DraftView) {
    full(&promptly(submit(client, draft, "another")).await);
    let mut content = draft.content.clone();
    content.leaf_mut("containers.1.image").unwrap().set("nginx:1.28");
    let body = json!({ "content": content });
    full(&promptly(client.put(&paths::draft(&draft.id), draft.revision, &body)).await);
    full(&promptly(client.post_empty(paths::SIGN_IN_LINK)).await);
}

async fn everything_is_read(client: &Client, draft: &DraftView) {
    for path in [
        "/readyz",
        "/healthz",
        paths::DRAFTS,
        paths::OPERATIONS,
        &paths::apps("test"),
        &paths::draft_plan(&draft.id),
    ] {
        promptly(client.get(path)).await.demand(200);
    }
    let checks = paths::draft_checks(&draft.id);
    promptly(client.post_empty(&checks)).await.demand(200);
}

/// What signs a browser in.
fn token_of_the_link(data: &Path) -> serde_json::Value {
    let link = std::fs::read_to_string(data.join("sign-in")).unwrap();
    json!({ "token": link.trim().split_once('#').unwrap().1 })
}

async fn draft_goes(client: &Client, id: &str) {
    promptly(client.delete(&paths::draft(id))).await.demand(204);
    client.get(&paths::draft(id)).await.problem(404);
}

#[tokio::test]
async fn on_a_full_disk_nothing_acknowledged_is_lost_and_everything_goes_on_when_there_is_room() {
    if !can_mount() {
        return;
    }
    let cluster = shared().await;
    let namespace = cluster.namespace("full").await.unwrap();
    let kube = cluster.client().await.unwrap();
    let proxy = Proxy::start(cluster).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let server = Server::on_a_small_disk(folder.path(), proxy.kubeconfig(), SIZE).await;
    let (client, nobody) = (&server.client, Client::new(server.address));
    let draft = draft_of(client, "test", &namespace, |_| {}).await;
    let elsewhere = cluster.namespace("full").await.unwrap();
    let waiting = draft_of(client, "test", &elsewhere, |_| {}).await;
    let other = browser_of_its_own(&server).await;
    let goes = an_app_that_goes(&server, cluster).await;
    let deleted = another(client, 300_000).await.unwrap();
    let mut held = proxy.hold(creates("deployments"));
    let started: OperationView = submit(client, &draft, "k").await.json(202);
    held.arrived().await.unwrap();

    let filler = fill(&server.data);
    let saved = saved_until_full(client).await;
    held.release();
    until("the Deployment is made", async || {
        objects(&kube, &namespace)
            .await
            .contains(&"Deployment nginx".to_owned())
            .then_some(())
    })
    .await;

    let token = token_of_the_link(&server.data);
    nothing_is_stored(client, &waiting).await;
    full(&promptly(nobody.post(paths::SESSION, &token)).await);
    let again: OperationView = promptly(submit(client, &draft, "k")).await.json(202);
    assert_eq!(again.id, started.id, "it is known");
    everything_is_read(client, &draft).await;
    for draft in saved.iter().chain([&draft, &waiting]) {
        kept(client, draft).await;
    }
    let view: OperationView = client.get(&paths::operation(&started.id)).await.json(200);
    assert!(!view.state.is_final(), "{view:#?}");
    draft_goes(client, &deleted.id).await;
    goes_all_the_same(&server, &goes).await;
    promptly(other.delete(paths::SESSION)).await.demand(204);
    other.get(paths::SESSION).await.problem(401);

    std::fs::remove_file(filler).unwrap();
    let begun = std::time::Instant::now();
    let operation = server.operation(&started.id).await;
    assert!(begun.elapsed() < PROMPT, "{:?}", begun.elapsed());
    succeeded(&operation);
    assert_eq!(objects(&kube, &namespace).await, ALL);
    assert!(another(client, 30_000).await.is_some());
    nobody.post(paths::SESSION, &token).await.demand(200);
    client.post_empty(paths::SIGN_IN_LINK).await.demand(200);
    for draft in &saved {
        kept(client, draft).await;
    }
    sound(&server.data, folder.path()).await;
    server.killed().await;
}

/// Another browser, signed in by a link of its own.
async fn browser_of_its_own(server: &Server) -> Client {
    let SignInLink { link } = server.client.post_empty(paths::SIGN_IN_LINK).await.json(200);
    Client::new(server.address)
        .signed_in(link.split_once('#').unwrap().1)
        .await
}

/// An app that was created while there was room. Answers its namespace.
async fn an_app_that_goes(server: &Server, cluster: &Cluster) -> String {
    let namespace = cluster.namespace("full").await.unwrap();
    let draft = draft_of(&server.client, "test", &namespace, |_| {}).await;
    let started: OperationView = submit(&server.client, &draft, "goes").await.json(202);
    succeeded(&server.operation(&started.id).await);
    namespace
}

/// Deletes it.
async fn goes_all_the_same(server: &Server, namespace: &str) {
    let client = server.client.clone().with_header("if-match", "\"1\"");
    let client = client.with_header("idempotency-key", "goes away");
    let path = paths::app_operations("test", namespace, "deployment", "nginx");
    let body = json!({ "kind": "delete" });
    let started: OperationView = promptly(client.post(&path, &body)).await.json(202);
    succeeded(&server.operation(&started.id).await);
}

/// Demands that a copy of the database is sound, its log included.
async fn sound(data: &Path, folder: &Path) {
    let copy = folder.join("copy");
    std::fs::create_dir(&copy).unwrap();
    for file in ["slipway.db", "slipway.db-wal"] {
        std::fs::copy(data.join(file), copy.join(file)).unwrap();
    }
    let db = Db::open(&copy).await.unwrap();
    let found: String = sqlx::query_scalar("pragma integrity_check")
        .fetch_one(db.read())
        .await
        .unwrap();
    assert_eq!(found, "ok");
}
