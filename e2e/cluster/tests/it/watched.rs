//! Rights, the audit log, and an API server that goes away.

use std::time::Duration;

use k8s_openapi::api::core::v1::ConfigMap;
use kube::Api;
use kube::api::PostParams;
use local_cluster::{Cluster, Options, shared};
use serde_json::json;

#[tokio::test]
async fn a_new_user_has_no_rights() {
    let cluster = shared().await;
    let namespace = cluster.namespace("strangers").await.unwrap();
    let client = cluster.client_for("mallory", &["visitors"]).await.unwrap();

    let answer = Api::<ConfigMap>::namespaced(client, &namespace)
        .create(&PostParams::default(), &a_map())
        .await;

    let kube::Error::Api(status) = answer.unwrap_err() else {
        panic!("not an answer of the API server")
    };
    assert_eq!(status.code, 403);
    assert!(status.message.contains("mallory"), "{}", status.message);
}

#[tokio::test]
async fn the_audit_log_shows_for_whom_a_write_was_made() {
    let cluster = shared().await;
    let (client, namespace) = (
        cluster.client().await.unwrap(),
        cluster.namespace("audited").await.unwrap(),
    );

    let path = format!("/api/v1/namespaces/{namespace}/configmaps?dryRun=All");
    let request = http::Request::post(path)
        .header("Content-Type", "application/json")
        .header("Impersonate-User", "alice")
        .header("Impersonate-Group", "shop")
        .body(serde_json::to_vec(&a_map()).unwrap());
    let answer = client.request_text(request.unwrap()).await;

    assert!(answer.is_err(), "alice has no rights");
    let entry = cluster
        .audited(|entry| entry.object_ref.namespace == namespace)
        .await
        .unwrap();
    assert_eq!(entry.user.username, "admin");
    assert_eq!(entry.actor(), "alice");
    assert!(
        entry
            .impersonated_user
            .as_ref()
            .unwrap()
            .groups
            .contains(&"shop".to_owned())
    );
    assert_eq!(
        (entry.verb.as_str(), entry.object_ref.resource.as_str()),
        ("create", "configmaps")
    );
    assert_eq!(entry.response_status.code, 403);
    assert!(entry.dry_run());
}

#[tokio::test]
async fn two_clusters_stand_side_by_side_and_one_can_lose_its_api_server() {
    let lone = Options {
        nodes: 1,
        virtual_node: false,
        metrics: false,
        ..Options::default()
    };
    let (one, other) = tokio::try_join!(Cluster::start(lone.clone()), Cluster::start(lone)).unwrap();
    assert_ne!(one.url(), other.url());
    let client = one.client().await.unwrap();

    one.pause_api_server().await.unwrap();
    let paused = tokio::time::timeout(Duration::from_secs(1), client.apiserver_version()).await;
    one.resume_api_server().await.unwrap();
    let resumed = client.apiserver_version().await;
    one.kill_api_server().await.unwrap();
    let killed = client.apiserver_version().await;
    one.start_api_server().await.unwrap();
    let started = client.apiserver_version().await;

    assert!(paused.is_err(), "a paused server answers nothing");
    assert_eq!(resumed.unwrap().git_version, "v1.37.2");
    assert!(killed.is_err());
    started.unwrap();
    other.client().await.unwrap().apiserver_version().await.unwrap();
    let strange = one.kubeconfig();
    let text = std::fs::read_to_string(&strange)
        .unwrap()
        .replace(&one.url(), &other.url());
    assert!(
        refuses(&text).await,
        "the certificate of another cluster is not accepted"
    );
    one.stop().await.unwrap();
    other.stop().await.unwrap();
    assert!(!strange.exists(), "a temporary cluster leaves nothing behind");
}

#[tokio::test]
async fn a_kept_cluster_still_has_its_objects_when_it_is_started_again() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        data: Some(folder.path().to_owned()),
        metrics: false,
        ..Options::default()
    };
    let first = Cluster::start(options.clone()).await.unwrap();
    let namespace = first.namespace("kept").await.unwrap();
    let url = first.url();
    let maps: Api<ConfigMap> = Api::namespaced(first.client().await.unwrap(), &namespace);
    maps.create(&PostParams::default(), &a_map()).await.unwrap();
    first.stop().await.unwrap();

    let second = Cluster::start(options).await.unwrap();

    assert_eq!(second.url(), url, "copies of its kubeconfig go on working");
    let maps: Api<ConfigMap> = Api::namespaced(second.client().await.unwrap(), &namespace);
    maps.get("notes").await.unwrap();
    second.stop().await.unwrap();
}

fn a_map() -> ConfigMap {
    serde_json::from_value(json!({ "metadata": { "name": "notes" }, "data": { "a": "b" } })).unwrap()
}

async fn refuses(kubeconfig: &str) -> bool {
    let config = kube::config::Kubeconfig::from_yaml(kubeconfig).unwrap();
    let config =
        kube::Config::from_custom_kubeconfig(config, &kube::config::KubeConfigOptions::default()).await;
    kube::Client::try_from(config.unwrap())
        .unwrap()
        .apiserver_version()
        .await
        .is_err()
}
