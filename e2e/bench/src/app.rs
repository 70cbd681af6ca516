//! The app that is created again and again: the guide's example under another name.

use serde_json::{Value, json};
use slipway_api::{CreateDraft, DraftView, PlanView, paths};

use crate::server::Server;

/// A draft of it.
pub(crate) async fn draft(server: &Server, namespace: &str, name: &str) -> anyhow::Result<DraftView> {
    let content = json!({
        "basics": { "namespace": namespace, "name": name, "replicas": 1 },
        "containers": [{ "image": "nginx:1.27", "resources": { "cpu_request": "10m" }, "ports": [{ "number": 80 }] }],
        "services": [{ "name": name, "ports": [{ "port": 80, "target": 80 }] }],
        "ingresses": [{ "name": name, "rules": [{ "host": format!("{name}.example.com") }] }],
        "scaling": { "metric": { "enabled": true, "min": 1, "max": 2, "metrics": [{ "utilization": 60 }] } },
    });
    let create = CreateDraft {
        cluster: server.cluster.clone(),
        content: Some(serde_json::from_value(content)?),
    };
    Ok(server
        .post(paths::DRAFTS)
        .json(&create)
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?)
}

/// The bodies the server would send for the same app.
pub(crate) async fn bodies(server: &Server, namespace: &str, name: &str) -> anyhow::Result<Vec<Value>> {
    let draft = draft(server, namespace, name).await?;
    let plan: PlanView = server
        .get(&paths::draft_plan(&draft.id))
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    plan.objects
        .iter()
        .map(|object| Ok(serde_saphyr::from_str(&object.yaml)?))
        .collect()
}
