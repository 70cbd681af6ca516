//! Where an object is not what was asked for, although the cluster has accepted it: a field that it has dropped, filled in
//! otherwise, or kept.

use json_patch::{Patch, PatchOperation};
use serde_json::{Value, json};
use slipway_model::{Issue, Problem};
use slipway_plan::{Drift, ObjectKey, drift};

use super::FieldMap;

/// How many differences of one object are told.
const MOST: usize = 20;

/// What each write changes by itself.
const OF_EACH_WRITE: [&str; 6] = [
    "apiVersion",
    "metadata.creationTimestamp",
    "metadata.generation",
    "metadata.managedFields",
    "metadata.resourceVersion",
    "status",
];

/// Fields that a server fills in where nobody says anything: that they are there again says nothing.
const FILLED_IN: [&str; 52] = [
    "accessModes",
    "allocateLoadBalancerNodePorts",
    "apiVersion",
    "backoffLimit",
    "clusterIP",
    "clusterIPs",
    "completionMode",
    "completions",
    "concurrencyPolicy",
    "defaultMode",
    "divisor",
    "dnsPolicy",
    "externalTrafficPolicy",
    "failedJobsHistoryLimit",
    "failureThreshold",
    "healthCheckNodePort",
    "imagePullPolicy",
    "initialDelaySeconds",
    "internalTrafficPolicy",
    "ipFamilies",
    "ipFamilyPolicy",
    "maxSurge",
    "maxUnavailable",
    "minReplicas",
    "nodePort",
    "parallelism",
    "partition",
    "pathType",
    "periodSeconds",
    "persistentVolumeReclaimPolicy",
    "podManagementPolicy",
    "podReplacementPolicy",
    "progressDeadlineSeconds",
    "protocol",
    "replicas",
    "restartPolicy",
    "revisionHistoryLimit",
    "rollingUpdate",
    "schedulerName",
    "scheme",
    "sessionAffinity",
    "strategy",
    "successThreshold",
    "successfulJobsHistoryLimit",
    "suspend",
    "targetPort",
    "terminationGracePeriodSeconds",
    "timeoutSeconds",
    "type",
    "updateStrategy",
    "volumeMode",
    "whenDeleted",
];

/// One place where an object is not what was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Unlike {
    path: String,
    wanted: Option<Value>,
    found: Option<Value>,
}

/// Where an answer is not what was applied. `before` is what was applied before: what of that should be gone is looked for.
pub fn of_body(before: Option<&Value>, wanted: &Value, answer: &Value) -> Vec<Unlike> {
    let other = drift(wanted, answer).into_iter().map(|drift| Unlike {
        path: drift.path,
        wanted: Some(drift.applied),
        found: drift.live,
    });
    let mut found: Vec<Unlike> = other.collect();
    if let Some(before) = before {
        let is_gone = |drift: &Drift| drift.live.is_none() && !is_filled_in(&drift.path);
        let gone = drift(before, wanted).into_iter().filter(is_gone);
        let left: Vec<String> = drift(before, answer)
            .into_iter()
            .map(|drift| drift.path)
            .collect();
        found.extend(
            gone.filter(|drift| !left.contains(&drift.path))
                .map(|drift| Unlike {
                    path: drift.path,
                    wanted: None,
                    found: Some(drift.applied),
                }),
        );
    }
    found.retain(|unlike| !is_of_each_write(&unlike.path));
    found
}

/// Where an answer to a patch is not what the patch says. `back` is the way back, which tests all that was set.
pub fn of_patch(back: &Value, answer: &Value) -> Vec<Unlike> {
    let Ok(Patch(operations)) = serde_json::from_value(back.clone()) else {
        return Vec::new();
    };
    let (mut now, mut found) = (answer.clone(), Vec::new());
    for operation in operations {
        let pointer = operation.path().as_str().to_owned();
        let there = now.pointer(&pointer).cloned();
        let path = dotted(&pointer);
        match &operation {
            PatchOperation::Test(test) => {
                let is_like = there.as_ref().is_some_and(|there| {
                    drift(&json!({ "it": test.value }), &json!({ "it": there })).is_empty()
                });
                if !is_like && !is_of_each_write(&path) && test.value != json!({}) {
                    found.push(Unlike {
                        path,
                        wanted: Some(test.value.clone()),
                        found: there,
                    });
                }
                continue;
            }
            // What comes back was taken away.
            PatchOperation::Add(add) if there.as_ref() == Some(&add.value) && !is_filled_in(&path) => {
                found.push(Unlike {
                    path,
                    wanted: None,
                    found: there,
                });
            }
            _ => {}
        }
        if json_patch::patch(&mut now, &Patch(vec![operation])).is_err() {
            break;
        }
    }
    found
}

