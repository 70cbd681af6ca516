//! The steps of an operation: what is to be done to each object, in order.
//!
//! An autoscaler that goes does so before the workload gets its number of pods back. Then everything is made or changed in
//! the order of the plan. What goes for good is last, the other way round, when nothing can be refused any more.

mod theirs;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use slipway_api::{Consent, ObjectRef, StepVerb};
use slipway_model::App;
use slipway_plan::change::{by_rows, difference, under_another_name};
use slipway_plan::{Drift, ObjectKey, Plan, PlannedObject, drift};

pub(super) use theirs::{Theirs, same_object};

use super::marks::Marks;
use super::step::{Agreed, Skipped, Step, StepState};
use crate::cluster::{Sending, will_be};
use crate::preflight::FieldMap;
use crate::revisions::Recorded;

/// Kinds that hold data, and stay unless somebody says otherwise.
const DATA: [&str; 2] = ["PersistentVolumeClaim", "PersistentVolume"];
/// Kinds that set the number of pods.
const SCALERS: [&str; 2] = ["HorizontalPodAutoscaler", "CronHorizontalPodAutoscaler"];

/// What becomes of an object whose plan stays, and that somebody has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Drifted {
    /// It stays as somebody has changed it.
    Stays,
    /// It becomes what its plan says.
    IsPutBack,
}

/// From one plan of an app of ours to another.
pub(super) struct Changing<'a> {
    pub(super) app: Option<&'a App>,
    /// The app as it is described now.
    pub(super) app_before: Option<&'a App>,
    pub(super) before: &'a Plan,
    pub(super) after: &'a Plan,
    /// What the app consists of.
    pub(super) record: &'a [Recorded],
    /// What of that is there, as it is.
    pub(super) live: &'a [(ObjectKey, Value)],
    /// Whether an autoscaler that is not the app's own sets the number of pods.
    pub(super) scaled_by_others: bool,
    pub(super) drifted: Drifted,
    pub(super) consent: &'a Consent,
    /// The marks of what is written, and of what it is set back to.
    pub(super) marks: &'a Marks<'a>,
    pub(super) marks_before: &'a Marks<'a>,
    pub(super) now: i64,
}

