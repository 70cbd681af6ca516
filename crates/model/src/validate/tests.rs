mod agreement;
mod balancer;
mod guide;
mod kept;
mod proportion;
mod rollout;
mod rows;
mod rules;
mod running;
mod unlike;
mod volumes;
mod worst;

use proptest::prelude::*;
use serde_json::json;

use super::validate;
use crate::app::Replicas;
use crate::{Draft, Problem, Severity};

/// The guide's example: Nginx with two pods, a Service, an Ingress and scaling by CPU.
fn nginx() -> Draft {
    let mut draft: Draft = serde_json::from_value(json!({
        "basics": { "namespace": "default", "name": "nginx", "kind": "Deployment", "replicas": 2 },
        "containers": [{ "id": 1, "image": "nginx:1.27", "resources": { "cpu_request": "100m" },
                         "ports": [{ "id": 2, "name": "http", "number": 80 }],
                         "env": [{ "id": 3, "name": "TZ", "value": "UTC" }] }],
        "services": [{ "id": 4, "name": "nginx-svc", "kind": "ClusterIP", "ports": [{ "id": 5, "port": 80, "target": 80 }] }],
        "ingresses": [{ "id": 6, "name": "nginx-ingress", "rules": [{ "id": 7, "host": "foo.bar.com" }] }],
        "scaling": { "metric": { "enabled": true, "min": 2, "max": 5, "metrics": [{ "id": 8, "utilization": 60 }] } },
    }))
    .unwrap();
    draft.give_ids();
    draft
}

fn with(path: &str, text: &str) -> Draft {
    let mut draft = nginx();
    draft
        .leaf_mut(path)
        .unwrap_or_else(|| panic!("no field {path}"))
        .set(text);
    draft
}

#[test]
fn the_guides_example_is_an_app_without_a_single_issue() {
    let verdict = validate(&nginx());

    assert_eq!(verdict.issues, []);
    let app = verdict.app.unwrap();
    assert_eq!(
        app.containers[0].name.as_str(),
        "nginx",
        "a container is named after the app"
    );
    assert_eq!(
        app.ingresses[0].service.as_str(),
        "nginx-svc",
        "an Ingress leads to the only Service"
    );
    assert!(matches!(app.replicas, Replicas::Autoscaled(ref scaling) if scaling.start == 2));
}

/// A field, a wrong text for it, and what is then said.
type Wrong = (&'static str, &'static str, Problem);

fn wrong_basics_and_containers() -> Vec<Wrong> {
    vec![
        ("basics.namespace", "", Problem::Missing {}),
        ("basics.namespace", "Kube_X", Problem::LabelMalformed {}),
        ("basics.name", "2nginx", Problem::NameMalformed {}),
        ("basics.replicas", "two", Problem::NotANumber {}),
        (
            "basics.replicas",
            "-1",
            Problem::NumberOutOfRange { min: 0, max: 10_000 },
        ),
        (
            "basics.kind",
            "Pod",
            Problem::UnknownChoice {
                choices: ["Deployment", "StatefulSet", "Job", "CronJob"]
                    .map(Into::into)
                    .to_vec(),
            },
        ),
        ("containers.1.name", "Web", Problem::LabelMalformed {}),
        ("containers.1.image", "", Problem::Missing {}),
        (
            "containers.1.resources.cpu_request",
            "much",
            Problem::QuantityMalformed {},
        ),
        (
            "containers.1.resources.memory_request",
            "0",
            Problem::QuantityNotPositive {},
        ),
        (
            "containers.1.ports.2.number",
            "65536",
            Problem::PortOutOfRange { min: 1, max: 65535 },
        ),
        (
            "containers.1.ports.2.number",
            "８０",
            Problem::NotPlain {
                suggestion: "80".into(),
            },
        ),
        (
            "containers.1.env.3.name",
            "A=B",
            Problem::VariableNameMalformed {},
        ),
    ]
}

fn wrong_access_and_scaling() -> Vec<Wrong> {
    vec![
        ("services.4.name", "1svc", Problem::NameMalformed {}),
        ("services.4.ports.5.target", "https", Problem::UnknownPort {}),
        ("ingresses.6.service", "other", Problem::UnknownService {}),
        ("ingresses.6.rules.7.host", "10.0.0.1", Problem::HostIsAddress {}),
        ("ingresses.6.rules.7.path", "a", Problem::PathMalformed {}),
        ("ingresses.6.rules.7.port", "81", Problem::UnknownPort {}),
        ("scaling.metric.max", "1", Problem::MinOverMax {}),
        (
            "scaling.metric.min",
            "0",
            Problem::NumberOutOfRange { min: 1, max: 10_000 },
        ),
        ("scaling.metric.metrics.8.utilization", "", Problem::Missing {}),
    ]
}

#[test]
fn each_wrong_value_is_blamed_at_its_own_field_and_nowhere_else() {
    for (field, text, problem) in wrong_basics_and_containers()
        .into_iter()
        .chain(wrong_access_and_scaling())
    {
        let verdict = validate(&with(field, text));

        let errors: Vec<_> = verdict.issues.iter().filter(|issue| issue.is_error()).collect();
        assert_eq!(errors.len(), 1, "{field} = {text}: {errors:?}");
        assert_eq!(
            (errors[0].field.as_str(), &errors[0].problem),
            (field, &problem),
            "{text}"
        );
        assert!(verdict.app.is_none());
    }
}

