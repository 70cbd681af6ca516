//! What is typed arrives in the app, and every field answers to what it cannot be.

use std::fmt::Write;

use serde_json::json;

use super::guide::{shop, with};
use super::rules::app;
use crate::app::RowTexts;
use crate::{Draft, Issue, validate};

fn kept(draft: &Draft) -> crate::App {
    let verdict = validate(draft);
    verdict.app.unwrap_or_else(|| panic!("{:?}", verdict.issues))
}

#[test]
fn everything_typed_for_a_deployment_arrives() {
    let mut app = kept(&shop());
    // What was typed in which row stands in the draft, and is no part of what arrives.
    app.rows = RowTexts::default();

    insta::assert_debug_snapshot!(app);
}

#[test]
fn everything_typed_for_the_other_types_arrives() {
    let stateful = with(
        shop(),
        &[
            ("basics.kind", "StatefulSet"),
            ("services.5.headless", "true"),
            ("volumes.3.kind", "claim_template"),
            ("workload.update.partition", "2"),
            ("workload.stateful.pod_management", "Parallel"),
            ("workload.stateful.when_deleted", "Retain"),
            ("workload.stateful.when_scaled", "Delete"),
        ],
    );
    let on_delete = with(
        stateful.clone(),
        &[
            ("workload.update.kind", "OnDelete"),
            ("workload.stateful.service", "shop"),
        ],
    );
    let cron = with(
        shop(),
        &[
            ("basics.kind", "CronJob"),
            ("scaling.metric.enabled", ""),
            ("scaling.timed.enabled", ""),
            ("workload.cron.schedule", "0 3 * * *"),
            ("workload.cron.time_zone", "Asia/Shanghai"),
            ("workload.cron.concurrency", "Forbid"),
            ("workload.cron.starting_deadline", "60"),
            ("workload.cron.successful_history", "4"),
            ("workload.cron.failed_history", "5"),
            ("workload.cron.suspended", "true"),
            ("workload.job.completions", "6"),
            ("workload.job.parallelism", "7"),
            ("workload.job.backoff_limit", "8"),
            ("workload.job.ttl", "9"),
            ("workload.job.deadline", "10"),
            ("workload.job.restart", "Never"),
        ],
    );
    let job = with(
        cron.clone(),
        &[
            ("basics.kind", "Job"),
            ("basics.replicas", "3"),
            ("workload.job.completions", ""),
            ("workload.job.parallelism", ""),
        ],
    );
    let recreate = with(shop(), &[("workload.update.kind", "Recreate")]);
    let untold = with(
        shop(),
        &[
            ("workload.update.max_surge", ""),
            ("workload.update.max_unavailable", ""),
        ],
    );

    let apps = [stateful, on_delete, cron, job, recreate, untold].map(|draft| kept(&draft).workload);

    insta::assert_debug_snapshot!(apps);
}

#[test]
fn everything_typed_about_access_arrives() {
    let draft = app(&json!({
        "containers": [{ "id": 1, "image": "nginx:1.27", "ports": [{ "name": "http", "number": 80 }] }],
        "services": [
            { "id": 2, "name": "new", "kind": "LoadBalancer", "reach": "public", "traffic_policy": "Local",
              "balancer": { "specification": "slb.s2.small", "bandwidth": 20 }, "ports": [{ "id": 3, "port": 80, "target": "http" }] },
            { "id": 4, "name": "inside", "kind": "LoadBalancer", "reach": "private",
              "balancer": { "bandwidth": 20 }, "ports": [{ "id": 5, "port": 80 }] },
            { "id": 6, "name": "old", "kind": "LoadBalancer", "traffic_policy": "Cluster",
              "balancer": { "kind": "existing", "instance": "lb-1" }, "ports": [{ "id": 7, "port": 81, "protocol": "UDP", "target": 80 }] },
            { "id": 8, "name": "node", "kind": "NodePort", "traffic_policy": "Local", "ports": [{ "id": 9, "port": 80, "node_port": 30080 }] },
            { "id": 10, "name": "names", "headless": true, "traffic_policy": "Local", "ports": [{ "id": 11 }] }],
        "ingresses": [
            { "id": 12, "name": "one", "service": "inside", "weight": "", "rules": [
                { "id": 13, "host": "b.example.com", "path": "", "path_kind": "Exact", "port": 80 },
                { "id": 14, "host": "a.example.com", "path": "/a", "path_kind": "" },
                { "id": 15, "host": "a.example.com", "path": "/b", "path_kind": "ImplementationSpecific" }],
              "tls": [{ "id": 16, "secret": "all" }, { "id": 17 }, { "id": 18, "host": "b.example.com", "secret": "b" }],
              "canary": { "enabled": true, "service": "next", "weight": 0, "header": "X-Next", "header_value": " yes ", "cookie": "A-_9" } },
            { "id": 19, "name": "two", "canary": { "enabled": true, "service": "next", "cookie": "next" }, "rules": [{ "id": 20, "path": "/" }] }],
    }));
    let app = kept(&draft);

    insta::assert_debug_snapshot!((app.services, app.ingresses));
}

