//! Changing and deleting an app while each of its writes is harmed once: it is done all the same, and done once.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use http::Method;
use local_cluster::{Asked, Fault, Proxy};
use serde_json::json;
use slipway_api::{DraftView, OperationLine, OperationView, RevisionLine, paths};

use crate::operations::proxy;
use crate::stage::{ALL, Stage, steps, succeeded};

/// What a change of the fields below sends: each object is made ours and applied, and the Ingress goes. The number of pods
/// is the autoscaler's, and not handed over again.
const CHANGE: [&str; 7] = [
    "apply deployments/nginx",
    "apply horizontalpodautoscalers/nginx",
    "apply services/nginx-svc",
    "convert deployments/nginx",
    "convert horizontalpodautoscalers/nginx",
    "convert services/nginx-svc",
    "delete ingresses/nginx-ingress",
];
/// What giving the number of pods to an autoscaler sends besides creating that.
const HAND_OVER: [&str; 3] = [
    "apply deployments/nginx",
    "convert deployments/nginx",
    "hand over deployments/nginx",
];
/// What deleting the app sends.
const DELETE: [&str; 4] = [
    "delete deployments/nginx",
    "delete horizontalpodautoscalers/nginx",
    "delete ingresses/nginx-ingress",
    "delete services/nginx-svc",
];

/// What a request does to an object that is there.
pub(crate) fn write_of(asked: &Asked) -> Option<String> {
    let does = match (&asked.method, asked.query.as_str()) {
        _ if !asked.writes() => return None,
        (&Method::DELETE, _) => "delete",
        (&Method::PATCH, query) if query.contains("fieldManager=slipway-replicas") => "hand over",
        (&Method::PATCH, query) if query.contains("force=") => "apply",
        (&Method::PATCH, _) => "convert",
        _ => return None,
    };
    let object: Vec<&str> = asked.path.rsplitn(3, '/').collect();
    Some(format!("{does} {}/{}", object[1], object[0]))
}

/// Harms each write to an object once, the first time. Answers which were harmed so far.
fn harm_each_once(proxy: &Proxy, fault: Fault) -> Arc<Mutex<BTreeSet<String>>> {
    let harmed = Arc::new(Mutex::new(BTreeSet::new()));
    let seen = harmed.clone();
    proxy.on(
        move |asked| write_of(asked).is_some_and(|write| seen.lock().unwrap().insert(write)),
        fault,
    );
    harmed
}

/// How often each write was carried out.
fn writes(proxy: &Proxy) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for passed in proxy.passed() {
        if let Some(write) = write_of(&passed.asked) {
            *counts.entry(write).or_default() +=
                usize::from(passed.status.is_some_and(|status| status < 300));
        }
    }
    counts
}

#[track_caller]
fn demand_once_each(proxy: &Proxy, harmed: &Mutex<BTreeSet<String>>, expected: &[&str]) {
    assert!(harmed.lock().unwrap().iter().eq(expected), "{harmed:?}");
    let writes = writes(proxy);
    for (write, done) in &writes {
        // The number of pods is handed over before each attempt to apply: it stays what it is.
        assert!(*done == 1 || write.starts_with("hand over"), "{writes:?}");
    }
}

/// The example opened, with another port, image and limit, and without its Ingress.
pub(crate) async fn edited(stage: &Stage) -> DraftView {
    let mut draft = stage.opened("nginx").await;
    draft.content.ingresses.clear();
    let changes = [
        ("services.4.ports.5.port", "8080"),
        ("containers.1.image", "nginx:1.28"),
        ("scaling.metric.max", "6"),
    ];
    stage.edited(&draft, &changes).await
}

/// Uids of the Service and the Deployment, and how often the Deployment was changed.
async fn identity(stage: &Stage) -> (Option<String>, String, i64) {
    let service: k8s_openapi::api::core::v1::Service = stage.api().get("nginx-svc").await.unwrap();
    let deployment = stage.deployment("nginx").await;
    (
        service.metadata.uid,
        deployment["metadata"]["uid"].as_str().unwrap().to_owned(),
        deployment["metadata"]["generation"].as_i64().unwrap(),
    )
}

