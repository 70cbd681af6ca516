//! The server, the API server behind it, and an administrator beside it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::join_all;
use http::Method;
use local_cluster::Cluster;
use serde_json::{Value, json};
use slipway_api::{ClusterView, DraftView, OperationState, OperationView, paths};
use slipway_plan::Target;

use super::schema::Schemas;
use crate::support::{Answer, ApiServer, Client, TestApp, eventually};

/// Where the kinds are that an app consists of.
pub(super) const KINDS: [(&str, &str, &str); 10] = [
    ("apis/apps/v1", "deployments", "Deployment"),
    ("apis/apps/v1", "statefulsets", "StatefulSet"),
    ("apis/batch/v1", "jobs", "Job"),
    ("apis/batch/v1", "cronjobs", "CronJob"),
    ("api/v1", "services", "Service"),
    ("apis/networking.k8s.io/v1", "ingresses", "Ingress"),
    ("api/v1", "persistentvolumeclaims", "PersistentVolumeClaim"),
    (
        "apis/autoscaling/v2",
        "horizontalpodautoscalers",
        "HorizontalPodAutoscaler",
    ),
    ("apis/gateway.networking.k8s.io/v1", "httproutes", "HTTPRoute"),
    (
        "apis/autoscaling.alibabacloud.com/v1beta1",
        "cronhorizontalpodautoscalers",
        "CronHorizontalPodAutoscaler",
    ),
];
pub(super) const JSON_PATCH: &str = "application/json-patch+json";
pub(super) const JSON: &str = "application/json";

/// What all apps share.
pub(super) struct Run {
    pub(super) server: ApiServer,
    pub(super) owner: Client,
    pub(super) slug: String,
    pub(super) target: Target,
    pub(super) schemas: Schemas,
    next: AtomicUsize,
}

/// Objects by kind and name.
pub(super) type Objects = BTreeMap<(String, String), Value>;

impl Run {
    pub(super) async fn new(cluster: &Cluster, app: &TestApp) -> Self {
        let server = ApiServer::of(cluster).await;
        let known = &app.state.clusters.all()[0];
        let (slug, owner) = (known.slug().to_owned(), app.owner().await);
        eventually("the cluster is known", async || {
            let view: Vec<ClusterView> = owner.get(paths::CLUSTERS).await.json(200);
            view.iter().any(|view| view.version.is_some()).then_some(())
        })
        .await;
        Self {
            schemas: Schemas::of(&server).await,
            server,
            owner,
            slug,
            target: known.target(),
            next: AtomicUsize::new(0),
        }
    }

    /// A fresh namespace.
    pub(super) async fn namespace(&self, cluster: &str) -> String {
        let namespace = format!("{cluster}-{}", self.next.fetch_add(1, Ordering::Relaxed));
        let body = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": namespace } });
        let (status, answer) = self
            .server
            .send(Method::POST, "/api/v1/namespaces", JSON, &body)
            .await;
        assert_eq!(status, 201, "{answer}");
        // Pods are tried as well, and run as this.
        let account = format!("/api/v1/namespaces/{namespace}/serviceaccounts/default");
        eventually("the service account is there", async || {
            let (status, _) = self.server.send(Method::GET, &account, JSON, &json!(null)).await;
            (status == 200).then_some(())
        })
        .await;
        namespace
    }

    /// A service account in it, without which no pod of it is accepted.
    pub(super) async fn account(&self, namespace: &str, name: &str) {
        let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts");
        let body = json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": name } });
        let (status, answer) = self.server.send(Method::POST, &path, JSON, &body).await;
        assert!(matches!(status, 201 | 409), "{answer}");
    }

    /// Nothing of a namespace is needed any more.
    pub(super) async fn drop_namespace(&self, namespace: &str) {
        let path = format!("/api/v1/namespaces/{namespace}");
        self.server.send(Method::DELETE, &path, JSON, &json!(null)).await;
    }

    /// Everything an app may consist of in a namespace.
    pub(super) async fn objects(&self, namespace: &str) -> Objects {
        let lists = KINDS.map(|(root, plural, _)| {
            let path = format!("/{root}/namespaces/{namespace}/{plural}");
            async move { self.server.get(&path).await }
        });
        let mut found = Objects::new();
        for ((_, _, kind), list) in KINDS.into_iter().zip(join_all(lists).await) {
            for object in list["items"].as_array().into_iter().flatten() {
                // As the server writes one that is read alone.
                let mut object = object.clone();
                let mut whole = json!({ "kind": kind, "apiVersion": list["apiVersion"] });
                if let (Some(whole), Some(fields)) = (whole.as_object_mut(), object.as_object_mut()) {
                    whole.append(fields);
                }
                let object = whole;
                let name = object["metadata"]["name"].as_str().unwrap().to_owned();
                found.insert((kind.to_owned(), name), object);
            }
        }
        found
    }

    /// A draft is no longer needed; a team may have a thousand.
    pub(super) async fn forget(&self, draft: &DraftView) {
        self.owner.delete(&paths::draft(&draft.id)).await;
    }

    /// Asks for a draft to be carried out.
    pub(super) async fn submit(&self, draft: &DraftView) -> Answer {
        let owner = self
            .owner
            .clone()
            .with_header("if-match", &format!("\"{}\"", draft.revision))
            .with_header("idempotency-key", &format!("{} {}", draft.id, draft.revision));
        owner.post_empty(&paths::draft_operations(&draft.id)).await
    }

    /// Waits for the end of an operation.
    pub(super) async fn ended(&self, id: &str) -> OperationView {
        eventually("the operation ends", async || {
            let view: OperationView = self.owner.get(&paths::operation(id)).await.json(200);
            view.state.is_final().then_some(view)
        })
        .await
    }

    /// Carries a draft out. An error says how it ended otherwise.
    pub(super) async fn carried_out(&self, draft: &DraftView) -> Result<(), String> {
        let answer = self.submit(draft).await;
        if answer.status != 202 {
            return Err(format!("not started: {}", answer.text()));
        }
        let started: OperationView = answer.json(202);
        let ended = self.ended(&started.id).await;
        if ended.state == OperationState::Succeeded {
            return Ok(());
        }
        let words: Vec<String> = ended
            .steps
            .iter()
            .filter_map(|step| Some(format!("{}: {}", step.kind, step.message.clone()?)))
            .collect();
        Err(format!("{:?}: {}", ended.state, words.join("; ")))
    }
}
