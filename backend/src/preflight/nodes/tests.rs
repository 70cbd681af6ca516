use serde_json::{Value, json};

use super::*;
use crate::preflight::testing::{changing, line, subject};

fn node(name: &str, labels: &Value, taints: &Value, cpu: &str) -> Node {
    let node = json!({
        "metadata": { "name": name, "labels": labels },
        "spec": { "taints": taints },
        "status": { "allocatable": { "cpu": cpu, "memory": "8Gi", "pods": "10" } },
    });
    serde_json::from_value(node).unwrap()
}

fn plain(cpu: &str) -> Node {
    node("plain", &json!({ "disk": "ssd", "cores": "8" }), &json!([]), cpu)
}

fn virtual_one() -> Node {
    let taints = json!([{ "key": VIRTUAL_TAINT, "value": "alibabacloud", "effect": "NoSchedule" }]);
    node("virtual", &json!({ "type": "virtual-kubelet" }), &taints, "1")
}

fn used(cpu: &str) -> Listed<Usage> {
    let pod = json!({ "spec": { "nodeName": "plain", "containers": [{ "name": "c", "resources": { "requests": { "cpu": cpu } } }] } });
    Listed {
        items: vec![serde_json::from_value(pod).unwrap()],
        complete: true,
    }
}

fn judged(nodes: &[Node], usage: &Listed<Usage>, change: impl FnOnce(&mut Value)) -> String {
    let subject = subject(change);
    let spec = subject.spec();
    let needs = Needs::of(&spec, &Defaults::default());
    let fits = Fits::of(nodes, &needs);
    line(&if fits.fitting.is_empty() {
        fits.without_room(&subject)
    } else {
        fits.with_room(&needs, usage, &subject)
    })
}

fn alone(nodes: &[Node], change: impl FnOnce(&mut Value)) -> String {
    judged(nodes, &used("0"), change)
}

fn asking(cpu: &str) -> impl FnOnce(&mut Value) {
    let resources = json!({ "cpu_request": cpu });
    move |draft| draft["containers"][0]["resources"] = resources
}

fn with_pod(pod: Value) -> impl FnOnce(&mut Value) {
    move |draft| draft["pod"] = pod
}

#[test]
fn pods_go_where_labels_sizes_and_taints_let_them() {
    let tainted = |effect: &str| {
        let taints = json!([{ "key": "dedicated", "value": "db", "effect": effect }]);
        node("db", &json!({}), &taints, "4")
    };
    let selecting = |value: &str| {
        let selector = json!([{ "id": 20, "key": "disk", "value": value }]);
        with_pod(json!({ "node_selector": selector }))
    };
    let tolerating = with_pod(
        json!({ "tolerations": [{ "id": 21, "key": "dedicated", "value": "db", "effect": "NoSchedule" }] }),
    );
    let no = |field: &str| format!("Warning {field}=no_node_fits");

    assert_eq!(alone(&[plain("4")], |_| {}), "Passed");
    assert_eq!(alone(&[plain("4")], selecting("ssd")), "Passed");
    assert_eq!(alone(&[plain("4")], selecting("hdd")), no("pod.node_selector"));
    assert_eq!(
        alone(&[plain("4")], asking("5")),
        no("containers.1.resources.cpu_request")
    );
    assert_eq!(alone(&[tainted("NoSchedule")], |_| {}), no("pod.tolerations"));
    assert_eq!(alone(&[tainted("PreferNoSchedule")], |_| {}), "Passed");
    assert_eq!(alone(&[tainted("NoSchedule")], tolerating), "Passed");
    assert_eq!(alone(&[], |_| {}), no("pod.affinity"));
}

#[test]
fn wishes_about_nodes_are_held_against_their_labels() {
    let wishing = |operator: &str, values: &str| {
        let wish = json!({ "id": 22, "kind": "node", "strength": "required", "key": "cores",
                           "operator": operator, "values": values });
        alone(&[plain("4")], with_pod(json!({ "affinity": [wish] })))
    };

    for (operator, values, passes) in [
        ("In", "8, 16", true),
        ("In", "16", false),
        ("NotIn", "8", false),
        ("Exists", "", true),
        ("DoesNotExist", "", false),
        ("Gt", "4", true),
        ("Lt", "8", false),
    ] {
        assert_eq!(
            wishing(operator, values) == "Passed",
            passes,
            "{operator} {values}"
        );
    }
}

#[test]
fn room_is_what_others_have_left() {
    assert_eq!(judged(&[plain("1")], &used("700m"), |_| {}), "Passed");
    assert_eq!(
        judged(&[plain("1")], &used("750m"), |_| {}),
        "Warning basics.replicas=no_room"
    );
    let mut many = used("0");
    many.complete = false;
    assert_eq!(judged(&[plain("1")], &many, |_| {}), "CouldNotCheck");
}

#[test]
fn virtual_nodes_are_elastic_and_are_not_counted() {
    assert_eq!(alone(&[virtual_one()], |_| {}), "CouldNotCheck");
    assert_eq!(alone(&[virtual_one(), plain("4")], |_| {}), "Passed");
    assert_eq!(alone(&[virtual_one(), plain("4")], asking("5")), "CouldNotCheck");
    let elsewhere = with_pod(json!({ "node_selector": [{ "id": 20, "key": "disk", "value": "hdd" }] }));
    assert_eq!(
        alone(&[virtual_one()], elsewhere),
        "Warning pod.node_selector=no_node_fits"
    );
}

#[test]
fn where_its_own_pods_are_there_is_room_for_what_they_become() {
    let pod = |namespace: &str, app: &str| -> Usage {
        let container = json!({ "name": "c", "resources": { "requests": { "cpu": "950m" } } });
        let pod = json!({
            "metadata": { "namespace": namespace, "labels": { "app": app } },
            "spec": { "nodeName": "plain", "containers": [container] },
        });
        serde_json::from_value(pod).unwrap()
    };
    let workload = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "web" },
        "spec": { "selector": { "matchLabels": { "app": "web" } }, "template": { "spec": { "containers": [] } } },
    });
    let (nodes, subject) = ([plain("1")], changing(&[workload], |_| {}));
    let spec = subject.spec();
    let needs = Needs::of(&spec, &Defaults::default());
    let beside = |pod: Usage| {
        let usage = Listed {
            items: vec![pod],
            complete: true,
        };
        line(&Fits::of(&nodes, &needs).with_room(&needs, &usage, &subject))
    };

    assert_eq!(beside(pod("shop", "web")), "Passed");
    for others in [pod("bank", "web"), pod("shop", "other")] {
        assert_eq!(beside(others), "Warning basics.replicas=no_room");
    }
}
