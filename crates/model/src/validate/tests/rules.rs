//! Rules that need a draft of their own: doubts, rows that repeat each other, each kind of Service.

use serde_json::{Value, json};

use super::guide::{errors, shop, warnings, with};
use crate::{Draft, Issue, Problem, validate};

fn draft(value: Value) -> Draft {
    let mut draft: Draft = serde_json::from_value(value).unwrap();
    draft.give_ids();
    draft
}

/// The smallest app, with these parts instead of its own.
pub(super) fn app(parts: &Value) -> Draft {
    let mut whole = json!({
        "basics": { "namespace": "default", "name": "web", "replicas": 1 },
        "containers": [{ "id": 1, "image": "nginx:1.27" }],
    });
    for (part, value) in parts.as_object().unwrap() {
        whole[part] = value.clone();
    }
    draft(whole)
}

pub(super) fn told(issues: Vec<Issue>) -> Vec<(String, Problem)> {
    issues
        .into_iter()
        .map(|issue| (issue.field, issue.problem))
        .collect()
}

pub(super) fn at(field: &str, problem: Problem) -> (String, Problem) {
    (field.to_owned(), problem)
}

#[test]
fn several_ports_need_a_name_each() {
    let ports =
        json!([{ "id": 6, "port": 80 }, { "id": 7, "port": 81, "name": "b" }, { "id": 8, "port": 82 }]);
    let draft = app(&json!({ "services": [{ "id": 5, "name": "web", "ports": ports }] }));

    assert_eq!(
        told(errors(&draft)),
        [
            at("services.5.ports.6.name", Problem::PortNameNeeded {}),
            at("services.5.ports.8.name", Problem::PortNameNeeded {}),
        ]
    );
}

#[test]
fn a_route_needs_gateways_with_names() {
    let ingress = |gateways: Value| {
        let service = json!({ "id": 5, "name": "web", "ports": [{ "id": 6, "port": 80 }] });
        let row = json!({ "id": 7, "name": "web", "kind": "HTTPRoute", "gateways": gateways });
        app(&json!({ "services": [service], "ingresses": [row] }))
    };
    let wrong = json!([{ "id": 8, "namespace": "Edge" }, { "id": 9, "name": "public" }]);

    assert_eq!(
        told(errors(&ingress(json!([])))),
        [at("ingresses.7.gateways", Problem::NeedsRow {})]
    );
    assert_eq!(
        told(errors(&ingress(wrong))),
        [
            at("ingresses.7.gateways.8.namespace", Problem::LabelMalformed {}),
            at("ingresses.7.gateways.8.name", Problem::Missing {}),
        ]
    );
    assert_eq!(told(errors(&ingress(json!([{ "id": 8, "name": "public" }])))), []);
}

#[test]
#[expect(clippy::too_many_lines, reason = "one entry for each case")]
fn each_doubt_is_told_at_its_field() {
    let suggestion = "64Mi".to_owned();
    let resource = "memory".to_owned();
    for (changes, field, problem) in [
        (
            &[("containers.1.image", "nginx")][..],
            "containers.1.image",
            Problem::ImageNotPinned {},
        ),
        (
            &[("containers.1.image", "nginx:latest")],
            "containers.1.image",
            Problem::ImageNotPinned {},
        ),
        (
            &[("containers.1.resources.memory_request", "64")],
            "containers.1.resources.memory_request",
            Problem::MemoryInBytes { suggestion },
        ),
        (
            &[("containers.1.env.13.name", "1ST")],
            "containers.1.env.13.name",
            Problem::VariableNameUnusual {},
        ),
        (
            &[("containers.1.env.16.prefix", "1ST ")],
            "containers.1.env.16.prefix",
            Problem::VariableNameUnusual {},
        ),
        (
            &[
                ("containers.1.env.15.resource", "limits.memory"),
                ("containers.1.env.15.divisor", ""),
                ("containers.1.resources.memory_limit", ""),
            ],
            "containers.1.env.15.resource",
            Problem::LimitMissing { resource },
        ),
        (
            &[
                ("containers.1.mounts.20.volume", "data"),
                ("containers.1.mounts.20.sub_path", "b"),
            ],
            "volumes.4.name",
            Problem::VolumeNotMounted {},
        ),
        (
            &[("services.5.ports.24.target", "8080")],
            "services.5.ports.24.target",
            Problem::PortNotServed {},
        ),
        (
            &[("scaling.timed.jobs.30.schedule", "@date 2027-03-01 09:00:00")],
            "scaling.timed.jobs.30.schedule",
            Problem::ScheduleYearIgnored {},
        ),
    ] {
        let changed = told(warnings(&with(shop(), changes)));
        let before = told(warnings(&shop()));

        assert!(
            changed.contains(&at(field, problem.clone())),
            "{field}: {changed:?}"
        );
        assert!(!before.contains(&at(field, problem)), "{field}: {before:?}");
    }
}

