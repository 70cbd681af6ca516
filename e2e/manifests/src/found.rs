//! Files that may be manifests.

use std::fs;
use std::path::{Path, PathBuf};

/// How the names of manifests end.
const ENDINGS: [&str; 3] = ["json", "yaml", "yml"];
/// Larger files describe no app.
const LARGEST: u64 = 1024 * 1024;

/// The files in a folder and those in it that look like manifests with a workload, in the order of their names.
pub fn manifests(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    gather(folder, &mut found);
    found.sort();
    found
}

fn gather(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            gather(&path, found);
        } else if is_manifest(&path) {
            found.push(path);
        }
    }
}

fn is_manifest(path: &Path) -> bool {
    let is_named = path
        .extension()
        .and_then(|ending| ending.to_str())
        .is_some_and(|ending| ENDINGS.contains(&ending));
    let is_small = fs::metadata(path).is_ok_and(|data| data.len() <= LARGEST);
    is_named && is_small && fs::read_to_string(path).is_ok_and(|text| has_workload(&text))
}

fn has_workload(text: &str) -> bool {
    let kinds = ["Deployment", "StatefulSet", "Job", "CronJob"];
    text.lines().any(|line| {
        let value = line.trim().trim_start_matches('"').strip_prefix("kind");
        let value = value.map(|value| value.trim_matches(|c: char| !c.is_ascii_alphanumeric()));
        value.is_some_and(|kind| kinds.contains(&kind))
    })
}
