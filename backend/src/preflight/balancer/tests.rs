use serde_json::{Value, json};
use slipway_api::CheckState;

use super::*;
use crate::preflight::testing::{changing, line, subject};

fn reused() -> Subject<'static> {
    subject(at_the_balancer)
}

fn at_the_balancer(draft: &mut Value) {
    draft["services"][0]["kind"] = json!("LoadBalancer");
    draft["services"][0]["balancer"] = json!({ "kind": "existing", "instance": "lb-bp1" });
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

/// Whether a port that somebody else has as well keeps an app from being changed whose Service is like this now.
fn stops(annotations: &Value, kind: &str, port: u16) -> bool {
    let live = json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": { "namespace": "shop", "name": "web", "annotations": annotations },
        "spec": { "type": kind, "ports": [{ "port": port, "protocol": "TCP" }] },
    });
    let subject = changing(&[live], at_the_balancer);
    let (service, _) = subject.of_kind::<Listener>("Service").next().unwrap();
    let problem = Problem::ListenerInUse {
        port: 80,
        owner: String::new(),
    };
    issue(&service, 0, &subject, "services.4.ports.5.port", problem).is_error()
}

#[test]
fn a_port_that_is_ours_as_well_keeps_nobody_from_another_change() {
    let here = json!({ ID[1]: "lb-bp1" });

    assert!(!stops(&here, "LoadBalancer", 80));
    assert!(stops(&here, "LoadBalancer", 81), "the port is new");
    assert!(
        stops(&json!({ ID[0]: "lb-bp2" }), "LoadBalancer", 80),
        "the load balancer is"
    );
    assert!(stops(&here, "ClusterIP", 80), "it was not there yet");
}

#[test]
fn a_service_of_the_app_that_goes_is_not_in_its_way() {
    let old = json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": { "namespace": "shop", "name": "old", "annotations": { ID[0]: "lb-bp1" } },
        "spec": { "type": "LoadBalancer", "ports": [{ "port": 80, "protocol": "TCP" }] },
    });
    let around: Listener = serde_json::from_value(old.clone()).unwrap();
    let subject = changing(&[old], at_the_balancer);
    let (service, part) = subject.of_kind::<Listener>("Service").next().unwrap();
    let around = [around];

    let finding = judge(&service, part, &around, &subject, true);

    assert_eq!(finding.view().state, CheckState::Passed);
    assert_eq!(in_use(&service, &around, &subject).count(), 0);
}