#[test]
fn a_value_that_looks_like_a_secret_is_told_and_one_from_a_secret_is_not() {
    let env = |variable: Value| {
        app(&json!({ "containers": [{ "id": 1, "image": "nginx:1.27", "env": [variable] }] }))
    };
    let typed = env(json!({ "id": 2, "name": "API_TOKEN", "value": "x" }));
    let empty = env(json!({ "id": 2, "name": "API_TOKEN", "value": "" }));
    let secret =
        env(json!({ "id": 2, "kind": "secret", "name": "API_TOKEN", "object": "api", "key": "token" }));

    assert_eq!(
        told(warnings(&typed)),
        [at("containers.1.env.2.value", Problem::LooksLikeSecret {})]
    );
    assert_eq!(told(warnings(&empty)), []);
    assert_eq!(told(warnings(&secret)), []);
}

#[test]
fn an_ingress_needs_a_service() {
    let draft = app(&json!({ "ingresses": [{ "id": 5, "name": "web" }] }));

    assert_eq!(
        told(errors(&draft)),
        [at("ingresses.5.service", Problem::NeedsService {})]
    );
}

#[test]
fn a_rule_of_an_ingress_stands_there_once_however_its_defaults_are_written() {
    let ingress = |rules: Value| {
        app(&json!({
            "services": [{ "id": 4, "name": "web", "ports": [{ "port": 80 }] }],
            "ingresses": [{ "id": 5, "name": "web", "rules": rules }],
        }))
    };
    let twice = ingress(
        json!([{ "id": 8, "path": "", "path_kind": "" }, { "id": 9, "path": "/", "path_kind": "Prefix" }]),
    );
    let kinds = ingress(json!([{ "id": 8, "path": "/a" }, { "id": 9, "path": "/a", "path_kind": "Exact" }]));
    let hosts = ingress(json!([{ "id": 8, "host": "a.example.com" }, { "id": 9, "host": "b.example.com" }]));

    assert_eq!(
        told(errors(&twice)),
        [at("ingresses.5.rules.9.path", Problem::Duplicate {})]
    );
    assert_eq!((errors(&kinds), errors(&hosts)), (vec![], vec![]));
}

#[test]
fn what_a_service_is_asked_depends_on_its_type() {
    let service = |fields: Value| {
        let mut service = json!({ "id": 5, "name": "web", "ports": [{ "id": 6, "port": 80, "target": 80 }] });
        service
            .as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        app(&json!({
            "containers": [{ "id": 1, "image": "nginx:1.27", "ports": [{ "number": 80 }] }],
            "services": [service],
        }))
    };
    let node_port = |kind: &str, port: &str| {
        service(
            json!({ "kind": kind, "reach": "private", "ports": [{ "id": 6, "port": 80, "node_port": port }] }),
        )
    };
    let range = Problem::PortOutOfRange {
        min: 30000,
        max: 32767,
    };

    assert_eq!(
        told(errors(&service(json!({ "ports": [] })))),
        [at("services.5.ports", Problem::NeedsRow {})]
    );
    assert_eq!(
        told(errors(&service(json!({ "ports": [{ "id": 6 }] })))),
        [at("services.5.ports.6.port", Problem::Missing {})]
    );
    assert_eq!(
        errors(&service(json!({ "headless": true, "ports": [{ "id": 6 }] }))),
        []
    );
    assert_eq!(
        errors(&node_port("ClusterIP", "80")),
        [],
        "not judged for this type"
    );
    assert_eq!(
        told(errors(&node_port("NodePort", "80"))),
        [at("services.5.ports.6.node_port", range.clone())]
    );
    assert_eq!(
        told(errors(&node_port("LoadBalancer", "32768"))),
        [at("services.5.ports.6.node_port", range)]
    );
    assert_eq!(errors(&node_port("NodePort", "30000")), []);

    let paid =
        service(json!({ "kind": "LoadBalancer", "reach": "private", "balancer": { "bandwidth": 20 } }));
    let kind = "private".to_owned();
    assert_eq!(
        told(warnings(&paid)),
        [at("services.5.balancer.bandwidth", Problem::NotForType { kind })]
    );
    let much = service(json!({ "kind": "LoadBalancer", "reach": "public", "balancer": { "bandwidth": 0 } }));
    let range = Problem::NumberOutOfRange { min: 1, max: 10_000 };
    assert_eq!(told(errors(&much)), [at("services.5.balancer.bandwidth", range)]);
}

