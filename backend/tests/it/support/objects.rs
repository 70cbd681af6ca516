//! Objects made in the cluster by somebody else than Slipway, and waiting for what becomes of them.

use std::time::Duration;

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ResourceQuota, Service};
use k8s_openapi::api::networking::v1::Ingress;
use kube::api::{DeleteParams, Patch, PatchParams, PostParams};
use kube::{Api, Client, Resource};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// How long a test waits for what must come.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Waits until there is an answer.
pub async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(tokio::time::Instant::now() < deadline, "never: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// One namespace, as an administrator sees it.
pub struct Namespace {
    client: Client,
    name: String,
}

impl Namespace {
    /// A namespace of the cluster that all tests share.
    pub async fn shared(name: &str) -> Self {
        Self::of(local_cluster::shared().await, name).await
    }

    /// A namespace of a cluster.
    pub async fn of(cluster: &local_cluster::Cluster, name: &str) -> Self {
        Self {
            client: cluster.client().await.expect("a client"),
            name: name.to_owned(),
        }
    }

    /// A Deployment whose pods carry the label `app: <name>`.
    pub async fn deployment(&self, name: &str, image: &str, replicas: u32) {
        let labels = json!({ "app": name });
        let container = json!({ "name": "main", "image": image });
        self.create::<Deployment>(json!({
            "metadata": { "name": name },
            "spec": {
                "replicas": replicas,
                "selector": { "matchLabels": labels },
                "template": { "metadata": { "labels": labels }, "spec": { "containers": [container] } },
            },
        }))
        .await;
    }

    /// A Service in front of the pods of a Deployment.
    pub async fn service(&self, name: &str, app: &str, kind: &str) {
        let spec =
            json!({ "type": kind, "selector": { "app": app }, "ports": [{ "port": 80, "targetPort": 80 }] });
        self.create::<Service>(json!({ "metadata": { "name": name }, "spec": spec }))
            .await;
    }

    /// An Ingress in front of a Service.
    pub async fn ingress(&self, name: &str, host: &str, service: &str) {
        let backend = json!({ "service": { "name": service, "port": { "number": 80 } } });
        let path = json!({ "path": "/", "pathType": "Prefix", "backend": backend });
        let rules = json!([{ "host": host, "http": { "paths": [path] } }]);
        self.create::<Ingress>(json!({ "metadata": { "name": name }, "spec": { "rules": rules } }))
            .await;
    }

    /// A quota.
    pub async fn quota(&self, hard: Value) {
        self.create::<ResourceQuota>(json!({ "metadata": { "name": "quota" }, "spec": { "hard": hard } }))
            .await;
    }

    /// Another number of pods.
    pub async fn scale(&self, name: &str, replicas: u32) {
        let patch = Patch::Merge(json!({ "spec": { "replicas": replicas } }));
        self.api::<Deployment>()
            .patch(name, &PatchParams::default(), &patch)
            .await
            .expect("scaled");
    }

    /// No Deployment any more.
    pub async fn delete_deployment(&self, name: &str) {
        self.api::<Deployment>()
            .delete(name, &DeleteParams::background())
            .await
            .expect("deleted");
    }

    /// No rights any more for the team that has them by [`namespace_of`](super::TestApp::namespace_of).
    pub async fn take_rights(&self) {
        let bindings = self.api::<k8s_openapi::api::rbac::v1::RoleBinding>();
        bindings
            .delete("team", &DeleteParams::default())
            .await
            .expect("deleted");
    }

    async fn create<K>(&self, object: Value)
    where
        K: Resource<Scope = NamespaceResourceScope, DynamicType = ()>
            + Clone
            + DeserializeOwned
            + Serialize
            + std::fmt::Debug,
    {
        let object: K = serde_json::from_value(object).expect("an object");
        self.api::<K>()
            .create(&PostParams::default(), &object)
            .await
            .expect("created");
    }

    fn api<K>(&self) -> Api<K>
    where
        K: Resource<Scope = NamespaceResourceScope, DynamicType = ()>,
    {
        Api::namespaced(self.client.clone(), &self.name)
    }
}
