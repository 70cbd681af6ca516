//! Submitting: what is seen, with a key, once; and who may.

use std::collections::BTreeSet;

use futures::{StreamExt, stream};
use serde_json::json;
use slipway_api::{OperationLine, OperationView, paths};

use crate::operations::proxy;
use crate::stage::{ALL, Stage, creates, submit, succeeded};
use crate::support::{Answer, eventually};

/// As many as a stuck button and an impatient proxy could ever send.
const THOUSAND: usize = 1000;

/// So many that twins meet at every instant, where each of them is much work for a cluster.
const HUNDRED: usize = 100;

/// So many of them that one address has connections for twice as many: the server may notice late that one has ended.
const AT_ONCE: usize = 200;

/// Asks so many times at once, each again while the server has no room, and answers which operations came of it.
async fn at_once<T: Future<Output = Answer>>(times: usize, ask: impl Fn() -> T) -> BTreeSet<String> {
    let answers = (0..times).map(async |_| {
        eventually("there is room", async || {
            let answer = ask().await;
            (![429, 503].contains(&answer.status.as_u16())).then_some(answer)
        })
        .await
    });
    stream::iter(answers)
        .buffer_unordered(AT_ONCE)
        .map(|answer| answer.json::<OperationView>(202).id)
        .collect()
        .await
}

/// The ids of all operations, the newest first.
async fn all_operations(stage: &Stage) -> Vec<String> {
    let lines: Vec<OperationLine> = stage.dev().get(paths::OPERATIONS).await.json(200);
    lines.into_iter().map(|line| line.id).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_submits_with_one_key_are_one_operation() {
    let stage = Stage::new().await;
    let draft = stage.draft(|_| {}).await;

    let ids = at_once(THOUSAND, || stage.submit(&draft, "same")).await;

    assert_eq!(ids.len(), 1);
    let operations = all_operations(&stage).await;
    assert_eq!(operations.len(), 1);
    succeeded(&stage.ended(&operations[0]).await);
    assert_eq!(stage.objects().await, ALL);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_changes_with_one_key_are_one_operation() {
    let stage = Stage::new().await;
    stage.running().await;
    let draft = stage.opened("nginx").await;
    let draft = stage
        .edited(&draft, &[("containers.1.image", "nginx:1.28")])
        .await;

    let ids = at_once(HUNDRED, || stage.submit(&draft, "same")).await;

    assert_eq!(ids.len(), 1);
    let operations = all_operations(&stage).await;
    assert_eq!(operations.len(), 2, "creating and changing");
    let operation = stage.ended(&operations[0]).await;
    succeeded(&operation);
    assert_eq!(operation.revision, 2);
    let deployment = stage.deployment("nginx").await;
    assert_eq!(deployment["metadata"]["generation"], 2, "changed once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_deletions_with_one_key_are_one_operation() {
    let stage = Stage::new().await;
    stage.running().await;
    let body = json!({ "kind": "delete" });

    let ids = at_once(HUNDRED, || stage.ask("nginx", 1, "same", &body)).await;

    assert_eq!(ids.len(), 1);
    let operations = all_operations(&stage).await;
    assert_eq!(operations.len(), 2, "creating and deleting");
    succeeded(&stage.ended(&operations[0]).await);
    assert!(stage.objects().await.is_empty());
}

#[tokio::test]
async fn a_key_belongs_to_one_request() {
    let stage = Stage::new().await;
    let draft = stage.draft(|_| {}).await;
    let other = stage
        .draft(|draft| draft["basics"]["name"] = json!("other"))
        .await;
    let first: OperationView = stage.submit(&draft, "k").await.json(202);

    assert_eq!(
        stage.submit(&other, "k").await.problem(422).code,
        "idempotency_key_reused"
    );

    succeeded(&stage.ended(&first.id).await);
    let again: OperationView = stage.submit(&draft, "k").await.json(202);
    assert_eq!(again.id, first.id, "the answer is given again");
}

#[tokio::test]
async fn a_submit_names_what_was_seen_and_a_key() {
    let stage = Stage::new().await;
    let draft = stage.draft(|_| {}).await;
    let path = paths::draft_operations(&draft.id);

    let dev = stage.dev();
    assert_eq!(
        dev.clone()
            .with_header("idempotency-key", "k")
            .post_empty(&path)
            .await
            .problem(428)
            .code,
        "if_match_missing"
    );
    let keyless = dev.with_header("if-match", "\"1\"").post_empty(&path).await;
    assert_eq!(keyless.problem(400).code, "idempotency_key_missing");
    let older = slipway_api::DraftView {
        revision: 7,
        ..draft.clone()
    };
    stage.submit(&older, "k").await.problem(412);
    assert!(stage.objects().await.is_empty());
}

#[tokio::test]
async fn an_app_has_one_operation_at_a_time() {
    let proxy = proxy().await;
    let stage = Stage::behind(&proxy).await;
    let draft = stage.draft(|_| {}).await;
    let mut held = proxy.hold(creates("services"));
    let started: OperationView = stage.submit(&draft, "k").await.json(202);
    held.arrived().await.unwrap();

    assert_eq!(
        stage.submit(&draft, "another").await.problem(409).code,
        "operation_active"
    );

    held.release();
    succeeded(&stage.ended(&started.id).await);
}

#[tokio::test]
async fn another_team_sees_nothing_of_an_operation() {
    let stage = Stage::new().await;
    let draft = stage.draft(|_| {}).await;
    let operation = stage.created(&draft).await;
    let bank = stage.app.member_of("bank");

    bank.get(&paths::operation(&operation.id)).await.problem(404);
    let theirs: Vec<OperationLine> = bank.get(paths::OPERATIONS).await.json(200);
    assert_eq!(theirs, []);
    submit(&bank, &draft, "k").await.problem(404);
    bank.get(&paths::draft_plan(&draft.id)).await.problem(404);
    bank.post_empty(&paths::draft_checks(&draft.id))
        .await
        .problem(404);
}

#[tokio::test]
async fn a_draft_with_issues_is_refused_with_all_of_them_and_nothing_is_created() {
    let stage = Stage::new().await;
    let draft = stage
        .draft(|draft| {
            draft["basics"]["name"] = json!("");
            draft["containers"][0]["image"] = json!("nginx:");
        })
        .await;

    let problem = stage.submit(&draft, "k").await.problem(422);

    assert_eq!(problem.code, "draft_has_issues");
    let fields: Vec<_> = problem.issues.iter().map(|issue| issue.field.as_str()).collect();
    assert!(
        fields.contains(&"basics.name") && fields.contains(&"containers.1.image"),
        "{fields:?}"
    );
    assert!(stage.objects().await.is_empty());
}
