//! What runs of many edits have found, each once more by itself.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use slipway_model::Draft;
use slipway_model::draft::{Container, Rule};
use slipway_plan::read;

use crate::cases::{changed, of_file};

fn of_kind<'v>(objects: &'v [Value], kind: &str) -> &'v Value {
    objects.iter().find(|object| object["kind"] == kind).unwrap()
}

/// The name of one kind says nothing of another: the autoscaler has a name of its own.
#[test]
fn without_an_autoscaler_the_workload_itself_is_scaled_at_set_times() {
    let (_, after) = changed(of_file("manifests/timed-and-metric.yaml"), |draft| {
        draft.scaling.metric.enabled.set("");
    });

    assert_eq!(
        of_kind(&after, "CronHorizontalPodAutoscaler")["spec"]["scaleTargetRef"],
        json!({ "apiVersion": "apps/v1", "kind": "Deployment", "name": "portal" })
    );
}

#[test]
fn what_was_told_by_an_annotation_of_the_older_kind_is_told_by_it() {
    let annotations = |edit: fn(&mut slipway_model::draft::Service)| {
        let (before, after) = changed(of_file("manifests/slb-public.yaml"), |draft| {
            edit(&mut draft.services[0]);
        });
        let of = |objects: &[Value]| of_kind(objects, "Service")["metadata"]["annotations"].clone();
        (of(&before), of(&after))
    };
    let older = "service.beta.kubernetes.io/alicloud-loadbalancer-address-type";

    let (mut wanted, private) = annotations(|service| service.reach.set("private"));
    let (_, of_no_balancer) = annotations(|service| service.kind.set("ClusterIP"));

    wanted[older] = json!("intranet");
    assert_eq!(private, wanted);
    assert_eq!(of_no_balancer.get(older), None);
}

#[test]
fn a_path_of_every_host_keeps_what_is_its_beside_another_one() {
    let mut written = of_file("exact/cases/F39.yaml");
    let rule = &mut written[2]["spec"]["rules"][0];
    rule.as_object_mut().unwrap().remove("host");
    rule["http"]["paths"][0]["unknown"] = json!(1);
    let path = rule["http"]["paths"][0].clone();

    let (_, after) = changed(written, |draft| {
        let rules = &mut draft.ingresses[0].rules;
        rules.push(Rule {
            id: 0,
            path: "/other".into(),
            ..rules[0].clone()
        });
    });

    let mut other = path.clone();
    other["path"] = "/other".into();
    other.as_object_mut().unwrap().remove("unknown");
    assert_eq!(
        after[2]["spec"]["rules"],
        json!([{ "http": { "paths": [path, other] } }])
    );
}

/// A container that begins to run first is read after the others, wherever it was typed.
#[test]
fn rows_are_known_again_though_they_are_read_in_another_order() {
    let (before, after) = changed(of_file("manifests/mysql-primary.yaml"), |draft| {
        draft.containers[0].kind.set("init");
    });
    let mut typed = read(before).unwrap().draft;
    typed.containers[0].kind.set("init");

    let again = read(after).unwrap().with_ids_of(&typed).draft;

    let ids = |draft: &Draft| -> BTreeMap<String, (u32, Vec<u32>)> {
        let rows = draft.containers.iter();
        let ports = |row: &Container| row.ports.iter().map(|port| port.id).collect();
        rows.map(|row| (row.name.to_string(), (row.id, ports(row))))
            .collect()
    };
    assert_ne!(again.containers[0].id, typed.containers[0].id);
    assert_eq!(ids(&again), ids(&typed));
}
