//! Changing an app that runs is exact: every edit changes what was announced and nothing else.
//!
//! Objects are read into a draft, one thing in it is edited, the change is planned and carried out, and then the objects
//! are held against what was announced. `SLIPWAYDEV_EDITS=all` makes every edit in every app, or a number that many.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod cases;
mod judge;
mod worlds;

use std::collections::{BTreeMap, BTreeSet};

use edits::Edit;
use worlds::World;

/// How often each leaf and list is edited in each way, over all apps as they are and over all with unknown fields, unless
/// told otherwise.
const OFTEN: usize = 1;

/// The edits to be made: all that an app allows, as long as the same has not been made often enough.
struct Budget {
    made: BTreeMap<(String, bool), usize>,
    most: usize,
}

impl Budget {
    fn of_environment() -> Self {
        let most = match std::env::var("SLIPWAYDEV_EDITS").as_deref() {
            Ok("all") => usize::MAX,
            Ok(number) => number.parse().unwrap(),
            Err(_) => OFTEN,
        };
        Self {
            made: BTreeMap::new(),
            most,
        }
    }

    fn may(&self, world: &World, edit: &Edit) -> bool {
        let made = self.made.get(&(edit.what(), world.has_unknown()));
        made.is_none_or(|made| *made < self.most)
    }

    fn note(&mut self, world: &World, edit: &Edit) {
        *self.made.entry((edit.what(), world.has_unknown())).or_default() += 1;
    }
}

#[test]
fn every_edit_changes_what_was_announced_and_nothing_else() {
    let mut budget = Budget::of_environment();
    let mut faults = Vec::new();
    for world in worlds::all() {
        for edit in edits::all(&world.opened.draft) {
            let made = budget
                .may(&world, &edit)
                .then(|| edit.made(&world.opened.draft))
                .flatten();
            let Some(draft) = made.filter(|draft| !judge::refused(&world, draft)) else {
                continue;
            };
            let found = judge::faults(&world, &edit, &draft);
            budget.note(&world, &edit);
            faults.extend(
                found
                    .into_iter()
                    .map(|fault| format!("{} | {} | {fault}", edit.what(), world.name)),
            );
        }
    }

    let edited: BTreeSet<String> = budget.made.keys().map(|(edit, _)| edit.clone()).collect();
    println!(
        "{} edits of {} kinds",
        budget.made.values().sum::<usize>(),
        edited.len()
    );
    assert_eq!(faults, [""; 0], "{} faults", faults.len());
    let missing: Vec<String> = edits::wanted().difference(&edited).cloned().collect();
    assert_eq!(missing, [""; 0], "nobody has edited this");
}
