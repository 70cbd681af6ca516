//! An object that is taken away and made anew: what is sent to make it once more.

use serde_json::{Map, Value};

use crate::Manifest;
use crate::read::without_server;

/// What only one Service at a time has, beside its address.
const OF_THE_SERVICE: [&str; 2] = ["clusterIPs", "healthCheckNodePort"];
/// What only a Service on ports of the nodes has.
const ON_NODES: [&str; 1] = ["externalTrafficPolicy"];
/// What only a load balancer has. Its source ranges are somebody's wish, and stay.
const OF_BALANCERS: [&str; 3] = [
    "allocateLoadBalancerNodePorts",
    "loadBalancerClass",
    "loadBalancerIP",
];
/// Labels that a Job gives its pods.
const OF_THE_JOB: [&str; 4] = [
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-name",
    "controller-uid",
    "job-name",
];

/// An object as it is, without what belongs to the very object: the server and its controllers give the new one its own.
#[must_use]
pub fn as_new(object: &Value) -> Manifest {
    let mut new = without_server(object);
    let is_job = new["kind"] == "Job";
    if new["kind"] == "Service" {
        service(&mut new);
    } else if is_job && let Some(spec) = new.get_mut("spec").and_then(Value::as_object_mut) {
        job(spec);
    }
    Manifest::of(&new)
}

fn service(object: &mut Value) {
    let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut) else {
        return;
    };
    let kind = spec
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or("ClusterIP")
        .to_owned();
    let is_address = |key: &str, value: &Value| key == "clusterIP" && value != "None";
    spec.retain(|key, value| !OF_THE_SERVICE.contains(&key.as_str()) && !is_address(key, value));
    if kind != "LoadBalancer" {
        spec.retain(|key, _| !OF_BALANCERS.contains(&key.as_str()));
    }
    if kind == "ClusterIP" {
        spec.retain(|key, _| !ON_NODES.contains(&key.as_str()));
        let ports = spec.get_mut("ports").and_then(Value::as_array_mut);
        for port in ports.into_iter().flatten().filter_map(Value::as_object_mut) {
            port.shift_remove("nodePort");
        }
    }
}

/// Unless somebody says otherwise, a Job finds its pods by its own uid.
fn job(spec: &mut Map<String, Value>) {
    if spec.get("manualSelector") == Some(&Value::Bool(true)) {
        return;
    }
    spec.shift_remove("selector");
    let labels = spec
        .get_mut("template")
        .and_then(|template| template.get_mut("metadata")?.get_mut("labels")?.as_object_mut());
    if let Some(labels) = labels {
        labels.retain(|key, _| !OF_THE_JOB.contains(&key.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_service_comes_back_without_its_addresses() {
        let service = json!({
            "kind": "Service",
            "metadata": { "name": "web", "uid": "1", "resourceVersion": "7", "labels": { "team": "shop" } },
            "spec": { "type": "LoadBalancer", "clusterIP": "10.0.0.9", "clusterIPs": ["10.0.0.9"], "externalTrafficPolicy": "Local",
                      "allocateLoadBalancerNodePorts": true, "sessionAffinity": "ClientIP", "ports": [{ "port": 80, "nodePort": 30080 }] },
            "status": { "loadBalancer": {} },
        });

        let new = as_new(&service).into_value();

        assert_eq!(
            new["metadata"],
            json!({ "name": "web", "labels": { "team": "shop" } })
        );
        assert_eq!(
            new["spec"],
            json!({ "type": "LoadBalancer", "externalTrafficPolicy": "Local", "allocateLoadBalancerNodePorts": true,
                    "sessionAffinity": "ClientIP", "ports": [{ "port": 80, "nodePort": 30080 }] })
        );
        let mut inside = service;
        inside["spec"]["type"] = "ClusterIP".into();
        inside["spec"]["clusterIP"] = "None".into();
        assert_eq!(
            as_new(&inside).into_value()["spec"],
            json!({ "type": "ClusterIP", "clusterIP": "None", "sessionAffinity": "ClientIP",
                    "ports": [{ "port": 80 }] })
        );
    }

    #[test]
    fn a_job_gets_a_selector_of_its_own() {
        let labels = json!({ "batch.kubernetes.io/controller-uid": "1", "team": "shop" });
        let job = json!({ "kind": "Job", "metadata": { "name": "report" },
            "spec": { "selector": { "matchLabels": labels }, "template": { "metadata": { "labels": labels } } } });

        let new = as_new(&job).into_value();

        assert_eq!(
            new["spec"],
            json!({ "template": { "metadata": { "labels": { "team": "shop" } } } })
        );
    }
}
