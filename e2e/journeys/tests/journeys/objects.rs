//! What is in the cluster, asked with a client of our own.

use anyhow::Context;
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::Service;
use k8s_openapi::api::networking::v1::Ingress;
use kube::api::ListParams;
use kube::{Api, Client, Resource, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What Slipway notes on every object it makes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Marks {
    installation: String,
    app: String,
    revision: String,
    plan: String,
    operation: String,
}

/// The marks of an object; each of them has to be there.
pub(crate) fn marks(object: &Value) -> anyhow::Result<Marks> {
    let mark = |name: &str| {
        let value = object["metadata"]["annotations"][format!("slipway.dev/{name}")].as_str();
        value
            .filter(|value| !value.is_empty())
            .map(ToOwned::to_owned)
            .with_context(|| {
                format!(
                    "{} {} has no mark {name}",
                    object["kind"], object["metadata"]["name"]
                )
            })
    };
    Ok(Marks {
        installation: mark("installation")?,
        app: mark("app-id")?,
        revision: mark("revision")?,
        plan: mark("plan-hash")?,
        operation: mark("operation")?,
    })
}

/// One object, as the API server has it.
pub(crate) async fn object<K>(client: &Client, namespace: &str, name: &str) -> anyhow::Result<Value>
where
    K: Resource<Scope = NamespaceResourceScope> + Clone + Serialize + DeserializeOwned + std::fmt::Debug,
    K::DynamicType: Default,
{
    let api: Api<K> = Api::namespaced(client.clone(), namespace);
    Ok(serde_json::to_value(api.get(name).await?)?)
}

/// Kind and name of every object in a namespace that an app could consist of.
pub(crate) async fn all(client: &Client, namespace: &str) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    found.extend(names::<Service>(client, namespace).await?);
    found.extend(names::<Deployment>(client, namespace).await?);
    found.extend(names::<HorizontalPodAutoscaler>(client, namespace).await?);
    found.extend(names::<Ingress>(client, namespace).await?);
    Ok(found)
}

async fn names<K>(client: &Client, namespace: &str) -> anyhow::Result<Vec<String>>
where
    K: Resource<Scope = NamespaceResourceScope> + Clone + DeserializeOwned + std::fmt::Debug,
    K::DynamicType: Default,
{
    let api: Api<K> = Api::namespaced(client.clone(), namespace);
    let list = api.list(&ListParams::default()).await?;
    let kind = K::kind(&K::DynamicType::default()).into_owned();
    Ok(list
        .iter()
        .map(|object| format!("{kind} {}", object.name_any()))
        .collect())
}

/// The same object without one field.
pub(crate) fn without(object: &Value, field: &str) -> Value {
    let mut object = object.clone();
    if let Some(fields) = object.as_object_mut() {
        fields.remove(field);
    }
    object
}
