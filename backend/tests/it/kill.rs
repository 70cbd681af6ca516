//! Killing the real server, by SIGKILL, at every instant between two effects of an operation. The list of instants comes
//! from the code.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use futures::StreamExt;
use k8s_openapi::api::networking::v1::Ingress;
use kube::Api;
use kube::api::PostParams;
use local_cluster::{Fault, Proxy};
use serde_json::json;
use slipway_api::{OperationState, OperationView, StepVerb};
use slipway_backend::apply::crash::CrashPoint;
use tokio::task::JoinSet;

use crate::process::Server;
use crate::stage::{ALL, draft_of, foreign_service, objects, submit};

/// Servers at the same time.
const AT_ONCE: usize = 3;

/// Starts creating the guide's example, kills the server at an instant, starts it again, and answers how it ended and in
/// which namespace. Others do something in it while the server is dead.
async fn killed_and_started_again(
    kubeconfig: &Path,
    point: CrashPoint,
    others: impl AsyncFnOnce(&str),
) -> (String, OperationView) {
    let folder = tempfile::tempdir().unwrap();
    let namespace = local_cluster::shared().await.namespace("kill").await.unwrap();
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = Server::start(folder.path(), kubeconfig, anywhere, Some(point)).await;
    let draft = draft_of(&server.client, "test", &namespace, |_| {}).await;
    // The answer may never come, which is part of it: the client's complaint about that is not looked at.
    let mut asking = JoinSet::new();
    let (client, asked) = (server.client.clone(), draft.clone());
    asking.spawn(async move { submit(&client, &asked, "only").await });
    let (data, kubeconfig, address) = server.killed_at(point).await;
    others(&namespace).await;

    let server = Server::start(&data, &kubeconfig, address, None).await;
    let ended = server.only_operation().await;
    let again: OperationView = submit(&server.client, &draft, "only").await.json(202);
    assert_eq!(again.id, ended.id, "the lost answer is given again");
    (namespace, ended)
}

/// How often each object was really created.
async fn creations(namespace: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for entry in local_cluster::shared().await.audit().unwrap() {
        let ours =
            entry.request_uri.contains("fieldManager=slipway") && entry.object_ref.namespace == namespace;
        if ours && entry.verb == "create" && !entry.dry_run() && entry.response_status.code == 201 {
            *counts.entry(entry.object_ref.resource).or_default() += 1;
        }
    }
    counts
}

#[tokio::test]
async fn killed_at_any_instant_of_creating_it_ends_with_the_same_objects_once_each() {
    let cluster = local_cluster::shared().await;
    let kubeconfig = cluster.kubeconfig();
    let points: Vec<_> = CrashPoint::all(&[StepVerb::Create; ALL.len()])
        .into_iter()
        .filter(|point| !point.is_undo())
        .collect();
    let check = async |point: CrashPoint| {
        let (namespace, ended) = killed_and_started_again(&kubeconfig, point, async |_: &str| ()).await;

        assert_eq!(
            ended.state,
            OperationState::Succeeded,
            "killed at {point}: {ended:#?}"
        );
        let found = objects(&cluster.client().await.unwrap(), &namespace).await;
        assert_eq!(found, ALL, "killed at {point}");
        let once: Vec<_> = creations(&namespace).await.into_values().collect();
        assert_eq!(once, [1, 1, 1, 1], "killed at {point}");
    };
    futures::stream::iter(points)
        .map(check)
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<()>>()
        .await;
}

#[tokio::test]
async fn killed_at_any_instant_of_taking_back_it_leaves_nothing_behind() {
    let cluster = local_cluster::shared().await;
    let proxy = Proxy::start(cluster).await.unwrap();
    let refused = Fault::Answer {
        code: 422,
        reason: "Invalid",
        retry_after: None,
    };
    proxy.on(
        |asked| asked.path.ends_with("/ingresses") && asked.writes(),
        refused,
    );
    let refused = ALL.len() - 1;
    let points = CrashPoint::all(&[StepVerb::Create; ALL.len()])
        .into_iter()
        .filter(|point| match point {
            CrashPoint::UndoSent(step) | CrashPoint::UndoAnswered(step) | CrashPoint::UndoRecorded(step) => {
                *step < refused
            }
            CrashPoint::Sent(step) | CrashPoint::Answered(step) | CrashPoint::Recorded(step) => {
                *step == refused
            }
            _ => matches!(point, CrashPoint::Ending | CrashPoint::Ended),
        });
    let kubeconfig = proxy.kubeconfig().to_owned();
    let check = async |point: CrashPoint| {
        let (namespace, ended) = killed_and_started_again(&kubeconfig, point, async |_: &str| ()).await;

        assert_eq!(
            ended.state,
            OperationState::Undone,
            "killed at {point}: {ended:#?}"
        );
        let found = objects(&cluster.client().await.unwrap(), &namespace).await;
        assert_eq!(found, [""; 0], "killed at {point}");
    };
    futures::stream::iter(points)
        .map(check)
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<()>>()
        .await;
}

#[tokio::test]
async fn names_that_others_take_while_it_is_dead_are_theirs_although_all_were_about_to_be_sent() {
    let cluster = local_cluster::shared().await;
    let client = cluster.client().await.unwrap();
    let theirs = async |namespace: &str| {
        foreign_service(&client, namespace, "nginx-svc").await;
        let backend = json!({ "service": { "name": "theirs", "port": { "number": 80 } } });
        let path = json!({ "path": "/", "pathType": "Prefix", "backend": backend });
        let rule = json!({ "host": "theirs.example", "http": { "paths": [path] } });
        let ingress = json!({ "metadata": { "name": "nginx-ingress" }, "spec": { "rules": [rule] } });
        let ingresses: Api<Ingress> = Api::namespaced(client.clone(), namespace);
        let ingress = serde_json::from_value(ingress).unwrap();
        ingresses.create(&PostParams::default(), &ingress).await.unwrap();
    };

    let killed = killed_and_started_again(&cluster.kubeconfig(), CrashPoint::Sent(0), theirs).await;

    let (namespace, ended) = killed;
    assert_eq!(
        (ended.state, ended.failure.as_deref()),
        (OperationState::Undone, Some("name_taken")),
        "{ended:#?}"
    );
    let open = ended.steps.iter().filter(|step| step.finished_at.is_none());
    assert_eq!(open.count(), 0, "{ended:#?}");
    assert_eq!(
        creations(&namespace).await,
        BTreeMap::new(),
        "nothing of ours was made"
    );
}
