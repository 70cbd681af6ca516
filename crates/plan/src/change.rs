//! Changing an app that was opened: from the draft as it was read to the draft as it was edited, object by object.
//!
//! Both drafts are planned, and only where the two plans differ is anything changed. So what the form does not know, and
//! what a server filled in, is in neither plan and stays as it is. Objects of ours are applied; those of others get a
//! patch of exactly the fields that changed, which does nothing when the object is no longer what it was.

mod arrange;
mod merge;
mod moving;
mod ours;
mod patch;
mod preview;
mod renamed;
mod rows;
mod same;
mod special;
mod tags;

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use serde_json::Value;
use slipway_model::{App, Issue};

use crate::address::ByAddress;
use crate::read::{Kept, Live, Opened};
use crate::{ObjectKey, Plan, PlannedObject, Target, plan_as};

use renamed::Predecessors;

pub use json_patch::Patch;
pub use ours::{by_rows, under_another_name};
pub use preview::{Preview, previews, shown};
pub(crate) use same::{Elements, is_same};
pub(crate) use tags::tagged;

/// What becomes of one object.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is made.
    Create(PlannedObject),
    /// It is ours, and applied anew: the plan's body and nothing else.
    Apply(PlannedObject),
    /// It is somebody else's, and just these fields change.
    Patch {
        /// Its address.
        key: ObjectKey,
        /// The very object, if a server gave it a uid.
        uid: Option<String>,
        /// What the form makes of it.
        object: PlannedObject,
        /// The fields, each after a test that it still is what it was.
        patch: Patch,
        /// The way back, which tests in the same way that nobody else has changed them since.
        back: Patch,
    },
    /// It goes.
    Delete {
        /// Its address.
        key: ObjectKey,
        /// The very object, if a server gave it a uid.
        uid: Option<String>,
    },
}

/// Why an edited draft cannot be turned into changes.
#[derive(Clone, Debug, PartialEq)]
pub enum ChangeError {
    /// The app as it runs cannot be described without errors, so what changed cannot be told.
    Undescribed(Vec<Issue>),
    /// Another address is another app.
    Moved,
    /// The workload finds its pods by this label, for ever.
    SelectorLabel(String),
    /// This object is already there, and the form does not know what it says.
    Unknown(ObjectKey),
}

impl fmt::Display for ChangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undescribed(issues) => {
                let fields: Vec<&str> = issues
                    .iter()
                    .filter(|issue| issue.is_error())
                    .map(|issue| issue.field.as_str())
                    .collect();
                write!(
                    f,
                    "the running app breaks rules of the form at {}",
                    fields.join(", ")
                )
            }
            Self::Moved => f.write_str("namespace, name and type of a running app cannot change"),
            Self::Unknown(key) => write!(f, "{key} is there already, and says more than the form knows"),
            Self::SelectorLabel(key) => write!(
                f,
                "the workload finds its pods by the label {key}, which cannot change"
            ),
        }
    }
}

impl std::error::Error for ChangeError {}

/// What is to be done to an app that was opened, so that it becomes the edited one.
///
/// Rows of the edited draft that have the id of a row that was read are that very row, whatever is typed into them: what
/// the form does not know stays on the element they stand for. See [`Opened::with_ids_of`] for drafts read earlier.
pub fn changes(opened: &Opened, edited: &App, target: &Target) -> Result<Vec<Change>, ChangeError> {
    let app = opened.app().map_err(ChangeError::Undescribed)?;
    if (&app.namespace, app.kind(), &app.name) != (&edited.namespace, edited.kind(), &edited.name) {
        return Err(ChangeError::Moved);
    }
    let before = plan_as(&app, target, &opened.ownership);
    let after = plan_as(edited, target, &opened.ownership);
    keep_selected(opened, &before, &after)?;
    let plans = Plans {
        left_out: left_out(opened),
        live: opened.by_address(),
        planned: before.by_address(),
        gone: Predecessors::of((&app, &before), &after.by_address()),
        before: &app,
        after: edited,
    };
    let mut changes = Vec::new();
    for object in after.made() {
        changes.extend(plans.change(object)?);
    }
    let planned = after.by_address();
    let gone = before
        .made()
        .rev()
        .filter(|object| planned.get(&object.key).is_none());
    changes.extend(
        gone.filter_map(|object| plans.live.get(&object.key))
            .map(|live| Change::Delete {
                key: live.key.clone(),
                uid: live.uid().map(ToOwned::to_owned),
            }),
    );
    Ok(changes)
}

