//! What the simulated nodes and the simulated cloud do.

use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::{Node, Pod, Service};
use k8s_openapi::api::networking::v1::Ingress;
use kube::api::ListParams;
use kube::{Api, Client};
use local_cluster::{INGRESS_CLASS, VIRTUAL_NODE, shared};
use serde_json::json;

use crate::support::{a_deployment, create, eventually, ready_replicas};

const SOON: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_deployment_gets_ready_pods() {
    let cluster = shared().await;
    let (client, namespace) = (
        cluster.client().await.unwrap(),
        cluster.namespace("ready").await.unwrap(),
    );

    let _: Deployment = create(&client, &namespace, a_deployment("web", "nginx:1.29", 2)).await;

    eventually("two ready pods", SOON, async || {
        (ready_replicas(&client, &namespace, "web").await == 2).then_some(())
    })
    .await;
    let pods: Api<Pod> = Api::namespaced(client, &namespace);
    for pod in pods.list(&ListParams::default()).await.unwrap() {
        assert_ne!(
            pod.spec.unwrap().node_name.as_deref(),
            Some(VIRTUAL_NODE),
            "nothing tolerates its taint"
        );
    }
}

#[tokio::test]
async fn a_pod_whose_image_is_missing_says_so() {
    let cluster = shared().await;
    let (client, namespace) = (
        cluster.client().await.unwrap(),
        cluster.namespace("missing").await.unwrap(),
    );

    let _: Deployment = create(&client, &namespace, a_deployment("web", "shop/web:missing", 1)).await;

    let pods: Api<Pod> = Api::namespaced(client.clone(), &namespace);
    let reason = eventually("a reason", SOON, async || {
        let pod = pods.list(&ListParams::default()).await.unwrap().items.pop()?;
        let container = pod.status?.container_statuses?.pop()?;
        container.state?.waiting?.reason
    })
    .await;
    assert_eq!(reason, "ErrImagePull");
    assert_eq!(ready_replicas(&client, &namespace, "web").await, 0);
}

#[tokio::test]
async fn load_balancers_get_addresses_of_their_own() {
    let cluster = shared().await;
    let (client, namespace) = (
        cluster.client().await.unwrap(),
        cluster.namespace("balanced").await.unwrap(),
    );

    for name in ["one", "two"] {
        let spec = json!({ "type": "LoadBalancer", "selector": { "app": name }, "ports": [{ "port": 80 }] });
        let _: Service = create(
            &client,
            &namespace,
            json!({ "metadata": { "name": name }, "spec": spec }),
        )
        .await;
    }

    let one = service_address(&client, &namespace, "one").await;
    let two = service_address(&client, &namespace, "two").await;
    assert_ne!(one, two);
    for address in [one, two] {
        assert!(
            address.starts_with("203.0.113.") || address.starts_with("198.51.100."),
            "{address}"
        );
    }
}

#[tokio::test]
async fn only_ingresses_of_the_simulated_class_get_an_address() {
    let cluster = shared().await;
    let (client, namespace) = (
        cluster.client().await.unwrap(),
        cluster.namespace("routed").await.unwrap(),
    );

    let _: Ingress = create(&client, &namespace, an_ingress("elsewhere", Some("nginx"))).await;
    let by_default: Ingress = create(&client, &namespace, an_ingress("by-default", None)).await;
    let _: Ingress = create(&client, &namespace, an_ingress("by-name", Some(INGRESS_CLASS))).await;

    assert_eq!(
        by_default.spec.unwrap().ingress_class_name.as_deref(),
        Some(INGRESS_CLASS)
    );
    for name in ["by-default", "by-name"] {
        let address = eventually("an address", SOON, async || {
            ingress_address(&client, &namespace, name).await
        })
        .await;
        assert_eq!(address, "192.0.2.10");
    }
    assert_eq!(ingress_address(&client, &namespace, "elsewhere").await, None);
}

