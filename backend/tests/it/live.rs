//! The app list and the app page follow the cluster.

use std::time::Duration;

use local_cluster::{Audit, Cluster, Options};
use slipway_api::{AppDetail, AppRow, EndpointKind, Health, Page, paths};

use crate::support::{Client, Namespace, TestApp, eventually};

async fn page(client: &Client, namespace: &str) -> Page<AppRow> {
    let path = format!("{}?namespace={namespace}", paths::apps("test"));
    loaded(client, &path).await.json(200)
}

/// The answer, once the cluster has been listed. Until then there is none, rather than an empty one.
async fn loaded(client: &Client, path: &str) -> crate::support::Answer {
    eventually("the cluster is listed", async || {
        let answer = client.get(path).await;
        if answer.status != 503 {
            return Some(answer);
        }
        let code = answer.problem(503).code;
        assert!(
            ["still_loading", "cluster_unreachable"].contains(&code.as_str()),
            "{code}"
        );
        assert_ne!(answer.header("retry-after"), "");
        None
    })
    .await
}

async fn row(client: &Client, namespace: &str, name: &str, fits: impl Fn(&AppRow) -> bool) -> AppRow {
    eventually("the row is as wanted", async || {
        page(client, namespace)
            .await
            .rows
            .into_iter()
            .find(|row| row.key.name == name && fits(row))
    })
    .await
}

