//! Room on the disk that is kept back, so that people can delete when there is no other room left.
//!
//! Deleting needs room too: what changes is written to the log of the database first.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use tokio::sync::{Mutex, MutexGuard};

/// The log as it is when SQLite empties it, so that what is in it fits into the database.
const SIZE: usize = 4 * 1024 * 1024;
/// How much is written at once.
const BLOCK: usize = 64 * 1024;

/// A file that holds the room.
#[derive(Debug)]
pub(super) struct Reserve {
    file: PathBuf,
    turn: Mutex<()>,
}

impl Reserve {
    pub(super) fn of(folder: &Path) -> Self {
        Self {
            file: folder.join("reserve"),
            turn: Mutex::new(()),
        }
    }

    /// Waits until nobody else uses the room.
    pub(super) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Gives the room away.
    pub(super) fn release(&self) {
        // Where there is none, nothing can be given.
        std::fs::remove_file(&self.file).ok();
    }

    /// Takes as much room as there is, up to what is kept back.
    pub(super) fn fill(&self) {
        let has = std::fs::metadata(&self.file).map_or(0, |found| found.len());
        let missing = SIZE.saturating_sub(usize::try_from(has).unwrap_or(SIZE));
        if missing > 0 {
            // On a disk without room it is tried again later.
            self.grow(missing).ok();
        }
    }

    fn grow(&self, missing: usize) -> io::Result<()> {
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&self.file)?;
        let block = incompressible();
        for _ in 0..missing.div_ceil(BLOCK) {
            file.write_all(&block)?;
        }
        Ok(())
    }
}

/// Bytes for which a file system that compresses, or leaves holes, needs as much room as there are.
fn incompressible() -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..BLOCK / 8).flat_map(|_| next()).collect()
}
