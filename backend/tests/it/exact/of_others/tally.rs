//! What became of the manifests.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use manifests::kind_of;

/// How many apps are edited unless somebody says so.
const APPS: usize = 200;

/// Counts what became of each.
pub(super) struct Tally {
    wanted: usize,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    files: usize,
    applied: usize,
    /// Apps with all their edits.
    edited: usize,
    edits: usize,
    refused: usize,
    skipped: BTreeMap<String, usize>,
    faults: Vec<String>,
}

impl Tally {
    pub(super) fn new(wanted: Option<usize>) -> Self {
        Self {
            wanted: wanted.unwrap_or(APPS),
            counts: Mutex::default(),
        }
    }

    /// Whether as many apps as wanted had all their edits.
    pub(super) fn is_done(&self) -> bool {
        self.counts().edited >= self.wanted
    }

    pub(super) fn note_file(&self) {
        self.counts().files += 1;
    }

    pub(super) fn note_applied(&self) {
        self.counts().applied += 1;
    }

    /// Notes how many edits of an app were made and how many that should be, how many were refused, and what was wrong.
    pub(super) fn note_edits(&self, (made, wanted): (usize, usize), refused: usize, faults: Vec<String>) {
        let mut counts = self.counts();
        counts.edits += made;
        counts.refused += refused;
        counts.edited += usize::from(made == wanted);
        counts.faults.extend(faults);
    }

    /// A manifest or an app that is not edited. The reason is counted up to its first colon.
    pub(super) fn skip(&self, name: &str, reason: &str) {
        eprintln!("{name}: {reason}");
        let kind = kind_of(reason).to_owned();
        *self.counts().skipped.entry(kind).or_default() += 1;
    }

    pub(super) fn faults(&self) -> Vec<String> {
        self.counts().faults.clone()
    }

    pub(super) fn summary(&self, time: Duration) -> String {
        let counts = self.counts();
        let mut text = format!(
            "{} files seen; {} apps applied and opened, {} of them with all their edits; {} edits made, {} refused, {} faults; {time:.1?}",
            counts.files,
            counts.applied,
            counts.edited,
            counts.edits,
            counts.refused,
            counts.faults.len()
        );
        for (reason, times) in &counts.skipped {
            let _ = write!(text, "\n{times} skipped: {reason}");
        }
        text
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap()
    }
}
