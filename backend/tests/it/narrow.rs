//! A kubeconfig with rights in a few namespaces, as many people have.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use std::path::PathBuf;
use std::time::Duration;

use k8s_openapi::api::core::v1::Service;
use k8s_openapi::api::rbac::v1::{Role, RoleBinding};
use kube::Api;
use kube::api::{ListParams, PostParams};
use local_cluster::{Asked, Fault, Proxy, shared};
use serde_json::json;
use slipway_api::{AppRow, NamespaceList, OperationView, Page, paths};

use crate::stage::{ALL, allow, draft_of, objects, submit, succeeded};
use crate::support::{Client, Namespace, TestApp, eventually};

/// A server that acts as somebody whose rights are only in these namespaces.
async fn server(kubeconfig: PathBuf, namespaces: &[&str]) -> (TestApp, Client) {
    let app = TestApp::with(|config, _| {
        config.clusters[0].kubeconfig = Some(kubeconfig);
        config.clusters[0].namespaces = namespaces.iter().map(ToString::to_string).collect();
    })
    .await;
    let owner = app.owner().await;
    (app, owner)
}

/// Lets a user look at workloads and Services of a namespace, and at nothing else.
async fn let_look(namespace: &str, user: &str) {
    let client = shared().await.client().await.unwrap();
    let role = json!({
        "metadata": { "name": "looker" },
        "rules": [{
            "apiGroups": ["", "apps"],
            "resources": ["deployments", "replicasets", "pods", "services"],
            "verbs": ["get", "list", "watch"],
        }],
    });
    let binding = json!({
        "metadata": { "name": "looker" },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "looker" },
        "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user }],
    });
    let params = PostParams::default();
    let roles: Api<Role> = Api::namespaced(client.clone(), namespace);
    roles
        .create(&params, &serde_json::from_value(role).unwrap())
        .await
        .unwrap();
    let bindings: Api<RoleBinding> = Api::namespaced(client, namespace);
    bindings
        .create(&params, &serde_json::from_value(binding).unwrap())
        .await
        .unwrap();
    let theirs = shared().await.client_for(user, &[]).await.unwrap();
    let services: Api<Service> = Api::namespaced(theirs, namespace);
    eventually("the role is in effect", async || {
        services.list(&ListParams::default()).await.ok().map(|_| ())
    })
    .await;
}

async fn an_app_in(prefix: &str, name: &str) -> String {
    let namespace = shared().await.namespace(prefix).await.unwrap();
    Namespace::shared(&namespace)
        .await
        .deployment(name, "nginx:1.29", 1)
        .await;
    namespace
}

/// The page of all apps, once each of these runs.
async fn page_with(owner: &Client, names: &[&str]) -> Page<AppRow> {
    eventually("the apps are listed", async || {
        let answer = owner.get(&paths::apps("test")).await;
        let page: Page<AppRow> = (answer.status == 200).then(|| answer.json(200))?;
        let running: Vec<_> = page
            .rows
            .iter()
            .filter(|row| row.ready > 0)
            .map(|row| row.key.name.as_str())
            .collect();
        names.iter().all(|name| running.contains(name)).then_some(page)
    })
    .await
}

/// Everything that is asked until the cluster was looked at so many times more, beside these looks.
async fn asked_during(proxy: &Proxy, looks: usize) -> Vec<Asked> {
    let asked = |from: usize| -> Vec<Asked> {
        let passed = proxy.passed().into_iter().skip(from);
        passed.map(|passed| passed.asked).collect()
    };
    let is_look = |asked: &Asked| asked.path == "/readyz";
    let begun = proxy.passed().len();
    eventually("the cluster is looked at", async || {
        (asked(begun).iter().filter(|asked| is_look(asked)).count() >= looks).then_some(())
    })
    .await;
    asked(begun).into_iter().filter(|asked| !is_look(asked)).collect()
}

