use serde_json::{Value, json};

use super::*;
use crate::preflight::testing::{changing, line, subject};

fn mounted(draft: &mut Value) {
    draft["volumes"] = json!([{ "id": 9, "name": "data", "kind": "claim", "object": "data" }]);
}

fn claim(modes: &[&str]) -> Value {
    json!({ "metadata": { "name": "data" }, "spec": { "accessModes": modes }, "status": { "phase": "Bound" } })
}

fn volume(zone: &str) -> Value {
    let term = json!({ "matchExpressions": [{ "key": "topology.example.com/zone", "operator": "In", "values": [zone] }] });
    json!({ "metadata": { "name": "v" },
            "spec": { "nodeAffinity": { "required": { "nodeSelectorTerms": [term] } } } })
}

fn judged(claim: Option<Value>, volume: Option<Value>, change: impl FnOnce(&mut Value)) -> String {
    let subject = subject(|draft| {
        mounted(draft);
        change(draft);
    });
    judged_for(&subject, claim, volume)
}

fn judged_for(subject: &Subject, claim: Option<Value>, volume: Option<Value>) -> String {
    let claim = claim.map(|claim| serde_json::from_value(claim).unwrap());
    let volume = volume.map(|volume| serde_json::from_value(volume).unwrap());
    let finding = Finding::named(CheckCode::Claims, KIND, "data");
    line(&judge(
        "data",
        claim.as_ref(),
        volume.as_ref(),
        subject,
        (finding, "volumes.9.object".into()),
    ))
}

#[test]
fn the_access_mode_is_held_against_the_most_pods() {
    let alone = |draft: &mut Value| draft["basics"]["replicas"] = json!(1);
    for (modes, expected) in [
        (&["ReadWriteMany"][..], "Passed"),
        (&["ReadOnlyMany"], "Passed"),
        (&["ReadWriteOnce"], "Warning volumes.9.object=one_pod_only"),
        (&["ReadWriteOncePod"], "Warning volumes.9.object=one_pod_only"),
        (&["ReadWriteOnce", "ReadWriteMany"], "Passed"),
    ] {
        assert_eq!(judged(Some(claim(modes)), None, |_| {}), expected, "{modes:?}");
    }
    let beside = "Warning volumes.9.object=mounted_once";
    assert_eq!(judged(Some(claim(&["ReadWriteOnce"])), None, alone), beside);
    assert_eq!(judged(Some(claim(&["ReadWriteMany"])), None, alone), "Passed");
    let old_goes_first = |draft: &mut Value| {
        alone(draft);
        draft["workload"] = json!({ "update": { "kind": "Recreate" } });
    };
    assert_eq!(
        judged(Some(claim(&["ReadWriteOnce"])), None, old_goes_first),
        "Passed"
    );
}

#[test]
fn a_claim_that_is_missing_lost_or_going_is_told() {
    let mut lost = claim(&["ReadWriteMany"]);
    lost["status"]["phase"] = json!("Lost");
    let mut going = claim(&["ReadWriteMany"]);
    going["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");

    assert_eq!(judged(None, None, |_| {}), "Warning volumes.9.object=absent");
    for claim in [lost, going] {
        assert_eq!(
            judged(Some(claim), None, |_| {}),
            "Warning volumes.9.object=claim_unusable"
        );
    }
}

#[test]
fn pods_must_be_able_to_run_in_the_zone_of_the_volume() {
    let many = || Some(claim(&["ReadWriteMany"]));
    let selected = |zone: &str| {
        let selector = json!([{ "id": 20, "key": "topology.kubernetes.io/zone", "value": zone }]);
        move |draft: &mut Value| draft["pod"] = json!({ "node_selector": selector })
    };
    let wished = |draft: &mut Value| {
        draft["pod"] = json!({ "affinity": [{ "id": 21, "kind": "node", "strength": "required",
            "key": "topology.kubernetes.io/zone", "operator": "In", "values": "b, c" }] });
    };
    let spread = |draft: &mut Value| {
        draft["pod"] = json!({ "spread": [{ "id": 22, "topology": "topology.kubernetes.io/zone", "max_skew": 1,
                                            "when": "DoNotSchedule" }] });
    };

    assert_eq!(judged(many(), Some(volume("a")), |_| {}), "Passed");
    assert_eq!(judged(many(), Some(volume("a")), selected("a")), "Passed");
    assert_eq!(
        judged(many(), Some(volume("a")), selected("b")),
        "Warning pod.node_selector=other_zone"
    );
    assert_eq!(
        judged(many(), Some(volume("a")), wished),
        "Warning pod.affinity.21.key=other_zone"
    );
    assert_eq!(
        judged(many(), Some(volume("a")), spread),
        "Warning pod.spread.22.topology=other_zone"
    );
}

#[test]
fn a_new_volume_in_a_zone_is_held_against_the_pods_as_well() {
    let subject = subject(|draft| {
        draft["basics"]["replicas"] = json!(1);
        draft["volumes"] =
            json!([{ "id": 9, "name": "disk", "kind": "disk", "disk": "d-bp1", "zone": "cn-hangzhou-b" }]);
        draft["pod"] = json!({ "node_selector": [{ "id": 20, "key": "topology.kubernetes.io/zone", "value": "cn-hangzhou-a" }] });
    });

    let found = of_new_volumes(&subject);

    assert_eq!(line(&found[0]), "Warning pod.node_selector=other_zone");
}

/// What is said of a claim for one node while an app is changed that runs so many pods with what is mounted in them.
fn changed(pods: u32, mounted_now: &str, change: impl FnOnce(&mut Value)) -> String {
    let volume = json!({ "name": "data", "persistentVolumeClaim": { "claimName": mounted_now } });
    let running = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "web" },
        "spec": { "template": { "spec": { "containers": [], "volumes": [volume] } } },
        "status": { "replicas": 3, "readyReplicas": pods },
    });
    let subject = changing(&[running], |draft| {
        mounted(draft);
        change(draft);
    });
    judged_for(&subject, Some(claim(&["ReadWriteOnce"])), None)
}

#[test]
fn pods_that_share_a_claim_already_are_no_news() {
    let more = |draft: &mut Value| draft["basics"]["replicas"] = json!(4);
    let told = "Warning volumes.9.object=one_pod_only";

    assert_eq!(changed(3, "data", |_| {}), "Passed");
    assert_eq!(changed(3, "data", more), told);
    assert_eq!(changed(1, "data", |_| {}), told, "two of them wait");
    assert_eq!(changed(3, "other", |_| {}), told, "it is a new one");
}

#[test]
fn what_a_stateful_set_makes_for_each_pod_is_not_looked_for() {
    let subject = subject(|draft| {
        draft["basics"]["kind"] = json!("StatefulSet");
        draft["containers"][0]["mounts"] = json!([{ "id": 10, "volume": "data", "path": "/d" },
                                                   { "id": 11, "volume": "more", "path": "/e" }]);
        draft["volumes"] = json!([
            { "id": 8, "name": "data", "kind": "claim_template", "size": "1Gi", "access": "ReadWriteOnce" },
            { "id": 9, "name": "more", "kind": "claim", "object": "shared" },
        ]);
    });

    let mounted: Vec<String> = subject
        .mounted_claims()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(mounted, ["shared"]);
}
