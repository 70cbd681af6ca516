//! What Kubernetes takes without a word and people are surprised by.

use serde_json::{Value, json};

use super::agreement::problems;
use super::guide::warnings;
use crate::{Draft, Problem, validate};

/// A small app with these parts beside it.
fn app(parts: &Value) -> Draft {
    let mut whole = json!({
        "basics": { "namespace": "default", "name": "web", "replicas": 1 },
        "containers": [{ "id": 1, "image": "registry.example.com/web:1" }],
    });
    merge(&mut whole, parts);
    let mut draft: Draft = serde_json::from_value(whole).unwrap();
    draft.give_ids();
    draft
}

fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (Value::Array(into), Value::Array(from)) if into.len() == from.len() => {
            into.iter_mut()
                .zip(from)
                .for_each(|(into, from)| merge(into, from));
        }
        (into, from) => *into = from.clone(),
    }
}

/// Demands that just this is warned of.
fn warns(parts: &Value, expected: &[(&str, Problem)]) {
    let draft = app(parts);
    let found = warnings(&draft);
    let expected: Vec<(&str, &Problem)> = expected
        .iter()
        .map(|(field, problem)| (*field, problem))
        .collect();

    assert_eq!(problems(&found), expected, "{parts}");
    assert!(validate(&draft).app.is_some(), "a warning stops nothing");
}

/// A volume that one node can mount, and who mounts it.
fn disk() -> Value {
    json!({
        "containers": [{ "mounts": [{ "id": 4, "volume": "data", "path": "/data" }] }],
        "volumes": [{ "id": 3, "name": "data", "kind": "new_claim", "size": "1Gi", "access": "ReadWriteOnce" }],
    })
}

#[test]
fn a_rolling_update_needs_the_volume_of_one_node_twice() {
    let with = |parts: Value| {
        let mut whole = disk();
        merge(&mut whole, &parts);
        whole
    };
    let at = |problem: Problem| [("volumes.3.kind", problem)];

    warns(&disk(), &at(Problem::MountedOnce {}));
    warns(
        &with(json!({ "basics": { "replicas": 2 } })),
        &at(Problem::OnePodOnly {}),
    );
    warns(&with(json!({ "basics": { "replicas": 0 } })), &[]);
    warns(
        &with(json!({ "workload": { "update": { "kind": "Recreate" } } })),
        &[],
    );
    let old_goes_first = json!({ "workload": { "update": { "max_surge": "0", "max_unavailable": "1" } } });
    warns(&with(old_goes_first), &[]);
}

#[test]
fn pods_that_are_apart_need_a_spare_node_for_an_update_that_stops_none_first() {
    let with = |replicas: u32, rule: Value, update: Value| {
        json!({ "basics": { "replicas": replicas }, "workload": { "update": update },
                "pod": { "affinity": [rule] } })
    };
    let apart = || json!({ "id": 8, "kind": "apart", "strength": "required" });
    let spare = [("pod.affinity.8.strength", Problem::NeedsSpareNode {})];

    warns(&with(3, apart(), json!({})), &spare);
    // A quarter of four is one, and one goes before another comes.
    warns(&with(4, apart(), json!({})), &[]);
    warns(&with(4, apart(), json!({ "max_unavailable": "0" })), &spare);
    warns(&with(3, apart(), json!({ "kind": "Recreate" })), &[]);
    let preferred = json!({ "id": 8, "kind": "apart", "strength": "preferred" });
    warns(&with(3, preferred, json!({})), &[]);
    let zones = json!({ "id": 8, "kind": "apart", "strength": "required", "topology": "topology.kubernetes.io/zone" });
    warns(&with(3, zones, json!({})), &[]);
}

