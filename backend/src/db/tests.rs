mod files;
mod upgrade;

use std::path::Path;

use super::open::{OLDEST_SQLITE, SqliteVersion};
use super::{Db, OpenError};

async fn setting(db: &sqlx::SqlitePool, pragma: &'static str) -> String {
    let row = sqlx::query(pragma).fetch_one(db).await.unwrap();
    sqlx::Row::try_get::<i64, _>(&row, 0)
        .map_or_else(|_| sqlx::Row::get(&row, 0), |number| number.to_string())
}

async fn written(folder: &Path, statement: &'static str) {
    let db = Db::open(folder).await.unwrap();
    let mut tx = db.write().await.unwrap();
    sqlx::query(statement).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await;
}

#[tokio::test]
async fn commits_are_flushed_and_references_are_kept() {
    let folder = tempfile::tempdir().unwrap();

    let db = Db::open(folder.path()).await.unwrap();

    for pool in [&db.write, &db.read] {
        assert_eq!(setting(pool, "pragma journal_mode").await, "wal");
        assert_eq!(setting(pool, "pragma synchronous").await, "2");
        assert_eq!(setting(pool, "pragma foreign_keys").await, "1");
    }
}

#[tokio::test]
async fn readers_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).await.unwrap();

    let refused = sqlx::query("delete from session")
        .execute(db.read())
        .await
        .unwrap_err();

    assert!(refused.to_string().contains("readonly"), "{refused}");
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).await.unwrap();
    let insert = "insert into session (token_hash, created_at, seen_at) values (zeroblob(32), 1, 1)";

    let mut tx = db.write().await.unwrap();
    sqlx::query(insert).execute(&mut *tx).await.unwrap();
    drop(tx);

    let mut tx = db.write().await.unwrap();
    sqlx::query(insert).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(setting(db.read(), "select count(*) from session").await, "1");
}

#[tokio::test]
async fn a_second_process_is_kept_out() {
    let folder = tempfile::tempdir().unwrap();
    let first = Db::open(folder.path()).await.unwrap();

    let refused = Db::open(folder.path()).await.unwrap_err();

    assert!(matches!(refused, OpenError::InUse(_)));
    assert!(refused.to_string().contains("in use by another slipway"));
    drop(first);
    Db::open(folder.path()).await.unwrap();
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    written(
        folder.path(),
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         values (9999, 'from the future', true, x'00', 0)",
    )
    .await;

    let refused = Db::open(folder.path()).await.unwrap_err();

    assert!(
        matches!(refused, OpenError::Newer { version: 9999, .. }),
        "{refused}"
    );
    assert!(refused.to_string().contains("newer slipway"));
}

#[tokio::test]
async fn a_released_migration_that_was_edited_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    written(
        folder.path(),
        "update _sqlx_migrations set checksum = x'00' where version = 1",
    )
    .await;

    let refused = Db::open(folder.path()).await.unwrap_err();

    assert!(matches!(refused, OpenError::Schema { .. }), "{refused}");
}

#[tokio::test]
async fn an_older_database_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("slipway.db");
    let first = super::MIGRATIONS.iter().next().unwrap().clone();
    let oldest = sqlx::migrate::Migrator::with_migrations(vec![first]);
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true);
    let db = sqlx::SqlitePool::connect_with(options).await.unwrap();
    oldest.run(&db).await.unwrap();
    db.close().await;

    let db = Db::open(folder.path()).await.unwrap();

    let applied = setting(db.read(), "select count(*) from _sqlx_migrations").await;
    assert_eq!(applied, super::MIGRATIONS.migrations.len().to_string());
}

#[tokio::test]
async fn a_damaged_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    Db::open(folder.path()).await.unwrap().close().await;
    let file = folder.path().join("slipway.db");
    let mut bytes = std::fs::read(&file).unwrap();
    for byte in bytes.iter_mut().skip(4096) {
        *byte = 0xA5;
    }
    std::fs::write(&file, bytes).unwrap();

    let refused = Db::open(folder.path()).await.unwrap_err();

    assert!(matches!(refused, OpenError::Damaged { .. }), "{refused:?}");
    assert!(refused.to_string().contains("restore it from a backup"));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("slipway.db"),
        "a letter to my aunt, long enough to fill a page".repeat(200),
    )
    .unwrap();

    let refused = Db::open(folder.path()).await.unwrap_err();

    assert!(matches!(refused, OpenError::Damaged { .. }), "{refused:?}");
}

#[tokio::test]
async fn a_checkpoint_empties_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).await.unwrap();
    let log = folder.path().join("slipway.db-wal");
    let mut tx = db.write().await.unwrap();
    sqlx::query("insert into session (token_hash, created_at, seen_at) values (zeroblob(32), 1, 1)")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(log.metadata().unwrap().len() > 0);

    db.checkpoint().await.unwrap();

    assert_eq!(log.metadata().unwrap().len(), 0);
}

#[test]
fn sqlite_versions_compare_by_number() {
    let version = |text: &str| text.parse::<SqliteVersion>().unwrap();

    assert!(version("3.51.2") < OLDEST_SQLITE);
    assert!(version("3.9.9") < OLDEST_SQLITE);
    assert!(version("3.51.3") >= OLDEST_SQLITE);
    assert!(version("3.100.0") >= OLDEST_SQLITE);
}
