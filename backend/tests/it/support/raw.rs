//! The API server itself, asked in plain requests by an administrator.

use http::{Method, Request, header};
use http_body_util::BodyExt;
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};

/// The API server of the cluster that all tests share, and a namespace there.
pub struct ApiServer {
    client: Client,
    /// The namespace.
    pub namespace: String,
}

impl ApiServer {
    /// That of another cluster, without a namespace.
    pub async fn of(cluster: &local_cluster::Cluster) -> Self {
        Self {
            client: cluster.client().await.expect("a client"),
            namespace: String::new(),
        }
    }

    /// A fresh namespace.
    pub async fn with_namespace(prefix: &str) -> Self {
        let cluster = local_cluster::shared().await;
        Self {
            client: cluster.client().await.expect("a client"),
            namespace: cluster.namespace(prefix).await.expect("a namespace"),
        }
    }

    /// Sends one request, and answers the status and the body.
    pub async fn send(&self, method: Method, path: &str, content_type: &str, body: &Value) -> (u16, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, content_type)
            .body(Body::from(body.to_string().into_bytes()))
            .expect("a request");
        let answer = self.client.send(request).await.expect("an answer");
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.expect("a body").to_bytes();
        (status, serde_json::from_slice(&body).unwrap_or(json!(null)))
    }

    /// Reads an object.
    pub async fn get(&self, path: &str) -> Value {
        let (status, object) = self
            .send(Method::GET, path, "application/json", &json!(null))
            .await;
        assert_eq!(status, 200, "{object}");
        object
    }

    /// Where an object of a kind is.
    pub fn path(&self, key: &slipway_plan::ObjectKey) -> String {
        format!("{}/{}", self.list(key), key.name)
    }

    /// Where the objects of a kind are.
    pub fn list(&self, key: &slipway_plan::ObjectKey) -> String {
        let root = if key.group().is_empty() { "api" } else { "apis" };
        let plural = key.plural();
        match &key.namespace {
            Some(_) => format!(
                "/{root}/{}/namespaces/{}/{plural}",
                key.api_version, self.namespace
            ),
            None => format!("/{root}/{}/{plural}", key.api_version),
        }
    }
}