/// What an app that was opened is planned as, before and after it was edited.
struct Plans<'p> {
    /// What is there and was left out of the form.
    left_out: ByAddress<'p, Kept>,
    live: ByAddress<'p, Live>,
    /// The objects that were planned before.
    planned: ByAddress<'p, PlannedObject>,
    gone: Predecessors<'p>,
    before: &'p App,
    after: &'p App,
}

impl Plans<'_> {
    /// What becomes of one object that is planned; nothing where it stays.
    fn change(&self, object: &PlannedObject) -> Result<Option<Change>, ChangeError> {
        let planned = self.planned.get(&object.key);
        if planned.is_some_and(|planned| planned.body == object.body) {
            return Ok(None);
        }
        Ok(match self.live.get(&object.key) {
            None => Some(Change::Create(self.created(object)?)),
            Some(live) if live.ours => Some(Change::Apply(object.clone())),
            Some(live) => {
                let before = planned.map(|planned| rows::tagged_body(self.before, planned));
                let after = rows::tagged_body(self.after, object);
                patched(live, before.as_ref(), &after, object)
            }
        })
    }

    /// An object that is made, unless it is there and was left out of the form. Under a new name it says all that it said
    /// under the old one.
    fn created(&self, object: &PlannedObject) -> Result<PlannedObject, ChangeError> {
        if let Some(kept) = self.left_out.get(&object.key) {
            return Err(ChangeError::Unknown(kept.object.clone()));
        }
        let old = self.gone.of_row(self.after, object);
        let old = old.and_then(|old| Some((old, self.live.get(&old.key)?)));
        Ok(old.map_or_else(
            || object.clone(),
            |(old, live)| {
                let before = rows::tagged_body(self.before, old);
                let after = rows::tagged_body(self.after, object);
                renamed::renewed(live.tagged(), &live.kept, (&before, &after), object)
            },
        ))
    }
}

/// Whole objects that the form does not know.
fn left_out(opened: &Opened) -> ByAddress<'_, Kept> {
    let whole = opened.kept.iter().filter(|kept| kept.pointer.is_empty());
    ByAddress::of(whole, |kept| &kept.object)
}

/// The patch of an object that is not ours; none where nothing changes in it. Both plans are tagged.
fn patched(live: &Live, before: Option<&Value>, after: &Value, object: &PlannedObject) -> Option<Change> {
    let wanted = merge::merged(before, after, &live.tagged(), &live.kept);
    let patch = patch::between(&live.body, &wanted, live.uid());
    (!patch.0.is_empty()).then(|| Change::Patch {
        key: live.key.clone(),
        uid: live.uid().map(ToOwned::to_owned),
        object: object.clone(),
        back: patch::between(&wanted, &live.body, live.uid()),
        patch,
    })
}

/// What makes one state of an object the other. It tests the uid and each value that it changes.
pub fn difference(live: &Value, wanted: &Value) -> Patch {
    patch::between(live, wanted, live["metadata"]["uid"].as_str())
}

/// The patch that carries the difference of two plans of an object over to the object as it is.
fn carried_over(before: &Value, after: &Value, live: &Value) -> Patch {
    let wanted = merge::merged(Some(before), after, live, &BTreeSet::new());
    patch::between(live, &wanted, live["metadata"]["uid"].as_str())
}

/// Sees to it that the labels stay by which somebody else's workload finds its pods.
fn keep_selected(opened: &Opened, before: &Plan, after: &Plan) -> Result<(), ChangeError> {
    if opened.ours {
        return Ok(());
    }
    let label = |plan: &Plan, key: &str| {
        let workload = plan
            .made()
            .find(|object| object.body.value()["spec"].get("template").is_some());
        workload.map(|object| object.body.value()["spec"]["template"]["metadata"]["labels"][key].clone())
    };
    for key in opened.ownership.selector().keys() {
        if label(before, key) != label(after, key) {
            return Err(ChangeError::SelectorLabel(key.clone()));
        }
    }
    Ok(())
}
