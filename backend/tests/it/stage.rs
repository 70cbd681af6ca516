//! A namespace of its own on the real control plane, with a server in front of it.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

mod running;

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::authorization::v1::SubjectAccessReview;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::Service;
use k8s_openapi::api::networking::v1::Ingress;
use k8s_openapi::api::rbac::v1::RoleBinding;
use kube::api::{ListParams, PostParams};
use kube::{Api, Client as Kube};
use local_cluster::{Cluster, Proxy};
use serde_json::{Value, json};
use slipway_api::{DraftView, OperationState, OperationView, paths};

use crate::support::{Answer, Client, TestApp, documented, eventually};

/// How long anything on the control plane may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// A namespace of its own, a server in front of its cluster, and an administrator's client beside it.
pub(crate) struct Stage {
    pub(crate) app: TestApp,
    pub(crate) cluster: Stands,
    pub(crate) namespace: String,
    pub(crate) kube: Kube,
}

/// What a stage stands on.
pub(crate) enum Stands {
    /// The cluster that all tests share.
    On(&'static Cluster),
    /// One of the test's own.
    Alone(Arc<Cluster>),
}

impl Deref for Stands {
    type Target = Cluster;

    fn deref(&self) -> &Cluster {
        match self {
            Self::On(cluster) => cluster,
            Self::Alone(cluster) => cluster,
        }
    }
}

impl Stage {
    /// With members of two teams, `shop-dev` and `bank-dev`. Only the first may do anything in the namespace. The server has
    /// the documented rights.
    pub(crate) async fn new() -> Self {
        Self::with(documented().await).await
    }

    /// The same through a proxy.
    pub(crate) async fn behind(proxy: &Proxy) -> Self {
        Self::with(proxy.kubeconfig().to_owned()).await
    }

    /// The same by a kubeconfig that leads there.
    pub(crate) async fn with(kubeconfig: PathBuf) -> Self {
        Self::on(Stands::On(local_cluster::shared().await), kubeconfig).await
    }

    /// The same on a cluster of the test's own, by a kubeconfig that leads there.
    pub(crate) async fn on(cluster: Stands, kubeconfig: PathBuf) -> Self {
        let namespace = cluster.namespace("shop").await.unwrap();
        let kube = cluster.client().await.unwrap();
        allow(&kube, &namespace, "shop-dev", "edit").await;
        let app = TestApp::on(kubeconfig).await;
        Self {
            app,
            cluster,
            namespace,
            kube,
        }
    }

    /// The member who may.
    pub(crate) fn dev(&self) -> Client {
        self.app.member_of("shop")
    }

    /// The name of the cluster in URLs.
    pub(crate) fn slug(&self) -> String {
        self.app.state.clusters.all()[0].slug().to_owned()
    }

    /// A draft of the guide's example in the namespace, changed by the test.
    pub(crate) async fn draft(&self, change: impl FnOnce(&mut Value)) -> DraftView {
        draft_of(&self.dev(), &self.slug(), &self.namespace, change).await
    }

    /// Asks for the app of a draft to be created.
    pub(crate) async fn submit(&self, draft: &DraftView, key: &str) -> Answer {
        submit(&self.dev(), draft, key).await
    }

    /// Creates the app of a draft and waits for the end of the operation.
    pub(crate) async fn created(&self, draft: &DraftView) -> OperationView {
        let started: OperationView = self.submit(draft, "only").await.json(202);
        self.ended(&started.id).await
    }

    /// Waits for the end of an operation. The server's clock moves with the waiting.
    pub(crate) async fn ended(&self, id: &str) -> OperationView {
        let dev = self.dev();
        let begun = Instant::now();
        let mut passed = begun;
        loop {
            let view: OperationView = dev.get(&paths::operation(id)).await.json(200);
            if view.state.is_final() {
                return view;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "still {:?}: {:#?}",
                view.state,
                view.steps
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
            self.app.clock.pass(passed.elapsed());
            passed = Instant::now();
        }
    }

    /// What the app consists of, found without our help: kinds and names in the namespace.
    pub(crate) async fn objects(&self) -> Vec<String> {
        objects(&self.kube, &self.namespace).await
    }

    /// Typed access to a kind in the namespace.
    pub(crate) fn api<K>(&self) -> Api<K>
    where
        K: kube::Resource<Scope = kube::core::NamespaceResourceScope>,
        K::DynamicType: Default,
    {
        Api::namespaced(self.kube.clone(), &self.namespace)
    }

    /// Somebody else's Service.
    pub(crate) async fn foreign_service(&self, name: &str) -> Service {
        foreign_service(&self.kube, &self.namespace, name).await
    }
}

/// Somebody else's Service.
pub(crate) async fn foreign_service(kube: &Kube, namespace: &str, name: &str) -> Service {
    let service = json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": { "name": name, "annotations": { "meta.helm.sh/release-name": "theirs" } },
        "spec": { "ports": [{ "port": 9 }] },
    });
    let api: Api<Service> = Api::namespaced(kube.clone(), namespace);
    api.create(&PostParams::default(), &serde_json::from_value(service).unwrap())
        .await
        .unwrap()
}