#[test]
fn everything_typed_about_volumes_and_pods_arrives() {
    let draft = app(&json!({
        "volumes": [
            { "id": 2, "name": "a", "kind": "empty_dir", "medium": "Memory", "size": "1Gi" },
            { "id": 3, "name": "b", "kind": "host_path", "path": "/a", "host_kind": "Socket" },
            { "id": 4, "name": "c", "kind": "config_map", "object": "o", "optional": true, "mode": "0440",
              "items": [{ "id": 5, "key": "k" }, { "id": 6 }, { "id": 7, "key": "l", "path": "p/q" }] },
            { "id": 8, "name": "d", "kind": "secret", "object": "o" },
            { "id": 9, "name": "e", "kind": "claim", "object": "o", "read_only": true },
            { "id": 10, "name": "f", "kind": "new_claim", "object": "o", "size": "30Gi", "class": "c", "access": "ReadWriteMany" },
            { "id": 11, "name": "g", "kind": "nfs", "server": "s", "path": "/p", "read_only": true },
            { "id": 12, "name": "h", "kind": "nas", "server": "s", "version": "4.0", "options": "a,b", "size": "1Gi" },
            { "id": 13, "name": "i", "kind": "nas_flex", "server": "s", "path": "/p" },
            { "id": 14, "name": "j", "kind": "disk", "disk": "d-1", "fs_kind": "xfs", "size": "40Gi", "zone": "z" },
            { "id": 15, "name": "k", "kind": "disk_flex", "disk": "d-2" },
            { "id": 16 }],
        "pod": {
            "grace": 0, "service_account": "sa", "security": { "user": 5, "group": 6, "fs_group": 7 },
            "labels": [{ "id": 20, "key": "a", "value": "" }], "annotations": [{ "id": 21, "key": "a", "value": " b " }],
            "node_selector": [{ "id": 22, "key": "slipway.dev/pool", "value": "x" }],
            "affinity": [
                { "id": 23, "kind": "node", "strength": "required", "key": "k", "operator": "In", "values": " a , ,b" },
                { "id": 24, "kind": "node", "key": "k", "operator": "Gt", "values": "5" },
                { "id": 25, "kind": "near", "key": "k", "operator": "DoesNotExist", "values": "x", "weight": 7 },
                { "id": 26, "kind": "apart", "topology": "zone" }],
            "tolerations": [
                { "id": 27 },
                { "id": 28, "operator": "Exists" },
                { "id": 29, "key": "k", "value": "v", "effect": "NoExecute", "seconds": 60 },
                { "id": 30, "key": "k", "operator": "Exists", "value": "v", "effect": "NoSchedule" }],
            "spread": [{ "id": 31, "topology": "zone", "when": "DoNotSchedule" }, { "id": 32, "topology": "host", "max_skew": 2 }, { "id": 33 }],
        },
    }));
    let app = kept(&draft);

    insta::assert_debug_snapshot!((app.volumes, app.pod));
}

/// What a field cannot be, in several ways.
const WRONG: [&str; 6] = ["?!", "0", "-1", "99999999999", "a b", "../x"];

/// What each leaf answers to what it cannot be, a line for each field that answers anything.
fn answers(draft: &Draft) -> String {
    let before = validate(draft).issues;
    let answer = |path: &str, text: &str| {
        let issues = validate(&with(draft.clone(), &[(path, text)])).issues;
        let new = issues.into_iter().filter(|issue| !before.contains(issue));
        new.map(|issue| code(path, &issue)).collect::<Vec<_>>().join(" ")
    };
    let mut lines = String::new();
    for (path, _) in draft.leaves() {
        let answers = WRONG.map(|text| answer(&path, text));
        let first = &answers[0];
        if answers.iter().all(|answer| answer == first) {
            let _ = if first.is_empty() {
                Ok(())
            } else {
                writeln!(lines, "{path}: {first}")
            };
        } else {
            let _ = writeln!(lines, "{path}: {}", answers.join(" | "));
        }
    }
    lines
}

/// The code of an issue, with the field when it is another one.
fn code(path: &str, issue: &Issue) -> String {
    let wire = serde_json::to_value(issue).unwrap();
    let code = wire["code"].as_str().unwrap_or_default();
    let mark = if issue.is_error() { "" } else { "~" };
    if issue.field == path {
        format!("{mark}{code}")
    } else {
        format!("{mark}{code}@{}", issue.field)
    }
}

#[test]
fn every_field_answers_to_what_it_cannot_be() {
    insta::assert_snapshot!(format!("{}\n{}", WRONG.join(" | "), answers(&shop())));
}
