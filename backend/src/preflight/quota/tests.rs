use serde_json::{Value, json};

use super::*;
use crate::preflight::testing::{changing, line, subject};

fn judged(hard: &Value, used: &Value, change: impl FnOnce(&mut Value)) -> String {
    scoped(&json!({}), hard, used, change)
}

fn scoped(spec: &Value, hard: &Value, used: &Value, change: impl FnOnce(&mut Value)) -> String {
    let quota =
        json!({ "metadata": { "name": "team" }, "spec": spec, "status": { "hard": hard, "used": used } });
    let quota: ResourceQuota = serde_json::from_value(quota).unwrap();
    let subject = subject(change);
    line(&judge(&[quota], &[], Each::of(&subject, None), &subject)[0])
}

#[test]
fn a_quota_is_held_against_the_most_pods() {
    for (hard, used, expected) in [
        (json!({ "pods": "3" }), json!({ "pods": "0" }), "Passed"),
        (
            json!({ "pods": "4" }),
            json!({ "pods": "2" }),
            "Warning basics.replicas=over_quota",
        ),
        (
            json!({ "pods": "2" }),
            json!({ "pods": "2" }),
            "Failed basics.replicas=over_quota",
        ),
        (json!({ "requests.cpu": "300m" }), json!({}), "Passed"),
        (
            json!({ "cpu": "250m" }),
            json!({}),
            "Warning basics.replicas=over_quota",
        ),
        (
            json!({ "requests.cpu": "1" }),
            json!({ "requests.cpu": "950m" }),
            "Failed containers.1.resources.cpu_request=over_quota",
        ),
    ] {
        assert_eq!(judged(&hard, &used, |_| {}), expected, "{hard} {used}");
    }
}

#[test]
fn with_an_autoscaler_the_most_is_its_most() {
    let scaled = |draft: &mut Value| {
        draft["scaling"] = json!({ "metric": { "enabled": true, "min": 1, "max": 9, "metrics": [{ "id": 8, "utilization": 60 }] } });
    };

    let found = judged(&json!({ "pods": "8" }), &json!({}), scaled);

    assert_eq!(found, "Warning scaling.metric.max=over_quota");
}

#[test]
fn objects_are_counted_by_kind() {
    let balanced = |draft: &mut Value| {
        draft["services"][0]["kind"] = json!("LoadBalancer");
        draft["services"][0]["reach"] = json!("private");
    };
    for (resource, expected) in [
        ("services", "Failed services.4.name=over_quota"),
        ("services.loadbalancers", "Failed services.4.name=over_quota"),
        ("services.nodeports", "Failed services.4.name=over_quota"),
        ("count/deployments.apps", "Failed basics.name=over_quota"),
        (
            "count/ingresses.networking.k8s.io",
            "Failed ingresses.6.name=over_quota",
        ),
        ("count/secrets", "Passed"),
    ] {
        assert_eq!(
            judged(&json!({ resource: "0" }), &json!({}), balanced),
            expected,
            "{resource}"
        );
    }
}

#[test]
fn storage_is_counted_at_once_or_for_each_pod() {
    let claim = |kind: &str, of: &str| {
        let (kind, of) = (kind.to_owned(), of.to_owned());
        move |draft: &mut Value| {
            draft["basics"]["kind"] = json!(of);
            draft["basics"]["replicas"] = json!(if of == "StatefulSet" { 3 } else { 1 });
            draft["volumes"] =
                json!([{ "id": 9, "name": "data", "kind": kind, "size": "20Gi", "class": "fast" }]);
            draft["containers"][0]["mounts"] = json!([{ "id": 10, "volume": "data", "path": "/data" }]);
        }
    };
    let hard = json!({ "requests.storage": "50Gi" });
    let class = json!({ "fast.storageclass.storage.k8s.io/requests.storage": "10Gi" });

    let once = judged(&hard, &json!({}), claim("new_claim", "Deployment"));
    let too_large = judged(&class, &json!({}), claim("new_claim", "Deployment"));
    let each = judged(&hard, &json!({}), claim("claim_template", "StatefulSet"));

    assert_eq!(once, "Passed");
    assert_eq!(too_large, "Failed volumes.9.name=over_quota");
    assert_eq!(each, "Warning basics.replicas=over_quota");
}

#[test]
fn what_a_quota_counts_every_container_has_to_say() {
    let (hard, none) = (json!({ "limits.memory": "4Gi" }), json!({}));

    let silent = judged(&hard, &none, |_| {});
    let said = judged(&hard, &none, |draft| {
        draft["containers"][0]["resources"] = json!({ "memory_limit": "256Mi" });
    });

    assert_eq!(silent, "Failed containers.1.resources.memory_limit=quota_needs");
    assert_eq!(said, "Passed");
}