#[tokio::test]
async fn apps_of_the_allowed_namespaces_are_listed_and_what_may_not_be_seen_is_said() {
    let (one, two, other) = (
        an_app_in("one", "web").await,
        an_app_in("two", "api").await,
        an_app_in("other", "hidden").await,
    );
    let user = format!("looker-of-{one}");
    for namespace in [&one, &two] {
        let_look(namespace, &user).await;
    }
    let kubeconfig = shared().await.kubeconfig_for(&user, &[]).unwrap();
    let proxy = Proxy::start_as(shared().await, &kubeconfig).await.unwrap();
    let (_app, owner) = server(proxy.kubeconfig().to_owned(), &[&one, &two, &other]).await;

    let page = page_with(&owner, &["web", "api"]).await;

    assert_eq!((page.rows.len(), page.total, page.unfiltered), (2, 2, 2));
    assert!(!page.rows.iter().any(|row| row.key.namespace == other));
    assert_eq!(page.access.forbidden, ["Ingress", "HorizontalPodAutoscaler"]);
    assert_eq!(page.access.stale_since, None);
    let names: NamespaceList = owner.get(&paths::namespaces("test")).await.json(200);
    assert!(!names.complete && names.names.contains(&one) && names.names.contains(&two));

    asked_during(&proxy, 1).await;
    let asked = asked_during(&proxy, 4).await;
    assert_eq!(asked, [], "nothing is asked again and again");

    Namespace::shared(&one).await.scale("web", 3).await;
    eventually("a change is seen", async || {
        let page: Page<AppRow> = owner.get(&paths::apps("test")).await.json(200);
        page.rows.iter().any(|row| row.ready == 3).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_kind_that_is_refused_whatever_the_review_says_is_missing_alone() {
    let namespace = an_app_in("one", "web").await;
    let user = format!("viewer-of-{namespace}");
    let cluster = shared().await;
    allow(&cluster.client().await.unwrap(), &namespace, &user, "view").await;
    let kubeconfig = cluster.kubeconfig_for(&user, &[]).unwrap();
    let proxy = Proxy::start_as(cluster, &kubeconfig).await.unwrap();
    let refused = Fault::Answer {
        code: 403,
        reason: "Forbidden",
        retry_after: None,
    };
    proxy.on(|asked| asked.path.ends_with("/ingresses"), refused);
    let (_app, owner) = server(proxy.kubeconfig().to_owned(), &[&namespace]).await;

    let page = page_with(&owner, &["web"]).await;

    assert_eq!(page.access.forbidden, ["Ingress"]);
    asked_during(&proxy, 1).await;
    let asked = asked_during(&proxy, 4).await;
    assert_eq!(asked, [], "neither it nor the others are listed again and again");
}

#[tokio::test]
async fn an_app_is_created_with_rights_in_its_namespace_alone() {
    let cluster = shared().await;
    let kube = cluster.client().await.unwrap();
    let namespace = cluster.namespace("one").await.unwrap();
    let user = format!("editor-of-{namespace}");
    allow(&kube, &namespace, &user, "edit").await;
    let kubeconfig = cluster.kubeconfig_for(&user, &[]).unwrap();
    let (app, owner) = server(kubeconfig, &[&namespace]).await;
    let draft = draft_of(&owner, "test", &namespace, |_| {}).await;

    let started: OperationView = submit(&owner, &draft, "k").await.json(202);
    let ended = eventually("the operation ends", async || {
        app.clock.pass(Duration::from_millis(20));
        let view: OperationView = owner.get(&paths::operation(&started.id)).await.json(200);
        view.state.is_final().then_some(view)
    })
    .await;

    succeeded(&ended);
    assert_eq!(objects(&kube, &namespace).await, ALL);
    let uid = app.state.clusters.find("test").unwrap().uid().unwrap();
    let told_by = uid.as_str().split_once('/').map(|(namespace, _)| namespace);
    assert_eq!(told_by, Some(namespace.as_str()), "kube-system may not be read");
}
