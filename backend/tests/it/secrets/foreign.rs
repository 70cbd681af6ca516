//! Somebody else's app that takes secrets.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use k8s_openapi::api::apps::v1::Deployment;
use kube::Api;
use kube::api::PostParams;
use serde_json::{Value, json};
use slipway_api::{DeletionView, DraftView, paths};

use super::{NAMES, Witness};

/// Somebody else's app that does the same.
pub(super) async fn a_foreign_app(api: &Api<Deployment>) {
    let taken = json!({ "secretKeyRef": { "name": NAMES[0], "key": "password" } });
    let theirs = json!({
        "metadata": { "name": "theirs" },
        "spec": {
            "replicas": 1,
            "selector": { "matchLabels": { "app": "theirs" } },
            "template": {
                "metadata": { "labels": { "app": "theirs" } },
                "spec": {
                    "imagePullSecrets": [{ "name": NAMES[1] }],
                    "volumes": [{ "name": "values", "secret": { "secretName": NAMES[0] } }],
                    "containers": [{ "name": "main", "image": "web:1",
                        "env": [{ "name": "PASSWORD", "valueFrom": taken }],
                        "envFrom": [{ "secretRef": { "name": NAMES[0] } }],
                        "volumeMounts": [{ "name": "values", "mountPath": "/values" }] }],
                },
            },
        },
    });
    api.create(&PostParams::default(), &serde_json::from_value(theirs).unwrap())
        .await
        .unwrap();
}

/// Somebody else's app, opened, changed in place and deleted.
pub(super) async fn a_foreign_life(witness: &Witness, namespace: &str) {
    let at = |path: fn(&str, &str, &str, &str) -> String| path("test", namespace, "deployment", "theirs");
    let opened: DraftView = witness.post(&at(paths::app_drafts), &Value::Null).await.json(201);
    let container = opened.content.containers[0].id;
    let field = format!("containers.{container}.image");
    let edited = witness.edited(&opened, &field, "web:2").await;
    witness.looks_at(&edited).await;
    witness.submits(&edited).await;
    witness.get(&at(paths::app_drift)).await;
    let view: DeletionView = witness.get(&at(paths::app_deletion)).await.json(200);
    witness
        .does(
            &at(paths::app_operations),
            view.revision,
            &json!({ "kind": "delete" }),
        )
        .await;
}
