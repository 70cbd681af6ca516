//! SQLite as this server uses it: one connection that writes, several that read, nothing lost when the power goes.
//!
//! SQL stands in `store.rs` files and below this module. Queries are the checked macros of sqlx (`query!`,
//! `query_as!`); what they need to know about the tables is kept in `.sqlx`. After changing a query or adding a migration,
//! `cargo xtask sqlx` writes `.sqlx` anew and compiles against it; commit it with the change.
//!
//! ```ignore
//! let mut tx = db.write().await?;                       // begin immediate: waits its turn, never upgrades
//! sqlx::query!("delete from draft where draft_id = ?", id).execute(&mut *tx).await?;
//! tx.commit().await?;
//! let row = sqlx::query!("select name from cluster").fetch_optional(db.read()).await?;
//! ```

mod error;
mod lock;
mod open;
mod presence;
mod private;
mod reserve;

use std::path::Path;
use std::sync::Arc;

use sqlx::{Sqlite, SqlitePool, Transaction};
use tokio::sync::Notify;

pub use error::{CorruptRow, DbError, OpenError};
use lock::FolderLock;
use reserve::Reserve;

/// The schema, one concept per file.
static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");

/// The open database. Cheap to clone; the file stays locked for other processes until the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Db {
    write: SqlitePool,
    read: SqlitePool,
    reserve: Arc<Reserve>,
    to_scrub: Arc<Notify>,
    _lock: Arc<FolderLock>,
}

impl Db {
    /// Opens the database in a folder, brings its schema up to date, and keeps other processes out.
    pub async fn open(folder: &Path) -> Result<Self, OpenError> {
        open::open(folder).await
    }

    /// Connections that can only read, and see the last commit.
    pub fn read(&self) -> &SqlitePool {
        &self.read
    }

    /// The one transaction that may write now. Dropping it without `commit` takes everything back.
    pub async fn write(&self) -> Result<Transaction<'static, Sqlite>, DbError> {
        Ok(self.write.begin_with("begin immediate").await?)
    }

    /// Moves the write-ahead log into the database file, which bounds its size. Answers whether the log is empty now:
    /// a reader that began before may still need it.
    pub async fn checkpoint(&self) -> Result<bool, DbError> {
        let busy: i64 = sqlx::query_scalar("pragma wal_checkpoint(truncate)")
            .fetch_one(&self.write)
            .await?;
        Ok(busy == 0)
    }

    /// Writes the whole database anew, without the pages that nothing uses and what is left in them. Takes time and room
    /// in proportion to its size.
    pub(crate) async fn compact(&self) -> Result<(), DbError> {
        sqlx::query("vacuum").execute(&self.write).await?;
        self.checkpoint().await?;
        Ok(())
    }

    /// Asks for the log to be emptied soon, since it holds what was deleted. In the database itself deleted bytes are
    /// overwritten at once.
    pub fn scrub_soon(&self) {
        self.to_scrub.notify_one();
    }

    /// Resolves when somebody has asked for that.
    pub async fn scrub_wanted(&self) {
        self.to_scrub.notified().await;
    }

    /// Does what takes something away, or leads there, with the room that is kept back for it: to be tried when the disk
    /// was found full.
    pub async fn in_reserve<T>(&self, work: impl Future<Output = T>) -> T {
        let _turn = self.reserve.turn().await;
        self.reserve.release();
        let done = work.await;
        if let Err(error) = self.checkpoint().await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the room for deleting cannot be had back yet"
            );
        }
        self.reserve.fill();
        done
    }

    /// Takes back the room that is kept for deleting, once there is some.
    pub async fn refill_reserve(&self) {
        let _turn = self.reserve.turn().await;
        self.reserve.fill();
    }

    /// Whether it answers.
    pub async fn answers(&self) -> bool {
        sqlx::query("select 1").execute(&self.read).await.is_ok()
    }

    /// Closes all connections, after a last checkpoint.
    pub async fn close(&self) {
        if let Err(error) = self.checkpoint().await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the last checkpoint failed"
            );
        }
        self.read.close().await;
        self.write.close().await;
    }
}

#[cfg(test)]
mod tests;
