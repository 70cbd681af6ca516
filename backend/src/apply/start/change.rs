//! Starting to change an app that is there to what a draft of it says, and saying beforehand what that would do.

use serde_json::Value;
use slipway_api::{ChangesView, Consent, FieldConflict, OperationKind, StepVerb};
use slipway_model::draft::Origin;
use slipway_model::{App, Draft, Issue, Problem, validate};
use slipway_plan::change::ChangeError;
use slipway_plan::{ObjectKey, Plan, PlannedObject, changes, plan};

use super::open::{Keep, There};
use super::{NewOperation, NewRevision, Operations, StartError, Started, Submit, described, or_before};
use crate::apply::operation::{AppAddress, OperationId};
use crate::apply::step::{Step, StepState};
use crate::apply::steps::{Changing, Drifted, changing_theirs, same};
use crate::apply::told::{self, Told};
use crate::cluster::{Access, keeper};
use crate::clusters::Cluster;
use crate::identity::Member;
use crate::preflight::{Act, Report, Trial, Whole, object_ref};
use crate::revisions::{Recorded, Revision, field_changes};

/// What an app is to become, and how.
pub(super) struct Prospect {
    pub(super) there: There,
    pub(super) after: Plan,
    pub(super) steps: Vec<Step>,
    /// What is in the cluster of what the app consists of.
    pub(super) live: Vec<(ObjectKey, Value)>,
    pub(super) id: OperationId,
    pub(super) number: i64,
    /// What it is to become, as long as today's rules find it right.
    pub(super) app: Option<App>,
}

/// What was asked about a prospect, and answered.
pub(super) struct Tried {
    pub(super) report: Report,
    pub(super) conflicts: Vec<FieldConflict>,
}

impl Operations {
    /// Starts changing the app that a draft was opened on. Answers once the operation is stored; a runner does the rest.
    pub async fn change(
        &self,
        member: &Member,
        submit: &Submit,
        draft: &Draft,
        cluster: &Cluster,
    ) -> Result<Started, StartError> {
        let started = Box::pin(self.change_now(member, submit, draft, cluster)).await;
        or_before(started, self.started_before(member, submit)).await
    }

    async fn change_now(
        &self,
        member: &Member,
        submit: &Submit,
        draft: &Draft,
        cluster: &Cluster,
    ) -> Result<Started, StartError> {
        let app = describes_the_same(draft)?;
        let access = cluster.access(member)?;
        let there = self
            .there(member, cluster, &access, &AppAddress::of(&app), Keep::Yes)
            .await?;
        demand_seen(&there, draft)?;
        let prospect = self
            .prospect(&access, there, &app, cluster, &submit.consent)
            .await?;
        self.demand_possible(member, cluster, &prospect).await?;
        let revision = Revision {
            number: prospect.number,
            plan: prospect.after.clone(),
            draft: draft.clone(),
            person: member.person.name.clone(),
            created_at: self.clock.millis(),
        };
        let new = self
            .changing(member, cluster, OperationKind::Update, prospect, revision, None)
            .await?;
        self.store_new(NewOperation {
            draft: Some(submit.draft()),
            idempotency_key: submit.idempotency_key.clone(),
            request_hash: submit.hash(),
            ..new
        })
        .await
    }

