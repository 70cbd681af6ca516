//! Apps to look at, made as a person would make them: by drafts and operations.

use std::path::Path;

use local_cluster::Cluster;
use serde_json::{Value, json};

use super::client::Api;
use super::server::Server;

const NAMESPACE: &str = "shop";

/// Creates them, once for each database.
pub(super) async fn create(cluster: &Cluster, server: &Server, done: &Path) -> anyhow::Result<()> {
    if done.exists() {
        return Ok(());
    }
    cluster.ensure_namespace(NAMESPACE).await?;
    let api = Api::signed_in(server).await?;
    let slug = api.cluster().await?;
    for app in [storefront(), catalogue(), mailer()] {
        api.create_app(&slug, app).await?;
    }
    std::fs::write(done, "")?;
    Ok(())
}

/// Reached from outside by host name, and scaled by load.
fn storefront() -> Value {
    json!({
        "basics": {
            "namespace": NAMESPACE, "name": "storefront", "replicas": 3,
            "labels": [{ "key": "tier", "value": "web" }],
        },
        "containers": [{
            "image": "nginx:1.29",
            "resources": { "cpu_request": "100m", "memory_request": "128Mi" },
            "ports": [{ "name": "http", "number": 80 }],
        }],
        "services": [{ "name": "storefront", "ports": [{ "name": "http", "port": 80, "target": 80 }] }],
        "ingresses": [{ "name": "storefront", "rules": [{ "host": "shop.example.com" }] }],
        "scaling": { "metric": { "enabled": true, "min": 2, "max": 6, "metrics": [{ "utilization": 60 }] } },
    })
}

/// Reached from outside by an address of its own.
fn catalogue() -> Value {
    json!({
        "basics": { "namespace": NAMESPACE, "name": "catalogue", "replicas": 2 },
        "containers": [{
            "image": "example/catalogue:2.4.1",
            "resources": { "cpu_request": "250m", "memory_request": "256Mi" },
            "ports": [{ "number": 8080 }],
            "env": [{ "name": "PAGE_SIZE", "value": "50" }],
        }],
        "services": [{
            "name": "catalogue", "kind": "LoadBalancer", "reach": "private", "ports": [{ "port": 80, "target": 8080 }],
        }],
    })
}

/// One that does not come up: its image cannot be pulled.
fn mailer() -> Value {
    json!({
        "basics": { "namespace": NAMESPACE, "name": "mailer", "replicas": 1 },
        "containers": [{
            "image": "example/mailer:missing",
            "resources": { "cpu_request": "50m", "memory_request": "64Mi" },
        }],
    })
}