/// The same at the fields of the draft.
pub fn issues(unlike: Vec<Unlike>, key: &ObjectKey, fields: &FieldMap) -> Vec<Issue> {
    let text = |value: Option<Value>| match value {
        None => String::new(),
        Some(Value::String(text)) => text,
        Some(value) => value.to_string(),
    };
    let issue = |unlike: Unlike| {
        let field = fields.field(&unlike.path).to_owned();
        let problem = Problem::NotTaken {
            kind: key.kind.clone(),
            name: key.name.clone(),
            path: unlike.path,
            wanted: text(unlike.wanted),
            found: text(unlike.found),
        };
        Issue::warning(field, problem)
    };
    unlike.into_iter().take(MOST).map(issue).collect()
}

/// A JSON pointer as a server names fields: `spec.ports[0].port`.
pub(super) fn dotted(pointer: &str) -> String {
    let mut path = String::new();
    for part in pointer.split('/').skip(1) {
        let is_number = part.parse::<usize>().is_ok();
        if is_number || !path.is_empty() {
            path.push(if is_number { '[' } else { '.' });
        }
        path.push_str(&part.replace("~1", "/").replace("~0", "~"));
        path.push_str(if is_number { "]" } else { "" });
    }
    path
}

fn is_of_each_write(path: &str) -> bool {
    OF_EACH_WRITE.iter().any(|known| {
        path.strip_prefix(known)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

fn is_filled_in(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or_default();
    FILLED_IN.contains(&last.split('[').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(unlike: &[Unlike]) -> Vec<&str> {
        unlike.iter().map(|unlike| unlike.path.as_str()).collect()
    }

    #[test]
    fn what_the_cluster_dropped_changed_or_kept_is_named() {
        let before = json!({ "spec": { "serviceAccountName": "robot", "paused": true, "protocol": "TCP" } });
        let wanted = json!({ "spec": { "replicas": 2, "retry": 3, "cpu": "1000m", "list": [] } });
        let answer = json!({ "metadata": { "resourceVersion": "7" },
            "spec": { "replicas": 1, "cpu": "1", "serviceAccountName": "robot", "protocol": "TCP", "more": 1 } });

        let found = of_body(Some(&before), &wanted, &answer);

        assert_eq!(
            paths(&found),
            ["spec.replicas", "spec.retry", "spec.serviceAccountName"]
        );
        assert_eq!((&found[1].wanted, &found[1].found), (&Some(json!(3)), &None));
        assert_eq!(found[2].wanted, None);
        assert!(of_body(None, &answer, &answer).is_empty());
    }

    #[test]
    fn what_a_patch_has_not_done_is_named() {
        let back = json!([
            { "op": "test", "path": "/metadata/uid", "value": "1" },
            { "op": "add", "path": "/spec/sessionToken", "value": "old" },
            { "op": "test", "path": "/spec/image", "value": "web:2" },
            { "op": "replace", "path": "/spec/image", "value": "web:1" },
            { "op": "test", "path": "/spec/list/1", "value": { "name": "b" } },
            { "op": "remove", "path": "/spec/list/1" },
        ]);
        let done = json!({ "metadata": { "uid": "1" }, "spec": { "image": "web:2", "list": [{ "name": "a" }, { "name": "b", "x": 1 }] } });
        let mut other = done.clone();
        other["spec"]["image"] = json!("web:1");
        other["spec"]["sessionToken"] = json!("old");

        assert_eq!(of_patch(&back, &done), []);
        assert_eq!(
            paths(&of_patch(&back, &other)),
            ["spec.sessionToken", "spec.image"]
        );
    }

    #[test]
    fn a_pointer_is_told_as_a_path() {
        assert_eq!(dotted("/spec/ports/0/port"), "spec.ports[0].port");
        assert_eq!(
            dotted("/metadata/annotations/a.b~1c"),
            "metadata.annotations.a.b/c"
        );
    }
}
