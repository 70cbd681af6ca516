//! Changing an app that was opened: from the draft as it was read to the draft as it was edited, object by object.
//!
//! Both drafts are planned, and only where the two plans differ is anything changed. So what the form does not know, and
//! what a server filled in, is in neither plan and stays as it is. Objects of ours are applied; those of others get a
//! patch of exactly the fields that changed, which does nothing when the object is no longer what it was.

mod merge;
mod patch;
mod same;

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use serde_json::Value;
use slipway_model::{App, Issue};

use crate::read::{AUTOSCALER, Live, Opened, TIMED_SCALER};
use crate::{ObjectKey, Plan, PlannedObject, Target, plan_as};

pub use json_patch::Patch;
pub(crate) use same::{Elements, is_same};

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
pub fn changes(opened: &Opened, edited: &App, target: &Target) -> Result<Vec<Change>, ChangeError> {
    let app = opened.app().map_err(ChangeError::Undescribed)?;
    if (&app.namespace, app.kind(), &app.name) != (&edited.namespace, edited.kind(), &edited.name) {
        return Err(ChangeError::Moved);
    }
    let before = plan_as(&app, target, &opened.ownership);
    let after = plan_as(edited, target, &opened.ownership);
    keep_selected(opened, &before, &after)?;
    let mut changes = Vec::new();
    for object in after.made() {
        let planned = find(&before, &object.key);
        if planned.is_some_and(|planned| planned.body == object.body) {
            continue;
        }
        changes.extend(
            match opened.objects.iter().find(|live| same(&live.key, &object.key)) {
                None => Some(Change::Create(created(opened, object)?)),
                Some(live) if live.ours => Some(Change::Apply(object.clone())),
                Some(live) => patched(live, planned.map(|planned| planned.body.value()), object),
            },
        );
    }
    for object in before
        .made()
        .rev()
        .filter(|object| find(&after, &object.key).is_none())
    {
        let live = opened.objects.iter().find(|live| same(&live.key, &object.key));
        changes.extend(live.map(|live| Change::Delete {
            key: live.key.clone(),
            uid: live.uid().map(ToOwned::to_owned),
        }));
    }
    Ok(changes)
}

/// An object that is made, unless it is there and was left out of the form.
fn created(opened: &Opened, object: &PlannedObject) -> Result<PlannedObject, ChangeError> {
    let left_out = opened
        .kept
        .iter()
        .find(|kept| kept.pointer.is_empty() && same(&kept.object, &object.key));
    match left_out {
        Some(kept) => Err(ChangeError::Unknown(kept.object.clone())),
        None => Ok(object.clone()),
    }
}

fn find<'p>(plan: &'p Plan, key: &ObjectKey) -> Option<&'p PlannedObject> {
    plan.made().find(|object| same(&object.key, key))
}

/// Whether two keys are of one object of an app, whatever the version it is read in. An app has one autoscaler, which
/// need not be named like it.
fn same(one: &ObjectKey, other: &ObjectKey) -> bool {
    let alone = matches!(one.kind.as_str(), AUTOSCALER | TIMED_SCALER);
    (&one.kind, one.group()) == (&other.kind, other.group())
        && (alone || (&one.namespace, &one.name) == (&other.namespace, &other.name))
}

/// The patch of an object that is not ours; none where nothing changes in it.
fn patched(live: &Live, before: Option<&Value>, after: &PlannedObject) -> Option<Change> {
    let wanted = merge::merged(before, after.body.value(), &live.body, &live.kept);
    let patch = patch::between(&live.body, &wanted, live.uid());
    (!patch.0.is_empty()).then(|| Change::Patch {
        key: live.key.clone(),
        uid: live.uid().map(ToOwned::to_owned),
        object: after.clone(),
        back: patch::between(&wanted, &live.body, live.uid()),
        patch,
    })
}

/// The patch that carries the difference of two plans of an object over to the object as it is.
pub fn carried_over(before: &Value, after: &Value, live: &Value) -> Patch {
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
