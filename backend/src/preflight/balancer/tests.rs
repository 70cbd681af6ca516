use serde_json::{Value, json};

use super::*;
use crate::preflight::testing::{line, subject};

fn reused() -> Subject<'static> {
    subject(|draft| {
        draft["services"][0]["kind"] = json!("LoadBalancer");
        draft["services"][0]["balancer"] = json!({ "kind": "existing", "instance": "lb-bp1" });
    })
}

fn other(namespace: &str, name: &str, annotations: &Value, labels: &Value, port: u16) -> Listener {
    let service = json!({
        "metadata": { "namespace": namespace, "name": name, "annotations": annotations, "labels": labels },
        "spec": { "type": "LoadBalancer", "ports": [{ "port": port, "protocol": "TCP" }] },
    });
    serde_json::from_value(service).unwrap()
}

/// What is said with another Service around, and the ports that it has of ours.
fn judged(other: Listener, is_ack: bool) -> (String, usize) {
    let subject = reused();
    let (service, part) = subject.of_kind::<Listener>("Service").next().unwrap();
    let others = [other];
    let finding = judge(&service, part, &others, &subject, is_ack);
    (line(&finding), in_use(&service, &others, &subject).count())
}

#[test]
fn a_port_that_another_service_has_at_the_load_balancer_is_in_use() {
    let at = |id: &str, key: &str, port| other("bank", "theirs", &json!({ key: id }), &json!({}), port);

    assert_eq!(judged(at("lb-bp1", ID[0], 80), true), ("Passed".to_owned(), 1));
    assert_eq!(judged(at("lb-bp1", ID[1], 80), true), ("Passed".to_owned(), 1));
    assert_eq!(judged(at("lb-bp1", ID[0], 81), true), ("Passed".to_owned(), 0));
    assert_eq!(judged(at("lb-bp2", ID[0], 80), true), ("Passed".to_owned(), 0));
}

#[test]
fn our_own_service_is_not_in_our_way() {
    let ours = other("shop", "web", &json!({ ID[0]: "lb-bp1" }), &json!({}), 80);

    assert_eq!(judged(ours, true), ("Passed".to_owned(), 0));
}

#[test]
fn a_load_balancer_that_kubernetes_has_made_is_not_bound_again() {
    let made = other("bank", "theirs", &json!({}), &json!({ NOTED: "lb-bp1" }), 90);

    let (found, _) = judged(made, true);

    assert_eq!(
        found,
        "Warning services.4.balancer.instance=balancer_of_kubernetes"
    );
}

#[test]
fn elsewhere_than_on_ack_nobody_reads_the_wish() {
    let (found, _) = judged(other("bank", "theirs", &json!({}), &json!({}), 80), false);

    assert_eq!(found, "Warning services.4.balancer.instance=component_missing");
}
