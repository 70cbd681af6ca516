//! Values that are typed in drafts and hidden by a switch.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use local_cluster::{Fault, Proxy};
use serde_json::{Value, json};
use slipway_api::{DraftView, OperationState, paths};

use super::{NAMES, Seeds, Witness};
use crate::stage::draft_of;
use crate::support::Client;

/// The guide's example under another name, with values that are typed and not hidden yet.
fn typed<'s>(name: &'s str, seeds: &'s Seeds) -> impl FnOnce(&mut Value) + 's {
    move |draft| {
        draft["basics"]["name"] = json!(name);
        draft["services"][0]["name"] = json!(name);
        draft["ingresses"][0]["name"] = json!(name);
        draft["ingresses"][0]["rules"][0]["host"] = json!(format!("{name}.example.com"));
        let container = &mut draft["containers"][0];
        container["env"] = json!([{ "id": 3, "kind": "value", "name": "PASSWORD", "value": seeds.moved }]);
        container["liveness"] = json!({ "enabled": "true", "kind": "http", "port": "80",
            "headers": [{ "id": 30, "name": "Authorization", "value": seeds.hidden }] });
    }
}

/// Saves a draft with other kinds chosen. Nobody listens, since the draft itself keeps what is hidden.
async fn switched(client: &Client, draft: &DraftView) -> DraftView {
    let mut content = draft.content.clone();
    for (field, text) in [
        ("env.3.kind", "secret"),
        ("env.3.object", NAMES[0]),
        ("env.3.key", "password"),
        ("liveness.kind", "tcp"),
    ] {
        content
            .leaf_mut(&format!("containers.1.{field}"))
            .unwrap()
            .set(text);
    }
    let body = json!({ "content": content });
    client
        .put(&paths::draft(&draft.id), draft.revision, &body)
        .await
        .json(200)
}

/// An app whose draft has hidden values: created, changed, rolled back; and another one that is refused.
pub(super) async fn a_switched_life(
    witness: &Witness,
    seeds: &Seeds,
    namespace: &str,
    proxy: &Proxy,
) -> Vec<DraftView> {
    let client = &witness.client;
    let at = |path: fn(&str, &str, &str, &str) -> String| path("test", namespace, "deployment", "switched");
    let draft = draft_of(client, "test", namespace, typed("switched", seeds)).await;
    let draft = switched(client, &draft).await;
    let text = serde_json::to_string(&draft.content).unwrap();
    assert!(!text.contains(&seeds.moved) && text.contains(&seeds.hidden));
    witness.get(&paths::draft_plan(&draft.id)).await.demand(200);
    witness
        .post(&paths::draft_checks(&draft.id), &Value::Null)
        .await
        .demand(200);
    witness.submits(&draft).await;

    let opened: DraftView = witness.post(&at(paths::app_drafts), &Value::Null).await.json(201);
    let opened = witness.edited(&opened, "containers.1.image", "nginx:1.28").await;
    let mut content = json!(opened.content);
    content["containers"][0]["readiness"] = json!({ "enabled": "false",
        "headers": [{ "id": 900, "name": "Authorization", "value": seeds.hidden }] });
    let body = json!({ "content": content });
    let opened: DraftView = client
        .put(&paths::draft(&opened.id), opened.revision, &body)
        .await
        .json(200);
    witness.get(&paths::draft_changes(&opened.id)).await.demand(200);
    witness.get(&paths::draft_merge(&opened.id)).await.demand(200);
    witness.submits(&opened).await;
    let back = json!({ "kind": "roll_back", "revision": 1 });
    witness.does(&at(paths::app_operations), 2, &back).await;
    witness.get(&at(paths::app_revisions)).await.demand(200);
    for path in [
        paths::app_revision("test", namespace, "deployment", "switched", "3"),
        paths::app_compare("test", namespace, "deployment", "switched", "2", "3"),
    ] {
        witness.get(&path).await.demand(200);
    }

    let refused = Fault::Answer {
        code: 422,
        reason: "Invalid",
        retry_after: None,
    };
    proxy.on(
        |asked| asked.path.ends_with("/ingresses") && asked.writes(),
        refused,
    );
    let failing = draft_of(client, "test", namespace, typed("failing", seeds)).await;
    let failing = switched(client, &failing).await;
    let path = paths::draft_operations(&failing.id);
    let ended = witness.does_all(&path, failing.revision, &Value::Null).await;
    assert_eq!(ended.state, OperationState::Undone, "{ended:#?}");
    proxy.clear();
    vec![draft, opened, failing]
}

/// Deletes drafts, and one more with much in it that was never hidden.
pub(super) async fn everything_is_deleted(
    client: &Client,
    seeds: &Seeds,
    namespace: &str,
    drafts: Vec<DraftView>,
) {
    let long = |draft: &mut Value| {
        let row = |row: usize| json!({ "id": 100 + row, "name": format!("V{row}"), "value": seeds.deleted });
        draft["containers"][0]["env"] = (0..100).map(row).collect();
    };
    let deleted = draft_of(client, "test", namespace, long).await;
    let shorter = json!({ "content": { "basics": { "name": "shorter" }, "containers": [{ "id": 1, "env": [
        { "id": 100, "name": "V", "value": seeds.deleted }] }] } });
    client
        .put(&paths::draft(&deleted.id), deleted.revision, &shorter)
        .await
        .demand(200);
    for draft in drafts.iter().chain([&deleted]) {
        client.delete(&paths::draft(&draft.id)).await.demand(204);
    }
}
