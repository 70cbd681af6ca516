//! The example of the guide, typed as the guide says, and what it has to lead to.

use journeys::Page;
use journeys::pages::Wizard;
use serde_json::{Value, json};

/// Step 1: namespace, name, two replicas.
pub(crate) async fn basics(page: &Page, namespace: &str) -> anyhow::Result<()> {
    page.choose("basics.namespace", namespace).await?;
    page.fill("basics.name", "nginx").await?;
    page.fill("basics.replicas", "2").await
}

/// Step 2: image, what is reserved for it, port 80.
pub(crate) async fn container(page: &Page, wizard: &Wizard) -> anyhow::Result<()> {
    let container = wizard.shown_container().await?;
    page.fill(&format!("{container}.image"), "nginx:1.27").await?;
    page.fill(&format!("{container}.resources.cpu_request"), "100m")
        .await?;
    page.fill(&format!("{container}.resources.memory_request"), "128Mi")
        .await?;
    let port = wizard.add_row(&format!("{container}.ports")).await?;
    page.fill(&format!("{port}.number"), "80").await
}

/// Step 3: the Service `nginx-svc` and the Ingress `nginx-ingress`.
pub(crate) async fn access(page: &Page, wizard: &Wizard) -> anyhow::Result<()> {
    let service = wizard.create("services").await?;
    page.fill(&format!("{service}.name"), "nginx-svc").await?;
    let mapping = wizard.only_row(&format!("{service}.ports")).await?;
    page.fill(&format!("{mapping}.port"), "80").await?;
    page.fill(&format!("{mapping}.target"), "80").await?;
    let ingress = wizard.create("ingresses").await?;
    page.fill(&format!("{ingress}.name"), "nginx-ingress").await?;
    let rule = wizard.only_row(&format!("{ingress}.rules")).await?;
    page.fill(&format!("{rule}.host"), "foo.bar.com").await
}

/// Step 3: two to five pods, more above 60 % of the CPU reserved.
pub(crate) async fn scaling(page: &Page, wizard: &Wizard) -> anyhow::Result<()> {
    page.switch("scaling.metric.enabled").await?;
    page.fill("scaling.metric.min", "2").await?;
    page.fill("scaling.metric.max", "5").await?;
    let metric = wizard.row_appears("scaling.metric.metrics").await?;
    page.fill(&format!("{metric}.utilization"), "60").await
}

/// The same as a draft, for journeys that are about what comes after typing.
pub(crate) fn draft(namespace: &str, name: &str) -> Value {
    json!({
        "format": 1,
        "basics": { "namespace": namespace, "name": name, "kind": "Deployment", "replicas": "2" },
        "containers": [{
            "image": "nginx:1.27",
            "resources": { "cpu_request": "100m", "memory_request": "128Mi" },
            "ports": [{ "number": "80" }],
        }],
        "services": [{ "name": format!("{name}-svc"), "ports": [{ "port": "80", "target": "80" }] }],
        "ingresses": [{ "name": format!("{name}-ingress"), "rules": [{ "host": "foo.bar.com" }] }],
        "scaling": { "metric": { "enabled": "true", "min": "2", "max": "5", "metrics": [{ "utilization": "60" }] } },
    })
}

/// Stores that draft without typing it, and answers its id.
pub(crate) async fn stored(page: &Page, namespace: &str, name: &str) -> anyhow::Result<String> {
    let body = json!({ "cluster": "local", "content": draft(namespace, name) });
    let answer = page.ask("POST", "/api/v1/drafts", json!({}), Some(body)).await?;
    anyhow::ensure!(answer.status == 201, "{answer:?}");
    let view: Value = serde_json::from_str(&answer.body)?;
    Ok(view["id"].as_str().unwrap_or_default().to_owned())
}
