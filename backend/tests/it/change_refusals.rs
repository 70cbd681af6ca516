//! A change of which the cluster refuses one object is taken back whole, and the message stands at the field to blame.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::Service;
use k8s_openapi::api::networking::v1::Ingress;
use local_cluster::{Asked, Fault, Proxy};
use serde_json::{Value, json};
use slipway_api::{OperationState, OperationView};

use crate::change_faults::{edited, write_of};
use crate::operations::proxy;
use crate::refusals::forbid_ingresses;
use crate::stage::{ALL, Stage, succeeded};

pub(crate) const INVALID: Fault = Fault::Answer {
    code: 422,
    reason: "Invalid",
    retry_after: None,
};

/// What each object is, and which object it is.
pub(crate) async fn all_of(stage: &Stage) -> Vec<Value> {
    let service: Service = stage.api().get("nginx-svc").await.unwrap();
    let autoscaler: HorizontalPodAutoscaler = stage.api().get("nginx").await.unwrap();
    let ingress: Ingress = stage.api().get("nginx-ingress").await.unwrap();
    let objects = [
        json!(service),
        stage.deployment("nginx").await,
        json!(autoscaler),
        json!(ingress),
    ];
    objects.into_iter().map(what_was_set).collect()
}

fn what_was_set(mut object: Value) -> Value {
    let metadata = object["metadata"].as_object_mut().unwrap();
    metadata.retain(|key, _| !matches!(key.as_str(), "managedFields" | "resourceVersion" | "generation"));
    if let Some(marks) = metadata["annotations"].as_object_mut() {
        // Counted by the cluster itself; and who wrote last, even if it was to take something back.
        marks.remove("deployment.kubernetes.io/revision");
        marks.remove("slipway.dev/operation");
    }
    object.as_object_mut().unwrap().remove("status");
    object
}

/// Whether a request is this write.
fn is(asked: &Asked, write: &str) -> bool {
    write_of(asked).is_some_and(|found| found == write)
}

/// Refuses a write, and answers whether that has happened.
pub(crate) fn refuse(proxy: &Proxy, write: &'static str, fault: Fault) -> Arc<AtomicBool> {
    let happened = Arc::new(AtomicBool::default());
    let told = happened.clone();
    proxy.on(
        move |asked| {
            let fits = is(asked, write);
            told.fetch_or(fits, Ordering::SeqCst);
            fits
        },
        fault,
    );
    happened
}

#[track_caller]
fn taken_back(operation: &OperationView) {
    assert_eq!(
        (operation.state, operation.failure.as_deref()),
        (OperationState::Undone, Some("refused")),
        "{operation:#?}"
    );
}

#[tokio::test]
async fn a_change_of_which_one_object_is_refused_leaves_all_as_it_was() {
    let refusals = [
        (
            "apply services/nginx-svc",
            "spec.ports[0].port",
            "services.4.ports.5.port",
        ),
        (
            "apply deployments/nginx",
            "spec.template.spec.containers[0].image",
            "containers.1.image",
        ),
        (
            "apply horizontalpodautoscalers/nginx",
            "spec.maxReplicas",
            "scaling.metric.max",
        ),
    ];
    for (write, path, field) in refusals {
        let proxy = proxy().await;
        let stage = Stage::behind(&proxy).await;
        stage.running().await;
        let before = all_of(&stage).await;
        let draft = edited(&stage).await;
        refuse(&proxy, write, Fault::Invalid { field: path });

        let operation = stage.changed(&draft).await;

        taken_back(&operation);
        assert_eq!(all_of(&stage).await, before, "{write}");
        let fields: Vec<&str> = operation
            .issues
            .iter()
            .map(|issue| issue.field.as_str())
            .collect();
        assert_eq!(fields, [field], "{write}: {operation:#?}");
        proxy.clear();
        let again: OperationView = stage.submit(&draft, "again").await.json(202);
        succeeded(&stage.ended(&again.id).await);
        assert_eq!(stage.objects().await, ALL[..3]);
    }
}

