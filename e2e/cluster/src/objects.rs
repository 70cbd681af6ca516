//! The objects that every local cluster begins with: nodes, the Ingress class, the metrics API, the CronHPA kind.

use anyhow::Context;
use data_encoding::BASE64;
use http::Request;
use kube::Client;
use serde_json::{Value, json};

use crate::Options;
use crate::certificates::Certificates;
use crate::ports::Ports;

/// The Ingress class that gets addresses here, and the default one.
pub const INGRESS_CLASS: &str = "slipway-sim";

/// The name of the virtual node.
pub const VIRTUAL_NODE: &str = "virtual-1";

const CRONHPA: &str = include_str!("../assets/cronhpa.yaml");

/// The names of the simulated nodes.
pub(crate) fn node_names(options: &Options) -> Vec<String> {
    let plain = (1..=options.nodes).map(|number| format!("sim-{number}"));
    plain
        .chain(options.virtual_node.then(|| VIRTUAL_NODE.to_owned()))
        .collect()
}

/// Sends them all; what a kept cluster has already is brought up to date.
pub(crate) async fn apply(
    client: &Client,
    options: &Options,
    ports: &Ports,
    certificates: &Certificates,
) -> anyhow::Result<()> {
    for name in node_names(options) {
        let path = format!("/api/v1/nodes/{name}");
        put(client, &path, &node(&name)).await?;
        put(client, &format!("{path}/status"), &node_status(&name, ports)).await?;
    }
    let class = format!("/apis/networking.k8s.io/v1/ingressclasses/{INGRESS_CLASS}");
    put(client, &class, &ingress_class()).await?;
    put_kind(client, CRONHPA).await?;
    if options.metrics {
        put(
            client,
            "/api/v1/namespaces/kube-system/services/metrics-server",
            &metrics_service(ports),
        )
        .await?;
        let authority = std::fs::read(certificates.path("ca.crt"))?;
        let api = "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io";
        put(client, api, &metrics_api(ports, &authority)).await?;
    }
    Ok(())
}

/// The definition of a kind, which is served a moment later.
pub(crate) async fn put_kind(client: &Client, definition: &str) -> anyhow::Result<()> {
    let kind: Value = serde_saphyr::from_str(definition).context("a damaged definition of a kind")?;
    let name = kind["metadata"]["name"].as_str().unwrap_or_default();
    let path = format!("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{name}");
    put(client, &path, &kind).await
}

/// Server-side apply of one object.
async fn put(client: &Client, path: &str, object: &Value) -> anyhow::Result<()> {
    let request = Request::patch(format!("{path}?fieldManager=local-cluster&force=true"))
        .header("Content-Type", "application/apply-patch+yaml")
        .body(serde_json::to_vec(object)?)?;
    let answer: Result<Value, _> = client.request(request).await;
    answer.map(drop).with_context(|| format!("cannot apply {path}"))
}

fn node(name: &str) -> Value {
    let mut object = json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "annotations": {
                "kwok.x-k8s.io/node": "fake",
                "metrics.k8s.io/resource-metrics-path": format!("/metrics/nodes/{name}/metrics/resource"),
            },
            "labels": {
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                "topology.kubernetes.io/zone": "sim-a",
            },
        },
    });
    if name == VIRTUAL_NODE {
        object["metadata"]["labels"]["type"] = json!("virtual-kubelet");
        object["spec"]["taints"] = json!([{ "key": "virtual-kubelet.io/provider", "value": "alibabacloud", "effect": "NoSchedule" }]);
    }
    object
}

/// Both addresses are given: with one alone kwok drops it when a node goes unready and comes back.
fn node_status(name: &str, ports: &Ports) -> Value {
    let room = if name == VIRTUAL_NODE {
        json!({ "cpu": "9600", "memory": "36Ti", "pods": "3000" })
    } else {
        json!({ "cpu": "32", "memory": "128Gi", "pods": "500" })
    };
    json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": { "name": name },
        "status": {
            "addresses": [
                { "type": "InternalIP", "address": "127.0.0.1" },
                { "type": "Hostname", "address": name },
            ],
            "daemonEndpoints": { "kubeletEndpoint": { "Port": ports.kubelet } },
            "allocatable": room,
            "capacity": room,
        },
    })
}

fn ingress_class() -> Value {
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": {
            "name": INGRESS_CLASS,
            "annotations": { "ingressclass.kubernetes.io/is-default-class": "true" },
        },
        "spec": { "controller": "slipway.dev/simulated" },
    })
}

/// metrics-server is a process on this machine, not a pod: the API server finds it by an external name.
fn metrics_service(ports: &Ports) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": { "name": "metrics-server", "namespace": "kube-system" },
        "spec": { "type": "ExternalName", "externalName": "localhost", "ports": [{ "port": ports.metrics }] },
    })
}

fn metrics_api(ports: &Ports, authority: &[u8]) -> Value {
    json!({
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": { "name": "v1beta1.metrics.k8s.io" },
        "spec": {
            "group": "metrics.k8s.io",
            "version": "v1beta1",
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
            "service": { "name": "metrics-server", "namespace": "kube-system", "port": ports.metrics },
            "caBundle": BASE64.encode(authority),
        },
    })
}
