//! One edit, carried out, and what is wrong with it.

use std::collections::BTreeMap;

use serde_json::Value;
use slipway_model::{App, Draft, validate};
use slipway_plan::change::{ChangeError, previews};
use slipway_plan::{Change, Plan, changes, read};

use crate::edits::Edit;
use crate::exceptions;
use crate::leaves::{self, Bag};
use crate::worlds::{UNKNOWN, World};

/// Whether the change is refused, with a reason.
pub(crate) fn refused(world: &World, draft: &Draft) -> bool {
    let app = validate(draft).app.unwrap();
    let answer = changes(&world.opened, &app, &world.target);
    matches!(
        answer,
        Err(ChangeError::Moved | ChangeError::SelectorLabel(_) | ChangeError::Unknown(_))
    )
}

/// What is wrong with what an edit does to the objects.
pub(crate) fn faults(world: &World, edit: &Edit, draft: &Draft) -> Vec<String> {
    let app = validate(draft).app.unwrap();
    let changes = match changes(&world.opened, &app, &world.target) {
        Ok(changes) => changes,
        Err(error) => return vec![format!("cannot be planned: {error}")],
    };
    let after = match carried_out(&world.objects, &changes) {
        Ok(after) => after,
        Err(error) => return vec![error],
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
    faults
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

/// Unknown fields that have gone, or that stand on another element than before.
fn strays(before: &[Value], after: &[Value], done: &Bag, edit: &Edit) -> Vec<String> {
    let (before, after) = (owners(before), owners(after));
    let mut faults = Vec::new();
    let goes_with_its_row = match edit {
        Edit::Remove { .. } => true,
        Edit::Set { text, .. } if text.is_empty() && exceptions::empties_its_row(&edit.what()) => true,
        _ => exceptions::takes_rows_away(&edit.what()),
    };
    for (mark, owner) in &before {
        let Some(now) = after.get(mark) else {
            if !goes_with_its_row {
                faults.push(format!("{mark} is lost of {}", leaves::shown(owner)));
            }
            continue;
        };
        let changed = leaves::difference(owner, now);
        let mut other = changed.clone();
        other.retain(|leaf, number| done.get(leaf).is_none_or(|done| done.signum() != number.signum()));
        if !other.is_empty() {
            faults.push(format!("{mark} has another owner: {}", leaves::shown(&other)));
        }
    }
    faults
}

/// The plain leaves of the element on which each unknown field stands.
fn owners(objects: &[Value]) -> BTreeMap<String, Bag> {
    let mut found = BTreeMap::new();
    for object in objects {
        owners_in(object, object["kind"].as_str().unwrap_or_default(), &mut found);
    }
    found
}

fn owners_in(value: &Value, at: &str, found: &mut BTreeMap<String, Bag>) {
    match value {
        Value::Object(fields) => {
            if let Some(mark) = fields.get(UNKNOWN).and_then(Value::as_str) {
                let mut bag = Bag::new();
                let own = fields
                    .iter()
                    .filter(|(key, field)| *key != UNKNOWN && !field.is_array());
                own.for_each(|(key, field)| leaves::add(field, &format!("{at}/{key}"), &mut bag));
                found.insert(mark.to_owned(), bag);
            }
            for (key, field) in fields {
                let key = if key == "initContainers" {
                    "containers"
                } else {
                    key
                };
                owners_in(field, &format!("{at}/{key}"), found);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                owners_in(element, &format!("{at}/*"), found);
            }
        }
        _ => {}
    }
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
    let (comes, goes) = (
        done.values().filter(|number| **number > 0),
        done.values().filter(|number| **number < 0),
    );
    let several = comes.sum::<i64>() > 1 || -goes.sum::<i64>() > 1;
    (several && !exceptions::may_change_several(&pattern))
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
    let mut other = leaves::difference(&bag(&wanted), &bag(&read));
    other.retain(|(path, _), number| *number > 0 || !exceptions::is_read_as_blank(world, path));
    (!other.is_empty()).then(|| format!("reads otherwise: {}", leaves::shown(&other)))
}
