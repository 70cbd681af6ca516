//! From submitting an app to all its objects being in the cluster, beside a bare client that sends the same requests.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use k8s_openapi::api::core::v1::Pod;
use kube::Client;
use kube::api::{Api, DynamicObject, Patch, PatchParams, PostParams};
use kube::core::{ApiResource, GroupVersionKind};
use local_cluster::Cluster;
use serde_json::{Value, json};
use slipway_api::{CreateDraft, DraftView, OperationState, OperationView, PlanView, paths};

use crate::figure::Report;
use crate::server::Server;

pub(crate) async fn measure(
    server: &Server,
    cluster: &Cluster,
    rounds: usize,
    report: &mut Report,
) -> anyhow::Result<()> {
    let namespace = cluster.namespace("bench-create").await?;
    let client = cluster.client().await?;
    let (mut accepted, mut applied, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        let draft = draft(server, &namespace, &format!("product-{round}")).await?;
        let (to_accepted, to_applied) = submit(server, &draft).await?;
        accepted.push(to_accepted);
        applied.push(to_applied);
        let bodies = bodies(server, &namespace, &format!("bare-{round}")).await?;
        bare.push(send_bare(&client, &namespace, &bodies).await?);
    }
    report.times(
        "submit to 202 (checks and dry runs included)",
        &accepted,
        None,
        None,
    );
    report.times(
        "submit to all objects applied",
        &applied,
        Some(&bare),
        Some("ratio ≤ 1.3"),
    );
    Ok(())
}

/// The guide's example under another name.
async fn draft(server: &Server, namespace: &str, name: &str) -> anyhow::Result<DraftView> {
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

/// Submits a draft. Answers the time to the 202 and to the last object.
async fn submit(server: &Server, draft: &DraftView) -> anyhow::Result<(Duration, Duration)> {
    let begin = Instant::now();
    let answer = server
        .post(&paths::draft_operations(&draft.id))
        .header("If-Match", format!("\"{}\"", draft.revision))
        .header("Idempotency-Key", &draft.id)
        .json(&json!({}))
        .send()
        .await?;
    let accepted = begin.elapsed();
    anyhow::ensure!(answer.status() == 202, "refused: {}", answer.text().await?);
    let mut operation: OperationView = answer.json().await?;
    while !operation.state.is_final() {
        tokio::time::sleep(Duration::from_millis(2)).await;
        operation = server
            .get(&paths::operation(&operation.id))
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
    }
    anyhow::ensure!(operation.state == OperationState::Succeeded, "{operation:?}");
    Ok((accepted, begin.elapsed()))
}

/// The bodies the server would send for the same app.
async fn bodies(server: &Server, namespace: &str, name: &str) -> anyhow::Result<Vec<Value>> {
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

/// The same requests by a bare client, one after the other: the dry runs of every object and of a pod, then the objects.
async fn send_bare(client: &Client, namespace: &str, bodies: &[Value]) -> anyhow::Result<Duration> {
    let begin = Instant::now();
    let dry = PostParams {
        dry_run: true,
        field_manager: Some("bare".to_owned()),
    };
    let dry_apply = PatchParams {
        dry_run: true,
        ..PatchParams::apply("bare")
    };
    for body in bodies {
        let api = api(client, namespace, body)?;
        let object: DynamicObject = serde_json::from_value(body.clone())?;
        api.create(&dry, &object).await?;
        let name = body["metadata"]["name"].as_str().context("a name")?;
        api.patch(name, &dry_apply, &Patch::Apply(body)).await?;
        if let Some(template) = body["spec"].get("template") {
            let mut pod: Pod = serde_json::from_value(template.clone())?;
            pod.metadata.name = Some(format!("{name}-check"));
            Api::<Pod>::namespaced(client.clone(), namespace)
                .create(&dry, &pod)
                .await?;
        }
    }
    for body in bodies {
        let object: DynamicObject = serde_json::from_value(body.clone())?;
        api(client, namespace, body)?
            .create(&PostParams::default(), &object)
            .await?;
    }
    Ok(begin.elapsed())
}

fn api(client: &Client, namespace: &str, body: &Value) -> anyhow::Result<Api<DynamicObject>> {
    let text = |field: &str| {
        body[field]
            .as_str()
            .with_context(|| format!("{field} of an object"))
    };
    let (group, version) = text("apiVersion")?
        .split_once('/')
        .unwrap_or(("", text("apiVersion")?));
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, text("kind")?));
    Ok(Api::namespaced_with(client.clone(), namespace, &resource))
}
