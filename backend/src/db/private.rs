//! The files of the data folder are their owner's alone, also in a folder that others may look into.

use std::fs::{OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Reading and writing for the owner, nothing for anybody else.
const OWNER_ONLY: u32 = 0o600;

/// Every file of the folder but the sign-in link, which each start writes anew.
const FILES: [&str; 7] = [
    "slipway.db",
    "slipway.db-wal",
    "slipway.db-shm",
    "lock",
    "has-database",
    "reserve",
    "installation",
];

/// Makes files of the folder private, whatever they were, and creates the database so: SQLite gives its log and its index
/// the permissions of the database.
pub(super) fn make_private(folder: &Path, database: &Path) -> io::Result<()> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(OWNER_ONLY)
        .open(database)?;
    for name in FILES {
        let file = folder.join(name);
        match std::fs::metadata(&file) {
            Ok(found) if found.permissions().mode() & 0o777 != OWNER_ONLY => restrict(&file),
            _ => {}
        }
    }
    Ok(())
}

/// Some file systems have no permissions. There the folder has to be out of the reach of others.
fn restrict(file: &Path) {
    if let Err(error) = std::fs::set_permissions(file, Permissions::from_mode(OWNER_ONLY)) {
        tracing::warn!(file = %file.display(), %error, "others may be able to read this file: its permissions cannot be changed");
    }
}
