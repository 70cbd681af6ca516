//! What an app refers to.

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use serde_json::{Value, json};
use slipway_api::{CheckCode, ChecksView, paths};

use super::{checked, put, said};
use crate::preflight::creator_who_may_not_delete;
use crate::stage::{Stage, allow, draft_of};

fn variables(draft: &mut Value) {
    draft["containers"][0]["env"] = json!([
        { "id": 11, "kind": "config_map", "name": "A", "object": "settings", "key": "colour" },
        { "id": 12, "kind": "config_map", "name": "B", "object": "nowhere", "key": "colour" },
        { "id": 13, "kind": "config_map", "name": "C", "object": "perhaps", "key": "colour", "optional": true },
        { "id": 14, "kind": "secret", "name": "P", "object": "db", "key": "password" },
    ]);
}

#[tokio::test]
async fn a_missing_object_and_a_missing_key_are_told_at_their_fields() {
    let stage = Stage::new().await;
    put::<ConfigMap>(
        &stage,
        json!({ "metadata": { "name": "settings" }, "data": { "size": "1" } }),
    )
    .await;
    let secret = json!({ "metadata": { "name": "db" }, "stringData": { "password": "never-to-be-seen" } });
    put::<Secret>(&stage, secret).await;

    let view = checked(&stage, variables).await;

    assert_eq!(
        said(&view, CheckCode::References),
        [
            "ConfigMap nowhere Warning containers.1.env.12.object=absent",
            "ConfigMap perhaps Passed",
            "ConfigMap settings Warning containers.1.env.11.key=key_absent",
            "Secret db Passed",
        ]
    );
    assert!(
        view.issues.iter().all(|issue| !issue.is_error()),
        "it may be made later"
    );
    let told = serde_json::to_string(&view).unwrap();
    assert!(!told.contains("never-to-be-seen"));
}

#[tokio::test]
async fn a_secret_that_may_not_be_read_could_not_be_checked() {
    let stage = Stage::new().await;
    let bank = stage.app.member_of("bank");
    creator_who_may_not_delete(&stage).await;
    allow(&stage.kube, &stage.namespace, "bank-dev", "view").await;
    let draft = draft_of(&bank, &stage.slug(), &stage.namespace, variables).await;

    let view: ChecksView = bank.post_empty(&paths::draft_checks(&draft.id)).await.json(200);

    let said = said(&view, CheckCode::References);
    assert_eq!(said.last().unwrap(), "Secret db CouldNotCheck");
    assert_eq!(
        said[0],
        "ConfigMap nowhere Warning containers.1.env.12.object=absent"
    );
    let secret = view
        .checks
        .iter()
        .find(|check| check.object.as_deref() == Some("Secret db"))
        .unwrap();
    assert!(
        secret.evidence.as_deref().unwrap().contains("forbidden"),
        "{secret:?}"
    );
}

#[tokio::test]
async fn a_certificate_is_a_secret_of_its_type() {
    let stage = Stage::new().await;
    let opaque = json!({ "metadata": { "name": "opaque" }, "stringData": { "tls.crt": "x" } });
    let tls = json!({ "metadata": { "name": "tls" }, "type": "kubernetes.io/tls",
                      "stringData": { "tls.crt": "", "tls.key": "" } });
    put::<Secret>(&stage, opaque).await;
    put::<Secret>(&stage, tls).await;

    let view = checked(&stage, |draft| {
        draft["ingresses"][0]["rules"] = json!([{ "id": 11, "host": "a.example" }, { "id": 12, "host": "b.example" },
                                                { "id": 13, "host": "c.example" }]);
        draft["ingresses"][0]["tls"] = json!([
            { "id": 21, "host": "a.example", "secret": "opaque" },
            { "id": 22, "host": "b.example", "secret": "tls" },
            { "id": 23, "host": "c.example", "secret": "nowhere" },
        ]);
    })
    .await;

    assert_eq!(
        said(&view, CheckCode::Tls),
        [
            "Secret opaque Warning ingresses.6.tls.21.secret=secret_type_wrong",
            "Secret tls Passed",
            "Secret nowhere Warning ingresses.6.tls.23.secret=absent",
        ]
    );
}
