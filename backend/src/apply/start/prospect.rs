//! What an app that is there would become, by which steps, and what the cluster says to each of them.

use serde_json::Value;
use slipway_api::{Consent, FieldConflict, StepVerb};
use slipway_model::{App, Issue, Problem};
use slipway_plan::change::ChangeError;
use slipway_plan::{ObjectKey, Plan, PlannedObject, changes, plan};

use super::change::app_of;
use super::open::There;
use super::{Operations, StartError};
use crate::apply::operation::OperationId;
use crate::apply::step::{Step, StepState};
use crate::apply::steps::{Changing, Drifted, Theirs, is_scaler, same, same_object, sending};
use crate::apply::told::{self, Told};
use crate::cluster::{Access, autoscaler_holds_replicas, few_at_once};
use crate::clusters::Cluster;
use crate::cpu::away;
use crate::identity::Member;
use crate::preflight::{Act, Answers, Patching, Report, Trial, Whole, object_ref};
use crate::revisions::Recorded;

/// What an app is to become, and how.
pub(super) struct Prospect {
    pub(super) there: There,
    pub(super) after: Plan,
    pub(super) steps: Vec<Step>,
    /// What is in the cluster of what the app consists of.
    pub(super) live: Vec<(ObjectKey, Value)>,
    /// Whether an autoscaler that is not the app's own sets the number of pods.
    pub(super) scaled_by_others: bool,
    pub(super) id: OperationId,
    pub(super) number: i64,
    /// What it is to become, as long as today's rules find it right.
    pub(super) app: Option<App>,
}

/// What was asked about a prospect, and answered.
pub(super) struct Tried {
    pub(super) report: Report,
    pub(super) conflicts: Vec<FieldConflict>,
    /// What objects would be, of those that could be tried.
    pub(super) objects: Vec<(ObjectKey, Value)>,
}

impl Operations {
    pub(super) async fn prospect(
        &self,
        access: &Access,
        there: There,
        app: &App,
        cluster: &Cluster,
        consent: &Consent,
    ) -> Result<Prospect, StartError> {
        let target = cluster.target();
        let Some(opened) = &there.opened else {
            let after = away(|| plan(app, &target));
            return self
                .prospect_of(access, there, Some(app), after, (Drifted::Stays, consent))
                .await;
        };
        let (after, changes) = away(|| (opened.plan_of(app, &target), changes(opened, app, &target)));
        let changes = changes.map_err(unchangeable)?;
        let record = self.revisions.record(&there.life).await?;
        let (id, number) = (self.new_id(), self.revisions.next_number(&there.life).await?);
        let plan_hash = after.hash();
        let marks = self.marks(id, there.life.id, number, &plan_hash);
        let now = self.clock.millis();
        let theirs = Theirs {
            app,
            opened,
            record: &record,
            consent,
            marks: &marks,
            now,
        };
        let steps = away(|| theirs.steps(changes));
        let live = opened
            .objects
            .iter()
            .map(|live| (live.key.clone(), live.body.clone()))
            .collect();
        demand_something(Prospect {
            there,
            after,
            steps,
            live,
            scaled_by_others: false,
            id,
            number,
            app: Some(app.clone()),
        })
    }

    /// The steps from what an app of ours is to another plan of it.
    pub(super) async fn prospect_of(
        &self,
        access: &Access,
        there: There,
        app: Option<&App>,
        after: Plan,
        (drifted, consent): (Drifted, &Consent),
    ) -> Result<Prospect, StartError> {
        let record = self.revisions.record(&there.life).await?;
        let live = live_of(access, &record).await?;
        let scaled_by_others = scaled_by_others(access, &there.current.plan, &live).await?;
        let (id, number) = (self.new_id(), self.revisions.next_number(&there.life).await?);
        let (plan_hash, hash_before) = (after.hash(), there.current.plan.hash());
        let app_before = away(|| app_of(&there.current.draft));
        let changing = Changing {
            app,
            app_before: app_before.as_ref(),
            before: &there.current.plan,
            after: &after,
            record: &record,
            live: &live,
            scaled_by_others,
            drifted,
            consent,
            marks: &self.marks(id, there.life.id, number, &plan_hash),
            marks_before: &self.marks(id, there.life.id, there.current.number, &hash_before),
            now: self.clock.millis(),
        };
        let steps = away(|| changing.steps());
        demand_something(Prospect {
            there,
            after,
            steps,
            live,
            scaled_by_others,
            id,
            number,
            app: app.cloned(),
        })
    }

    /// Refuses what the cluster would refuse, and what somebody else has set.
    pub(super) async fn demand_possible(
        &self,
        member: &Member,
        cluster: &Cluster,
        prospect: &Prospect,
    ) -> Result<(), StartError> {
        let Tried {
            report, conflicts, ..
        } = self.tried(member, cluster, prospect, prospect.whole()).await?;
        if report.has_errors() {
            return Err(StartError::Issues(report.issues));
        }
        if conflicts.is_empty() {
            return Ok(());
        }
        let issue = |conflict: &FieldConflict| {
            let problem = Problem::SetByOthers {
                kind: conflict.object.kind.clone(),
                name: conflict.object.name.clone(),
                path: conflict.path.clone(),
                manager: conflict.manager.clone(),
            };
            Issue::error(conflict.field.clone(), problem)
        };
        Err(StartError::Conflicts(conflicts.iter().map(issue).collect()))
    }

