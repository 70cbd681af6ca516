//! Which edits are made, and what came of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use edits::Edit;
use edits::exceptions::never_made;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use slipway_model::Draft;

/// The edits still to be made, and those that were.
pub(super) struct Budget(Mutex<Counts>);

struct Counts {
    left: usize,
    chance: StdRng,
    /// How often each kind of edit was chosen.
    chosen: BTreeMap<String, usize>,
    made: BTreeMap<String, usize>,
    refused: BTreeMap<String, BTreeSet<String>>,
    faults: Vec<String>,
    worlds: usize,
}

/// What came of one edit.
pub(super) enum Outcome {
    /// It was made.
    Made,
    /// The server said before why it cannot be, by a code.
    Refused(String),
    /// It did something else than was announced, or ended otherwise.
    Wrong(Vec<String>),
}

impl Budget {
    pub(super) fn new(edits: usize, seed: u64) -> Self {
        Self(Mutex::new(Counts {
            left: edits,
            chance: StdRng::seed_from_u64(seed),
            chosen: BTreeMap::new(),
            made: BTreeMap::new(),
            refused: BTreeMap::new(),
            faults: Vec::new(),
            worlds: 0,
        }))
    }

    pub(super) fn is_spent(&self) -> bool {
        self.counts().left == 0
    }

    /// An edit of a kind that was chosen least often, with the draft after it. None where a draft allows none.
    pub(super) fn choose(&self, draft: &Draft) -> Option<(Edit, Draft)> {
        let mut counts = self.counts();
        let mut edits: Vec<Edit> = edits::all(draft)
            .into_iter()
            .filter(|edit| !never_made(&edit.what()))
            .collect();
        edits.shuffle(&mut counts.chance);
        edits.sort_by_key(|edit| counts.chosen.get(&edit.what()).copied().unwrap_or_default());
        let (edit, edited) = edits
            .into_iter()
            .find_map(|edit| Some((edit.made(draft)?, edit)).map(|(edited, edit)| (edit, edited)))?;
        *counts.chosen.entry(edit.what()).or_default() += 1;
        Some((edit, edited))
    }

    /// Notes what came of an edit in an app.
    pub(super) fn note(&self, world: &str, edit: &Edit, outcome: Outcome) {
        let mut counts = self.counts();
        match outcome {
            Outcome::Made => {}
            Outcome::Refused(code) => {
                counts.refused.entry(edit.what()).or_default().insert(code);
                return;
            }
            Outcome::Wrong(found) => {
                for fault in found {
                    eprintln!("{edit:?} | {world} | {fault}");
                    counts.faults.push(format!("{} | {world} | {fault}", edit.what()));
                }
            }
        }
        counts.left = counts.left.saturating_sub(1);
        *counts.made.entry(edit.what()).or_default() += 1;
    }

    pub(super) fn note_world(&self) {
        self.counts().worlds += 1;
    }

    pub(super) fn faults(&self) -> Vec<String> {
        self.counts().faults.clone()
    }

    /// Edits that were refused, each with a reason.
    pub(super) fn refusals(&self) -> Vec<(String, String)> {
        let counts = self.counts();
        let refused = counts.refused.iter();
        refused
            .flat_map(|(edit, reasons)| reasons.iter().map(|reason| (edit.clone(), reason.clone())))
            .collect()
    }

    /// Kinds of edits that were neither made nor refused.
    pub(super) fn missing(&self) -> Vec<String> {
        let counts = self.counts();
        let seen = |edit: &String| counts.made.contains_key(edit) || counts.refused.contains_key(edit);
        edits::wanted().into_iter().filter(|edit| !seen(edit)).collect()
    }

    pub(super) fn summary(&self, time: Duration) -> String {
        let counts = self.counts();
        let only_refused: Vec<String> = counts
            .refused
            .iter()
            .filter(|(edit, _)| !counts.made.contains_key(*edit))
            .map(|(edit, codes)| {
                format!(
                    "{edit} ({})",
                    codes.iter().cloned().collect::<Vec<_>>().join(", ")
                )
            })
            .collect();
        format!(
            "{} edits of {} kinds in {} apps, {} wrong, {time:.1?}; refused only: {}",
            counts.made.values().sum::<usize>(),
            counts.made.len(),
            counts.worlds,
            counts.faults.len(),
            only_refused.join("; "),
        )
    }

    /// A number below another one.
    pub(super) fn chance(&self, below: usize) -> usize {
        self.counts().chance.random_range(0..below)
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap()
    }
}
