//! Changing an app that runs is exact: every edit changes what was announced and nothing else.
//!
//! Objects are read into a draft, one thing in it is edited, the change is planned and carried out, and then the objects
//! are held against what was announced. `SLIPWAYDEV_EDITS=all` makes every edit in every app, or a number that many.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod cases;
mod found;
mod judge;
mod worlds;

use std::collections::{BTreeMap, BTreeSet};

use edits::Edit;
use edits::exceptions::{only_ours, says_nothing};
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

    fn has_made(&self, edit: &str) -> bool {
        self.made.keys().any(|(made, _)| made == edit)
    }

    /// What has never been edited.
    fn missing(&self) -> Vec<String> {
        let is_missing = |edit: &String| !self.has_made(edit) && !only_ours(edit) && !says_nothing(edit);
        edits::wanted().into_iter().filter(is_missing).collect()
    }
}

/// Makes one edit of an app, where it is to be made, and tells what is wrong with it.
fn edited(world: &World, edit: &Edit, budget: &mut Budget, faults: &mut Vec<String>) {
    let made = budget
        .may(world, edit)
        .then(|| edit.made(&world.opened.draft))
        .flatten();
    let Some(draft) = made.filter(|draft| !judge::refused(world, draft)) else {
        return;
    };
    if let Some(found) = judge::faults(world, edit, &draft) {
        budget.note(world, edit);
        let told = |fault| format!("{} | {} | {fault}", edit.what(), world.name);
        faults.extend(found.into_iter().map(told));
    }
}

/// Makes edits of these kinds in apps that were edited before, so that they have a place for them.
fn edited_after(worlds: &[World], missing: &[String], budget: &mut Budget, faults: &mut Vec<String>) {
    for kind in missing {
        let wanted = BTreeSet::from([kind.clone()]);
        let opening = worlds.iter().flat_map(|world| {
            let edits = edits::all(&world.opened.draft).into_iter();
            let edits = edits.filter(|edit| !edit.opens(&wanted).is_empty());
            edits.filter_map(|edit| judge::after(world, &edit))
        });
        for world in opening {
            let edits = edits::all(&world.opened.draft).into_iter();
            for edit in edits.filter(|edit| edit.what() == *kind) {
                edited(&world, &edit, budget, faults);
            }
            if budget.has_made(kind) {
                break;
            }
        }
    }
}

#[test]
fn every_edit_changes_what_was_announced_and_nothing_else() {
    let mut budget = Budget::of_environment();
    let mut faults = Vec::new();
    let worlds = worlds::all();
    for world in &worlds {
        for edit in edits::all(&world.opened.draft) {
            edited(world, &edit, &mut budget, &mut faults);
        }
    }
    edited_after(&worlds, &budget.missing(), &mut budget, &mut faults);

    println!("{} edits", budget.made.values().sum::<usize>());
    for fault in &faults {
        println!("{fault}");
    }
    assert_eq!(faults, [""; 0], "{} faults", faults.len());
    assert_eq!(budget.missing(), [""; 0], "nobody has edited this");
}
