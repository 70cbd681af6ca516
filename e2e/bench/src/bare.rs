//! A bare client: the same requests, one after the other, and nothing kept of them.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use k8s_openapi::api::core::v1::Pod;
use kube::Client;
use kube::api::{Api, DynamicObject, Patch, PatchParams, PostParams};
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::Value;

/// Asks beforehand, then creates. Answers the time to the last answer of the one, and of the other.
pub(crate) async fn create(
    client: &Client,
    namespace: &str,
    bodies: &[Value],
) -> anyhow::Result<(Duration, Duration)> {
    let begin = Instant::now();
    ask(client, namespace, bodies).await?;
    let asked = begin.elapsed();
    for body in bodies {
        let object: DynamicObject = serde_json::from_value(body.clone())?;
        api(client, namespace, body)?
            .create(&PostParams::default(), &object)
            .await?;
    }
    Ok((asked, begin.elapsed()))
}

/// The dry runs of every object as created and as applied, and of a pod.
async fn ask(client: &Client, namespace: &str, bodies: &[Value]) -> anyhow::Result<()> {
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
    Ok(())
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