    /// What that would do, as the cluster is now.
    pub async fn changes(
        &self,
        member: &Member,
        draft: &Draft,
        revision: u64,
        cluster: &Cluster,
    ) -> Result<ChangesView, StartError> {
        let origin = draft.origin.as_ref().ok_or(StartError::NoApp)?;
        let access = cluster.access(member)?;
        let address = AppAddress::in_url(&origin.namespace, &origin.kind, &origin.name);
        let there = self.there(member, cluster, &access, &address, Keep::No).await?;
        let mut view = ChangesView {
            revision,
            opened_on: origin.revision,
            current: u64::try_from(there.current.number).unwrap_or_default(),
            found: there.opened.is_some(),
            fields: field_changes(&there.current.draft, draft),
            objects: Vec::new(),
            consequences: Vec::new(),
            conflicts: Vec::new(),
            managed_by: keeper(&there.workload),
            issues: Vec::new(),
        };
        let app = match describes_the_same(draft) {
            Ok(app) => app,
            Err(StartError::Issues(issues)) => return Ok(ChangesView { issues, ..view }),
            Err(error) => return Err(error),
        };
        let consent = Consent::default();
        let prospect = match self.prospect(&access, there, &app, cluster, &consent).await {
            Ok(prospect) => prospect,
            Err(StartError::Issues(issues)) => return Ok(ChangesView { issues, ..view }),
            Err(StartError::NothingToChange) => return Ok(view),
            Err(error) => return Err(error),
        };
        let tried = self.tried(member, cluster, &prospect, prospect.whole()).await?;
        let told = prospect.told();
        view.objects = told.objects;
        view.consequences = told.consequences;
        view.conflicts = tried.conflicts;
        view.issues = tried.report.issues;
        Ok(view)
    }

    /// What the cluster says beforehand to what a draft would change.
    pub async fn check_change(
        &self,
        member: &Member,
        draft: &Draft,
        cluster: &Cluster,
    ) -> Result<Report, StartError> {
        let access = cluster.access(member)?;
        let failed = |issues| Report {
            issues,
            ..Report::default()
        };
        let app = match describes_the_same(draft) {
            Ok(app) => app,
            Err(StartError::Issues(issues)) => return Ok(failed(issues)),
            Err(error) => return Err(error),
        };
        let there = self
            .there(member, cluster, &access, &AppAddress::of(&app), Keep::No)
            .await?;
        match self
            .prospect(&access, there, &app, cluster, &Consent::default())
            .await
        {
            Ok(prospect) => Ok(self
                .tried(member, cluster, &prospect, prospect.whole())
                .await?
                .report),
            Err(StartError::NothingToChange) => Ok(Report::default()),
            Err(StartError::Issues(issues)) => Ok(failed(issues)),
            Err(error) => Err(error),
        }
    }