#[tokio::test]
async fn a_row_appears_changes_and_vanishes_with_its_deployment() {
    let app = TestApp::new().await;
    let (name, client) = (app.namespace_of("shop").await, app.member_of("shop"));
    let namespace = Namespace::shared(&name).await;
    assert_eq!(page(&client, &name).await.rows, []);

    namespace.deployment("web", "nginx:1.29", 2).await;
    let running = row(&client, &name, "web", |row| row.health == Health::Running).await;
    assert_eq!(
        (running.wanted, running.ready, running.images),
        (2, 2, vec!["nginx:1.29".to_owned()])
    );
    assert_eq!(
        (running.reason, running.managed_by, running.endpoint),
        (None, None, None)
    );

    namespace.scale("web", 0).await;
    let stopped = row(&client, &name, "web", |row| row.health == Health::Stopped).await;
    assert_eq!((stopped.wanted, stopped.ready), (0, 0));

    namespace.delete_deployment("web").await;
    eventually("the row is gone", async || {
        page(&client, &name).await.rows.is_empty().then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_app_page_shows_pods_services_ingresses_and_simulated_endpoints() {
    let app = TestApp::new().await;
    let (name, client) = (app.namespace_of("shop").await, app.member_of("shop"));
    let namespace = Namespace::shared(&name).await;
    namespace.deployment("web", "nginx:1.29", 2).await;
    namespace.service("web-svc", "web", "LoadBalancer").await;
    namespace.service("other-svc", "other", "ClusterIP").await;
    namespace.ingress("web-ingress", "foo.bar.com", "web-svc").await;

    let path = paths::app("test", &name, "deployment", "web");
    let detail: AppDetail = eventually("the page is complete", async || {
        let answer = client.get(&path).await;
        let detail: AppDetail = (answer.status == 200).then(|| answer.json(200))?;
        let complete = detail.row.health == Health::Running
            && detail
                .endpoints
                .iter()
                .filter(|endpoint| endpoint.address.is_some())
                .count()
                == 3;
        complete.then_some(detail)
    })
    .await;

    assert_eq!(detail.pods.len(), 2);
    assert!(
        detail
            .pods
            .iter()
            .all(|pod| pod.status == "Running" && pod.ready == 1 && pod.node.is_some())
    );
    assert_eq!(
        detail
            .services
            .iter()
            .map(|service| service.name.as_str())
            .collect::<Vec<_>>(),
        ["web-svc"]
    );
    assert!(detail.services[0].simulated && detail.ingresses[0].simulated);
    let kinds: Vec<EndpointKind> = detail.endpoints.iter().map(|endpoint| endpoint.kind).collect();
    assert_eq!(
        kinds,
        [
            EndpointKind::Ingress,
            EndpointKind::LoadBalancer,
            EndpointKind::ClusterIp
        ]
    );
    let first = detail.row.endpoint.unwrap();
    assert_eq!(
        (first.scheme.as_str(), first.host.as_str(), first.port),
        ("http", "foo.bar.com", 80)
    );
    assert_eq!(first.address.as_deref(), Some("192.0.2.10"));
    assert!(first.external && first.simulated);
}

#[tokio::test]
async fn an_image_that_cannot_be_pulled_is_named() {
    let app = TestApp::new().await;
    let (name, client) = (app.namespace_of("shop").await, app.member_of("shop"));
    let namespace = Namespace::shared(&name).await;

    namespace.deployment("web", "shop/web:missing", 1).await;

    let failed = row(&client, &name, "web", |row| row.health == Health::Failed).await;
    let reason = failed.reason.unwrap();
    assert_eq!(reason.code, "image_pull_failed");
    assert!(reason.object.starts_with("Pod web-"), "{}", reason.object);
    assert!(reason.message.unwrap().contains("shop/web:missing"));
}

#[tokio::test]
async fn pods_that_a_quota_forbids_are_named() {
    let app = TestApp::new().await;
    let (name, client) = (app.namespace_of("shop").await, app.member_of("shop"));
    let namespace = Namespace::shared(&name).await;
    namespace.quota(serde_json::json!({ "pods": "0" })).await;

    namespace.deployment("web", "nginx:1.29", 1).await;

    let failed = row(&client, &name, "web", |row| row.health == Health::Failed).await;
    assert_eq!(failed.reason.unwrap().code, "quota_exceeded");
}

#[tokio::test]
async fn queries_that_make_no_sense_are_refused() {
    let app = TestApp::new().await;
    let client = app.member_of("shop");
    let apps = paths::apps("test");
    loaded(&client, &apps).await;

    for (query, status, code) in [
        ("?limit=101", 422, "out_of_range"),
        ("?page=0", 422, "out_of_range"),
        ("?serach=web", 422, "unknown_field"),
        ("?health=good", 422, "wrong_type"),
        ("?namespace=kube-system", 404, "not_found"),
    ] {
        let problem = client.get(&format!("{apps}{query}")).await.problem(status);
        assert_eq!(problem.code, code, "{query}");
    }
    assert_eq!(
        client.get(&paths::apps("nowhere")).await.problem(404).code,
        "not_found"
    );
    let job = paths::app("test", "default", "job", "web");
    assert_eq!(client.get(&job).await.problem(404).code, "not_found");
}

/// A server with the kubeconfig's own rights on a cluster of its own.
async fn alone(cluster: &Cluster) -> TestApp {
    let kubeconfig = cluster.kubeconfig();
    TestApp::with(|config, _| config.clusters[0].kubeconfig = Some(kubeconfig)).await
}

#[tokio::test]
async fn one_watch_per_kind_serves_everybody() {
    let cluster = Cluster::start(Options {
        audit: Audit::Everything,
        metrics: false,
        ..Options::default()
    })
    .await
    .unwrap();
    let app = alone(&cluster).await;
    let readers = [app.owner().await, app.nobody().signed_in(&app.link_token()).await];

    for reader in &readers {
        page(reader, "default").await;
        let mut events = reader.listen("apps:test").await;
        events
            .until("a snapshot", |change| {
                matches!(change, slipway_api::Change::AppsSnapshot { .. }).then_some(())
            })
            .await;
    }

    let ours = |entry: &&local_cluster::AuditEntry| {
        entry.user_agent.starts_with("slipway/") && entry.verb == "watch"
    };
    let audit = cluster.audit().unwrap();
    let mut watched: Vec<&str> = audit
        .iter()
        .filter(ours)
        .map(|entry| entry.object_ref.resource.as_str())
        .collect();
    watched.sort_unstable();
    watched.dedup_by_key(|resource| (*resource).to_owned());
    let kinds = [
        "deployments",
        "horizontalpodautoscalers",
        "ingresses",
        "pods",
        "replicasets",
        "services",
    ];
    assert_eq!(watched, kinds);
    // The log tells of a watch when it begins and when it has ended; none has.
    assert!(audit.iter().filter(ours).count() <= kinds.len() * 2);
    assert!(
        !audit
            .iter()
            .any(|entry| entry.user_agent.starts_with("slipway/") && entry.object_ref.resource == "secrets")
    );
}

#[tokio::test]
async fn a_silent_api_server_makes_pages_stale_until_it_answers_again() {
    let cluster = Cluster::start(Options {
        metrics: false,
        audit: Audit::Off,
        ..Options::default()
    })
    .await
    .unwrap();
    let app = alone(&cluster).await;
    let client = app.owner().await;
    let namespace = Namespace::of(&cluster, "default").await;
    namespace.deployment("web", "nginx:1.29", 1).await;
    row(&client, "default", "web", |row| row.health == Health::Running).await;

    cluster.pause_api_server().await.unwrap();
    let silent = tokio::time::Instant::now();
    let stale = eventually("the page is stale", async || {
        let page = page(&client, "default").await;
        page.access.stale_since.map(|_| page)
    })
    .await;
    assert!(
        silent.elapsed() < Duration::from_secs(5),
        "{:?}",
        silent.elapsed()
    );
    assert_eq!(stale.rows.len(), 1, "what was known is still shown");

    cluster.resume_api_server().await.unwrap();
    eventually("the page is fresh", async || {
        page(&client, "default")
            .await
            .access
            .stale_since
            .is_none()
            .then_some(())
    })
    .await;
    namespace.scale("web", 2).await;
    row(&client, "default", "web", |row| row.ready == 2).await;

    cluster.kill_api_server().await.unwrap();
    eventually("stale again", async || {
        page(&client, "default").await.access.stale_since
    })
    .await;
    cluster.start_api_server().await.unwrap();
    eventually("fresh again", async || {
        page(&client, "default")
            .await
            .access
            .stale_since
            .is_none()
            .then_some(())
    })
    .await;
    namespace.delete_deployment("web").await;
    eventually("the row is gone", async || {
        page(&client, "default").await.rows.is_empty().then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_cluster_that_does_not_answer_at_the_start_is_followed_once_it_does() {
    let cluster = Cluster::start(Options {
        metrics: false,
        audit: Audit::Off,
        ..Options::default()
    })
    .await
    .unwrap();
    Namespace::of(&cluster, "default")
        .await
        .deployment("web", "nginx:1.29", 1)
        .await;
    cluster.stop_api_server().await.unwrap();
    let app = alone(&cluster).await;
    let client = app.owner().await;

    let refused = eventually("the server knows", async || {
        let answer = client.get(&paths::apps("test")).await;
        let problem = answer.problem(503);
        (problem.code == "cluster_unreachable").then_some(answer)
    })
    .await;
    assert_ne!(refused.header("retry-after"), "");
    client.get("/readyz").await.demand(200);

    cluster.start_api_server().await.unwrap();
    row(&client, "default", "web", |row| row.health == Health::Running).await;
}