impl Changing<'_> {
    /// The steps.
    pub(super) fn steps(&self) -> Vec<Step> {
        let gone = |recorded: &&Recorded| !self.after.made().any(|object| same(&object.key, &recorded.key));
        let (scalers, rest): (Vec<&Recorded>, Vec<&Recorded>) = self
            .record
            .iter()
            .filter(gone)
            .filter(|recorded| self.live(&recorded.key).is_some())
            .partition(|recorded| is_scaler(&recorded.key));
        let mut steps: Vec<Step> = scalers
            .into_iter()
            .map(|recorded| self.taken_away(recorded, true))
            .collect();
        steps.extend(self.after.objects.iter().flat_map(|object| self.became(object)));
        let released: Vec<Step> = self
            .after
            .objects
            .iter()
            .filter(|object| created(&steps, object))
            .filter_map(|object| release(self.app, object))
            .collect();
        steps.extend(released);
        steps.extend(
            self.in_reverse(rest)
                .map(|recorded| self.taken_away(recorded, false)),
        );
        numbered(steps)
    }

    /// What goes, in the reverse of the order in which it was made.
    fn in_reverse<'r>(&self, mut gone: Vec<&'r Recorded>) -> impl Iterator<Item = &'r Recorded> + use<'r> {
        let place = |recorded: &&Recorded| {
            let mut objects = self.before.objects.iter();
            std::cmp::Reverse(objects.position(|object| same(&object.key, &recorded.key)))
        };
        gone.sort_by_key(place);
        gone.into_iter()
    }

    fn became(&self, object: &PlannedObject) -> Vec<Step> {
        let before = find(self.before, &object.key);
        if let Some(reason) = object.skipped {
            let known = self.before.objects.iter().any(|old| same(&old.key, &object.key));
            return if known {
                Vec::new()
            } else {
                vec![skipped(self.app, object, self.marks, reason.into(), self.now)]
            };
        }
        let recorded = self
            .record
            .iter()
            .find(|recorded| same(&recorded.key, &object.key));
        let live = self.live(&object.key);
        let (Some(recorded), Some(before), Some(live)) = (recorded, before, live) else {
            return vec![self.created(object)];
        };
        let is_put_back = self.drifted == Drifted::IsPutBack
            && !drifted(object.body.value(), live, self.scaled_by_others).is_empty();
        if before.body == object.body && !is_put_back {
            return Vec::new();
        }
        if self
            .consent
            .recreate
            .iter()
            .any(|wanted| names(wanted, &object.key))
        {
            return vec![
                self.taken_away(recorded, true),
                create(self.app, object, self.marks),
            ];
        }
        let applied = Step {
            before: Some(self.marks_before.found(before, live)),
            target_uid: Some(recorded.uid.clone()),
            agreed: self.agreed(&object.key),
            ..Step::new(
                StepVerb::Apply,
                object.key.clone(),
                self.applied(before, object),
                fields(self.app, object),
            )
        };
        let first = self.first(&applied, (before, object), live);
        first.into_iter().chain([applied]).collect()
    }

    /// An object that is made. One under another name says what others have set in the one whose place it takes; of what is
    /// posted, only what the plan says counts as ours.
    fn created(&self, object: &PlannedObject) -> Step {
        let (Some(before), Some(after)) = (self.app_before, self.app) else {
            return create(self.app, object, self.marks);
        };
        let is_put_back = self.drifted == Drifted::IsPutBack;
        let (before, after) = ((before, self.before), (after, self.after));
        let renamed =
            under_another_name(before, after, object, |key| self.live(key)).filter(|_| !is_put_back);
        create(self.app, renamed.as_ref().unwrap_or(object), self.marks)
    }

    /// The patch that goes before an apply which by itself would lose something: what stands on an element under another
    /// name, or beside a field that the server fills in from another one.
    fn first(
        &self,
        applied: &Step,
        (before, object): (&PlannedObject, &PlannedObject),
        live: &Value,
    ) -> Option<Step> {
        let wanted = by_rows((self.app_before?, before), (self.app?, object), live);
        let (there, back) = (difference(live, &wanted), difference(&wanted, live));
        if there.0.is_empty() {
            return None;
        }
        let there = json!(there);
        let sending = |first| Sending {
            body: &applied.body,
            said: applied.before.as_ref(),
            first,
        };
        let (alone, after_it) = (will_be(sending(None), live), will_be(sending(Some(&there)), live));
        (unordered(&alone["spec"]) != unordered(&after_it["spec"])).then(|| Step {
            before: Some(json!(back)),
            target_uid: applied.target_uid.clone(),
            ..Step::new(
                StepVerb::Patch,
                applied.key.clone(),
                there,
                applied.fields.clone(),
            )
        })
    }

    /// What is sent. A number of pods that stays is left to an autoscaler of others.
    fn applied(&self, before: &PlannedObject, object: &PlannedObject) -> Value {
        let mut body = self.marks.applied(object);
        let stays = before.body.value()["spec"]["replicas"] == body["spec"]["replicas"];
        if self.scaled_by_others
            && stays
            && let Some(spec) = body["spec"].as_object_mut()
        {
            spec.remove("replicas");
        }
        body
    }

    fn live(&self, key: &ObjectKey) -> Option<&Value> {
        let found = self.live.iter().find(|(live, _)| same(live, key));
        found.map(|(_, live)| live)
    }

    fn agreed(&self, key: &ObjectKey) -> Option<Agreed> {
        let mut agreed = self.consent.take_over.iter();
        let agreed = agreed.find(|agreed| names(&agreed.object, key))?;
        Some(Agreed {
            version: agreed.version.clone(),
            paths: agreed.paths.clone(),
        })
    }

    /// An object that goes; `back` is one that comes back should a later step be refused.
    fn taken_away(&self, recorded: &Recorded, back: bool) -> Step {
        let before = find(self.before, &recorded.key).filter(|_| back);
        let step = Step {
            before: before.map(|object| self.marks_before.body(object)),
            ..delete(recorded)
        };
        if !back && holds_data(&recorded.key) {
            stays(step, self.now)
        } else {
            step
        }
    }
}

/// The steps that make an app: one for each planned object, and last one for each that was made suspended. One that the
/// cluster cannot have is there, and says why it was not made.
pub(super) fn creating(app: &App, plan: &Plan, marks: &Marks<'_>, now: i64) -> Vec<Step> {
    let created = plan.objects.iter().map(|object| match object.skipped {
        Some(reason) => skipped(Some(app), object, marks, reason.into(), now),
        None => create(Some(app), object, marks),
    });
    let released = plan
        .objects
        .iter()
        .filter_map(|object| release(Some(app), object));
    numbered(created.chain(released).collect())
}

/// The steps that delete these objects, in this order.
pub(super) fn deleting(objects: &[Recorded]) -> Vec<Step> {
    numbered(objects.iter().map(delete).collect())
}

