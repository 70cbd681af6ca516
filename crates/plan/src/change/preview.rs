//! What changes do, for people to read before: each object as it is, and as it will be once what is sent was carried out.

use serde_json::Value;
use slipway_model::App;

use super::{Change, carried_over};
use crate::read::{Opened, without_server as plain};
use crate::{Manifest, ObjectKey, Target};

/// One object before and after a change, without what a server writes into it by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// Its address.
    pub key: ObjectKey,
    /// What it is; nothing for one that is made.
    pub before: Option<Value>,
    /// What it will be; nothing for one that goes.
    pub after: Option<Value>,
}

/// An object as people are shown it: without what a server, or an operation of ours, writes into each.
///
/// A server leaves out of lists what kind their elements are, so that stands first wherever it came from.
pub fn shown(object: &Value) -> Manifest {
    let mut rest = plain(object);
    let mut first = serde_json::Map::new();
    if let Some(fields) = rest.as_object_mut() {
        for key in ["apiVersion", "kind", "metadata"] {
            first.extend(fields.shift_remove_entry(key));
        }
        first.append(fields);
    }
    Manifest::of(&Value::Object(first))
}

/// What some changes of an app that was opened do. `edited` is the app that they lead to.
pub fn previews(opened: &Opened, edited: &App, target: &Target, changes: &[Change]) -> Vec<Preview> {
    let objects = opened.by_address();
    let live = |key: &ObjectKey| objects.get(key).map(|live| &live.body);
    let (before, after) = (opened.plan(target), opened.plan_of(edited, target));
    let (before, after) = (before.by_address(), after.by_address());
    let preview = |change: &Change| match change {
        Change::Create(object) => Preview {
            key: object.key.clone(),
            before: None,
            after: Some(plain(object.body.value())),
        },
        Change::Delete { key, .. } => Preview {
            key: key.clone(),
            before: live(key).map(plain),
            after: None,
        },
        Change::Patch { key, patch, .. } => {
            let mut after = live(key).cloned();
            // A patch that cannot be carried out changes nothing.
            let done = after
                .as_mut()
                .is_some_and(|after| json_patch::patch(after, patch).is_ok());
            Preview {
                key: key.clone(),
                before: live(key).map(plain),
                after: if done { after } else { live(key).cloned() }.as_ref().map(plain),
            }
        }
        Change::Apply(object) => {
            let bodies = before
                .get(&object.key)
                .zip(after.get(&object.key))
                .zip(live(&object.key));
            let wanted = bodies.and_then(|((before, after), live)| {
                let mut wanted = live.clone();
                let patch = carried_over(before.body.value(), after.body.value(), live);
                json_patch::patch(&mut wanted, &patch).ok().map(|()| wanted)
            });
            Preview {
                key: object.key.clone(),
                before: live(&object.key).map(plain),
                after: wanted.as_ref().or_else(|| live(&object.key)).map(plain),
            }
        }
    };
    changes.iter().map(preview).collect()
}