#[test]
fn a_quota_counts_only_the_pods_of_its_scope() {
    let (hard, none) = (json!({ "pods": "0" }), json!({}));
    for (spec, expected) in [
        (
            json!({ "scopes": ["NotTerminating"] }),
            "Failed basics.replicas=over_quota",
        ),
        (
            json!({ "scopes": ["NotBestEffort"] }),
            "Failed basics.replicas=over_quota",
        ),
        (json!({ "scopes": ["BestEffort"] }), "Passed"),
        (json!({ "scopes": ["Terminating"] }), "Passed"),
        (
            json!({ "scopeSelector": { "matchExpressions": [{ "scopeName": "PriorityClass", "operator": "Exists" }] } }),
            "Passed",
        ),
    ] {
        assert_eq!(scoped(&spec, &hard, &none, |_| {}), expected, "{spec}");
    }
}

/// The app of the tests as it runs, with so many pods.
fn running(pods: u32) -> [Value; 2] {
    let container =
        json!({ "name": "web", "image": "nginx:1.27", "resources": { "requests": { "cpu": "100m" } } });
    let template = json!({ "spec": { "containers": [container] } });
    [
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "web" },
            "spec": { "template": template }, "status": { "replicas": pods },
        }),
        json!({
            "apiVersion": "v1", "kind": "Service", "metadata": { "name": "web" },
            "spec": { "type": "ClusterIP", "ports": [{ "port": 80 }] },
        }),
    ]
}

fn changed(pods: u32, hard: &Value, used: &Value, change: impl FnOnce(&mut Value)) -> String {
    held(&changing(&running(pods), change), hard, used)
}

/// The same where three pods are replaced.
fn updated(hard: &Value, used: &Value, change: impl FnOnce(&mut Value)) -> String {
    let subject = Subject {
        replaces_pods: true,
        ..changing(&running(3), change)
    };
    held(&subject, hard, used)
}

fn held(subject: &Subject, hard: &Value, used: &Value) -> String {
    let quota = json!({ "metadata": { "name": "team" }, "status": { "hard": hard, "used": used } });
    let quota: ResourceQuota = serde_json::from_value(quota).unwrap();
    line(&judge(&[quota], &[], Each::of(subject, None), subject)[0])
}

#[test]
fn what_an_app_takes_already_is_not_asked_for_again() {
    for (hard, used) in [
        (json!({ "pods": "3" }), json!({ "pods": "3" })),
        (
            json!({ "requests.cpu": "300m" }),
            json!({ "requests.cpu": "300m" }),
        ),
        (
            json!({ "services": "1", "count/deployments.apps": "1" }),
            json!({ "services": "1", "count/deployments.apps": "1" }),
        ),
        // A quota that was made smaller keeps nothing from being changed.
        (
            json!({ "services": "0", "pods": "1" }),
            json!({ "services": "1", "pods": "3" }),
        ),
    ] {
        assert_eq!(changed(3, &hard, &used, |_| {}), "Passed", "{hard} {used}");
    }
}

#[test]
fn what_a_change_needs_more_is_held_against_what_is_left() {
    let replicas = |number: u32| move |draft: &mut Value| draft["basics"]["replicas"] = json!(number);
    let cpu = |amount: &'static str| {
        move |draft: &mut Value| draft["containers"][0]["resources"]["cpu_request"] = json!(amount)
    };
    let (pods, used) = (json!({ "pods": "4" }), json!({ "pods": "3" }));
    assert_eq!(changed(3, &pods, &used, replicas(4)), "Passed");
    assert_eq!(
        changed(3, &pods, &used, replicas(5)),
        "Warning basics.replicas=over_quota"
    );
    let (hard, used) = (
        json!({ "requests.cpu": "500m" }),
        json!({ "requests.cpu": "300m" }),
    );
    assert_eq!(
        changed(3, &hard, &used, cpu("200m")),
        "Warning basics.replicas=over_quota"
    );
    assert_eq!(
        changed(3, &hard, &used, cpu("600m")),
        "Failed containers.1.resources.cpu_request=over_quota"
    );
    let (hard, used) = (json!({ "pods": "3" }), json!({ "pods": "3" }));
    assert_eq!(
        changed(0, &hard, &used, replicas(1)),
        "Failed basics.replicas=over_quota",
        "all are somebody else's"
    );
}

