#![expect(clippy::needless_pass_by_value, reason = "JSON reads best where it stands")]

use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::api::core::v1::{Pod, Service};
use k8s_openapi::api::networking::v1::Ingress;
use serde_json::{Value, json};
use slipway_api::EndpointKind;

use super::*;
use crate::live::record::{DeploymentRecord, IngressRecord, PodRecord, ReplicaSetRecord, ServiceRecord};

fn deployment(name: &str, ready: u32) -> DeploymentRecord {
    let deployment: Deployment = read(json!({
        "metadata": { "name": name, "namespace": "shop" },
        "spec": { "replicas": 1, "selector": {}, "template": { "metadata": { "labels": { "app": name, "tier": "web" } } } },
        "status": { "readyReplicas": ready },
    }));
    deployment.into()
}

fn replica_set(name: &str, deployment: &str, pods: u32) -> ReplicaSetRecord {
    let owner = json!([{ "apiVersion": "apps/v1", "kind": "Deployment", "name": deployment, "uid": "u", "controller": true }]);
    let set: ReplicaSet = read(json!({
        "metadata": { "name": name, "namespace": "shop", "ownerReferences": owner },
        "spec": { "replicas": pods, "selector": {} },
    }));
    set.into()
}

fn pod(name: &str, set: &str, phase: &str) -> PodRecord {
    let owner = json!([{ "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": set, "uid": "u", "controller": true }]);
    let pod: Pod = read(json!({
        "metadata": { "name": name, "namespace": "shop", "ownerReferences": owner },
        "spec": { "containers": [] }, "status": { "phase": phase },
    }));
    pod.into()
}

fn service(name: &str, selector: Value) -> ServiceRecord {
    let service: Service = read(json!({
        "metadata": { "name": name, "namespace": "shop" },
        "spec": { "selector": selector, "ports": [{ "port": 80 }] },
    }));
    service.into()
}

fn ingress(name: &str, service: &str) -> IngressRecord {
    let ingress: Ingress = read(json!({
        "metadata": { "name": name, "namespace": "shop" },
        "spec": { "rules": [{ "host": "foo.bar.com", "http": { "paths": [
            { "path": "/", "pathType": "Prefix", "backend": { "service": { "name": service, "port": { "number": 80 } } } }] } }] },
    }));
    ingress.into()
}

fn read<T: serde::de::DeserializeOwned>(object: Value) -> T {
    serde_json::from_value(object).unwrap()
}

fn changed(batch: &Batch) -> Vec<&str> {
    batch.rows.iter().map(|row| row.key.name.as_str()).collect()
}

fn touched(batch: &Batch) -> Vec<&str> {
    batch.touched.iter().map(|(_, name)| name.as_str()).collect()
}

fn first_endpoint(index: &Index, name: &str) -> Option<EndpointKind> {
    let objects = index.objects("shop", name, KindSet::shown()).unwrap();
    crate::live::fold::app_row(&objects)
        .endpoint
        .map(|endpoint| endpoint.kind)
}

#[test]
fn a_pod_belongs_to_the_app_of_its_replica_set_whichever_comes_first() {
    let mut index = Index::new("prod");

    index.put(pod("web-1-a", "web-1", "Running"));
    index.put(pod("other-1-a", "other-1", "Running"));
    index.put(deployment("web", 1));
    index.put(replica_set("web-1", "web", 1));

    let objects = index.objects("shop", "web", KindSet::shown()).unwrap();
    assert_eq!(
        objects
            .pods
            .iter()
            .map(|pod| pod.place.name.as_str())
            .collect::<Vec<_>>(),
        ["web-1-a"]
    );
}

#[test]
fn a_service_belongs_to_the_apps_whose_pods_it_selects() {
    let mut index = Index::new("prod");
    for name in ["web", "api"] {
        index.put(deployment(name, 1));
    }
    index.put(service("web-svc", json!({ "app": "web" })));
    index.put(service("all", json!({ "tier": "web" })));
    index.put(service("none", json!({ "app": "web", "tier": "db" })));
    index.put(service("without", json!({})));

    let services = |name| -> Vec<String> {
        let objects = index.objects("shop", name, KindSet::shown()).unwrap();
        objects
            .services
            .iter()
            .map(|service| service.place.name.clone())
            .collect()
    };

    assert_eq!(services("web"), ["all", "web-svc"]);
    assert_eq!(services("api"), ["all"]);
}

#[test]
fn an_ingress_changes_the_row_of_the_app_behind_its_service_only() {
    let mut index = Index::new("prod");
    for name in ["web", "api"] {
        index.put(deployment(name, 1));
        index.put(service(&format!("{name}-svc"), json!({ "app": name })));
    }
    index.refresh();

    index.put(ingress("web-ingress", "web-svc"));

    assert_eq!(changed(&index.refresh()), ["web"]);
    assert_eq!(first_endpoint(&index, "web"), Some(EndpointKind::Ingress));
    assert_eq!(first_endpoint(&index, "api"), Some(EndpointKind::ClusterIp));

    index.remove::<IngressRecord>("shop", "web-ingress");

    assert_eq!(changed(&index.refresh()), ["web"]);
    assert_eq!(first_endpoint(&index, "web"), Some(EndpointKind::ClusterIp));
}

#[test]
fn a_change_that_no_page_shows_is_no_change() {
    let mut index = Index::new("prod");
    index.put(deployment("web", 1));
    index.refresh();

    index.put(deployment("web", 1));

    assert!(index.refresh().touched.is_empty());
}

#[test]
fn a_pod_that_changes_nothing_in_the_list_still_touches_its_app() {
    let mut index = Index::new("prod");
    index.put(deployment("web", 1));
    index.put(replica_set("web-1", "web", 1));
    index.put(pod("web-1-a", "web-1", "Pending"));
    index.refresh();

    index.put(pod("web-1-a", "web-1", "Running"));

    let batch = index.refresh();
    assert_eq!((changed(&batch).len(), touched(&batch)), (0, vec!["web"]));
}

#[test]
fn a_listing_replaces_what_was_known() {
    let mut index = Index::new("prod");
    index.replace(
        None,
        vec![deployment("web", 1), deployment("api", 1), deployment("old", 1)],
    );
    index.refresh();

    index.replace(
        None,
        vec![deployment("web", 1), deployment("api", 0), deployment("new", 1)],
    );

    let batch = index.refresh();
    assert_eq!(changed(&batch), ["api", "new"]);
    assert_eq!(
        batch.gone.iter().map(|key| key.name.as_str()).collect::<Vec<_>>(),
        ["old"]
    );
}

#[test]
fn a_listing_of_one_namespace_leaves_the_others_alone() {
    let mut index = Index::new("prod");
    let mut elsewhere = deployment("web", 1);
    elsewhere.place.namespace = "other".into();
    index.replace(None, vec![deployment("web", 1), elsewhere]);
    index.refresh();

    index.replace::<DeploymentRecord>(Some("shop"), Vec::new());

    assert_eq!(index.refresh().gone.len(), 1);
    assert_eq!(index.namespaces(), ["other"]);
}

#[test]
fn a_kind_that_may_not_be_seen_is_not_shown() {
    let mut index = Index::new("prod");
    index.put(deployment("web", 1));
    index.put(service("web-svc", json!({ "app": "web" })));

    let objects = index.objects("shop", "web", KindSet::NONE).unwrap();

    assert!(objects.services.is_empty());
}

#[test]
fn a_replica_set_without_pods_is_not_kept() {
    let mut index = Index::new("prod");
    index.put(replica_set("web-1", "web", 0));

    index.refresh();

    assert!(index.spaces.is_empty());
}
