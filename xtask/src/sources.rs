//! Whether sources have changed since something was made from them.

use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use crate::build::root;

/// What the browser app is made from.
pub(crate) const BROWSER: [&str; 8] = [
    "frontend",
    "crates",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "xtask/web/package-lock.json",
    "xtask/src/build",
    "xtask/src/build.rs",
];

/// What the server is made from.
pub(crate) const SERVER: [&str; 6] = [
    "backend",
    "crates",
    "migrations",
    "docs/draft.schema.json",
    "Cargo.toml",
    "Cargo.lock",
];

/// Differs whenever a file below these paths was changed, added or removed.
pub(crate) fn fingerprint(paths: &[&str]) -> String {
    let mut hash = Sha256::new();
    for path in paths {
        add(&mut hash, &root().join(path));
    }
    data_encoding::HEXLOWER.encode(&hash.finalize()[..16])
}

/// Adds names, sizes and times: reading every file would make waiting for changes expensive. A file that goes while this
/// looks is one that is not there.
fn add(hash: &mut Sha256, path: &Path) {
    let Ok(found) = fs::metadata(path) else { return };
    if found.is_dir() {
        let mut inside: Vec<_> = fs::read_dir(path)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        inside.sort();
        for path in &inside {
            add(hash, path);
        }
        return;
    }
    let time = found
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .unwrap_or_default();
    hash.update(path.as_os_str().as_encoded_bytes());
    hash.update(found.len().to_le_bytes());
    hash.update(time.as_nanos().to_le_bytes());
}
