//! Marks that somebody has written on objects: copied, forged, restored elsewhere. Whose an app is follows from the uids that
//! the database has, and from nothing that stands on an object.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

mod copies;
mod forged;
mod seen;
mod shown;
mod taken_over;
mod two_teams;

use k8s_openapi::api::apps::v1::Deployment;
use kube::Api;
use kube::api::PostParams;
use serde_json::{Value, json};
use slipway_api::{DraftView, RevisionLine, paths};

use crate::stage::{Stage, allow, succeeded};
use crate::support::Client;

/// A value that only the team of the app may see.
const SECRET_VALUE: &str = "only-for-the-shop";

/// The example with something in it that nobody else may read.
async fn a_shop_app(stage: &Stage) {
    let draft = stage
        .draft(|draft| draft["containers"][0]["env"][0]["value"] = json!(SECRET_VALUE))
        .await;
    succeeded(&stage.created(&draft).await);
}

/// An object as a manifest of it has it: without what a server adds, in another namespace.
pub(crate) fn copied(object: &Value, namespace: &str) -> Value {
    let mut copy = object.clone();
    copy.as_object_mut().unwrap().remove("status");
    let metadata = copy["metadata"].as_object_mut().unwrap();
    metadata.retain(|key, _| ["name", "labels", "annotations"].contains(&key.as_str()));
    metadata.insert("namespace".to_owned(), json!(namespace));
    copy
}

/// The Deployment of the app, copied with its marks.
async fn copy_to(kube: &kube::Client, namespace: &str, manifest: &Value) {
    let copy = serde_json::from_value(copied(manifest, namespace)).unwrap();
    let api: Api<Deployment> = Api::namespaced(kube.clone(), namespace);
    api.create(&PostParams::default(), &copy).await.unwrap();
}

/// A namespace in which the team `bank` may do everything.
async fn a_namespace_of_bank(stage: &Stage) -> String {
    let namespace = stage.cluster.namespace("bank").await.unwrap();
    allow(&stage.kube, &namespace, "bank-dev", "edit").await;
    namespace
}

fn of_nginx(stage: &Stage, namespace: &str, path: fn(&str, &str, &str, &str) -> String) -> String {
    path(&stage.slug(), namespace, "deployment", "nginx")
}

async fn history(client: &Client, path: &str) -> Vec<u64> {
    let lines: Vec<RevisionLine> = client.get(path).await.json(200);
    lines.iter().map(|line| line.number).collect()
}

/// The app of the shop is what it was, and its team can go on with it.
async fn is_not_blocked(stage: &Stage, image: &str, number: u64) {
    let draft = stage.opened("nginx").await;
    assert_eq!(draft.content.origin.as_ref().unwrap().revision, number - 1);
    let id = draft.content.containers[0].id;
    let draft = stage
        .edited(&draft, &[(&format!("containers.{id}.image"), image)])
        .await;
    succeeded(&stage.changed(&draft).await);
    let numbers = history(&stage.dev(), &stage.of_app("nginx", paths::app_revisions)).await;
    assert_eq!(numbers, (1..=number).rev().collect::<Vec<_>>());
}

/// Everything that is told of a copy to whoever may read it, as one text.
async fn all_told(client: &Client, at: impl Fn(fn(&str, &str, &str, &str) -> String) -> String) -> String {
    let mut told = String::new();
    let opened: DraftView = client.post_empty(&at(paths::app_drafts)).await.json(201);
    told.push_str(&json!(opened.content).to_string());
    for path in [
        paths::app_revisions,
        paths::app_drift,
        paths::app_deletion,
        paths::app_operations,
    ] {
        told.push_str(&client.get(&at(path)).await.demand(200).text());
    }
    for further in [paths::draft_changes, paths::draft_merge, paths::draft_plan] {
        told.push_str(&client.get(&further(&opened.id)).await.demand(200).text());
    }
    told
}
