//! One member cannot stop the others: however large what they send, and however much they ask for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::join_all;
use serde_json::{Value, json};
use slipway_api::{ClusterState, ClusterView, DraftLine, DraftView, Problem, paths};
use slipway_model::Problem as Wrong;
use slipway_model::draft::bounds::{MOST_ROW_ID, MOST_ROWS};
use tokio::task::JoinSet;

use crate::stage::Stage;
use crate::support::{Answer, Client, TestApp, eventually};

fn draft(content: &Value) -> Value {
    json!({ "cluster": "test", "content": content })
}

fn fields(problem: &Problem) -> Vec<&str> {
    problem.issues.iter().map(|issue| issue.field.as_str()).collect()
}

/// As many wrong rows as a draft may have, with all the bytes that one may have.
fn worst() -> Value {
    let row = json!({ "name": "=", "kind": "value", "value": "x".repeat(40) });
    let container = |id: u32| json!({ "id": id, "name": "=", "env": vec![row.clone(); MOST_ROWS] });
    let content = json!({ "containers": (1..=4).map(container).collect::<Vec<_>>(),
        "basics": { "name": "y".repeat(100_000) } });
    assert!(content.to_string().len() < 1024 * 1024);
    draft(&content)
}

#[tokio::test]
async fn a_list_that_is_far_too_long_is_refused_where_it_stands_and_nothing_is_kept() {
    let app = TestApp::offline().await;
    let dev = app.member_of("shop");
    let odd =
        |rows: usize| draft(&json!({ "containers": [{ "id": 7, "env": vec![json!({ "a": 1 }); rows] }] }));

    let refused = dev.post(paths::DRAFTS, &odd(75_000)).await.problem(422);
    let many_faults = dev.post(paths::DRAFTS, &odd(MOST_ROWS)).await.problem(422);

    assert_eq!(
        (refused.code.as_str(), fields(&refused)),
        ("too_many_rows", vec!["containers.7.env"])
    );
    assert!(matches!(refused.issues[0].problem, Wrong::TooManyRows { max } if max as usize == MOST_ROWS));
    assert_eq!(many_faults.code, "unknown_field");
    assert!(matches!(
        many_faults.issues.last().unwrap().problem,
        Wrong::MoreIssues { .. }
    ));
    assert_eq!(many_faults.issues.len(), 101);
    assert_eq!(dev.get(paths::DRAFTS).await.json::<Vec<DraftLine>>(200), []);
}

