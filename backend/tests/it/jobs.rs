//! Creating a Job: made suspended, released when everything else is there.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use http::Method;
use k8s_openapi::api::batch::v1::Job;
use kube::Api;
use kube::api::DeleteParams;
use local_cluster::{Fault, Proxy};
use serde_json::json;
use slipway_api::{OperationState, OperationView, StepVerb};

use crate::stage::{Stage, succeeded};

async fn proxy() -> Proxy {
    Proxy::start(local_cluster::shared().await).await.unwrap()
}

/// Makes a Job of the guide's example, with a Service that is made after it.
fn as_job(draft: &mut serde_json::Value) {
    draft["basics"]["kind"] = json!("Job");
    draft["services"][0]["kind"] = json!("LoadBalancer");
    draft["services"][0]["reach"] = json!("private");
    draft["ingresses"] = json!([]);
    draft["scaling"] = json!({});
}

#[tokio::test]
async fn a_job_begins_only_when_everything_else_is_there() {
    let stage = Stage::new().await;
    let draft = stage.draft(as_job).await;

    let operation = stage.created(&draft).await;

    succeeded(&operation);
    let told: Vec<_> = operation
        .steps
        .iter()
        .map(|step| {
            (
                step.kind.as_str(),
                step.verb,
                step.outcome.as_deref().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("Job", StepVerb::Create, "created"),
            ("Service", StepVerb::Create, "created"),
            ("Job", StepVerb::Patch, "released"),
        ]
    );
    let job: Job = stage.api().get("nginx").await.unwrap();
    assert_eq!(job.spec.unwrap().suspend, Some(false));
    assert_eq!(operation.steps[2].uid, job.metadata.uid);
}

#[tokio::test]
async fn a_job_that_cannot_be_released_never_ran_and_is_taken_back() {
    let proxy = proxy().await;
    let stage = Stage::behind(&proxy).await;
    let draft = stage.draft(as_job).await;
    let mut held = proxy.hold(releases);
    let started: OperationView = stage.submit(&draft, "only").await.json(202);
    held.arrived().await.unwrap();
    let jobs: Api<Job> = stage.api();
    let job = jobs.get("nginx").await.unwrap();
    assert_eq!(job.spec.unwrap().suspend, Some(true), "it has not begun");
    jobs.delete("nginx", &DeleteParams::background()).await.unwrap();
    held.release();

    let operation = stage.ended(&started.id).await;

    assert_eq!(operation.state, OperationState::Undone, "{:#?}", operation.steps);
    assert!(stage.objects().await.is_empty());
}

#[tokio::test]
async fn a_release_whose_answer_is_lost_is_sent_again() {
    let proxy = proxy().await;
    let stage = Stage::behind(&proxy).await;
    let draft = stage.draft(as_job).await;
    proxy.times(1, releases, Fault::LoseAnswer);

    let operation = stage.created(&draft).await;

    succeeded(&operation);
    assert_eq!(operation.steps[2].attempts, 2);
}

/// A PATCH that really changes an object.
fn releases(asked: &local_cluster::Asked) -> bool {
    asked.method == Method::PATCH && asked.writes()
}
