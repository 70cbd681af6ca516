//! What became of the manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use manifests::kind_of;

use super::super::budget::Budget;

/// How many apps are edited unless somebody says so.
const APPS: usize = 200;

/// Counts what became of each.
pub(super) struct Tally {
    wanted: usize,
    tells_each: bool,
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
    refusals: BTreeMap<String, usize>,
    skipped: BTreeMap<String, usize>,
    faults: Vec<String>,
}

impl Tally {
    pub(super) fn new(wanted: Option<usize>) -> Self {
        Self {
            wanted: wanted.unwrap_or(APPS),
            tells_each: std::env::var_os("SLIPWAYDEV_MANIFESTS_REFUSED").is_some(),
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

    /// An app had all its edits.
    pub(super) fn note_edited(&self) {
        self.counts().edited += 1;
    }

    /// What came of the edits of an app: how many were made and refused, and the rest of it.
    pub(super) fn note_edits(&self, name: &str, made: usize, refused: usize, budget: &Budget) {
        let mut counts = self.counts();
        counts.edits += made;
        counts.refused += refused;
        counts.faults.extend(budget.faults());
        let mut codes = BTreeSet::new();
        for (edit, reason) in budget.refusals() {
            if self.tells_each {
                eprintln!("{name}: {edit}: {reason}");
            }
            codes.insert(reason.split(' ').next().unwrap_or_default().to_owned());
        }
        for code in codes {
            *counts.refusals.entry(code).or_default() += 1;
        }
    }

    /// A manifest or an app that is not edited. The reason is counted up to its first colon.
    pub(super) fn skip(&self, name: &str, reason: &str) {
        if self.tells_each {
            eprintln!("{name}: {reason}");
        }
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
        for (reason, apps) in &counts.refusals {
            let _ = write!(text, "\nin {apps} apps edits refused: {reason}");
        }
        text
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap()
    }
}