#[test]
fn the_pods_of_an_autoscaled_app_count_as_its_most() {
    let scaled = |draft: &mut Value| {
        draft["scaling"] = json!({ "metric": { "enabled": true, "min": 1, "max": 9, "metrics": [{ "id": 8, "utilization": 60 }] } });
    };
    let used = json!({ "pods": "3" });

    assert_eq!(changed(3, &json!({ "pods": "9" }), &used, scaled), "Passed");
    assert_eq!(
        changed(3, &json!({ "pods": "8" }), &used, scaled),
        "Warning scaling.metric.max=over_quota"
    );
}

#[test]
fn an_update_that_cannot_have_its_pods_for_a_while_is_told_at_the_figure() {
    let update = |update: Value| move |draft: &mut Value| draft["workload"] = json!({ "update": update });
    let (full, used) = (json!({ "pods": "3" }), json!({ "pods": "3" }));
    let told = "Warning workload.update.max_surge=over_quota";

    assert_eq!(updated(&full, &used, |_| {}), told);
    assert_eq!(updated(&json!({ "pods": "4" }), &used, |_| {}), "Passed");
    assert_eq!(
        updated(&full, &used, update(json!({ "max_unavailable": "1" }))),
        "Passed"
    );
    assert_eq!(
        updated(&full, &used, update(json!({ "kind": "Recreate" }))),
        "Passed"
    );
    assert_eq!(changed(3, &full, &used, |_| {}), "Passed", "no pod is replaced");
    let (hard, used) = (
        json!({ "requests.cpu": "650m" }),
        json!({ "requests.cpu": "300m" }),
    );
    assert_eq!(
        updated(&hard, &used, |draft| {
            draft["containers"][0]["resources"]["cpu_request"] = json!("200m");
        }),
        told,
        "three new ones fit, but not beside an old one"
    );
    assert_eq!(
        updated(&json!({ "pods": "3" }), &json!({ "pods": "3" }), |draft| {
            draft["basics"]["replicas"] = json!(4);
        }),
        "Warning basics.replicas=over_quota",
        "that too many are wanted says enough"
    );
}

/// A `StatefulSet` with so many pods, each with a claim of 20Gi, that is to have others, and what a quota then says.
fn grown(there: u32, pods: u32, names: Option<&[&str]>, (hard, used): (&Value, &Value)) -> String {
    let container =
        json!({ "name": "web", "image": "nginx:1.27", "resources": { "requests": { "cpu": "100m" } } });
    let live = json!({
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": { "name": "web" },
        "spec": { "template": { "spec": { "containers": [container] } } }, "status": { "replicas": there },
    });
    let subject = changing(&[live], |draft| {
        draft["basics"]["kind"] = json!("StatefulSet");
        draft["basics"]["replicas"] = json!(pods);
        draft["volumes"] = json!([{ "id": 9, "name": "data", "kind": "claim_template", "size": "20Gi" }]);
        draft["containers"][0]["mounts"] = json!([{ "id": 10, "volume": "data", "path": "/data" }]);
    });
    let quota = json!({ "metadata": { "name": "team" }, "status": { "hard": hard, "used": used } });
    let quota: ResourceQuota = serde_json::from_value(quota).unwrap();
    let names: Option<Vec<String>> = names.map(|names| names.iter().map(ToString::to_string).collect());
    let each = Each::of(&subject, names.as_deref());
    line(&judge(&[quota], &[], each, &subject)[0])
}

#[test]
fn only_claims_of_further_pods_are_asked_for() {
    let storage = (
        &json!({ "requests.storage": "60Gi" }),
        &json!({ "requests.storage": "40Gi" }),
    );
    let claims = (
        &json!({ "persistentvolumeclaims": "3" }),
        &json!({ "persistentvolumeclaims": "2" }),
    );
    let told = "Warning basics.replicas=over_quota";
    for quota in [storage, claims] {
        assert_eq!(grown(2, 2, None, quota), "Passed");
        assert_eq!(grown(2, 3, None, quota), "Passed");
        assert_eq!(grown(2, 4, None, quota), told);
        assert_eq!(grown(2, 1, None, quota), "Passed");
    }
}

#[test]
fn claims_that_stayed_when_pods_went_are_not_asked_for_again() {
    let full = (
        &json!({ "persistentvolumeclaims": "3" }),
        &json!({ "persistentvolumeclaims": "3" }),
    );
    let stayed = ["data-web-0", "data-web-1", "data-web-2"];

    assert_eq!(grown(1, 3, Some(&stayed), full), "Passed");
    assert_eq!(
        grown(1, 4, Some(&stayed), full),
        "Warning basics.replicas=over_quota"
    );
    let others = ["data-other-0", "data-web-x", "web-0"];
    assert_eq!(
        grown(0, 1, Some(&others), full),
        "Failed basics.replicas=over_quota",
        "not one pod could be"
    );
}
