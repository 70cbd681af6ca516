//! Killing the real server at every instant between two effects of changing an app, of taking a change back, and of
//! deleting an app. The list of instants comes from the code.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use std::net::SocketAddr;
use std::path::Path;

use futures::StreamExt;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Service;
use kube::Api;
use local_cluster::{Fault, Proxy};
use serde_json::json;
use slipway_api::{DraftView, OperationState, OperationView, StepVerb, paths};
use slipway_backend::apply::crash::CrashPoint;
use tokio::task::JoinSet;

use crate::process::Server;
use crate::stage::{ALL, draft_of, objects, submit};
use crate::support::Client;

/// Servers at the same time.
const AT_ONCE: usize = 3;
/// What changing the example as below does: its Service and its Deployment change, its Ingress goes.
const CHANGE: [StepVerb; 3] = [StepVerb::Apply, StepVerb::Apply, StepVerb::Delete];

/// What a server is asked for that will be killed.
#[derive(Clone, Copy)]
enum Work {
    Change,
    Delete,
}

/// The example as it runs: image, port, and the uids of its Service and its Deployment.
#[derive(Debug, PartialEq)]
struct Running {
    image: String,
    port: i32,
    uids: [Option<String>; 2],
}

async fn running(namespace: &str) -> Running {
    let kube = local_cluster::shared().await.client().await.unwrap();
    let service = Api::<Service>::namespaced(kube.clone(), namespace)
        .get("nginx-svc")
        .await
        .unwrap();
    let deployment = Api::<Deployment>::namespaced(kube, namespace)
        .get("nginx")
        .await
        .unwrap();
    let uids = [service.metadata.uid.clone(), deployment.metadata.uid.clone()];
    let pod = deployment.spec.unwrap().template.spec.unwrap();
    Running {
        image: pod.containers[0].image.clone().unwrap(),
        port: service.spec.unwrap().ports.unwrap()[0].port,
        uids,
    }
}

/// Creates the example, has a server killed at an instant of changing or deleting it, starts it again, and answers how that
/// ended: in which namespace, what ran before, and the operation.
async fn killed_at(work: Work, kubeconfig: &Path, point: CrashPoint) -> (String, Running, OperationView) {
    let folder = tempfile::tempdir().unwrap();
    let namespace = local_cluster::shared().await.namespace("kill").await.unwrap();
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = Server::start(folder.path(), kubeconfig, anywhere, None).await;
    let draft = draft_of(&server.client, "test", &namespace, |_| {}).await;
    let _: OperationView = submit(&server.client, &draft, "create").await.json(202);
    assert_eq!(server.last_operation().await.state, OperationState::Succeeded);
    let before = running(&namespace).await;
    let address = server.address;
    server.killed().await;

    let server = Server::start(folder.path(), kubeconfig, address, Some(point)).await;
    let mut asking = JoinSet::new();
    let (client, place) = (server.client.clone(), namespace.clone());
    asking.spawn(async move { ask(work, &client, &place).await });
    let (data, kubeconfig, address) = server.killed_at(point).await;

    let server = Server::start(&data, &kubeconfig, address, None).await;
    (namespace, before, server.last_operation().await)
}

/// Asks for it. The answer may never come, which is part of it.
async fn ask(work: Work, client: &Client, namespace: &str) {
    let at = |path: fn(&str, &str, &str, &str) -> String| path("test", namespace, "deployment", "nginx");
    if let Work::Delete = work {
        let client = client.clone().with_header("if-match", "\"1\"");
        let client = client.with_header("idempotency-key", "delete");
        client
            .post(&at(paths::app_operations), &json!({ "kind": "delete" }))
            .await;
        return;
    }
    let draft: DraftView = client.post_empty(&at(paths::app_drafts)).await.json(201);
    let mut content = draft.content;
    content.leaf_mut("containers.1.image").unwrap().set("nginx:1.28");
    content.leaf_mut("services.4.ports.5.port").unwrap().set("8080");
    content.ingresses.clear();
    let saved: DraftView = client
        .put(
            &paths::draft(&draft.id),
            draft.revision,
            &json!({ "content": content }),
        )
        .await
        .json(200);
    submit(client, &saved, "change").await;
}

async fn at_every<T: Future<Output = ()>>(points: Vec<CrashPoint>, check: impl Fn(CrashPoint) -> T) {
    futures::stream::iter(points)
        .map(check)
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<()>>()
        .await;
}

#[tokio::test]
async fn killed_at_any_instant_of_a_change_it_is_made_whole() {
    let cluster = local_cluster::shared().await;
    let kubeconfig = cluster.kubeconfig();
    let points = CrashPoint::all(&CHANGE)
        .into_iter()
        .filter(|point| !point.is_undo())
        .collect();
    at_every(points, async |point| {
        let (namespace, before, ended) = killed_at(Work::Change, &kubeconfig, point).await;

        assert_eq!(
            ended.state,
            OperationState::Succeeded,
            "killed at {point}: {ended:#?}"
        );
        let now = running(&namespace).await;
        assert_eq!(
            (now.image.as_str(), now.port),
            ("nginx:1.28", 8080),
            "killed at {point}"
        );
        assert_eq!(now.uids, before.uids, "killed at {point}: the very objects");
        let left = objects(&cluster.client().await.unwrap(), &namespace).await;
        assert_eq!(left, ALL[..3], "killed at {point}");
    })
    .await;
}

#[tokio::test]
async fn killed_at_any_instant_of_taking_a_change_back_all_is_as_it_was() {
    let cluster = local_cluster::shared().await;
    let proxy = Proxy::start(cluster).await.unwrap();
    let invalid = Fault::Answer {
        code: 422,
        reason: "Invalid",
        retry_after: None,
    };
    proxy.on(
        |asked| {
            asked.path.ends_with("/deployments/nginx") && asked.query.contains("force=") && asked.writes()
        },
        invalid,
    );
    let kubeconfig = proxy.kubeconfig().to_owned();
    let mut points: Vec<CrashPoint> = CrashPoint::of_undo(0).into();
    points.extend([
        CrashPoint::Answered(1),
        CrashPoint::Recorded(1),
        CrashPoint::Ending,
        CrashPoint::Ended,
    ]);
    at_every(points, async |point| {
        let (namespace, before, ended) = killed_at(Work::Change, &kubeconfig, point).await;

        assert_eq!(
            ended.state,
            OperationState::Undone,
            "killed at {point}: {ended:#?}"
        );
        assert_eq!(running(&namespace).await, before, "killed at {point}");
        let left = objects(&cluster.client().await.unwrap(), &namespace).await;
        assert_eq!(left, ALL, "killed at {point}");
    })
    .await;
}

#[tokio::test]
async fn killed_at_any_instant_of_deleting_all_is_gone() {
    let cluster = local_cluster::shared().await;
    let kubeconfig = cluster.kubeconfig();
    let points = CrashPoint::all(&[StepVerb::Delete; ALL.len()]);
    // What is deleted is on its way before the answer of a step is stored.
    let points = points.into_iter().filter(|point| !point.is_undo()).collect();
    at_every(points, async |point| {
        let (namespace, _, ended) = killed_at(Work::Delete, &kubeconfig, point).await;

        assert_eq!(
            ended.state,
            OperationState::Succeeded,
            "killed at {point}: {ended:#?}"
        );
        let left = objects(&cluster.client().await.unwrap(), &namespace).await;
        assert!(left.is_empty(), "killed at {point}: {left:?}");
    })
    .await;
}
