//! What a change of an object destroys.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use slipway_api::{Consequence, ObjectVerb};
use slipway_model::value::ImageRef;
use slipway_plan::ObjectKey;

use crate::preflight::object_ref;

/// What deleting an object destroys.
pub(in crate::apply) fn of_deletion(key: &ObjectKey, live: &Value) -> Vec<Consequence> {
    of(key, ObjectVerb::Delete, live, None)
}

/// What a change of one object destroys: what it is, and what it will be.
pub(super) fn of(key: &ObjectKey, verb: ObjectVerb, live: &Value, after: Option<&Value>) -> Vec<Consequence> {
    let of = |code: &str, params: &[(&str, String)]| Consequence {
        code: code.to_owned(),
        object: object_ref(key),
        params: params
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect::<BTreeMap<_, _>>(),
    };
    let mut found = Vec::new();
    let goes = matches!(verb, ObjectVerb::Delete | ObjectVerb::Recreate);
    let stays = after.filter(|_| !goes);
    if key.kind == "Service" {
        if stays.is_none_or(|after| after["spec"]["type"] != "LoadBalancer") {
            found.extend(address(live).map(|address| of("address_released", &[("address", address)])));
        }
        let left = stays.map(node_ports).unwrap_or_default();
        let released = node_ports(live).into_iter().filter(|port| !left.contains(port));
        found.extend(released.map(|port| of("node_port_released", &[("port", port.to_string())])));
    }
    match verb {
        ObjectVerb::Recreate => found.push(of("recreated", &[])),
        ObjectVerb::Keep => found.push(of("stays", &[])),
        ObjectVerb::Change => {
            let fewer = after.and_then(|after| fewer_replicas(live, after));
            found.extend(fewer.map(|(from, to)| {
                of(
                    "fewer_replicas",
                    &[("from", from.to_string()), ("to", to.to_string())],
                )
            }));
            let rollout = after.map(|after| rollout(live, after)).unwrap_or_default();
            found.extend(rollout.iter().map(|(code, params)| of(code, params)));
            let policies = after.map(|after| policies_that_stay(live, after));
            found.extend(policies.into_iter().flatten().map(|(container, policy)| {
                of(
                    "pull_policy_stays",
                    &[("container", container), ("policy", policy)],
                )
            }));
        }
        ObjectVerb::Create | ObjectVerb::Delete => {}
    }
    found
}

fn node_ports(service: &Value) -> BTreeSet<u64> {
    let ports = service["spec"]["ports"].as_array().into_iter().flatten();
    ports.filter_map(|port| port["nodePort"].as_u64()).collect()
}

fn fewer_replicas(live: &Value, after: &Value) -> Option<(u64, u64)> {
    let replicas = |object: &Value| object["spec"]["replicas"].as_u64();
    let (from, to) = (replicas(live)?, replicas(after)?);
    (to < from).then_some((from, to))
}

/// What becomes of the pods of a workload whose template changes. A CronJob makes its next pods from what it is then, and
/// replaces none.
fn rollout(live: &Value, after: &Value) -> Vec<(&'static str, Vec<(&'static str, String)>)> {
    let template = |object: &Value| object["spec"].get("template").cloned();
    let has_none = |object: &Value| object["spec"]["replicas"] == 0;
    if template(live) == template(after) || has_none(live) || has_none(after) {
        return Vec::new();
    }
    let spec = &after["spec"];
    if spec["paused"] == true {
        return vec![("rollout_paused", Vec::new())];
    }
    let strategy = &spec["updateStrategy"];
    if strategy["type"] == "OnDelete" {
        return vec![("pods_stay_until_deleted", Vec::new())];
    }
    let first = spec["ordinals"]["start"].as_u64().unwrap_or_default();
    let behind_last = first + spec["replicas"].as_u64().unwrap_or(1);
    let partition = strategy["rollingUpdate"]["partition"].as_u64();
    let mut told = Vec::new();
    if partition.is_none_or(|partition| partition < behind_last) {
        told.push(("pods_restart", Vec::new()));
    }
    if let Some(partition) = partition.filter(|partition| *partition > first) {
        told.push(("pods_below_stay", vec![("partition", partition.to_string())]));
    }
    told
}

/// Containers that get an image for which a server would fill in another pull policy than for the one before, and that
/// keep the policy: it is filled in when a container is made, and not again.
fn policies_that_stay(live: &Value, after: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let before = containers(live);
    let stays = |container: &&Value| {
        let same = before.iter().find(|other| other["name"] == container["name"]);
        same.is_some_and(|same| {
            let (old, new) = (
                default_policy(&same["image"]),
                default_policy(&container["image"]),
            );
            old != new && same["imagePullPolicy"] == old && container["imagePullPolicy"] == old
        })
    };
    let after = containers(after);
    let found = after.iter().copied().filter(stays);
    found
        .map(|container| (text(&container["name"]), text(&container["imagePullPolicy"])))
        .collect()
}

