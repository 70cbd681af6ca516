//! Notices that a folder which had a database has none any more.
//!
//! Without that a server whose database was emptied would begin anew, and everything that people had would seem never to
//! have been there.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use sqlx::SqlitePool;

use super::OpenError;

/// What the file that says so holds, for whoever finds it.
const WORDS: &str = "This folder has a database, slipway.db. Slipway does not start when that is gone or empty.\n\
                     To begin anew, delete this file as well.\n";

/// Every size of a page is a multiple of it.
const SMALLEST_PAGE: u64 = 512;

/// The file that is there once the folder has a database.
fn marker(folder: &Path) -> PathBuf {
    folder.join("has-database")
}

fn length(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |found| found.len())
}

fn emptied(folder: &Path, database: &Path) -> OpenError {
    OpenError::Emptied {
        file: database.to_owned(),
        marker: marker(folder),
    }
}

/// Refuses a database that is gone or has no byte although there was one. To be asked before SQLite opens the file, which
/// throws the log away that belongs to an empty database.
pub(super) fn demand_present(folder: &Path, database: &Path) -> Result<(), OpenError> {
    let log = length(&folder.join("slipway.db-wal"));
    let bytes = length(database);
    if bytes == 0 && (marker(folder).exists() || log > 0) {
        return Err(emptied(folder, database));
    }
    // SQLite reads what is missing of the last page as zeros. As long as there is a log it may have them.
    if log == 0 && bytes > 0 && !bytes.is_multiple_of(SMALLEST_PAGE) {
        return Err(OpenError::Damaged {
            file: database.to_owned(),
            detail: "it was cut off within a page".to_owned(),
        });
    }
    Ok(())
}

/// Refuses a database without tables in which there were some.
pub(super) async fn demand_tables(folder: &Path, database: &Path, db: &SqlitePool) -> Result<(), OpenError> {
    if !marker(folder).exists() {
        return Ok(());
    }
    let tables: i64 = sqlx::query_scalar("select count(*) from sqlite_master")
        .fetch_one(db)
        .await
        .map_err(|source| super::open::opening(database, source))?;
    if tables == 0 {
        return Err(emptied(folder, database));
    }
    Ok(())
}

/// Remembers that the folder has a database now.
pub(super) fn remember(folder: &Path) {
    if let Err(error) = write(&marker(folder)) {
        tracing::warn!(%error, "an emptied database will not be noticed: the data folder takes no file");
    }
}

fn write(marker: &Path) -> io::Result<()> {
    if marker.exists() {
        return Ok(());
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(marker)?;
    file.write_all(WORDS.as_bytes())?;
    file.sync_all()
}
