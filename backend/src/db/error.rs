//! What can go wrong with the database.

use std::path::PathBuf;

/// A query could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// SQLite refused.
    #[error("the database refused")]
    Refused(#[from] sqlx::Error),
    /// A row holds what no code of ours writes.
    #[error(transparent)]
    Corrupt(#[from] CorruptRow),
}

impl DbError {
    /// Whether too many want the database at once: later there will be room.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Refused(sqlx::Error::PoolTimedOut)) || self.code() == Some(SQLITE_BUSY)
    }

    /// Whether nothing can be written because the disk is full.
    pub fn is_full(&self) -> bool {
        self.code() == Some(SQLITE_FULL)
    }

    /// SQLite's own code, without what it adds to it.
    fn code(&self) -> Option<u32> {
        let Self::Refused(error) = self else { return None };
        let code = error.as_database_error()?.code()?;
        Some(code.parse::<u32>().ok()? & 0xff)
    }
}

/// SQLite's code for a database that somebody else is writing to.
const SQLITE_BUSY: u32 = 5;
/// SQLite's code for a disk without room.
const SQLITE_FULL: u32 = 13;

/// A row that no code of ours writes. Named so that it can be found.
#[derive(Debug, thiserror::Error)]
#[error("table {table} holds a row that makes no sense: {row}")]
pub struct CorruptRow {
    table: &'static str,
    row: String,
}

impl CorruptRow {
    /// The row of `table` with this key.
    pub fn new(table: &'static str, row: impl std::fmt::Display) -> Self {
        Self {
            table,
            row: row.to_string(),
        }
    }
}

/// Why the database was not opened. The sentences are read by whoever starts the server.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder cannot be used.
    #[error("the data folder {} cannot be used", .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Somebody else has it open.
    #[error("the data folder {} is in use by another slipway; stop it first, or choose another data_dir", .0.display())]
    InUse(PathBuf),
    /// The library is older than the one that is known to be sound.
    #[error(
        "SQLite {found} is too old: {} or newer is needed",
        super::open::OLDEST_SQLITE
    )]
    OldSqlite {
        /// Its version.
        found: String,
    },
    /// The file is gone or empty, and there was one.
    #[error(
        "the database {} is gone or empty, and there was one; restore it from a backup, or delete {} to begin anew",
        .file.display(), .marker.display()
    )]
    Emptied {
        /// The file.
        file: PathBuf,
        /// What says that there was one.
        marker: PathBuf,
    },
    /// The file is damaged.
    #[error("the database {} is damaged ({detail}); restore it from a backup", .file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What SQLite found.
        detail: String,
    },
    /// A newer version of this server has written it.
    #[error("the database {} was written by a newer slipway (schema {version}); start that version", .file.display())]
    Newer {
        /// The file.
        file: PathBuf,
        /// The migration that is not known here.
        version: i64,
    },
    /// The schema cannot be brought up to date.
    #[error("the schema of {} cannot be brought up to date", .file.display())]
    Schema {
        /// The file.
        file: PathBuf,
        /// Why.
        source: sqlx::migrate::MigrateError,
    },
    /// It cannot be opened for another reason.
    #[error("the database {} cannot be opened", .file.display())]
    Sqlite {
        /// The file.
        file: PathBuf,
        /// Why.
        source: sqlx::Error,
    },
}
