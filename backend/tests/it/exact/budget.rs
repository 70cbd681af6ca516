//! Which edits are made, and what came of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use edits::Edit;
use edits::exceptions::{never_made, says_nothing};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use slipway_model::Draft;

/// The edits still to be made, and those that were.
pub(super) struct Budget(Mutex<Counts>);

struct Counts {
    left: usize,
    chance: StdRng,
    /// A part of the kinds that are to be made, if not all are.
    only: Option<String>,
    /// How much each kind of edit has had: a little each time that it was chosen, or one that was to give it a place, and
    /// [`AS_MADE`] once it was made.
    chosen: BTreeMap<String, usize>,
    /// How often each was made and there was nothing to change.
    idle: BTreeMap<String, usize>,
    made: BTreeMap<String, usize>,
    refused: BTreeMap<String, BTreeMap<String, usize>>,
    faults: Vec<String>,
    worlds: usize,
}

/// How many edits that were refused, or changed nothing, count as one that was made.
const AS_MADE: usize = 4;

/// What came of one edit.
pub(super) enum Outcome {
    /// It was made.
    Made,
    /// There is nothing to change by it: it says what is there already.
    Idle,
    /// The server said before why it cannot be, by a code.
    Refused(String),
    /// It did something else than was announced, or ended otherwise.
    Wrong(Vec<String>),
}

impl Budget {
    pub(super) fn new(edits: usize, seed: u64, only: Option<String>) -> Self {
        Self(Mutex::new(Counts {
            left: edits,
            chance: StdRng::seed_from_u64(seed),
            only,
            chosen: BTreeMap::new(),
            idle: BTreeMap::new(),
            made: BTreeMap::new(),
            refused: BTreeMap::new(),
            faults: Vec::new(),
            worlds: 0,
        }))
    }

    pub(super) fn is_spent(&self) -> bool {
        self.counts().left == 0
    }

    /// An edit of a kind that was chosen least often, or one that gives such a kind a place, with the draft after it. None
    /// where a draft allows none.
    pub(super) fn choose(&self, draft: &Draft) -> Option<(Edit, Draft)> {
        let mut counts = self.counts();
        let edits = edits::all(draft).into_iter();
        let edits: Vec<Edit> = edits.filter(|edit| !never_made(&edit.what())).collect();
        let hidden = hidden(&edits);
        let edits = edits.into_iter().filter_map(|edit| counts.need(&hidden, edit));
        let mut edits: Vec<(usize, Edit, Option<String>)> = edits.collect();
        edits.shuffle(&mut counts.chance);
        edits.sort_by_key(|(often, ..)| *often);
        let made = |(_, edit, for_it): (usize, Edit, Option<String>)| Some((edit.made(draft)?, edit, for_it));
        let (edited, edit, for_it) = edits.into_iter().find_map(made)?;
        for kind in for_it.into_iter().chain([edit.what()]) {
            *counts.chosen.entry(kind).or_default() += 1;
        }
        Some((edit, edited))
    }

    /// Notes what came of an edit in an app.
    pub(super) fn note(&self, world: &str, edit: &Edit, outcome: Outcome) {
        let mut counts = self.counts();
        match outcome {
            Outcome::Made => *counts.chosen.entry(edit.what()).or_default() += AS_MADE - 1,
            Outcome::Idle => {
                *counts.idle.entry(edit.what()).or_default() += 1;
                return;
            }
            Outcome::Refused(code) => {
                let codes = counts.refused.entry(edit.what()).or_default();
                *codes.entry(code).or_default() += 1;
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
            .flat_map(|(edit, reasons)| reasons.keys().map(|reason| (edit.clone(), reason.clone())))
            .collect()
    }

    /// Kinds of edits that were neither made nor refused.
    pub(super) fn missing(&self) -> Vec<String> {
        let counts = self.counts();
        let seen = |edit: &String| {
            counts.made.contains_key(edit) || counts.refused.contains_key(edit) || says_nothing(edit)
        };
        edits::wanted().into_iter().filter(|edit| !seen(edit)).collect()
    }

    pub(super) fn summary(&self, time: Duration) -> String {
        let counts = self.counts();
        let (made, idle): (usize, usize) = (counts.made.values().sum(), counts.idle.values().sum());
        let mut refused: BTreeMap<&str, usize> = BTreeMap::new();
        for (code, number) in counts.refused.values().flatten() {
            *refused.entry(code).or_default() += number;
        }
        let only_refused = counts
            .refused
            .iter()
            .filter(|(edit, _)| !counts.made.contains_key(*edit));
        let only_refused: Vec<String> = only_refused
            .map(|(edit, codes)| format!("{edit} {:?}", codes.keys().collect::<Vec<_>>()))
            .collect();
        format!(
            "{made} edits of {} kinds in {} apps, {} wrong, {time:.1?}; {idle} changed nothing; refused: {refused:?}; never \
             made but refused: {}",
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

impl Counts {
    /// How often an edit was chosen, or the kind for which it makes a place: the least of them, with that kind. None where
    /// neither is to be made.
    fn need(&self, hidden: &BTreeSet<String>, edit: Edit) -> Option<(usize, Edit, Option<String>)> {
        let is_wanted = |kind: &str| self.only.as_ref().is_none_or(|only| kind.contains(only.as_str()));
        let often = |kind: &str| self.chosen.get(kind).copied().unwrap_or_default();
        let what = edit.what();
        let own = is_wanted(&what).then(|| (often(&what), None));
        let opened = edit.opens(hidden).into_iter().filter(|kind| is_wanted(kind));
        let opened = opened.map(|kind| (often(kind), Some(kind.clone()))).min();
        let (often, kind) = own.into_iter().chain(opened).min()?;
        Some((often, edit, kind))
    }
}

/// The kinds of edits for which a draft has no place.
fn hidden(edits: &[Edit]) -> BTreeSet<String> {
    let there: BTreeSet<String> = edits.iter().map(Edit::what).collect();
    edits::wanted().difference(&there).cloned().collect()
}