/// Where an object is not what was applied. The number of pods is not, where an autoscaler of others sets it.
pub(super) fn drifted(applied: &Value, live: &Value, scaled_by_others: bool) -> Vec<Drift> {
    let mut found = drift(applied, live);
    found.retain(|drift| !(scaled_by_others && drift.path == "spec.replicas"));
    found
}

/// Whether an object sets the number of pods.
pub(super) fn is_scaler(key: &ObjectKey) -> bool {
    SCALERS.contains(&key.kind.as_str())
}

/// Whether an object holds data, and stays unless somebody says otherwise.
pub(super) fn holds_data(key: &ObjectKey) -> bool {
    DATA.contains(&key.kind.as_str())
}

/// The patch that goes before an apply.
pub(super) fn first_of<'s>(step: &Step, steps: &'s [Step]) -> Option<&'s Step> {
    let is_first = |other: &&Step| {
        other.verb == StepVerb::Patch && other.position + 1 == step.position && other.key == step.key
    };
    steps
        .iter()
        .find(is_first)
        .filter(|_| step.verb == StepVerb::Apply)
}

/// What an apply sends.
pub(super) fn sending<'s>(step: &'s Step, steps: &'s [Step]) -> Sending<'s> {
    Sending {
        body: &step.body,
        said: step.before.as_ref(),
        first: first_of(step, steps).map(|first| &first.body),
    }
}

/// A value whose lists are in an order that does not depend on theirs.
fn unordered(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields: BTreeMap<String, Value> = fields
                .iter()
                .map(|(key, field)| (key.clone(), unordered(field)))
                .collect();
            json!(fields)
        }
        Value::Array(list) => {
            let mut list: Vec<Value> = list.iter().map(unordered).collect();
            list.sort_by_key(ToString::to_string);
            Value::Array(list)
        }
        plain => plain.clone(),
    }
}

fn create(app: Option<&App>, object: &PlannedObject, marks: &Marks<'_>) -> Step {
    Step::new(
        StepVerb::Create,
        object.key.clone(),
        marks.body(object),
        fields(app, object),
    )
}

fn skipped(app: Option<&App>, object: &PlannedObject, marks: &Marks<'_>, why: Skipped, now: i64) -> Step {
    Step {
        state: StepState::Skipped(why),
        finished_at: Some(now),
        ..create(app, object, marks)
    }
}

fn release(app: Option<&App>, object: &PlannedObject) -> Option<Step> {
    let body = object.release()?.into_value();
    Some(Step::new(
        StepVerb::Patch,
        object.key.clone(),
        body,
        fields(app, object),
    ))
}

fn delete(recorded: &Recorded) -> Step {
    Step {
        target_uid: Some(recorded.uid.clone()),
        ..Step::new(
            StepVerb::Delete,
            recorded.key.clone(),
            Value::Null,
            FieldMap::default(),
        )
    }
}

fn stays(step: Step, now: i64) -> Step {
    Step {
        state: StepState::Skipped(Skipped::Stays),
        finished_at: Some(now),
        ..step
    }
}

fn fields(app: Option<&App>, object: &PlannedObject) -> FieldMap {
    app.map(|app| FieldMap::of(app, object)).unwrap_or_default()
}

fn created(steps: &[Step], object: &PlannedObject) -> bool {
    steps
        .iter()
        .any(|step| step.verb == StepVerb::Create && step.key == object.key)
}

fn find<'p>(plan: &'p Plan, key: &ObjectKey) -> Option<&'p PlannedObject> {
    plan.made().find(|object| same(&object.key, key))
}

/// Whether two keys are of one object, whatever the version of its kind.
pub(super) fn same(one: &ObjectKey, other: &ObjectKey) -> bool {
    address(one) == address(other)
}

/// What tells objects apart: kind and group, namespace and name.
pub(super) fn address(key: &ObjectKey) -> (&str, &str, Option<&str>, &str) {
    (&key.kind, key.group(), key.namespace.as_deref(), &key.name)
}

/// Whether somebody means this object.
pub(super) fn names(wanted: &ObjectRef, key: &ObjectKey) -> bool {
    (&wanted.kind, &wanted.namespace, &wanted.name) == (&key.kind, &key.namespace, &key.name)
}

fn numbered(steps: Vec<Step>) -> Vec<Step> {
    steps
        .into_iter()
        .enumerate()
        .map(|(position, step)| Step { position, ..step })
        .collect()
}