#[test]
fn a_stop_command_that_is_longer_than_the_pod_is_given_is_cut_off() {
    let stops = |seconds: &str, grace: &str| {
        json!({ "containers": [{ "pre_stop": [{ "id": 5, "text": "sleep" }, { "id": 6, "text": seconds }] }],
                "pod": { "grace": grace } })
    };
    let cut = |needed, grace| [("containers.1.pre_stop", Problem::GraceTooShort { needed, grace })];

    warns(&stops("60", ""), &cut(60, 30));
    warns(&stops("60", "60"), &cut(60, 60));
    warns(&stops("60", "90"), &[]);
    warns(&stops("15", ""), &[]);
    warns(&stops("2m", "90"), &cut(120, 90));
}

#[test]
fn a_schedule_with_days_of_the_month_and_of_the_week_runs_on_both() {
    let at = |schedule: &str| json!({ "basics": { "kind": "CronJob" }, "workload": { "cron": { "schedule": schedule } } });

    warns(
        &at("0 18 1-7 * TUE"),
        &[("workload.cron.schedule", Problem::EitherDay {})],
    );
    warns(&at("0 18 * * TUE"), &[]);
}

#[test]
fn a_schedule_that_never_runs_or_more_often_than_any_is_told() {
    let at = |schedule: &str| json!({ "basics": { "kind": "CronJob" }, "workload": { "cron": { "schedule": schedule } } });
    let field = "workload.cron.schedule";

    warns(&at("0 0 30 2 *"), &[(field, Problem::ScheduleNeverRuns {})]);
    warns(&at("0 0 29 2 *"), &[]);
    warns(&at("@every 20s"), &[(field, Problem::ScheduleTooOften {})]);
    warns(&at("@every 1m"), &[]);
}

#[test]
fn more_cpu_than_any_node_has_was_meant_in_thousandths() {
    let asks = |request: &str| json!({ "containers": [{ "resources": { "cpu_request": request } }] });
    let meant = |suggestion: &str| {
        let suggestion = suggestion.to_owned();
        [(
            "containers.1.resources.cpu_request",
            Problem::CpuOverAnyNode { suggestion },
        )]
    };

    warns(&asks("500M"), &meant("500m"));
    warns(&asks("2000"), &meant("2000m"));
    warns(&asks("500m"), &[]);
    warns(&asks("256"), &[]);
}

#[test]
fn a_variable_is_known_only_to_those_after_it() {
    let rows = |rows: Value| json!({ "containers": [{ "env": rows }] });
    let url = |id: u32, value: &str| json!({ "id": id, "name": "URL", "value": value });
    let host = |id: u32| json!({ "id": id, "name": "HOST", "value": "db" });
    let later = [(
        "containers.1.env.5.value",
        Problem::DefinedLater { name: "HOST".into() },
    )];

    warns(&rows(json!([url(5, "http://$(HOST)/"), host(6)])), &later);
    warns(&rows(json!([host(6), url(5, "http://$(HOST)/")])), &[]);
    warns(&rows(json!([url(5, "http://$$(HOST)/"), host(6)])), &[]);
    warns(&rows(json!([url(5, "$(OTHER) $HOST $("), host(6)])), &[]);
    // It may come from the whole object, which is read first.
    let whole = json!({ "id": 7, "kind": "config_map", "object": "settings" });
    warns(&rows(json!([url(5, "$(HOST)"), host(6), whole])), &[]);
}

#[test]
fn a_certificate_for_all_names_below_one_is_for_each_of_them() {
    let with = |host: &str| {
        json!({
            "containers": [{ "ports": [{ "id": 2, "name": "http", "number": 80 }] }],
            "services": [{ "id": 3, "name": "web", "ports": [{ "id": 4, "port": 80, "target": "http" }] }],
            "ingresses": [{ "id": 5, "name": "web", "rules": [{ "id": 6, "host": "web.example.com" }],
                            "tls": [{ "id": 7, "host": host, "secret": "wild" }] }],
        })
    };

    warns(&with("*.example.com"), &[]);
    let other = validate(&app(&with("*.example.org")));
    assert!(problems(&other.issues).contains(&("ingresses.5.tls.7.host", &Problem::HostNotInRules {})));
}
