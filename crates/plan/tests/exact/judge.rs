//! One edit, carried out, and what is wrong with it.

use edits::leaves::{self, Bag};
use edits::unknown::strays;
use edits::{Edit, exceptions};
use serde_json::Value;
use slipway_model::{App, Draft, validate};
use slipway_plan::change::{ChangeError, previews};
use slipway_plan::{Change, Plan, changes, read};

use crate::worlds::World;

/// Whether the change is refused, with a reason.
pub(crate) fn refused(world: &World, draft: &Draft) -> bool {
    let app = validate(draft).app.unwrap();
    let answer = changes(&world.opened, &app, &world.target);
    matches!(
        answer,
        Err(ChangeError::Moved | ChangeError::SelectorLabel(_) | ChangeError::Unknown(_))
    )
}

/// The app after an edit; none where it cannot be made.
pub(crate) fn after(world: &World, edit: &Edit) -> Option<World> {
    let app = validate(&edit.made(&world.opened.draft)?).app?;
    let changes = changes(&world.opened, &app, &world.target).ok()?;
    let after = carried_out(&world.objects, &changes).ok()?;
    let world = World::of(format!("{} after {}", world.name, edit.what()), after);
    world.opened.app().is_ok().then_some(world)
}

/// What is wrong with what an edit does to the objects. None where there is nothing to change.
pub(crate) fn faults(world: &World, edit: &Edit, draft: &Draft) -> Option<Vec<String>> {
    let app = validate(draft).app.unwrap();
    let changes = match changes(&world.opened, &app, &world.target) {
        Ok(changes) if changes.is_empty() => return None,
        Ok(changes) => changes,
        Err(error) => return Some(vec![format!("cannot be planned: {error}")]),
    };
    let after = match carried_out(&world.objects, &changes) {
        Ok(after) => after,
        Err(error) => return Some(vec![error]),
    };
    let done = leaves::difference(&leaves::of(&world.objects), &leaves::of(&after));
    let announced = announced(world, &app, &changes);
    let mut faults = Vec::new();
    let unseen = leaves::difference(&announced, &done);
    if !unseen.is_empty() {
        faults.push(format!("announced otherwise: {}", leaves::shown(&unseen)));
    }
    faults.extend(strays(&world.objects, &after, &done, edit));
    faults.extend(too_much(world, edit, draft, &done));
    faults.extend(reads_otherwise(world, &app, after));
    Some(faults)
}

/// What is announced of the changes.
fn announced(world: &World, app: &App, changes: &[Change]) -> Bag {
    let previews = previews(&world.opened, app, &world.target, changes);
    let before = leaves::of(previews.iter().filter_map(|preview| preview.before.as_ref()));
    let after = leaves::of(previews.iter().filter_map(|preview| preview.after.as_ref()));
    leaves::difference(&before, &after)
}

/// The objects after the changes, as the cluster carries them out.
pub(crate) fn carried_out(objects: &[Value], changes: &[Change]) -> Result<Vec<Value>, String> {
    let mut objects = objects.to_vec();
    for change in changes {
        match change {
            Change::Create(object) => {
                let mut made = object.body.value().clone();
                let (metadata, number) = (&mut made["metadata"], objects.len());
                metadata["uid"] = format!("uid-{number}").into();
                metadata["resourceVersion"] = "1".into();
                objects.push(made);
            }
            Change::Patch { key, patch, .. } => {
                let live = objects.iter_mut().find(|live| is(live, &key.kind, &key.name));
                let live = live.ok_or_else(|| format!("{key} is not there"))?;
                json_patch::patch(live, patch).map_err(|error| format!("{key}: {error}"))?;
            }
            Change::Delete { key, .. } => objects.retain(|live| !is(live, &key.kind, &key.name)),
            Change::Apply(object) => return Err(format!("{} is not ours", object.key)),
        }
    }
    Ok(objects)
}

fn is(object: &Value, kind: &str, name: &str) -> bool {
    object["kind"] == kind && object["metadata"]["name"] == name
}

/// One leaf of the form is one leaf of one object.
fn too_much(world: &World, edit: &Edit, draft: &Draft, done: &Bag) -> Option<String> {
    let Edit::Set { path, text } = edit else {
        return None;
    };
    // What refers to it by its name follows it, and some kinds need a second leaf.
    let others = world.opened.draft.leaves().into_iter();
    let follows = others
        .filter(|(at, typed)| at != path && draft.leaf(at) != Some(*typed))
        .count()
        > 0;
    if follows || text.is_empty() && exceptions::empties_its_row(&edit.what()) {
        return None;
    }
    let pattern = slipway_model::arbitrary::pattern(path);
    let often = exceptions::may_stand_often(&pattern);
    let number = |number: i64| if often { number.signum() } else { number };
    let comes: i64 = done.values().map(|leaf| number(*leaf).max(0)).sum();
    let goes: i64 = done.values().map(|leaf| number(-*leaf).max(0)).sum();
    ((comes > 1 || goes > 1) && !exceptions::may_change_several(&pattern))
        .then(|| format!("does more: {}", leaves::shown(done)))
}

/// What is read afterwards must be what was edited.
fn reads_otherwise(world: &World, app: &App, after: Vec<Value>) -> Option<String> {
    let opened = match read(after) {
        Ok(opened) => opened.as_theirs(),
        Err(error) => return Some(format!("cannot be read again: {error}")),
    };
    let bag = |plan: &Plan| leaves::of(plan.made().map(|object| object.body.value()));
    let (wanted, read) = (
        world.opened.plan_of(app, &world.target),
        opened.plan(&world.target),
    );
    let is_labelled = !world.opened.draft.pod.labels.is_empty() || world.opened.ours;
    let mut other = leaves::difference(&bag(&wanted), &bag(&read));
    let is_twice = world.objects.iter().any(exceptions::has_a_variable_twice);
    other.retain(|(path, _), number| {
        if *number > 0 {
            !(is_twice && path.contains("/env/*/"))
        } else {
            !exceptions::is_read_as_blank(is_labelled, path)
        }
    });
    (!other.is_empty()).then(|| format!("reads otherwise: {}", leaves::shown(&other)))
}
