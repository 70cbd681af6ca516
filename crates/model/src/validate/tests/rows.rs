//! Rows of lists: the same thing twice, and rows with almost nothing in them.

use serde_json::{Value, json};

use super::guide::errors;
use super::rules::{app, at, told};
use crate::{Problem, validate};

#[test]
#[expect(clippy::too_many_lines, reason = "one entry for each case")]
fn what_stands_twice_is_blamed_at_the_second_row() {
    let container = |extra: Value| {
        let mut container = json!({ "id": 1, "image": "nginx:1.27" });
        container
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        json!({ "containers": [container] })
    };
    let service = |extra: Value| {
        let mut service = json!({ "id": 5, "name": "web", "kind": "NodePort" });
        service
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        json!({ "services": [service] })
    };
    let labels = json!([{ "id": 8, "key": "a", "value": "b" }, { "id": 9, "key": "a", "value": "c" }]);
    let second = [
        (
            json!({ "containers": [{ "id": 1, "image": "a:1" }, { "id": 9, "image": "b:1" }] }),
            "containers.9.name",
        ),
        (
            container(
                json!({ "ports": [{ "id": 8, "name": "a", "number": 1 }, { "id": 9, "name": "a", "number": 2 }] }),
            ),
            "containers.1.ports.9.name",
        ),
        (
            container(json!({ "ports": [{ "id": 8, "number": 1 }, { "id": 9, "number": 1 }] })),
            "containers.1.ports.9.number",
        ),
        (
            container(json!({ "env": [{ "id": 8, "name": "A" }, { "id": 9, "name": "A", "value": "x" }] })),
            "containers.1.env.9.name",
        ),
        (
            container(
                json!({ "logs": [{ "id": 8, "store": "a", "path": "stdout" }, { "id": 9, "store": "a", "path": "stdout" }] }),
            ),
            "containers.1.logs.9.store",
        ),
        (
            container(json!({ "log_tags": [{ "id": 8, "tag": "a_b" }, { "id": 9, "tag": "a.b" }] })),
            "containers.1.log_tags.9.tag",
        ),
        (
            container(json!({ "log_tags": [{ "id": 8, "tag": "a" }, { "id": 9, "tag": "b", "name": "a" }] })),
            "containers.1.log_tags.9.name",
        ),
        (
            json!({ "volumes": [{ "id": 8, "name": "a" }, { "id": 9, "name": "a" }] }),
            "volumes.9.name",
        ),
        (
            json!({ "services": [{ "id": 8, "name": "a", "ports": [{ "port": 80 }] }, { "id": 9, "name": "a", "ports": [{ "port": 80 }] }] }),
            "services.9.name",
        ),
        (
            service(
                json!({ "ports": [{ "id": 8, "name": "a", "port": 1 }, { "id": 9, "name": "a", "port": 2 }] }),
            ),
            "services.5.ports.9.name",
        ),
        (
            service(
                json!({ "ports": [{ "id": 8, "name": "a", "port": 1 }, { "id": 9, "name": "b", "port": 1 }] }),
            ),
            "services.5.ports.9.port",
        ),
        (
            service(
                json!({ "ports": [{ "id": 8, "name": "a", "port": 1, "node_port": 30001 }, { "id": 9, "name": "b", "port": 2, "node_port": 30001 }] }),
            ),
            "services.5.ports.9.node_port",
        ),
        (json!({ "pod": { "labels": labels } }), "pod.labels.9.key"),
        (
            json!({ "pod": { "annotations": labels } }),
            "pod.annotations.9.key",
        ),
        (
            json!({ "pod": { "node_selector": labels } }),
            "pod.node_selector.9.key",
        ),
        (
            json!({ "pod": { "spread": [{ "id": 8, "topology": "zone" }, { "id": 9, "topology": "zone" }] } }),
            "pod.spread.9.topology",
        ),
        (
            json!({ "scaling": { "timed": { "enabled": true, "jobs": [
                { "id": 8, "name": "a", "schedule": "@daily", "replicas": 1 }, { "id": 9, "name": "a", "schedule": "@daily", "replicas": 2 }] } } }),
            "scaling.timed.jobs.9.name",
        ),
    ];
    for (parts, field) in second {
        assert_eq!(told(errors(&app(&parts))), [at(field, Problem::Duplicate {})]);
    }
    // The same port with another protocol is another port.
    let both = json!([{ "number": 53, "protocol": "TCP" }, { "number": 53, "protocol": "UDP" }]);
    assert_eq!(errors(&app(&container(json!({ "ports": both })))), []);
    // A strict rule and a soft one about the same label are two rules.
    let spread = json!([{ "topology": "zone" }, { "topology": "zone", "when": "DoNotSchedule" }]);
    assert_eq!(errors(&app(&json!({ "pod": { "spread": spread } }))), []);
}

