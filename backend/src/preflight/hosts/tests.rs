use serde_json::{Value, json};

use super::*;
use crate::preflight::testing::{changing, subject};

fn ingress(namespace: &str, name: &str, host: &str, path: &str) -> Value {
    json!({
        "metadata": { "namespace": namespace, "name": name },
        "spec": { "rules": [{ "host": host, "http": { "paths": [{ "path": path }] } }] },
    })
}

/// The hosts and paths that are taken by one other object, each with where we have it.
fn rivals(other: &Value) -> Vec<String> {
    let subject = subject(|draft| draft["ingresses"][0]["class"] = json!("nginx"));
    let (ours, _) = subject.of_kind::<Served>(INGRESS.1).next().unwrap();
    let others = [serde_json::from_value(other.clone()).unwrap()];
    taken(&ours, others.iter(), &subject)
        .map(|(way, other)| {
            format!(
                "{}{} {}/{} {}",
                way.host, way.path, other.namespace, other.name, way.at
            )
        })
        .collect()
}

#[test]
fn a_host_and_path_is_taken_when_another_object_serves_both() {
    let taken = ["a.example/ bank/theirs spec.rules[0].http.paths[0]"];

    assert_eq!(rivals(&ingress("bank", "theirs", "a.example", "/")), taken);
    assert_eq!(rivals(&ingress("bank", "theirs", "A.example", "/")), taken);
    for other in [
        ingress("bank", "theirs", "a.example", "/more"),
        ingress("bank", "theirs", "b.example", "/"),
        ingress("shop", "web", "a.example", "/"),
    ] {
        assert!(rivals(&other).is_empty(), "{other}");
    }
}

#[test]
fn those_that_never_meet_take_nothing_from_each_other() {
    let with = |field: &str, value: Value| {
        let mut other = ingress("bank", "theirs", "a.example", "/");
        let (part, field) = field.split_once('/').unwrap();
        other[part][field] = value;
        other
    };
    let annotated = |key: &str, value: &str| with("metadata/annotations", json!({ key: value }));

    assert!(rivals(&with("spec/ingressClassName", json!("alb"))).is_empty());
    assert!(!rivals(&with("spec/ingressClassName", json!("nginx"))).is_empty());
    assert!(rivals(&annotated(OLD_CLASS, "alb")).is_empty());
    assert!(rivals(&annotated(CANARY[0], "true")).is_empty());
    assert!(!rivals(&annotated(CANARY[0], "false")).is_empty());
}

#[test]
fn routes_serve_every_host_on_every_path() {
    let route = json!({
        "metadata": { "namespace": "bank", "name": "r" },
        "spec": {
            "parentRefs": [{ "name": "public" }], "hostnames": ["a.example", "b.example"],
            "rules": [{ "matches": [{ "path": { "value": "/x" } },
                                    { "path": { "value": "/x" }, "headers": [{ "name": "v" }] }] }],
        },
    });

    let served: Served = serde_json::from_value(route).unwrap();

    assert_eq!(served.by, ["bank/public"]);
    let ways: Vec<_> = served
        .ways
        .iter()
        .map(|way| (way.host.as_str(), way.at.as_str()))
        .collect();
    assert_eq!(
        ways,
        [
            ("a.example", "spec.rules[0].matches[0].path"),
            ("b.example", "spec.rules[0].matches[0].path")
        ]
    );
}

#[test]
fn what_the_app_itself_has_served_so_far_takes_nothing_from_it() {
    let mut old = ingress("shop", "old", "a.example", "/");
    (old["apiVersion"], old["kind"]) = (json!("networking.k8s.io/v1"), json!("Ingress"));
    let others = [
        serde_json::from_value(old.clone()).unwrap(),
        serde_json::from_value(ingress("bank", "old", "a.example", "/")).unwrap(),
    ];
    let owners = |subject: &Subject| -> Vec<String> {
        let (ours, _) = subject.of_kind::<Served>(INGRESS.1).next().unwrap();
        taken(&ours, others.iter(), subject)
            .map(|(_, other)| other.namespace.clone())
            .collect()
    };

    assert_eq!(owners(&subject(|_| {})), ["shop", "bank"]);
    assert_eq!(owners(&changing(&[old.clone()], |_| {})), ["bank"]);
}
