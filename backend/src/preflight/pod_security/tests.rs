use serde_json::{Value, json};

use super::*;
use crate::preflight::testing::{line, subject};

fn judged(labels: &[(&str, &str)], change: impl FnOnce(&mut Value)) -> String {
    let labels = labels
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    line(&judge(&labels.collect(), &subject(change)))
}

fn on_the_node(draft: &mut Value) {
    draft["volumes"] = json!([{ "id": 9, "name": "logs", "kind": "host_path", "path": "/var/log" }]);
    draft["containers"][0]["security"] = json!({ "capabilities": [{ "id": 10, "text": "NET_ADMIN" }] });
}

#[test]
fn each_rule_is_blamed_at_the_field_that_breaks_it() {
    let enforced = |level| [(ENFORCED, level)];

    assert_eq!(judged(&[], on_the_node), "Passed");
    assert_eq!(judged(&enforced("privileged"), on_the_node), "Passed");
    assert_eq!(judged(&enforced("baseline"), |_| {}), "Passed");
    assert_eq!(
        judged(&enforced("baseline"), on_the_node),
        "Failed volumes.9.kind=pod_security containers.1.security.capabilities=pod_security"
    );
    let restricted = "pod.security.restricted=pod_security";
    assert_eq!(
        judged(&enforced("restricted"), |_| {}),
        format!("Failed {restricted} {restricted} {restricted} {restricted}")
    );
}

#[test]
fn pods_that_are_made_to_fit_break_no_rule() {
    let found = judged(&[(ENFORCED, "restricted")], |draft| {
        draft["pod"] = json!({ "security": { "restricted": true } });
        draft["containers"][0]["security"] =
            json!({ "capabilities": [{ "id": 10, "text": "NET_BIND_SERVICE" }] });
    });

    assert_eq!(found, "Passed");
}

#[test]
fn what_is_only_warned_of_is_a_warning() {
    let found = judged(&[(ENFORCED, "privileged"), (WARNED, "baseline")], on_the_node);

    assert!(found.starts_with("Warning volumes.9.kind="), "{found}");
}

#[test]
fn what_breaks_both_levels_is_said_once_at_the_one_that_refuses() {
    let found = judged(&[(ENFORCED, "baseline"), (WARNED, "baseline")], on_the_node);

    assert_eq!(found.matches("volumes.9.kind").count(), 1, "{found}");
    assert!(found.starts_with("Failed"), "{found}");
}
