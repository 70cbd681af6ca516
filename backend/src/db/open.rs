//! Opening the file: refuse early, with a sentence that says what to do.

use std::fmt;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, SqlitePool};

use super::presence::{demand_present, demand_tables, remember};
use super::private::make_private;
use super::reserve::Reserve;
use super::{Db, FolderLock, MIGRATIONS, OpenError};

/// Older ones can lose commits when a checkpoint and a reset of the write-ahead log meet.
pub(super) const OLDEST_SQLITE: SqliteVersion = SqliteVersion(3, 51, 3);

/// Readers at the same time. Queries are short; more would only compete for two or four cores.
const READERS: u32 = 8;

pub(super) async fn open(folder: &Path) -> Result<Db, OpenError> {
    let unusable = |source| OpenError::Folder {
        folder: folder.to_owned(),
        source,
    };
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(unusable)?;
    let lock = FolderLock::take(folder)?;
    let file = folder.join("slipway.db");
    demand_present(folder, &file)?;
    make_private(folder, &file).map_err(unusable)?;
    let reserve = Reserve::of(folder);
    // What a crash has left in the log is worked into the database, which takes room.
    reserve.release();
    let write = pool(&file, 1, options(&file).pragma("secure_delete", "on")).await?;
    demand_version(&file, &write).await?;
    demand_sound(&file, &write).await?;
    demand_tables(folder, &file, &write).await?;
    migrate(&file, &write, &MIGRATIONS).await?;
    let read = pool(&file, READERS, options(&file).pragma("query_only", "on")).await?;
    remember(folder);
    let db = Db {
        write,
        read,
        reserve: Arc::new(reserve),
        to_scrub: Arc::default(),
        _lock: Arc::new(lock),
    };
    // The log of a process that was killed may hold what was deleted.
    db.scrub_soon();
    db.reserve.fill();
    Ok(db)
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
}

async fn pool(file: &Path, size: u32, options: SqliteConnectOptions) -> Result<SqlitePool, OpenError> {
    let opened = SqlitePoolOptions::new()
        .max_connections(size)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        .idle_timeout(None)
        .max_lifetime(None)
        // A full disk ends a transaction by itself. sqlx, not knowing, could never begin another one on the connection.
        .before_acquire(|connection, _| {
            let usable = !connection.is_in_transaction();
            Box::pin(async move { Ok(usable) })
        })
        .connect_with(options)
        .await;
    opened.map_err(|source| opening(file, source))
}

/// SQLite's codes for "malformed" and "not a database" mean a damaged file, whoever trips over it.
pub(super) fn opening(file: &Path, source: sqlx::Error) -> OpenError {
    let code = source
        .as_database_error()
        .and_then(|error| error.code().map(std::borrow::Cow::into_owned));
    match code.as_deref() {
        Some("11" | "26") => OpenError::Damaged {
            file: file.to_owned(),
            detail: source.to_string(),
        },
        _ => OpenError::Sqlite {
            file: file.to_owned(),
            source,
        },
    }
}

async fn demand_version(file: &Path, db: &SqlitePool) -> Result<(), OpenError> {
    let found: String = sqlx::query_scalar("select sqlite_version()")
        .fetch_one(db)
        .await
        .map_err(|source| opening(file, source))?;
    match found.parse::<SqliteVersion>() {
        Ok(version) if version >= OLDEST_SQLITE => Ok(()),
        _ => Err(OpenError::OldSqlite { found }),
    }
}

async fn demand_sound(file: &Path, db: &SqlitePool) -> Result<(), OpenError> {
    let detail: String = sqlx::query_scalar("pragma quick_check(1)")
        .fetch_one(db)
        .await
        .map_err(|source| opening(file, source))?;
    if detail == "ok" {
        Ok(())
    } else {
        Err(OpenError::Damaged {
            file: file.to_owned(),
            detail,
        })
    }
}

/// Applies what is missing.
pub(super) async fn migrate(file: &Path, db: &SqlitePool, migrations: &Migrator) -> Result<(), OpenError> {
    migrations.run(db).await.map_err(|error| match error {
        MigrateError::VersionMissing(version) => OpenError::Newer {
            file: file.to_owned(),
            version,
        },
        source => OpenError::Schema {
            file: file.to_owned(),
            source,
        },
    })
}

/// A version of SQLite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SqliteVersion(u32, u32, u32);

impl FromStr for SqliteVersion {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, '.').map(str::parse);
        let mut next = || parts.next().unwrap_or(Ok(0));
        Ok(Self(next()?, next()?, next()?))
    }
}

impl fmt::Display for SqliteVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}
