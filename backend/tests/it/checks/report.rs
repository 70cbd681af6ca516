//! One report as a whole.

use k8s_openapi::api::core::v1::{ConfigMap, ResourceQuota, Service};
use serde_json::{Value, json};
use slipway_api::ChecksView;

use super::{checked, label, put};
use crate::stage::Stage;
use crate::support::eventually;

/// A report without what differs from run to run.
fn masked(stage: &Stage, view: &ChecksView) -> Value {
    let text = serde_json::to_string(view).expect("JSON");
    serde_json::from_str(&text.replace(&stage.namespace, "NAMESPACE")).expect("JSON")
}

#[tokio::test]
async fn a_report_tells_every_check_with_its_evidence_and_the_field_to_fix() {
    let stage = Stage::new().await;
    stage.foreign_service("nginx-svc").await;
    label(&stage, "pod-security.kubernetes.io/warn", "baseline").await;
    put::<ConfigMap>(
        &stage,
        json!({ "metadata": { "name": "settings" }, "data": { "a": "1" } }),
    )
    .await;
    let service = json!({ "metadata": { "name": "old" }, "spec": { "selector": { "app": "nginx" }, "ports": [{ "port": 9 }] } });
    put::<Service>(&stage, service).await;
    put::<ResourceQuota>(
        &stage,
        json!({ "metadata": { "name": "team" }, "spec": { "hard": { "pods": "4" } } }),
    )
    .await;
    eventually("the quota is counted", async || {
        stage.api::<ResourceQuota>().get("team").await.ok()?.status?.used
    })
    .await;

    let view = checked(&stage, |draft| {
        let host = format!("{}.example", stage.namespace);
        draft["ingresses"][0]["rules"] = json!([{ "id": 7, "host": host }]);
        draft["ingresses"][0]["class"] = json!("nowhere");
        draft["containers"][0]["env"] =
            json!([{ "id": 11, "kind": "config_map", "name": "A", "object": "settings", "key": "b" }]);
        draft["volumes"] = json!([{ "id": 12, "name": "logs", "kind": "host_path", "path": "/var/log" }]);
        draft["containers"][0]["mounts"] = json!([{ "id": 13, "volume": "logs", "path": "/logs" }]);
    })
    .await;

    insta::assert_json_snapshot!(masked(&stage, &view));
}