fn containers(workload: &Value) -> Vec<&Value> {
    let spec = &workload["spec"];
    let spec = spec.pointer("/jobTemplate/spec").unwrap_or(spec);
    let spec = &spec["template"]["spec"];
    let lists = ["containers", "initContainers"].map(|list| spec[list].as_array());
    lists.into_iter().flatten().flatten().collect()
}

/// What a server fills in: Kubernetes 1.37.2, `SetDefaults_Container`.
fn default_policy(image: &Value) -> &'static str {
    let is_pinned = ImageRef::parse(image.as_str().unwrap_or_default()).is_ok_and(|image| image.is_pinned());
    if is_pinned { "IfNotPresent" } else { "Always" }
}

/// The address that a load balancer gave a Service.
fn address(live: &Value) -> Option<String> {
    let first = &live["status"]["loadBalancer"]["ingress"][0];
    let text = first["ip"].as_str().or_else(|| first["hostname"].as_str())?;
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn workload(image: &str, policy: &str) -> Value {
        let container = json!({ "name": "web", "image": image, "imagePullPolicy": policy });
        json!({ "spec": { "template": { "spec": { "containers": [container] } } } })
    }

    /// Kubernetes 1.37.2: `deploymentController.syncDeployment` only scales a paused Deployment; `updateStatefulSet` replaces
    /// nothing with `OnDelete`, and only pods from the partition on.
    #[test]
    fn pods_that_are_not_replaced_are_told() {
        let told = |spec: Value| -> Vec<String> {
            let object = |image: &str| {
                let mut object = json!({ "spec": spec });
                object["spec"]["template"] = json!({ "image": image });
                object
            };
            let told = rollout(&object("a"), &object("b"));
            let text = |(code, params): &(&str, Vec<(&str, String)>)| {
                let params = params.iter().map(|(_, value)| value.as_str());
                let words: Vec<&str> = std::iter::once(*code).chain(params).collect();
                words.join(" ")
            };
            told.iter().map(text).collect()
        };
        let from = |partition: u32| json!({ "replicas": 3, "updateStrategy": { "rollingUpdate": { "partition": partition } } });

        assert_eq!(told(json!({ "replicas": 2 })), ["pods_restart"]);
        assert_eq!(told(json!({ "replicas": 2, "paused": true })), ["rollout_paused"]);
        assert_eq!(told(json!({ "replicas": 0 })), [""; 0]);
        assert_eq!(
            told(json!({ "updateStrategy": { "type": "OnDelete" } })),
            ["pods_stay_until_deleted"]
        );
        assert_eq!(told(from(0)), ["pods_restart"]);
        assert_eq!(told(from(2)), ["pods_restart", "pods_below_stay 2"]);
        assert_eq!(told(from(3)), ["pods_below_stay 3"]);
        assert_eq!(rollout(&json!({ "spec": {} }), &json!({ "spec": {} })), []);
    }

    #[test]
    fn a_pull_policy_that_the_new_tag_would_not_get_is_told() {
        let stays = |old: &str, new: &str, policy: &str| {
            policies_that_stay(&workload(old, policy), &workload(new, policy))
        };
        let web = |policy: &str| vec![("web".to_owned(), policy.to_owned())];

        assert_eq!(
            stays("nginx:1.27", "nginx:latest", "IfNotPresent"),
            web("IfNotPresent")
        );
        assert_eq!(stays("nginx", "nginx:1.27", "Always"), web("Always"));
        assert_eq!(stays("nginx:1.27", "nginx:1.28", "IfNotPresent"), []);
        assert_eq!(stays("nginx:1.27", "nginx:latest", "Never"), []);
    }

    #[test]
    fn node_ports_that_go_are_told_and_those_that_stay_are_not() {
        let service = |ports: Value| json!({ "spec": { "type": "NodePort", "ports": ports } });
        let key = ObjectKey::namespaced("v1", "Service", "shop", "web");
        let live = service(json!([{ "port": 80, "nodePort": 30080 }, { "port": 81, "nodePort": 30081 }]));
        let after = service(json!([{ "port": 80, "nodePort": 30080 }, { "port": 82, "nodePort": "?" }]));

        let told = of(&key, ObjectVerb::Change, &live, Some(&after));

        let told: Vec<(&str, &str)> = told
            .iter()
            .map(|one| (one.code.as_str(), one.params["port"].as_str()))
            .collect();
        assert_eq!(told, [("node_port_released", "30081")]);
    }
}
