//! An app that runs, and what people do to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use futures::TryStreamExt;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use kube::api::{Patch, PatchParams, PostParams};
use kube::runtime::{WatchStreamExt, watcher};
use serde_json::{Value, json};
use slipway_api::{DraftView, OperationView, paths};
use tokio::task::JoinSet;

use super::{Stage, succeeded};
use crate::support::{Answer, eventually};

/// Changing an app that runs.
impl Stage {
    /// The guide's example, created.
    pub(crate) async fn running(&self) {
        let draft = self.draft(|_| {}).await;
        succeeded(&self.created(&draft).await);
    }

    /// A path below an app.
    pub(crate) fn of_app(&self, name: &str, path: fn(&str, &str, &str, &str) -> String) -> String {
        path(&self.slug(), &self.namespace, "deployment", name)
    }

    /// A draft of a running app.
    pub(crate) async fn opened(&self, name: &str) -> DraftView {
        self.dev()
            .post_empty(&self.of_app(name, paths::app_drafts))
            .await
            .json(201)
    }

    /// Saves a draft with other values in some fields.
    pub(crate) async fn edited(&self, draft: &DraftView, changes: &[(&str, &str)]) -> DraftView {
        let mut content = draft.content.clone();
        for (field, value) in changes {
            content
                .leaf_mut(field)
                .unwrap_or_else(|| panic!("no field {field}"))
                .set(*value);
        }
        self.saved(draft, &json!(content)).await
    }

    /// Saves a draft after the test has changed what it likes, rows as well.
    pub(crate) async fn rewritten(&self, draft: &DraftView, change: impl FnOnce(&mut Value)) -> DraftView {
        let mut content = json!(draft.content);
        change(&mut content);
        self.saved(draft, &content).await
    }

    pub(crate) async fn saved(&self, draft: &DraftView, content: &Value) -> DraftView {
        self.dev()
            .put(
                &paths::draft(&draft.id),
                draft.revision,
                &json!({ "content": content }),
            )
            .await
            .json(200)
    }

    /// Submits a draft and waits for the end of the operation.
    pub(crate) async fn changed(&self, draft: &DraftView) -> OperationView {
        let started: OperationView = self
            .submit(draft, &format!("{} {}", draft.id, draft.revision))
            .await
            .json(202);
        self.ended(&started.id).await
    }

    /// Submits a draft with what is agreed to.
    pub(crate) async fn submit_with(&self, draft: &DraftView, key: &str, consent: &Value) -> Answer {
        let dev = self
            .dev()
            .with_header("if-match", &format!("\"{}\"", draft.revision));
        dev.with_header("idempotency-key", key)
            .post(&paths::draft_operations(&draft.id), consent)
            .await
    }

    /// Brings a draft together with what its app has become.
    pub(crate) async fn merge(&self, draft: &DraftView, body: &Value) -> Answer {
        let dev = self
            .dev()
            .with_header("if-match", &format!("\"{}\"", draft.revision));
        dev.post(&paths::draft_merge(&draft.id), body).await
    }

    /// Asks something of an app as a whole and waits for the end of the operation.
    pub(crate) async fn asked(&self, name: &str, seen: u64, body: Value) -> OperationView {
        let started: OperationView = self.ask(name, seen, &body.to_string(), &body).await.json(202);
        self.ended(&started.id).await
    }

    /// Asks something of an app as a whole.
    pub(crate) async fn ask(&self, name: &str, seen: u64, key: &str, body: &Value) -> Answer {
        let dev = self.dev().with_header("if-match", &format!("\"{seen}\""));
        dev.with_header("idempotency-key", key)
            .post(&self.of_app(name, paths::app_operations), body)
            .await
    }

    /// A Deployment as it is.
    pub(crate) async fn deployment(&self, name: &str) -> Value {
        let deployment = self.api::<Deployment>().get(name).await.unwrap();
        serde_json::to_value(deployment).unwrap()
    }

    /// The autoscaler's controller sets the number of pods, as it does.
    pub(crate) async fn scaled_by_the_autoscaler(&self, name: &str, replicas: u32) {
        let params = PatchParams {
            field_manager: Some("kube-controller-manager".to_owned()),
            ..PatchParams::default()
        };
        let patch = Patch::Merge(json!({ "spec": { "replicas": replicas } }));
        self.api::<Deployment>()
            .patch_scale(name, &params, &patch)
            .await
            .unwrap();
    }

    /// Somebody else's autoscaler, that wants at least so many pods.
    pub(crate) async fn foreign_autoscaler(&self, name: &str, least: u32) {
        let target = json!({ "apiVersion": "apps/v1", "kind": "Deployment", "name": name });
        let scaler = json!({ "metadata": { "name": "theirs" },
            "spec": { "scaleTargetRef": target, "minReplicas": least, "maxReplicas": least + 1 } });
        self.api::<HorizontalPodAutoscaler>()
            .create(&PostParams::default(), &serde_json::from_value(scaler).unwrap())
            .await
            .unwrap();
    }

    /// Watches the number of pods that a Deployment wants.
    pub(crate) fn lowest_replicas(&self, name: &str) -> Lowest {
        let (api, name) = (self.api::<Deployment>(), name.to_owned());
        let lowest = Arc::new(AtomicI64::new(i64::MAX));
        let seen = lowest.clone();
        let mut watching = JoinSet::new();
        watching.spawn(async move {
            let config = watcher::Config::default().fields(&format!("metadata.name={name}"));
            let watch = watcher(api, config).applied_objects();
            let mut watch = std::pin::pin!(watch);
            while let Ok(Some(deployment)) = watch.try_next().await {
                let replicas = deployment.spec.and_then(|spec| spec.replicas).unwrap_or(1);
                seen.fetch_min(replicas.into(), Ordering::SeqCst);
            }
        });
        Lowest {
            lowest,
            _watching: watching,
        }
    }
}

/// The lowest number of pods that was ever wanted.
pub(crate) struct Lowest {
    lowest: Arc<AtomicI64>,
    /// Ends with it.
    _watching: JoinSet<()>,
}

impl Lowest {
    /// So far, once the watch has seen anything.
    pub(crate) async fn so_far(&self) -> i64 {
        eventually("something was seen", async || {
            let lowest = self.lowest.load(Ordering::SeqCst);
            (lowest < i64::MAX).then_some(lowest)
        })
        .await
    }
}

impl Stage {
    /// The database forgets every app, as one does that was restored from before they were made.
    pub(crate) async fn forget_all_apps(&self) {
        let mut tx = self.app.state.db.write().await.unwrap();
        for table in ["step", "operation", "app_object", "revision", "app"] {
            sqlx::query(sqlx::AssertSqlSafe(format!("delete from {table}")))
                .execute(&mut *tx)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    }
}