/// Changes the example while each write fails once, and demands that it was changed, once.
async fn changed_in_spite_of(fault: Fault) -> OperationView {
    let proxy = proxy().await;
    let stage = Stage::behind(&proxy).await;
    stage.running().await;
    let (service, deployment, generation) = identity(&stage).await;
    let draft = edited(&stage).await;
    let harmed = harm_each_once(&proxy, fault);

    let operation = stage.changed(&draft).await;

    succeeded(&operation);
    let outcomes: Vec<String> = steps(&operation).into_iter().map(|(_, how)| how).collect();
    assert_eq!(outcomes, ["applied", "applied", "applied", "deleted"]);
    demand_once_each(&proxy, &harmed, &CHANGE);
    assert_eq!(stage.objects().await, ALL[..3]);
    assert_eq!(identity(&stage).await, (service, deployment, generation + 1));
    let pod = &stage.deployment("nginx").await["spec"]["template"]["spec"];
    assert_eq!(pod["containers"][0]["image"], "nginx:1.28");
    let history: Vec<RevisionLine> = stage
        .dev()
        .get(&stage.of_app("nginx", paths::app_revisions))
        .await
        .json(200);
    assert_eq!(history.len(), 2);
    let operations: Vec<OperationLine> = stage.dev().get(paths::OPERATIONS).await.json(200);
    assert_eq!(operations.len(), 2);
    operation
}

/// Gives the number of pods to an autoscaler while each write fails once, and demands that it stays what it is.
async fn handed_over_in_spite_of(fault: Fault) {
    let proxy = proxy().await;
    let stage = Stage::behind(&proxy).await;
    let scaling = Mutex::new(json!(null));
    let draft = stage
        .draft(|draft| {
            *scaling.lock().unwrap() = draft["scaling"].clone();
            draft["scaling"] = json!({});
            draft["basics"]["replicas"] = json!(3);
        })
        .await;
    succeeded(&stage.created(&draft).await);
    let draft = stage.opened("nginx").await;
    let scaling = scaling.into_inner().unwrap();
    let draft = stage.rewritten(&draft, |draft| draft["scaling"] = scaling).await;
    let lowest = stage.lowest_replicas("nginx");
    let harmed = harm_each_once(&proxy, fault);

    let operation = stage.changed(&draft).await;

    succeeded(&operation);
    demand_once_each(&proxy, &harmed, &HAND_OVER);
    assert_eq!(lowest.so_far().await, 3);
}

/// Deletes the example while each write fails once, and demands that it went, once.
async fn deleted_in_spite_of(fault: Fault) {
    let proxy = proxy().await;
    let stage = Stage::behind(&proxy).await;
    stage.running().await;
    let harmed = harm_each_once(&proxy, fault);

    let operation = stage.asked("nginx", 1, json!({ "kind": "delete" })).await;

    succeeded(&operation);
    assert!(
        steps(&operation).iter().all(|(_, outcome)| outcome == "deleted"),
        "{operation:#?}"
    );
    demand_once_each(&proxy, &harmed, &DELETE);
    assert!(stage.objects().await.is_empty());
}

#[tokio::test]
async fn a_change_outlasts_conflicts() {
    changed_in_spite_of(Fault::conflict()).await;
}

#[tokio::test]
async fn a_change_waits_as_long_as_a_busy_server_asks_for() {
    let operation = changed_in_spite_of(Fault::too_many_requests(1)).await;

    for step in &operation.steps {
        let took = step.finished_at.unwrap() - step.sent_at.unwrap();
        assert!(took >= 1000, "{step:#?}");
    }
}

#[tokio::test]
async fn a_change_outlasts_failures_of_the_server() {
    changed_in_spite_of(Fault::internal_error()).await;
}

#[tokio::test]
async fn a_change_outlasts_connections_that_break_before_anything_is_done() {
    changed_in_spite_of(Fault::Cut).await;
}

#[tokio::test]
async fn a_change_whose_answers_are_all_lost_is_made_once() {
    changed_in_spite_of(Fault::LoseAnswer).await;
}

#[tokio::test]
async fn the_number_of_pods_stays_when_handing_it_over_meets_conflicts() {
    handed_over_in_spite_of(Fault::conflict()).await;
}

#[tokio::test]
async fn the_number_of_pods_stays_when_answers_are_lost_while_it_is_handed_over() {
    handed_over_in_spite_of(Fault::LoseAnswer).await;
}

#[tokio::test]
async fn a_deletion_outlasts_conflicts() {
    deleted_in_spite_of(Fault::conflict()).await;
}

#[tokio::test]
async fn a_deletion_waits_for_a_busy_server() {
    deleted_in_spite_of(Fault::too_many_requests(1)).await;
}

#[tokio::test]
async fn a_deletion_outlasts_failures_of_the_server() {
    deleted_in_spite_of(Fault::internal_error()).await;
}

#[tokio::test]
async fn a_deletion_outlasts_connections_that_break_before_anything_is_done() {
    deleted_in_spite_of(Fault::Cut).await;
}

#[tokio::test]
async fn a_deletion_whose_answers_are_all_lost_is_done_once() {
    deleted_in_spite_of(Fault::LoseAnswer).await;
}