/// Waits for the end of an operation that ends only after much patience: at each look a minute passes.
pub(crate) async fn ended_in_the_end(app: &TestApp, client: &Client, id: &str) -> OperationView {
    eventually("the operation ends", async || {
        app.clock.pass(Duration::from_mins(1));
        let view: OperationView = client.get(&paths::operation(id)).await.json(200);
        view.state.is_final().then_some(view)
    })
    .await
}

/// Waits until the first request for an object was sent.
pub(crate) async fn tried(client: &Client, id: &str) {
    eventually("something was sent", async || {
        let view: OperationView = client.get(&paths::operation(id)).await.json(200);
        view.steps.iter().any(|step| step.message.is_some()).then_some(())
    })
    .await;
}

/// A POST that really creates an object of a kind.
pub(crate) fn creates(plural: &str) -> impl Fn(&local_cluster::Asked) -> bool + Send + Sync + use<> {
    let end = format!("/{plural}");
    move |asked| asked.method == http::Method::POST && asked.path.ends_with(&end) && asked.writes()
}

/// Kinds and names of everything an app may consist of.
pub(crate) async fn objects(kube: &Kube, namespace: &str) -> Vec<String> {
    let all = ListParams::default();
    let mut names = Vec::new();
    macro_rules! list {
        ($($kind:ident),*) => {$(
            let api: Api<$kind> = Api::namespaced(kube.clone(), namespace);
            for object in api.list(&all).await.unwrap() {
                names.push(format!("{} {}", stringify!($kind), object.metadata.name.unwrap()));
            }
        )*};
    }
    list!(Service, Deployment, HorizontalPodAutoscaler, Ingress);
    names
}

/// Lets a user do what a cluster role allows, in one namespace.
pub(crate) async fn allow(kube: &Kube, namespace: &str, user: &str, role: &str) {
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
        "metadata": { "name": format!("{user}-{role}") },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role },
        "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user }],
    });
    let api: Api<RoleBinding> = Api::namespaced(kube.clone(), namespace);
    api.create(&PostParams::default(), &serde_json::from_value(binding).unwrap())
        .await
        .unwrap();
    // Every role of the tests lets its holder look, and all but one change; the API server takes a moment to know of a binding.
    let verb = if role == "view" { "list" } else { "patch" };
    eventually("the binding is known", async || {
        may(kube, namespace, user, verb).await.then_some(())
    })
    .await;
}

async fn may(kube: &Kube, namespace: &str, user: &str, verb: &str) -> bool {
    let wish = json!({ "namespace": namespace, "verb": verb, "resource": "services" });
    let review = json!({ "metadata": {}, "spec": { "user": user, "resourceAttributes": wish } });
    let api: Api<SubjectAccessReview> = Api::all(kube.clone());
    let review = serde_json::from_value(review).unwrap();
    let review = api.create(&PostParams::default(), &review).await.unwrap();
    review.status.is_some_and(|status| status.allowed)
}

/// A draft of the guide's example, changed by the test.
pub(crate) async fn draft_of(
    dev: &Client,
    cluster: &str,
    namespace: &str,
    change: impl FnOnce(&mut Value),
) -> DraftView {
    let mut content = json!({
        "basics": { "namespace": namespace, "name": "nginx", "kind": "Deployment", "replicas": 2 },
        "containers": [{ "id": 1, "image": "nginx:1.27", "resources": { "cpu_request": "100m" },
                         "ports": [{ "id": 2, "name": "http", "number": 80 }],
                         "env": [{ "id": 3, "name": "TZ", "value": "UTC" }] }],
        "services": [{ "id": 4, "name": "nginx-svc", "kind": "ClusterIP",
                       "ports": [{ "id": 5, "port": 80, "target": 80 }] }],
        "ingresses": [{ "id": 6, "name": "nginx-ingress", "rules": [{ "id": 7, "host": "foo.bar.com" }] }],
        "scaling": { "metric": { "enabled": true, "min": 2, "max": 5, "metrics": [{ "id": 8, "utilization": 60 }] } },
    });
    change(&mut content);
    dev.post(paths::DRAFTS, &json!({ "cluster": cluster, "content": content }))
        .await
        .json(201)
}

/// Asks for the app of a draft to be created.
pub(crate) async fn submit(dev: &Client, draft: &DraftView, key: &str) -> Answer {
    let dev = dev
        .clone()
        .with_header("if-match", &format!("\"{}\"", draft.revision));
    dev.with_header("idempotency-key", key)
        .post_empty(&paths::draft_operations(&draft.id))
        .await
}

/// Kind, state and outcome of each step.
pub(crate) fn steps(view: &OperationView) -> Vec<(String, String)> {
    let step = |step: &slipway_api::StepView| (step.kind.clone(), step.outcome.clone().unwrap_or_default());
    view.steps.iter().map(step).collect()
}

/// What all objects of an app made for the draft are called.
pub(crate) const ALL: [&str; 4] = [
    "Service nginx-svc",
    "Deployment nginx",
    "HorizontalPodAutoscaler nginx",
    "Ingress nginx-ingress",
];

/// Demands that the operation succeeded.
#[track_caller]
pub(crate) fn succeeded(view: &OperationView) {
    assert_eq!(view.state, OperationState::Succeeded, "{view:#?}");
}
