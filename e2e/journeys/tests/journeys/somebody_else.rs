//! What somebody else does to an app, past Slipway, with tools of their own.

use anyhow::Context;
use journeys::{LONG, until};
use k8s_openapi::api::apps::v1::Deployment;
use kube::api::{DeleteParams, Patch, PatchParams, PostParams};
use kube::{Api, Client};
use serde_json::{Value, json};

/// Merges something into a Deployment, in the name of a tool.
pub(crate) async fn patches(
    client: &Client,
    (namespace, name): (&str, &str),
    tool: &str,
    patch: Value,
) -> anyhow::Result<()> {
    let deployments: Api<Deployment> = Api::namespaced(client.clone(), namespace);
    let params = PatchParams {
        field_manager: Some(tool.to_owned()),
        ..PatchParams::default()
    };
    deployments.patch(name, &params, &Patch::Strategic(patch)).await?;
    Ok(())
}

/// Sets another image, as `kubectl edit` does.
pub(crate) async fn sets_the_image(client: &Client, app: (&str, &str), image: &str) -> anyhow::Result<()> {
    let containers = json!([{ "name": app.1, "image": image }]);
    let patch = json!({ "spec": { "template": { "spec": { "containers": containers } } } });
    patches(client, app, "kubectl-edit", patch).await
}

/// Sets another number of pods, as `kubectl scale` does.
pub(crate) async fn scales(
    client: &Client,
    (namespace, name): (&str, &str),
    replicas: u32,
) -> anyhow::Result<()> {
    let deployments: Api<Deployment> = Api::namespaced(client.clone(), namespace);
    let params = PatchParams {
        field_manager: Some("kubectl".to_owned()),
        ..PatchParams::default()
    };
    let patch = Patch::Merge(json!({ "spec": { "replicas": replicas } }));
    deployments.patch_scale(name, &params, &patch).await?;
    Ok(())
}

/// Deletes a Deployment and makes it anew as a backup of it would, with its labels and annotations, and another image.
pub(crate) async fn makes_anew(
    client: &Client,
    (namespace, name): (&str, &str),
    image: &str,
) -> anyhow::Result<()> {
    let deployments: Api<Deployment> = Api::namespaced(client.clone(), namespace);
    let mut backup = serde_json::to_value(deployments.get(name).await?)?;
    deployments.delete(name, &DeleteParams::background()).await?;
    until("the Deployment is gone", LONG, async || {
        Ok(deployments.get_opt(name).await?.is_none().then_some(()))
    })
    .await?;
    let metadata = backup["metadata"].as_object_mut().context("it has metadata")?;
    metadata.retain(|key, _| ["name", "labels", "annotations"].contains(&key.as_str()));
    backup["spec"]["template"]["spec"]["containers"][0]["image"] = json!(image);
    backup["status"] = json!({});
    let params = PostParams {
        field_manager: Some("velero".to_owned()),
        ..PostParams::default()
    };
    deployments
        .create(&params, &serde_json::from_value(backup)?)
        .await?;
    Ok(())
}
