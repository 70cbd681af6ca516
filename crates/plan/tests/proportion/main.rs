//! Reading an app, planning it and changing it take time in proportion to its objects: everything in a namespace that
//! names the app is read, and whoever may create objects there decides how many those are.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

#[path = "../../../model/src/validate/tests/proportion.rs"]
mod measured;
mod objects;

use measured::excess;
use serde_json::Value;
use slipway_model::{App, Draft, validate};
use slipway_plan::change::{by_rows, previews};
use slipway_plan::read::{Opened, left_out, lost, restored, restoring};
use slipway_plan::{Plan, Target, changes, keep_access, plan, read};

const FEW: usize = 250;

#[test]
fn objects_are_read_in_proportion_to_their_number() {
    let excesses = objects::CASES.iter().filter_map(|(name, objects)| {
        let (few, many) = (objects(FEW), objects(4 * FEW));
        let work = |objects: &Vec<Value>| drop(read(objects.clone()).unwrap());
        excess(name, || work(&few), || work(&many))
    });
    assert_eq!(excesses.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn what_a_plan_leaves_out_is_found_and_brought_back_in_proportion() {
    let report = |opened: &Opened, plan: &Plan| {
        drop(lost(opened, plan));
        let restoring = restoring(opened, plan, &left_out(opened, plan));
        let bodies = opened.objects.iter().map(|live| live.body.clone());
        drop(restored(bodies.collect(), &restoring.objects));
    };
    let excesses = objects::CASES.iter().filter_map(|(name, objects)| {
        let opened = |number| read(objects(number)).unwrap();
        let (few, many) = (opened(FEW), opened(4 * FEW));
        let plan = |opened: &Opened| opened.plan(&Target::default());
        let (of_few, of_many) = (plan(&few), plan(&many));
        excess(name, || report(&few, &of_few), || report(&many, &of_many))
    });
    assert_eq!(excesses.collect::<Vec<_>>(), Vec::<String>::new());
}

/// An app as it is planned, read again, and what becomes of it.
struct Changed {
    before: App,
    objects: Vec<Value>,
    after: App,
}

impl Changed {
    fn of(draft: &Draft) -> Self {
        let verdict = validate(draft);
        let before = verdict
            .app
            .unwrap_or_else(|| panic!("{:?}", verdict.issues.first()));
        let objects = plan(&before, &Target::default()).objects;
        let objects = objects.iter().map(|object| object.body.value().clone());
        let objects: Vec<Value> = objects.collect();
        let mut edited = read(objects.clone()).unwrap().draft;
        for row in &mut edited.ingresses {
            let name = format!("{}-x", row.name.text());
            row.name.set(&name);
        }
        for row in &mut edited.services {
            for port in &mut row.ports {
                port.node_port.set("");
                port.target.set("9");
            }
        }
        for row in &mut edited.containers {
            row.env.reverse();
            row.mounts.reverse();
            row.ports.reverse();
        }
        let verdict = validate(&edited);
        let after = verdict
            .app
            .unwrap_or_else(|| panic!("{:?}", verdict.issues.first()));
        Self {
            before,
            objects,
            after,
        }
    }

    fn work(&self) {
        let target = Target::default();
        for is_ours in [true, false] {
            let opened = read(self.objects.clone()).unwrap();
            let opened = if is_ours { opened } else { opened.as_theirs() };
            let changes = changes(&opened, &self.after, &target).unwrap();
            drop(previews(&opened, &self.after, &target, &changes));
            let plan = opened.plan(&target);
            drop(restoring(&opened, &plan, &left_out(&opened, &plan)));
            let mut draft = opened.draft.clone();
            draft.ingresses.iter_mut().for_each(|row| row.kind.set(""));
            keep_access(&mut draft, &plan, &target);
        }
        let (before, after) = (plan(&self.before, &target), plan(&self.after, &target));
        for (one, other) in before.made().zip(after.made()) {
            drop(by_rows(
                (&self.before, one),
                (&self.after, other),
                one.body.value(),
            ));
        }
    }
}

#[test]
fn the_longest_lists_are_planned_read_and_changed_in_proportion() {
    let changed = |rows| Changed::of(&objects::long_lists(rows));
    let (few, many) = (changed(FEW / 2), changed(2 * FEW));
    assert_eq!(excess("lists", || few.work(), || many.work()), None);
}

#[test]
fn routes_of_many_hosts_are_changed_in_proportion() {
    let changed = |hosts| Changed::of(&objects::routed(hosts));
    let (few, many) = (changed(FEW / 2), changed(2 * FEW));
    assert_eq!(excess("hosts of routes", || few.work(), || many.work()), None);
}