#[test]
fn scaling_by_cpu_needs_a_request_in_every_container() {
    let verdict = validate(&with("containers.1.resources.cpu_request", ""));

    let problem = Problem::RequestNeeded {
        metric: "cpu".into(),
        container: "nginx".into(),
    };
    assert_eq!(verdict.issues[0].field, "containers.1.resources.cpu_request");
    assert_eq!(verdict.issues[0].problem, problem);
}

#[test]
fn a_load_balancer_is_neither_public_nor_private_until_somebody_says_so() {
    let mut draft = with("services.4.kind", "LoadBalancer");
    assert_eq!(validate(&draft).issues[0].field, "services.4.reach");

    draft.leaf_mut("services.4.reach").unwrap().set("public");
    let verdict = validate(&draft);

    assert!(verdict.app.is_some());
    assert_eq!(verdict.issues[0].problem, Problem::PublicAndBilled {});
    assert_eq!(verdict.issues[0].severity, Severity::Warning);
}

#[test]
fn warnings_do_not_stand_in_the_way() {
    for (field, text, at) in [
        ("containers.1.image", "nginx:latest", "containers.1.image"),
        (
            "containers.1.env.3.name",
            "DB_PASSWORD",
            "containers.1.env.3.value",
        ),
        (
            "containers.1.resources.memory_request",
            "256",
            "containers.1.resources.memory_request",
        ),
        ("containers.1.ports.2.number", "81", "services.4.ports.5.target"),
    ] {
        let verdict = validate(&with(field, text));

        assert!(verdict.app.is_some(), "{field}");
        assert_eq!(verdict.issues.len(), 1, "{field}");
        assert_eq!(verdict.issues[0].field, at);
    }
}

#[test]
fn rows_with_nothing_in_them_count_as_not_there() {
    let mut draft = nginx();
    for list in ["basics.labels", "containers.1.ports", "containers.1.env"] {
        draft.add_row(list).unwrap();
    }

    let verdict = validate(&draft);

    assert_eq!(verdict.issues, []);
    assert_eq!(verdict.app.unwrap().containers[0].ports.len(), 1);
}

#[test]
fn a_value_in_two_rows_is_blamed_at_the_second() {
    let mut draft = nginx();
    let port = draft.add_row("containers.1.ports").unwrap();
    draft
        .leaf_mut(&format!("containers.1.ports.{port}.number"))
        .unwrap()
        .set("80");

    let verdict = validate(&draft);

    assert_eq!(verdict.issues.len(), 1);
    assert_eq!(
        verdict.issues[0].field,
        format!("containers.1.ports.{port}.number")
    );
    assert_eq!(verdict.issues[0].problem, Problem::Duplicate {});
}

#[test]
fn an_unknown_target_port_is_named_while_the_port_beside_it_is_wrong() {
    let mut draft = with("services.4.ports.5.port", "0");
    draft.leaf_mut("services.4.ports.5.target").unwrap().set("https");

    let issues = validate(&draft).issues;

    let said: Vec<_> = issues
        .iter()
        .map(|issue| (issue.field.as_str(), &issue.problem))
        .collect();
    assert!(
        said.contains(&("services.4.ports.5.target", &Problem::UnknownPort {})),
        "{said:?}"
    );
    assert!(
        said.contains(&(
            "services.4.ports.5.port",
            &Problem::PortOutOfRange { min: 1, max: 65535 }
        )),
        "{said:?}"
    );
}

#[test]
fn a_label_of_ours_cannot_be_set() {
    let mut draft = nginx();
    let row = draft.add_row("basics.labels").unwrap();
    draft
        .leaf_mut(&format!("basics.labels.{row}.key"))
        .unwrap()
        .set("slipway.dev/app");

    assert_eq!(validate(&draft).issues[0].problem, Problem::LabelReserved {});
}

#[test]
fn an_empty_form_says_what_it_needs() {
    let mut draft = Draft::default();
    draft.leaf_mut("basics.namespace").unwrap().set("default");

    let fields: Vec<_> = validate(&draft)
        .issues
        .into_iter()
        .map(|issue| issue.field)
        .collect();

    let image = format!("containers.{}.image", draft.containers[0].id);
    assert_eq!(fields, ["basics.name", image.as_str()]);
}

fn typed() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,12}",
        "\\PC{0,8}",
        "[a-z0-9.-]{0,12}",
        "[0-9]{1,6}",
        Just("true".to_owned()),
        Just("LoadBalancer".to_owned()),
    ]
}

proptest! {
    /// Whatever is typed: no panic, an app exactly when no issue is an error, and every issue at a field that exists.
    #[test]
    fn any_text_in_any_fields_gets_an_answer(changes in prop::collection::vec((any::<prop::sample::Index>(), typed()), 0..6)) {
        let mut draft = nginx();
        let paths: Vec<String> = draft.leaves().into_iter().map(|(path, _)| path).collect();
        for (at, text) in changes {
            draft.leaf_mut(at.get(paths.as_slice()).as_str()).unwrap().set(text);
        }

        let verdict = validate(&draft);

        prop_assert_eq!(verdict.app.is_some(), !verdict.issues.iter().any(crate::Issue::is_error));
        for issue in &verdict.issues {
            prop_assert!(draft.leaf(&issue.field).is_some() || draft.rows(&issue.field).is_some(), "{}", issue.field);
        }
    }
}
