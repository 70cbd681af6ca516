use serde_json::{Value, json};

use super::*;
use crate::preflight::testing::{changing, line, subject};

fn judged(item: &Value, change: impl FnOnce(&mut Value)) -> String {
    let range = json!({ "metadata": { "name": "team" }, "spec": { "limits": [item] } });
    let range: LimitRange = serde_json::from_value(range).unwrap();
    line(&judge(&[range], &subject(change))[0])
}

fn sized(resources: Value) -> impl FnOnce(&mut Value) {
    move |draft| draft["containers"][0]["resources"] = resources
}

#[test]
fn each_container_is_held_against_the_limits_of_the_namespace() {
    let request = "containers.1.resources.cpu_request";
    let limit = "containers.1.resources.cpu_limit";
    for (item, resources, expected) in [
        (
            json!({ "type": "Container", "min": { "cpu": "100m" } }),
            json!({ "cpu_request": "100m" }),
            "Passed".to_owned(),
        ),
        (
            json!({ "type": "Container", "min": { "cpu": "200m" } }),
            json!({ "cpu_request": "100m" }),
            format!("Failed {request}=below_limit"),
        ),
        (
            json!({ "type": "Container", "max": { "cpu": "1" }, "default": { "cpu": "1" } }),
            json!({ "cpu_request": "100m" }),
            "Passed".to_owned(),
        ),
        (
            json!({ "type": "Container", "max": { "cpu": "1" }, "default": { "cpu": "1" } }),
            json!({ "cpu_request": "2" }),
            format!("Failed {request}=above_limit"),
        ),
        (
            json!({ "type": "Container", "max": { "cpu": "1" } }),
            json!({ "cpu_request": "100m", "cpu_limit": "2" }),
            format!("Failed {limit}=above_limit"),
        ),
        (
            json!({ "type": "Container", "maxLimitRequestRatio": { "cpu": "2" } }),
            json!({ "cpu_request": "100m", "cpu_limit": "200m" }),
            "Passed".to_owned(),
        ),
        (
            json!({ "type": "Container", "maxLimitRequestRatio": { "cpu": "2" } }),
            json!({ "cpu_request": "100m", "cpu_limit": "201m" }),
            format!("Failed {limit}=limit_too_far"),
        ),
    ] {
        assert_eq!(
            judged(&item, sized(resources.clone())),
            expected,
            "{item} {resources}"
        );
    }
}

#[test]
fn a_pod_is_held_against_them_with_all_its_containers() {
    let two = |draft: &mut Value| {
        let again = json!({ "id": 3, "name": "side", "image": "busybox:1.36",
                            "resources": { "cpu_request": "600m", "cpu_limit": "600m" } });
        draft["containers"][0]["resources"] = json!({ "cpu_request": "600m", "cpu_limit": "600m" });
        draft["containers"].as_array_mut().unwrap().push(again);
    };

    let found = judged(&json!({ "type": "Pod", "max": { "cpu": "1" } }), two);

    assert_eq!(found, "Failed containers.1.resources.cpu_request=above_limit");
}

#[test]
fn claims_have_limits_too() {
    let claimed = |draft: &mut Value| {
        draft["basics"]["replicas"] = json!(1);
        draft["volumes"] = json!([{ "id": 9, "name": "data", "kind": "new_claim", "size": "20Gi" }]);
    };
    let item = json!({ "type": "PersistentVolumeClaim", "max": { "storage": "10Gi" } });

    assert_eq!(judged(&item, claimed), "Failed volumes.9.size=above_limit");
}

#[test]
fn a_limit_that_came_after_a_claim_keeps_nobody_from_changing_the_app() {
    let live =
        json!({ "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": { "name": "web-data" } });
    let subject = changing(&[live], |draft| {
        draft["basics"]["replicas"] = json!(1);
        draft["volumes"] = json!([{ "id": 9, "name": "data", "kind": "new_claim", "size": "20Gi" }]);
    });
    let range =
        json!({ "spec": { "limits": [{ "type": "PersistentVolumeClaim", "max": { "storage": "10Gi" } }] } });

    let found = judge(&[serde_json::from_value(range).unwrap()], &subject);

    assert_eq!(line(&found[0]), "Passed");
}
