//! Where left empty, the same as another field, and not at all are three different things.

use serde_json::json;

use super::rules::{app, at, told};
use crate::app::{Job, Workload};
use crate::{Problem, validate};

fn job(completions: &str) -> Job {
    let draft = app(&json!({
        "basics": { "namespace": "default", "name": "drain", "kind": "Job", "replicas": 3 },
        "workload": { "job": { "completions": completions } },
    }));
    match validate(&draft).app.unwrap().workload {
        Workload::Job(job) => job,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_job_has_as_many_completions_as_replicas_or_a_number_or_none() {
    let completions = ["", "5", "none"].map(|typed| job(typed).completions);

    assert_eq!(completions, [Some(3), Some(5), None]);
}

#[test]
fn a_rule_names_a_port_of_its_service_by_number_or_by_name() {
    let with = |port: &str| {
        app(&json!({
            "services": [{ "id": 2, "name": "web", "ports": [{ "id": 3, "name": "http", "port": 8080 }] }],
            "ingresses": [{ "id": 4, "name": "web", "rules": [{ "id": 5, "host": "a.example.com", "port": port }] }],
        }))
    };
    let found = ["", "8080", "http"].map(|port| {
        let rule = validate(&with(port)).app.unwrap().ingresses[0].rules[0].clone();
        (rule.port.get(), rule.port_name.map(|name| name.to_string()))
    });

    assert_eq!(
        found,
        [(8080, None), (8080, None), (8080, Some("http".to_owned()))]
    );
    for unknown in ["80", "https"] {
        let issues = validate(&with(unknown)).issues.into_iter();
        let errors = issues.filter(crate::Issue::is_error).collect();
        assert_eq!(
            told(errors),
            [at("ingresses.4.rules.5.port", Problem::UnknownPort {})],
            "{unknown}"
        );
    }
}

#[test]
fn secrets_of_the_pod_are_those_of_no_container() {
    let draft = app(&json!({ "pod": { "pull_secrets": [{ "id": 2, "name": "reg" }, { "id": 3 }] } }));

    let app = validate(&draft).app.unwrap();

    let names: Vec<&str> = app
        .pod
        .pull_secrets
        .iter()
        .map(crate::value::Subdomain::as_str)
        .collect();
    assert_eq!(names, ["reg"]);
    assert!(app.containers[0].pull_secrets.is_empty());
}