#[test]
#[expect(clippy::too_many_lines, reason = "one entry for each case")]
fn a_row_with_anything_in_it_counts() {
    let container = |list: &str, row: Value| {
        let mut container = json!({ "id": 1, "image": "nginx:1.27" });
        container[list] = json!([row]);
        json!({ "containers": [container] })
    };
    let ingress = |tls: Value| {
        json!({
            "containers": [{ "id": 1, "image": "nginx:1.27", "ports": [{ "number": 80 }] }],
            "services": [{ "id": 4, "name": "web", "ports": [{ "port": 80 }] }],
            "ingresses": [{ "id": 5, "name": "web", "rules": [{ "id": 6, "host": "a.example.com" }], "tls": [tls] }],
        })
    };
    let missing = [
        (
            json!({ "pod": { "labels": [{ "id": 9, "value": "a" }] } }),
            "pod.labels.9.key",
        ),
        (
            json!({ "pod": { "annotations": [{ "id": 9, "value": "a" }] } }),
            "pod.annotations.9.key",
        ),
        (
            json!({ "pod": { "spread": [{ "id": 9, "max_skew": 2 }] } }),
            "pod.spread.9.topology",
        ),
        (
            json!({ "pod": { "tolerations": [{ "id": 9, "effect": "NoSchedule" }] } }),
            "pod.tolerations.9.key",
        ),
        (
            json!({ "pod": { "tolerations": [{ "id": 9, "operator": "Exists", "seconds": 5 }] } }),
            "pod.tolerations.9.effect",
        ),
        (
            container("ports", json!({ "id": 9, "name": "a" })),
            "containers.1.ports.9.number",
        ),
        (
            container("env", json!({ "id": 9, "value": "a" })),
            "containers.1.env.9.name",
        ),
        (
            container(
                "env",
                json!({ "id": 9, "name": "A", "kind": "config_map", "key": "a" }),
            ),
            "containers.1.env.9.object",
        ),
        (
            container("env", json!({ "id": 9, "name": "A", "kind": "field" })),
            "containers.1.env.9.field",
        ),
        (
            container("env", json!({ "id": 9, "name": "A", "kind": "resource" })),
            "containers.1.env.9.resource",
        ),
        (
            container("logs", json!({ "id": 9, "path": "stdout" })),
            "containers.1.logs.9.store",
        ),
        (
            container("logs", json!({ "id": 9, "store": "a" })),
            "containers.1.logs.9.path",
        ),
        (
            container("log_tags", json!({ "id": 9, "value": "a" })),
            "containers.1.log_tags.9.tag",
        ),
        (
            json!({ "containers": [{ "id": 1, "image": "nginx:1.27", "liveness": {
                "enabled": true, "kind": "http", "port": 80, "headers": [{ "id": 9, "value": "a" }] } }] }),
            "containers.1.liveness.headers.9.name",
        ),
        (
            ingress(json!({ "id": 9, "host": "a.example.com" })),
            "ingresses.5.tls.9.secret",
        ),
    ];
    for (parts, field) in missing {
        assert_eq!(told(errors(&app(&parts))), [at(field, Problem::Missing {})]);
    }
    let mount = container("mounts", json!({ "id": 9, "sub_path": "a" }));
    assert_eq!(
        told(errors(&app(&mount))),
        [
            at("containers.1.mounts.9.volume", Problem::Missing {}),
            at("containers.1.mounts.9.path", Problem::Missing {})
        ]
    );
}

#[test]
fn a_row_with_nothing_in_it_counts_as_not_there() {
    let nothing = json!([{ "id": 9 }]);
    for list in [
        "ports",
        "env",
        "mounts",
        "logs",
        "log_tags",
        "pull_secrets",
        "command",
        "args",
    ] {
        let mut container = json!({ "id": 1, "image": "nginx:1.27" });
        container[list] = nothing.clone();
        assert_eq!(errors(&app(&json!({ "containers": [container] }))), [], "{list}");
    }
    let probe = json!({ "enabled": true, "kind": "http", "port": 80, "headers": nothing });
    let container = json!([{ "id": 1, "image": "nginx:1.27", "liveness": probe }]);
    assert_eq!(errors(&app(&json!({ "containers": container }))), []);
    for list in ["labels", "annotations", "node_selector", "tolerations", "spread"] {
        let mut pod = json!({});
        pod[list] = nothing.clone();
        assert_eq!(errors(&app(&json!({ "pod": pod }))), [], "{list}");
    }
}

#[test]
fn a_volume_of_which_only_the_kind_was_chosen_counts_as_not_there() {
    assert_eq!(
        errors(&app(&json!({ "volumes": [{ "id": 9, "kind": "secret" }] }))),
        []
    );
}

#[test]
fn a_headless_service_has_every_port_of_which_anything_was_typed() {
    let headless = |port: Value| {
        app(&json!({ "services": [{ "id": 5, "name": "web", "headless": true, "ports": [port] }] }))
    };
    let ports = |port: Value| validate(&headless(port)).app.unwrap().services[0].ports.len();

    assert_eq!(ports(json!({ "id": 6, "port": 80 })), 1);
    assert_eq!(ports(json!({ "id": 6 })), 0);
    for port in [
        json!({ "id": 6, "name": "a" }),
        json!({ "id": 6, "target": "80" }),
    ] {
        assert_eq!(
            told(errors(&headless(port))),
            [at("services.5.ports.6.port", Problem::Missing {})]
        );
    }
}

#[test]
fn a_tag_of_a_log_holds_no_sign_of_equality() {
    let container = json!([{ "id": 1, "image": "nginx:1.27", "log_tags": [{ "id": 9, "tag": "a=b" }] }]);

    assert_eq!(
        told(errors(&app(&json!({ "containers": container })))),
        [at("containers.1.log_tags.9.tag", Problem::LogStoreMalformed {})]
    );
}