#[tokio::test]
async fn a_row_id_that_leaves_none_for_other_rows_is_refused_and_the_highest_one_is_not() {
    let app = TestApp::offline().await;
    let dev = app.member_of("shop");
    let with = |id: u64| draft(&json!({ "containers": [{ "id": id }, { "image": "nginx:1.27" }] }));

    let refused = dev.post(paths::DRAFTS, &with(u32::MAX.into())).await.problem(422);
    let kept: DraftView = dev.post(paths::DRAFTS, &with(MOST_ROW_ID.into())).await.json(201);
    let beyond = dev
        .post(paths::DRAFTS, &with(u64::from(u32::MAX) + 1))
        .await
        .problem(422);

    assert_eq!(fields(&refused), ["containers.4294967295"]);
    assert_eq!(kept.content.row_ids("containers"), [MOST_ROW_ID, 1]);
    assert_eq!(beyond.code, "wrong_type");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_worst_drafts_are_read_another_member_gets_every_answer() {
    let app = TestApp::offline().await;
    let (shop, bank) = (app.member_of("shop"), app.member_of("bank"));
    let over = Arc::new(AtomicBool::default());
    let mut others = JoinSet::new();
    let (client, ended) = (bank.clone(), Arc::clone(&over));
    others.spawn(async move {
        let mut answered = 0;
        while !ended.load(Ordering::SeqCst) || answered < 10 {
            let made: DraftView = client
                .post(paths::DRAFTS, &json!({ "cluster": "test" }))
                .await
                .json(201);
            client.get(paths::DRAFTS).await.demand(200);
            client.delete(&paths::draft(&made.id)).await.demand(204);
            client.get("/healthz").await.demand(200);
            answered += 1;
        }
        answered
    });

    let body = worst();
    for _ in 0..3 {
        for answer in join_all((0..4).map(|_| shop.post(paths::DRAFTS, &body))).await {
            answer.demand(201);
        }
    }
    over.store(true, Ordering::SeqCst);

    assert!(others.join_next().await.unwrap().unwrap() >= 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_lists_at_once_read_not_one_draft() {
    let app = TestApp::offline().await;
    let dev = app.member_of("shop");
    for number in 0..20 {
        let content = json!({ "basics": { "name": format!("app-{number}"), "namespace": "default", "kind": "Job" },
            "containers": [{ "image": "nginx:1.27", "env": [{ "name": "LARGE", "value": "x".repeat(50_000) }] }] });
        dev.post(paths::DRAFTS, &draft(&content)).await.demand(201);
    }
    let before: Vec<DraftLine> = dev.get(paths::DRAFTS).await.json(200);
    let mut tx = app.state.db.write().await.unwrap();
    sqlx::query("update draft set content = '[]'")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let lists = join_all((0..8).map(|_| dev.get(paths::DRAFTS))).await;

    for list in lists {
        assert_eq!(list.json::<Vec<DraftLine>>(200), before);
    }
    let line = &before[0];
    assert_eq!((line.kind.as_str(), line.image.as_str()), ("Job", "nginx:1.27"));
    assert!(line.name.starts_with("app-") && line.size > 50_000);
}

#[tokio::test]
async fn a_team_whose_drafts_take_up_all_their_room_is_told_so_and_can_still_delete() {
    let app = TestApp::offline().await;
    let (shop, bank) = (app.member_of("shop"), app.member_of("bank"));
    let kept: DraftView = shop.post(paths::DRAFTS, &draft(&json!({}))).await.json(201);
    let mut tx = app.state.db.write().await.unwrap();
    sqlx::query("update draft_line set size = ?")
        .bind(slipway_backend::drafts::MOST_BYTES_PER_TEAM)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let refused = shop.post(paths::DRAFTS, &draft(&json!({}))).await.problem(409);

    assert_eq!(refused.code, "drafts_too_large");
    assert_eq!(refused.params["max"], (64 * 1024 * 1024).to_string());
    bank.post(paths::DRAFTS, &draft(&json!({}))).await.demand(201);
    shop.delete(&paths::draft(&kept.id)).await.demand(204);
    shop.post(paths::DRAFTS, &draft(&json!({}))).await.demand(201);
}

#[tokio::test]
async fn drafts_of_an_older_server_are_listed_after_its_successor_has_started() {
    let app = TestApp::offline().await;
    let dev = app.member_of("shop");
    let content = json!({ "basics": { "name": "old" }, "containers": [{ "image": "nginx:1.27" }] });
    dev.post(paths::DRAFTS, &draft(&content)).await.demand(201);
    let before: Vec<DraftLine> = dev.get(paths::DRAFTS).await.json(200);
    let mut tx = app.state.db.write().await.unwrap();
    sqlx::query("delete from draft_line")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let app = app.restarted().await;

    let after: Vec<DraftLine> = app.member_of("shop").get(paths::DRAFTS).await.json(200);
    assert_eq!(after, before);
}

fn is_answered(answer: &Answer) -> bool {
    if answer.status == 503 {
        let code = answer.problem(503).code;
        assert!(["cluster_busy", "busy"].contains(&code.as_str()), "{code}");
        assert_ne!(answer.header("retry-after"), "");
        return false;
    }
    answer.demand(200);
    true
}

async fn is_reachable(client: &Client) -> bool {
    let clusters: Vec<ClusterView> = client.get(paths::CLUSTERS).await.json(200);
    clusters
        .iter()
        .all(|cluster| cluster.state == ClusterState::Reachable)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_checks_at_once_leave_the_cluster_reachable_for_everybody() {
    let stage = Stage::new().await;
    let (dev, bank) = (stage.dev(), stage.app.member_of("bank"));
    let draft = stage.draft(|_| {}).await;
    let path = paths::draft_checks(&draft.id);
    eventually("the cluster is known", async || {
        let ready = dev.get("/readyz").await.status == 200;
        (ready && is_reachable(&dev).await).then_some(())
    })
    .await;
    let over = Arc::new(AtomicBool::default());
    let mut others = JoinSet::new();
    let ended = Arc::clone(&over);
    others.spawn(async move {
        let mut looks = 0;
        while !ended.load(Ordering::SeqCst) || looks < 10 {
            bank.get("/readyz").await.demand(200);
            assert!(is_reachable(&bank).await, "after {looks} looks");
            looks += 1;
        }
    });

    let answers = join_all((0..60).map(|_| dev.post_empty(&path))).await;
    over.store(true, Ordering::SeqCst);

    let answered = answers.iter().filter(|answer| is_answered(answer)).count();
    assert!(answered >= 8, "{answered} of sixty were answered");
    others.join_next().await.unwrap().unwrap();
    assert!(is_answered(&dev.post_empty(&path).await), "and then it goes on");
}
