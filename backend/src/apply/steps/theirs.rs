//! The steps that change somebody else's app: patches of exactly what changes, and what is agreed to beside them.

use json_patch::jsonptr::PointerBuf;
use json_patch::{AddOperation, Patch, PatchOperation, RemoveOperation, TestOperation};
use serde_json::{Value, json};
use slipway_api::{Consent, StepVerb};
use slipway_model::App;
use slipway_plan::read::Opened;
use slipway_plan::{Change, ObjectKey, PlannedObject, as_new};

use super::{create, delete, names, numbered, same, stays};
use crate::apply::marks::Marks;
use crate::apply::step::Step;
use crate::preflight::{FieldMap, is_kept, pointer};
use crate::revisions::Recorded;

/// A change of an app that somebody else made.
pub(in crate::apply) struct Theirs<'a> {
    /// What it shall be.
    pub(in crate::apply) app: &'a App,
    /// What it is.
    pub(in crate::apply) opened: &'a Opened,
    /// What of it was made here.
    pub(in crate::apply) record: &'a [Recorded],
    pub(in crate::apply) consent: &'a Consent,
    pub(in crate::apply) marks: &'a Marks<'a>,
    pub(in crate::apply) now: i64,
}

impl Theirs<'_> {
    /// The steps.
    pub(in crate::apply) fn steps(&self, changes: Vec<Change>) -> Vec<Step> {
        let steps = changes.into_iter().flat_map(|change| match change {
            Change::Create(object) => vec![create(Some(self.app), &object, self.marks)],
            Change::Apply(object) => vec![self.applied(&object)],
            Change::Patch {
                key,
                uid,
                object,
                patch,
                back,
            } => self.patched((key, uid), &object, patch, back),
            Change::Delete { key, uid } => vec![self.taken_away(key, uid)],
        });
        numbered(steps.collect())
    }

    fn applied(&self, object: &PlannedObject) -> Step {
        let mut record = self.record.iter();
        Step {
            target_uid: record
                .find(|recorded| same(&recorded.key, &object.key))
                .map(|recorded| recorded.uid.clone()),
            ..Step::new(
                StepVerb::Apply,
                object.key.clone(),
                self.marks.applied(object),
                FieldMap::of(self.app, object),
            )
        }
    }

    fn patched(
        &self,
        (key, uid): (ObjectKey, Option<String>),
        object: &PlannedObject,
        mut patch: Patch,
        mut back: Patch,
    ) -> Vec<Step> {
        let live = self.live(&key);
        let wanted = live.and_then(|live| {
            let mut wanted = live.clone();
            json_patch::patch(&mut wanted, &patch).ok().map(|()| wanted)
        });
        if let Some((live, wanted)) = live.zip(wanted) {
            if self.consent.recreate.iter().any(|agreed| names(agreed, &key)) {
                return self.made_anew((key, uid), object, live, &wanted);
            }
            self.remove(&key, &wanted, &mut patch, &mut back);
        }
        vec![Step {
            before: Some(json!(back)),
            target_uid: uid,
            ..Step::new(StepVerb::Patch, key, json!(patch), FieldMap::of(self.app, object))
        }]
    }

    /// It goes, and is made again as it was, with what changes. What is made here bears our marks.
    fn made_anew(
        &self,
        (key, uid): (ObjectKey, Option<String>),
        object: &PlannedObject,
        live: &Value,
        wanted: &Value,
    ) -> Vec<Step> {
        let body = |value: &Value| {
            self.marks.applied(&PlannedObject {
                body: as_new(value),
                ..object.clone()
            })
        };
        let gone = Step {
            before: Some(body(live)),
            ..delete(&Recorded {
                key: key.clone(),
                uid: uid.unwrap_or_default(),
            })
        };
        let made = Step::new(
            StepVerb::Create,
            key,
            body(wanted),
            FieldMap::of(self.app, object),
        );
        vec![gone, made]
    }

    /// Removes what the form does not show, where that was agreed to.
    fn remove(&self, key: &ObjectKey, wanted: &Value, patch: &mut Patch, back: &mut Patch) {
        let kept: Vec<&str> = self.kept(key);
        let agreed = self
            .consent
            .remove
            .iter()
            .filter(|agreed| names(&agreed.object, key));
        for agreed in agreed.filter(|agreed| is_kept(&agreed.path, &kept)) {
            let Ok(place) = PointerBuf::parse(pointer(&agreed.path)) else {
                continue;
            };
            let Some(value) = wanted.pointer(place.as_str()) else {
                continue;
            };
            let value = value.clone();
            patch.0.push(PatchOperation::Test(TestOperation {
                path: place.clone(),
                value: value.clone(),
            }));
            patch
                .0
                .push(PatchOperation::Remove(RemoveOperation { path: place.clone() }));
            let after_uid = usize::from(!back.0.is_empty());
            back.0.insert(
                after_uid,
                PatchOperation::Add(AddOperation { path: place, value }),
            );
        }
    }

    fn taken_away(&self, key: ObjectKey, uid: Option<String>) -> Step {
        let recorded = Recorded {
            key,
            uid: uid.unwrap_or_default(),
        };
        let ours = self.record.iter().any(|ours| ours.uid == recorded.uid);
        let agreed = self
            .consent
            .delete
            .iter()
            .any(|wanted| names(wanted, &recorded.key));
        let step = delete(&recorded);
        if ours || agreed {
            step
        } else {
            stays(step, self.now)
        }
    }

    fn live(&self, key: &ObjectKey) -> Option<&Value> {
        let mut objects = self.opened.objects.iter();
        objects.find(|live| live.key == *key).map(|live| &live.body)
    }

    fn kept(&self, key: &ObjectKey) -> Vec<&str> {
        let kept = self.opened.kept.iter();
        kept.filter(|kept| same_object(&kept.object, key))
            .map(|kept| kept.pointer.as_str())
            .collect()
    }
}

/// Whether two keys are of one object, of which one may not say its namespace.
pub(in crate::apply) fn same_object(one: &ObjectKey, other: &ObjectKey) -> bool {
    (&one.kind, one.group(), &one.name) == (&other.kind, other.group(), &other.name)
}
