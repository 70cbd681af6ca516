//! The files of the database: whose they are, and what becomes of one that is gone or empty.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;

use crate::db::{Db, OpenError};

fn mode(folder: &Path, name: &str) -> u32 {
    let found = std::fs::metadata(folder.join(name)).unwrap();
    found.permissions().mode() & 0o777
}

async fn opened_once(folder: &Path) {
    Db::open(folder).await.unwrap().close().await;
}

/// Demands that the folder is refused, and that the words say how to go on.
async fn refused(folder: &Path) {
    let refused = Db::open(folder).await.unwrap_err();
    assert!(matches!(refused, OpenError::Emptied { .. }), "{refused:?}");
    let words = refused.to_string();
    assert!(
        words.contains("restore it from a backup") && words.contains("has-database"),
        "{words}"
    );
}

#[tokio::test]
async fn every_file_is_its_owners_alone_in_a_folder_that_others_may_read_and_where_it_was_there_before() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let names = [
        "slipway.db",
        "slipway.db-wal",
        "slipway.db-shm",
        "lock",
        "has-database",
        "reserve",
    ];
    for open_to_all in [false, true] {
        if open_to_all {
            for name in names.into_iter().chain(["installation"]) {
                let file = folder.path().join(name);
                std::fs::OpenOptions::new()
                    .create(true)
                    .append(true)
                    .open(&file)
                    .unwrap();
                std::fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
            }
        }

        let db = Db::open(folder.path()).await.unwrap();

        for name in names {
            assert_eq!(mode(folder.path(), name), 0o600, "{name}");
        }
        if open_to_all {
            assert_eq!(mode(folder.path(), "installation"), 0o600);
        }
        db.close().await;
    }
}

#[tokio::test]
async fn a_database_that_is_empty_or_gone_is_refused_where_there_was_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("slipway.db");
    opened_once(folder.path()).await;

    std::fs::write(&file, "").unwrap();
    refused(folder.path()).await;
    std::fs::remove_file(&file).unwrap();
    refused(folder.path()).await;
    let empty = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true);
    let db = sqlx::SqlitePool::connect_with(empty).await.unwrap();
    sqlx::query("pragma user_version = 1").execute(&db).await.unwrap();
    db.close().await;
    refused(folder.path()).await;

    std::fs::remove_file(&file).unwrap();
    std::fs::remove_file(folder.path().join("has-database")).unwrap();
    opened_once(folder.path()).await;
}

#[tokio::test]
async fn an_empty_database_with_a_log_is_refused_and_the_log_is_still_there() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("slipway.db"), "").unwrap();
    let log = folder.path().join("slipway.db-wal");
    std::fs::write(&log, "what was committed last").unwrap();

    refused(folder.path()).await;

    assert_eq!(std::fs::read(&log).unwrap(), b"what was committed last");
}

#[tokio::test]
async fn a_first_start_that_was_killed_is_followed_by_another_first_start() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("slipway.db"), "").unwrap();
    std::fs::write(folder.path().join("lock"), "").unwrap();

    opened_once(folder.path()).await;
}

#[tokio::test]
async fn a_database_that_was_cut_is_refused_wherever_it_was_cut() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("slipway.db");
    opened_once(folder.path()).await;
    let whole = std::fs::read(&file).unwrap();

    for length in [1, 99, 4096, 5000, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&file, &whole[..length]).unwrap();

        let refused = Db::open(folder.path()).await.unwrap_err();

        assert!(
            matches!(refused, OpenError::Damaged { .. }),
            "{length}: {refused:?}"
        );
    }
    std::fs::write(&file, &whole).unwrap();
    opened_once(folder.path()).await;
}

#[tokio::test]
async fn a_backup_that_is_put_into_a_folder_of_its_own_opens() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    opened_once(folder.path()).await;
    std::fs::copy(folder.path().join("slipway.db"), other.path().join("slipway.db")).unwrap();

    opened_once(other.path()).await;
}

fn holds(folder: &Path, text: &str) -> bool {
    ["slipway.db", "slipway.db-wal", "slipway.db-shm"]
        .iter()
        .any(|name| {
            let bytes = std::fs::read(folder.join(name)).unwrap_or_default();
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        })
}

#[tokio::test]
async fn what_is_deleted_is_in_no_byte_once_the_log_is_empty() {
    const SEED: &str = "deleted-and-written-over";
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).await.unwrap();
    for (id, times) in [("short", 1), ("long", 3000)] {
        let mut tx = db.write().await.unwrap();
        sqlx::query("insert into draft (draft_id, team_id, cluster_id, revision, content, saved_by, saved_at) values (?, 't', 1, 1, ?, 'ann', 1)")
            .bind(id)
            .bind(format!("\"{}\"", SEED.repeat(times)))
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    db.checkpoint().await.unwrap();
    assert!(holds(folder.path(), SEED));

    for statement in [
        "update draft set content = '1' where draft_id = 'short'",
        "delete from draft where draft_id = 'long'",
    ] {
        let mut tx = db.write().await.unwrap();
        sqlx::query(statement).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert!(db.checkpoint().await.unwrap(), "nobody reads");

    assert!(!holds(folder.path(), SEED));
}

#[tokio::test]
async fn room_that_is_kept_for_deleting_is_there_again_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).await.unwrap();
    let reserve = folder.path().join("reserve");
    let size = || std::fs::metadata(&reserve).map_or(0, |found| found.len());
    let kept = size();
    assert!(kept >= 4 * 1024 * 1024, "{kept}");

    let meanwhile = db.in_reserve(async { size() }).await;

    assert_eq!((meanwhile, size()), (0, kept));
    std::fs::write(&reserve, "somebody needed the room").unwrap();
    db.refill_reserve().await;
    assert!(size() >= kept);
}