    async fn prospect(
        &self,
        access: &Access,
        there: There,
        app: &App,
        cluster: &Cluster,
        consent: &Consent,
    ) -> Result<Prospect, StartError> {
        let target = cluster.target();
        let Some(opened) = &there.opened else {
            let after = plan(app, &target);
            return self
                .prospect_of(access, there, Some(app), after, (Drifted::Stays, consent))
                .await;
        };
        let after = opened.plan_of(app, &target);
        let changes = changes(opened, app, &target).map_err(unchangeable)?;
        let record = self.revisions.record(there.life.id).await?;
        let (id, number) = (self.new_id(), self.revisions.next_number(there.life.id).await?);
        let plan_hash = after.hash();
        let marks = self.marks(id, there.life.id, number, &plan_hash);
        let steps = changing_theirs(app, changes, &record, consent, &marks, self.clock.millis());
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
        let record = self.revisions.record(there.life.id).await?;
        let live = live_of(access, &record).await?;
        let (id, number) = (self.new_id(), self.revisions.next_number(there.life.id).await?);
        let (plan_hash, hash_before) = (after.hash(), there.current.plan.hash());
        let steps = Changing {
            app,
            before: &there.current.plan,
            after: &after,
            record: &record,
            live: &live,
            drifted,
            consent,
            marks: &self.marks(id, there.life.id, number, &plan_hash),
            marks_before: &self.marks(id, there.life.id, there.current.number, &hash_before),
            now: self.clock.millis(),
        }
        .steps();
        demand_something(Prospect {
            there,
            after,
            steps,
            live,
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
        let Tried { report, conflicts } = self.tried(member, cluster, prospect, prospect.whole()).await?;
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
        whole: Option<(&App, &Plan)>,
    ) -> Result<Tried, StartError> {
        let trials: Vec<Trial<'_>> = prospect
            .steps
            .iter()
            .filter(|step| step.state == StepState::Pending)
            .filter_map(|step| prospect.trial(step))
            .collect();
        let (report, conflicts) = self
            .preflight
            .try_changes(cluster, member, &trials, whole)
            .await?;
        Ok(Tried { report, conflicts })
    }

    /// An operation that changes an app, without what tells one request from another.
    pub(super) async fn changing(
        &self,
        member: &Member,
        cluster: &Cluster,
        kind: OperationKind,
        prospect: Prospect,
        revision: Revision,
        rolls_back_to: Option<i64>,
    ) -> Result<NewOperation, StartError> {
        Ok(NewOperation {
            id: prospect.id,
            cluster: cluster.id(),
            cluster_uid: self.uid_of(cluster).await?,
            kind,
            seen: prospect.there.current.number,
            before: None,
            team: member.team.id.clone(),
            life: prospect.there.life,
            revision: Some(NewRevision {
                plan_hash: revision.plan.hash(),
                revision,
                rolls_back_to,
            }),
            person: member.person.name.clone(),
            actor: member.actor,
            draft: None,
            idempotency_key: String::new(),
            request_hash: String::new(),
            steps: prospect.steps,
        })
    }
}

impl Prospect {
    /// What it does, for people to read before.
    pub(super) fn told(&self) -> Told {
        told::of(&self.there.current.plan, &self.after, &self.steps, &self.live)
    }

    /// What the app will be as a whole.
    fn whole(&self) -> Option<Whole<'_>> {
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
            StepVerb::Create => Act::Create(object?),
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
                body: &step.body,
                live: self
                    .live
                    .iter()
                    .find(|(key, _)| same(key, &step.key))
                    .map(|(_, live)| live)?,
                agreed: step
                    .agreed
                    .as_ref()
                    .map(|agreed| (agreed.version.as_str(), agreed.paths.as_slice())),
            },
            StepVerb::Patch if step.before.is_some() => Act::Patch(&step.body),
            StepVerb::Patch => return None,
            StepVerb::Delete => Act::Delete,
        };
        Some(Trial {
            key: &step.key,
            fields: &step.fields,
            act,
        })
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
    for (recorded, read) in record.iter().zip(futures::future::join_all(reads).await) {
        if let Some(object) = read?
            && object["metadata"]["uid"] == recorded.uid
        {
            live.push((recorded.key.clone(), object));
        }
    }
    Ok(live)
}

/// Refuses a draft that was opened on another revision than the one that is there.
pub(super) fn demand_seen(there: &There, draft: &Draft) -> Result<(), StartError> {
    let opened_on = draft
        .origin
        .as_ref()
        .map_or(0, |Origin { revision, .. }| *revision);
    let current = there.current.number;
    if u64::try_from(current) == Ok(opened_on) {
        return Ok(());
    }
    Err(StartError::AppMoved { current })
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
            return StartError::Issues(
                issues
                    .into_iter()
                    .filter(Issue::is_error)
                    .map(|issue| Issue::error(issue.field, Problem::NotInForm {}))
                    .collect(),
            );
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

/// The app that a revision described, if today's rules still find it right.
pub(super) fn app_of(draft: &Draft) -> Option<App> {
    validate(draft).app
}

/// The app a draft describes, if it is the one it was opened on.
fn describes_the_same(draft: &Draft) -> Result<App, StartError> {
    let app = described(draft)?;
    let origin = draft.origin.as_ref().ok_or(StartError::NoApp)?;
    let address = AppAddress::of(&app);
    let differs = [
        ("basics.namespace", address.namespace != origin.namespace),
        ("basics.name", address.name != origin.name),
        ("basics.kind", address.workload != origin.kind),
    ];
    match differs.into_iter().find(|(_, differs)| *differs) {
        Some((field, _)) => Err(StartError::Issues(vec![Issue::error(
            field,
            Problem::AppFixed {},
        )])),
        None => Ok(app),
    }
}