#[tokio::test]
async fn an_autoscaler_follows_simulated_usage() {
    let cluster = shared().await;
    let (client, namespace) = (
        cluster.client().await.unwrap(),
        cluster.namespace("scaled").await.unwrap(),
    );
    let mut deployment = a_deployment("web", "nginx:1.29", 2);
    deployment["spec"]["template"]["metadata"]["annotations"] = json!({ "kwok.x-k8s.io/usage-cpu": "100m" });

    let _: Deployment = create(&client, &namespace, deployment).await;
    let _: HorizontalPodAutoscaler = create(&client, &namespace, an_autoscaler("web")).await;

    eventually("four ready pods", Duration::from_mins(2), async || {
        (ready_replicas(&client, &namespace, "web").await == 4).then_some(())
    })
    .await;
}

#[tokio::test]
async fn there_is_one_virtual_node_and_it_is_tainted() {
    let client = shared().await.client().await.unwrap();

    let virtual_nodes: Vec<Node> = Api::all(client)
        .list(&ListParams::default().labels("type=virtual-kubelet"))
        .await
        .unwrap()
        .items;

    let [node] = &virtual_nodes[..] else {
        panic!("{} virtual nodes", virtual_nodes.len())
    };
    let taints = node.spec.as_ref().unwrap().taints.as_ref().unwrap();
    assert_eq!(
        (taints[0].key.as_str(), taints[0].effect.as_str()),
        ("virtual-kubelet.io/provider", "NoSchedule")
    );
    assert_eq!(taints[0].value.as_deref(), Some("alibabacloud"));
}

#[tokio::test]
async fn timed_scaling_objects_are_accepted_and_checked() {
    let cluster = shared().await;
    let (client, namespace) = (
        cluster.client().await.unwrap(),
        cluster.namespace("timed").await.unwrap(),
    );
    let post = async |spec: serde_json::Value| {
        let object = json!({
            "apiVersion": "autoscaling.alibabacloud.com/v1beta1",
            "kind": "CronHorizontalPodAutoscaler",
            "metadata": { "name": "web" },
            "spec": spec,
        });
        let path = format!(
            "/apis/autoscaling.alibabacloud.com/v1beta1/namespaces/{namespace}/cronhorizontalpodautoscalers"
        );
        let request = http::Request::post(path).header("Content-Type", "application/json");
        client
            .request_text(request.body(serde_json::to_vec(&object).unwrap()).unwrap())
            .await
    };

    let refused = post(json!({ "jobs": [] })).await;
    let accepted = post(json!({
        "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "web" },
        "jobs": [{ "name": "up", "schedule": "0 0 8 * * 1-5", "targetSize": 10 }],
    }))
    .await;

    assert!(refused.unwrap_err().to_string().contains("scaleTargetRef"));
    accepted.unwrap();
}

fn an_ingress(name: &str, class: Option<&str>) -> serde_json::Value {
    let backend = json!({ "service": { "name": "web", "port": { "number": 80 } } });
    json!({
        "metadata": { "name": name },
        "spec": {
            "ingressClassName": class,
            "rules": [{
                "host": "foo.bar.com",
                "http": { "paths": [{ "path": "/", "pathType": "Prefix", "backend": backend }] },
            }],
        },
    })
}

fn an_autoscaler(target: &str) -> serde_json::Value {
    json!({
        "metadata": { "name": target },
        "spec": {
            "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": target },
            "minReplicas": 2,
            "maxReplicas": 4,
            "metrics": [{
                "type": "Resource",
                "resource": { "name": "cpu", "target": { "type": "Utilization", "averageUtilization": 50 } },
            }],
        },
    })
}

async fn service_address(client: &Client, namespace: &str, name: &str) -> String {
    let services: Api<Service> = Api::namespaced(client.clone(), namespace);
    eventually("an address", SOON, async || {
        let status = services.get(name).await.unwrap().status?;
        status.load_balancer?.ingress?.pop()?.ip
    })
    .await
}

async fn ingress_address(client: &Client, namespace: &str, name: &str) -> Option<String> {
    let ingresses: Api<Ingress> = Api::namespaced(client.clone(), namespace);
    let status = ingresses.get(name).await.unwrap().status?;
    status.load_balancer?.ingress?.pop()?.ip
}
