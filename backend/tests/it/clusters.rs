//! Clusters: found, described, and still there when they do not answer.

use local_cluster::{Audit, Cluster, INGRESS_CLASS, Options, shared};
use slipway_api::{ClusterState, ClusterView, Feature, NamespaceList, Provider, paths};

use crate::support::{Client, TestApp, eventually};

async fn reachable(client: &Client) -> ClusterView {
    eventually("the cluster is reachable", async || {
        let cluster: ClusterView = client.get(&paths::cluster("test")).await.json(200);
        (cluster.state == ClusterState::Reachable).then_some(cluster)
    })
    .await
}

async fn alone_on_the_shared_cluster() -> TestApp {
    let kubeconfig = shared().await.kubeconfig();
    TestApp::with(|config, _| config.clusters[0].kubeconfig = Some(kubeconfig)).await
}

#[tokio::test]
async fn a_cluster_is_described_by_what_was_found_on_it() {
    let app = alone_on_the_shared_cluster().await;
    let client = app.owner().await;

    let cluster = eventually("its nodes are counted", async || {
        let cluster = reachable(&client).await;
        cluster.nodes.is_some().then_some(cluster)
    })
    .await;

    assert_eq!((cluster.nodes, cluster.virtual_nodes), (Some(3), Some(1)));
    assert_eq!(cluster.provider, Provider::Simulated);
    assert!(cluster.version.unwrap().starts_with("v1."));
    assert_eq!(cluster.ingress_classes, [INGRESS_CLASS]);
    assert_eq!(cluster.default_ingress_class.as_deref(), Some(INGRESS_CLASS));
    assert_eq!(cluster.default_namespace, "default");
    let has = |wanted| {
        cluster
            .features
            .iter()
            .any(|one| one.feature == wanted && one.present)
    };
    assert!(has(Feature::CronHpa) && has(Feature::Ingress) && !has(Feature::GatewayApi));
}

#[tokio::test]
async fn nodes_are_counted_only_for_those_who_may_list_them() {
    let app = TestApp::new().await;

    let cluster = reachable(&app.member_of("shop")).await;

    assert_eq!((cluster.nodes, cluster.virtual_nodes), (None, None));
}

#[tokio::test]
async fn whoever_may_list_namespaces_chooses_from_all_of_them() {
    let app = alone_on_the_shared_cluster().await;
    let client = app.owner().await;
    reachable(&client).await;

    let namespaces: NamespaceList = client.get(&paths::namespaces("test")).await.json(200);

    assert!(namespaces.complete);
    assert!(
        ["default", "kube-system"]
            .iter()
            .all(|name| namespaces.names.iter().any(|known| known == name))
    );
    assert!(namespaces.names.is_sorted());
}

#[tokio::test]
async fn a_cluster_that_does_not_answer_is_listed_and_stops_nothing() {
    let app = TestApp::offline().await;
    let client = app.member_of("shop");

    eventually("it is known not to answer", async || {
        let clusters: Vec<ClusterView> = client.get(paths::CLUSTERS).await.json(200);
        (clusters[0].state == ClusterState::Unreachable).then_some(())
    })
    .await;

    for path in [
        paths::apps("test"),
        paths::namespaces("test"),
        paths::app("test", "default", "deployment", "web"),
    ] {
        let answer = client.get(&path).await;
        assert_eq!(answer.problem(503).code, "cluster_unreachable", "{path}");
        assert_ne!(answer.header("retry-after"), "", "{path}");
    }
    client.get("/readyz").await.demand(200);
}

#[tokio::test]
async fn a_cluster_that_is_not_configured_is_not_there() {
    let app = TestApp::offline().await;
    let client = app.member_of("shop");

    for path in [
        paths::cluster("prod"),
        paths::namespaces("prod"),
        paths::apps("prod"),
    ] {
        client.get(&path).await.problem(404);
    }
    app.nobody().get(paths::CLUSTERS).await.problem(401);
}

#[tokio::test]
async fn another_cluster_behind_the_same_context_is_noticed() {
    let second = Cluster::start(Options {
        metrics: false,
        audit: Audit::Off,
        ..Options::default()
    })
    .await
    .unwrap();
    let first = std::fs::read(shared().await.kubeconfig()).unwrap();
    let app = TestApp::with(|config, folder| {
        let file = folder.join("changing.kubeconfig");
        std::fs::write(&file, first).unwrap();
        config.clusters[0].kubeconfig = Some(file);
    })
    .await;
    let uid = |app: &TestApp| app.state.clusters.find("test").unwrap().uid();
    let before = eventually("the first cluster is known", async || uid(&app)).await;
    let id = app.state.clusters.find("test").unwrap().id();

    let file = app.data_dir().parent().unwrap().join("changing.kubeconfig");
    std::fs::copy(second.kubeconfig(), file).unwrap();
    let app = app.restarted().await;

    let after = eventually("the second cluster is known", async || {
        uid(&app).filter(|uid| *uid != before)
    })
    .await;
    assert_eq!(
        app.state.clusters.find("test").unwrap().id(),
        id,
        "its drafts stay"
    );
    let app = app.restarted().await;
    assert_eq!(uid(&app), Some(after), "it is remembered");
}
