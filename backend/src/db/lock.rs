//! One process per data folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::OpenError;

/// Held while the folder is ours. The operating system lets go of it however the process ends.
#[derive(Debug)]
pub(super) struct FolderLock(#[expect(dead_code, reason = "holding it is the point")] File);

impl FolderLock {
    /// Takes the folder, or says that somebody else has it.
    pub(super) fn take(folder: &Path) -> Result<Self, OpenError> {
        let unusable = |source| OpenError::Folder {
            folder: folder.to_owned(),
            source,
        };
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join("lock"))
            .map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse(folder.to_owned())),
            Err(TryLockError::Error(source)) => Err(unusable(source)),
        }
    }
}