    /// What the cluster says to each step, and, if told, to what the app will be as a whole.
    pub(super) async fn tried(
        &self,
        member: &Member,
        cluster: &Cluster,
        prospect: &Prospect,
        whole: Option<Whole<'_>>,
    ) -> Result<Tried, StartError> {
        let trials: Vec<Trial<'_>> = prospect
            .steps
            .iter()
            .filter(|step| step.state == StepState::Pending)
            .filter_map(|step| prospect.trial(step))
            .collect();
        let Answers {
            report,
            conflicts,
            objects,
        } = self
            .preflight
            .try_changes(cluster, member, &trials, whole)
            .await?;
        Ok(Tried {
            report,
            conflicts,
            objects,
        })
    }
}

impl Prospect {
    /// What it does, for people to read before, with what the cluster has answered.
    pub(super) fn told(&self, tried: &Tried) -> Told {
        told::of(&self.steps, &self.live, &tried.objects)
    }

    /// What the app will be as a whole.
    pub(super) fn whole(&self) -> Option<Whole<'_>> {
        Some(Whole {
            app: self.app.as_ref()?,
            plan: &self.after,
            objects: &self.live,
        })
    }

    fn trial<'p>(&'p self, step: &'p Step) -> Option<Trial<'p>> {
        let object = self.planned(&step.key);
        let goes = self
            .steps
            .iter()
            .any(|other| other.verb == StepVerb::Delete && other.key == step.key);
        let act = match step.verb {
            StepVerb::Create if goes => Act::Recreate,
            // One under another name says more than its plan.
            StepVerb::Create => Act::Create(object?.with_body(&step.body)),
            StepVerb::Apply => Act::Apply {
                before: self
                    .there
                    .current
                    .plan
                    .made()
                    .find(|before| same(&before.key, &step.key))?
                    .body
                    .value(),
                object: object?,
                sent: sending(step, &self.steps),
                live: self.live_at(&step.key)?,
                agreed: step
                    .agreed
                    .as_ref()
                    .map(|agreed| (agreed.version.as_str(), agreed.paths.as_slice())),
            },
            StepVerb::Patch if step.before.is_none() || self.goes_first(step) => return None,
            StepVerb::Patch => Act::Patch(Patching {
                patch: &step.body,
                back: step.before.as_ref()?,
                live: self.live_at(&step.key)?,
                planned: object.map(|object| object.body.value()),
                kept: self.kept(&step.key),
            }),
            StepVerb::Delete => Act::Delete,
        };
        Some(Trial {
            key: &step.key,
            fields: &step.fields,
            act,
        })
    }

    fn live_at(&self, key: &ObjectKey) -> Option<&Value> {
        let mut live = self.live.iter();
        live.find(|(found, _)| same(found, key)).map(|(_, live)| live)
    }

    /// What the form does not show of an object of somebody else.
    fn kept(&self, key: &ObjectKey) -> Vec<&str> {
        let kept = self.there.opened.iter().flat_map(|opened| &opened.kept);
        kept.filter(|kept| same_object(&kept.object, key))
            .map(|kept| kept.pointer.as_str())
            .collect()
    }

    /// Whether a step is the first half of one that applies.
    fn goes_first(&self, step: &Step) -> bool {
        let applies = |other: &Step| other.verb == StepVerb::Apply && other.key == step.key;
        self.steps.iter().any(applies)
    }

    fn planned(&self, key: &ObjectKey) -> Option<&PlannedObject> {
        self.after.made().find(|object| same(&object.key, key))
    }
}

/// What is there of what an app consists of; the very objects, not others of their names.
pub(super) async fn live_of(
    access: &Access,
    record: &[Recorded],
) -> Result<Vec<(ObjectKey, Value)>, StartError> {
    let reads = record.iter().map(|recorded| access.read(&recorded.key));
    let mut live = Vec::new();
    for (recorded, read) in record.iter().zip(few_at_once(reads).await) {
        if let Some(object) = read?
            && object["metadata"]["uid"] == recorded.uid
        {
            live.push((recorded.key.clone(), object));
        }
    }
    Ok(live)
}

/// Whether an autoscaler that is not the app's own has the number of its pods.
async fn scaled_by_others(
    access: &Access,
    before: &Plan,
    live: &[(ObjectKey, Value)],
) -> Result<bool, StartError> {
    if before.made().any(|object| is_scaler(&object.key)) {
        return Ok(false);
    }
    match live.iter().find(|(_, object)| autoscaler_holds_replicas(object)) {
        Some((key, _)) => Ok(access.has_autoscaler(key).await?),
        None => Ok(false),
    }
}

fn demand_something(prospect: Prospect) -> Result<Prospect, StartError> {
    let does = prospect.steps.iter().any(|step| step.state == StepState::Pending);
    if !does && prospect.after == prospect.there.current.plan {
        return Err(StartError::NothingToChange);
    }
    Ok(prospect)
}

fn unchangeable(error: ChangeError) -> StartError {
    let issue = match error {
        ChangeError::Undescribed(issues) => {
            // That it cannot be described, and why.
            let errors = issues.into_iter().filter(Issue::is_error);
            let told =
                errors.flat_map(|issue| [Issue::error(issue.field.clone(), Problem::NotInForm {}), issue]);
            return StartError::Issues(told.collect());
        }
        ChangeError::Moved => Issue::error("basics.name", Problem::AppFixed {}),
        ChangeError::SelectorLabel(label) => Issue::error("pod.labels", Problem::SelectorFixed { label }),
        ChangeError::Unknown(key) => {
            let object = object_ref(&key);
            Issue::error(
                "basics.name",
                Problem::ObjectNotInForm {
                    kind: object.kind,
                    name: object.name,
                },
            )
        }
    };
    StartError::Issues(vec![issue])
}