#[tokio::test]
async fn an_object_that_may_not_go_is_named_and_nothing_else_comes_back() {
    let proxy = proxy().await;
    let stage = Stage::behind(&proxy).await;
    stage.running().await;
    let before = all_of(&stage).await;
    let draft = edited(&stage).await;
    refuse(&proxy, "delete ingresses/nginx-ingress", INVALID);

    let operation = stage.changed(&draft).await;

    assert_eq!(operation.state, OperationState::Stuck, "{operation:#?}");
    let outcomes: Vec<_> = operation
        .steps
        .iter()
        .map(|step| step.outcome.as_deref())
        .collect();
    assert_eq!(
        outcomes,
        [Some("applied"), Some("applied"), Some("applied"), Some("refused")]
    );
    let left = operation.steps.last().unwrap();
    assert_eq!(
        (left.name.as_str(), left.message.as_deref()),
        ("nginx-ingress", Some("refused by the fault proxy"))
    );
    assert_eq!(all_of(&stage).await[3], before[3], "untouched");
}

#[tokio::test]
async fn a_policy_that_refuses_one_of_four_changed_objects_leaves_all_as_it_was() {
    let proxy = proxy().await;
    let stage = Stage::behind(&proxy).await;
    stage.running().await;
    let before = all_of(&stage).await;
    let draft = stage.opened("nginx").await;
    let changes = [
        ("services.4.ports.5.port", "8080"),
        ("containers.1.image", "nginx:1.28"),
        ("scaling.metric.max", "6"),
        ("ingresses.6.rules.7.host", "new.bar.com"),
    ];
    let draft = stage.edited(&draft, &changes).await;
    let mut held = proxy.hold(|asked| is(asked, "convert ingresses/nginx-ingress"));
    let started: OperationView = stage.submit(&draft, "k").await.json(202);
    held.arrived().await.unwrap();

    forbid_ingresses(&stage, "Invalid").await;
    held.release();
    let operation = stage.ended(&started.id).await;

    taken_back(&operation);
    assert_eq!(all_of(&stage).await, before);
    assert!(
        operation
            .issues
            .iter()
            .all(|issue| issue.field.starts_with("ingresses.6")),
        "{operation:#?}"
    );
    let words = operation.steps[3].message.as_deref().unwrap();
    assert!(words.contains("ValidatingAdmissionPolicy"), "{words}");
}

#[tokio::test]
async fn taking_a_change_back_outlasts_faults() {
    let faults = [
        Fault::conflict(),
        Fault::too_many_requests(1),
        Fault::internal_error(),
        Fault::Cut,
        Fault::LoseAnswer,
    ];
    for fault in faults {
        let proxy = proxy().await;
        let stage = Stage::behind(&proxy).await;
        stage.running().await;
        let before = all_of(&stage).await;
        let draft = edited(&stage).await;
        let refused = refuse(&proxy, "apply horizontalpodautoscalers/nginx", INVALID);
        let harmed = Arc::new(Mutex::new(BTreeSet::new()));
        let seen = harmed.clone();
        let back = move |asked: &Asked| {
            refused.load(Ordering::SeqCst)
                && write_of(asked).is_some_and(|write| seen.lock().unwrap().insert(write))
        };
        proxy.on(back, fault.clone());

        let operation = stage.changed(&draft).await;

        taken_back(&operation);
        assert!(harmed.lock().unwrap().len() >= 2, "{fault:?}: {harmed:?}");
        assert_eq!(all_of(&stage).await, before, "{fault:?}");
    }
}

#[tokio::test]
async fn a_change_that_cannot_be_taken_back_is_stuck_and_names_what_is_left() {
    let proxy = proxy().await;
    let stage = Stage::behind(&proxy).await;
    stage.running().await;
    let before = all_of(&stage).await;
    let draft = edited(&stage).await;
    let refused = refuse(&proxy, "apply horizontalpodautoscalers/nginx", INVALID);
    let back = move |asked: &Asked| refused.load(Ordering::SeqCst) && is(asked, "apply services/nginx-svc");
    proxy.on(back, INVALID);

    let operation = stage.changed(&draft).await;

    assert_eq!(
        (operation.state, operation.failure.as_deref()),
        (OperationState::Stuck, Some("refused")),
        "{operation:#?}"
    );
    let left: Vec<(&str, &str)> = operation
        .steps
        .iter()
        .filter(|step| step.outcome.as_deref() == Some("kept_refused"))
        .map(|step| (step.name.as_str(), step.message.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(left.len(), 1, "{operation:#?}");
    assert_eq!(left[0].0, "nginx-svc");
    assert!(left[0].1.contains("refused by the fault proxy"), "{left:?}");
    let after = all_of(&stage).await;
    assert_eq!(after[1..], before[1..], "the rest is as it was");
    assert_eq!(after[0]["spec"]["ports"][0]["port"], 8080);
}