#[test]
fn what_is_off_or_of_another_type_is_not_judged() {
    let off = with(
        shop(),
        &[
            ("containers.1.liveness.enabled", "false"),
            ("containers.1.liveness.port", "nonsense!"),
            ("scaling.timed.enabled", ""),
            ("scaling.timed.jobs.30.schedule", "nonsense"),
            ("ingresses.6.canary.enabled", "false"),
            ("ingresses.6.canary.service", ""),
            ("workload.job.backoff_limit", "nonsense"),
            ("volumes.4.server", "non sense"),
        ],
    );

    assert_eq!(errors(&off), []);
    let app = validate(&off).app.unwrap();
    assert!(app.timed.is_none() && app.ingresses[0].canary.is_none() && app.containers[0].liveness.is_none());
}

#[test]
fn two_ingresses_of_a_class_for_the_same_place_are_told() {
    let with_second = |class: &str, path: &str| {
        let rules = |id: u32, path: &str| json!([{ "id": id, "host": "a.example.com", "path": path }]);
        told(warnings(&app(&json!({
            "containers": [{ "id": 1, "image": "nginx:1.27", "ports": [{ "number": 80 }] }],
            "services": [{ "id": 4, "name": "web", "ports": [{ "port": 80 }] }],
            "ingresses": [
                { "id": 5, "name": "one", "class": "nginx", "rules": rules(8, "/") },
                { "id": 6, "name": "two", "class": class, "rules": rules(9, path) }],
        }))))
    };

    assert_eq!(
        with_second("nginx", ""),
        [at("ingresses.6.rules.9.path", Problem::Duplicate {})]
    );
    assert_eq!(with_second("inside", "/"), []);
    assert_eq!(with_second("nginx", "/b"), []);
}

#[test]
fn annotations_may_fill_what_kubernetes_holds_less_what_slipway_adds() {
    let filled = |length: usize| {
        let annotations = json!([{ "key": "k", "value": "x".repeat(length) }]);
        told(errors(&app(&json!({ "pod": { "annotations": annotations } }))))
    };
    let max = 262_144 - 4096;

    assert_eq!(filled(max - 1), []);
    let max_told = u32::try_from(max).unwrap();
    assert_eq!(
        filled(max),
        [at(
            "pod.annotations",
            Problem::AnnotationsTooLarge { max: max_told }
        )]
    );
}

#[test]
fn a_limit_that_a_variable_shows_is_looked_for_by_its_resource() {
    let shown = |resource: &str, limits: Value| {
        let env = json!([{ "id": 9, "kind": "resource", "name": "A", "resource": resource }]);
        told(warnings(&app(
            &json!({ "containers": [{ "id": 1, "image": "nginx:1.27", "resources": limits, "env": env }] }),
        )))
    };
    for (kind, leaf, amount) in [
        ("cpu", "cpu_limit", "1"),
        ("memory", "memory_limit", "1Gi"),
        ("ephemeral-storage", "storage_limit", "1Gi"),
    ] {
        let limit = format!("limits.{kind}");
        let mut limits = json!({});
        let resource = kind.to_owned();
        assert_eq!(
            shown(&limit, limits.clone()),
            [at(
                "containers.1.env.9.resource",
                Problem::LimitMissing { resource }
            )]
        );
        assert_eq!(shown(&format!("requests.{kind}"), limits.clone()), []);
        limits[leaf] = amount.into();
        assert_eq!(shown(&limit, limits), []);
    }
}

#[test]
fn a_deployment_gives_pods_more_time_than_they_must_be_ready_for() {
    let workload = |min_ready: &str, deadline: &str| {
        told(errors(&app(
            &json!({ "workload": { "min_ready": min_ready, "progress_deadline": deadline } }),
        )))
    };
    let most = u64::try_from(i32::MAX).unwrap();

    assert_eq!(workload("5", "6"), []);
    assert_eq!(workload("599", ""), []);
    assert_eq!(
        workload("5", "5"),
        [at(
            "workload.progress_deadline",
            Problem::NumberOutOfRange { min: 6, max: most }
        )]
    );
    assert_eq!(
        workload("600", ""),
        [at(
            "workload.min_ready",
            Problem::NumberOutOfRange { min: 0, max: 599 }
        )]
    );
}

#[test]
fn a_canary_by_a_value_of_a_header_needs_the_header() {
    let silent = with(
        shop(),
        &[
            ("ingresses.6.canary.header", ""),
            ("ingresses.6.canary.header_value", "yes"),
        ],
    );

    assert_eq!(
        told(errors(&silent)),
        [at("ingresses.6.canary.header", Problem::Missing {})]
    );
}
