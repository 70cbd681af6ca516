//! The database under many readers, and on a disk without room.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::json;
use slipway_api::{DraftView, OperationView, paths};
use slipway_backend::db::Db;
use sqlx::AssertSqlSafe;
use tokio::task::JoinSet;

use crate::stage::{ALL, Stage, succeeded};
use crate::support::TestApp;

/// The write-ahead log may never be larger.
const LARGEST_LOG: u64 = 16 * 1024 * 1024;
const READERS: usize = 200;
const WRITES_A_SECOND: u32 = 50;
/// Bytes of a draft with much in it.
const LARGE: usize = 60_000;
/// So many writes that the log would be larger, were it not emptied.
const WRITES: u32 = 400;

async fn number(db: &Db, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(db.read()).await.unwrap()
}

async fn demand_sound(db: &Db) {
    let found: String = sqlx::query_scalar("pragma integrity_check")
        .fetch_one(db.read())
        .await
        .unwrap();
    assert_eq!(found, "ok");
}

/// Reads for as long as it may, and counts.
async fn keep_reading(db: Db, stop: Arc<AtomicBool>, reads: Arc<AtomicU64>) {
    while !stop.load(Ordering::SeqCst) {
        let rows: Vec<String> = sqlx::query_scalar("select content from draft limit 1")
            .fetch_all(db.read())
            .await
            .unwrap();
        reads.fetch_add(rows.len() as u64, Ordering::SeqCst);
    }
}

/// Saves one of twenty drafts.
async fn save(db: &Db, number: u32) {
    let mut tx = db.write().await.unwrap();
    sqlx::query(
        "insert into draft (draft_id, team_id, cluster_id, revision, content, saved_by, saved_at)
         values (?1, 'shop', 1, 1, ?2, 'dev', 1)
         on conflict do update set content = ?2, revision = revision + 1",
    )
    .bind(format!("draft-{}", number % 20))
    .bind(format!("[{number:LARGE$}]"))
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_of_the_database_stays_small_under_two_hundred_readers_and_fifty_writes_a_second() {
    let app = TestApp::offline().await;
    let db = app.state.db.clone();
    let (stop, reads) = (Arc::new(AtomicBool::default()), Arc::new(AtomicU64::default()));
    let mut readers = JoinSet::new();
    for _ in 0..READERS {
        readers.spawn(keep_reading(db.clone(), stop.clone(), reads.clone()));
    }
    let log = app.data_dir().join("slipway.db-wal");
    let mut largest = 0;

    let mut ticks = tokio::time::interval(Duration::from_secs(1) / WRITES_A_SECOND);
    let mut written = 0;
    while written < WRITES {
        ticks.tick().await;
        save(&db, written).await;
        written += 1;
        largest = largest.max(std::fs::metadata(&log).unwrap().len());
    }
    stop.store(true, Ordering::SeqCst);
    while let Some(ended) = readers.join_next().await {
        ended.unwrap();
    }

    assert!(reads.load(Ordering::SeqCst) > 0);
    assert!(
        u64::from(written) * LARGE as u64 > LARGEST_LOG,
        "otherwise it is small by itself: {written}"
    );
    assert!(largest < LARGEST_LOG, "{largest} bytes after {written} writes");
    demand_sound(&db).await;
}

/// Leaves the database no room to grow, or all it wants.
async fn room(db: &Db, more: bool) {
    let mut tx = db.write().await.unwrap();
    let pages: i64 = sqlx::query_scalar("pragma page_count")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    let most = if more { i64::from(i32::MAX) } else { pages };
    sqlx::query(AssertSqlSafe(format!("pragma max_page_count = {most}")))
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// A draft that does not fit into what is left of the last page.
async fn a_long_draft(stage: &Stage) -> DraftView {
    let draft = |draft: &mut serde_json::Value| {
        draft["containers"][0]["env"] = json!([{ "id": 3, "name": "LONG", "value": "x".repeat(30_000) }]);
    };
    stage.draft(draft).await
}

#[tokio::test]
async fn on_a_full_disk_a_submit_says_so_stores_nothing_and_works_when_there_is_room() {
    let stage = Stage::new().await;
    let draft = a_long_draft(&stage).await;
    let db = stage.app.state.db.clone();
    room(&db, false).await;

    let refused = stage.submit(&draft, "k").await;

    assert_eq!(refused.problem(503).code, "disk_full");
    assert!(!refused.header("retry-after").is_empty());
    for table in [
        "select count(*) from app",
        "select count(*) from revision",
        "select count(*) from operation",
        "select count(*) from step",
    ] {
        assert_eq!(number(&db, table).await, 0, "{table}");
    }
    assert!(stage.objects().await.is_empty());
    let kept: DraftView = stage.dev().get(&paths::draft(&draft.id)).await.json(200);
    assert_eq!(kept.content, draft.content);
    room(&db, false).await;
    let another = json!({ "cluster": stage.slug(), "content": draft.content });
    let another = stage.dev().post(paths::DRAFTS, &another).await;
    assert_eq!(another.problem(503).code, "disk_full");

    room(&db, true).await;
    let started: OperationView = stage.submit(&draft, "k").await.json(202);
    succeeded(&stage.ended(&started.id).await);
    assert_eq!(stage.objects().await, ALL);
    demand_sound(&db).await;
}
