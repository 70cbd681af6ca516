//! Starting to change an app that is there to what a draft of it says, and saying beforehand what that would do.

use slipway_api::{ChangesView, Consent, OperationKind};
use slipway_model::draft::{AsIs, Origin};
use slipway_model::{App, Draft, Issue, Problem, validate_running};

use super::anew::consequences;
use super::open::{Keep, There};
use super::prospect::Prospect;
use super::{NewOperation, NewRevision, Operations, StartError, Started, Submit, described, or_before};
use crate::apply::operation::AppAddress;
use crate::cluster::{Access, keeper};
use crate::clusters::Cluster;
use crate::identity::Member;
use crate::preflight::Report;
use crate::revisions::{Revision, aligned, field_changes};

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
        let app = self.cpu.run(member, || describes_the_same(draft)).await??;
        let access = cluster.access(member)?;
        let there = self
            .there(member, cluster, &access, &AppAddress::of(&app), Keep::Yes)
            .await?;
        demand_seen(&there, draft)?;
        self.demand_running(member, &access, &there, draft).await?;
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
        self.store
            .start(NewOperation {
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
        let address = opened_at(origin)?;
        let there = self.there(member, cluster, &access, &address, Keep::Yes).await?;
        let mut view = ChangesView {
            revision,
            opened_on: origin.revision,
            current: u64::try_from(there.current.number).unwrap_or_default(),
            found: there.opened.is_some(),
            fields: self
                .cpu
                .run(member, || field_changes(&there.current.draft, &draft.chosen()))
                .await?,
            objects: Vec::new(),
            consequences: Vec::new(),
            conflicts: Vec::new(),
            managed_by: keeper(&there.workload),
            issues: Vec::new(),
        };
        let app = match self.cpu.run(member, || describes_the_same(draft)).await? {
            Ok(app) => app,
            Err(StartError::Issues(issues)) => return Ok(ChangesView { issues, ..view }),
            Err(error) => return Err(error),
        };
        match self.demand_running(member, &access, &there, draft).await {
            Ok(()) => {}
            Err(StartError::Issues(issues)) => return Ok(ChangesView { issues, ..view }),
            Err(error) => return Err(error),
        }
        let consent = Consent::default();
        let prospect = match self.prospect(&access, there, &app, cluster, &consent).await {
            Ok(prospect) => prospect,
            Err(StartError::Issues(issues)) => return Ok(ChangesView { issues, ..view }),
            Err(StartError::NothingToChange) => return Ok(view),
            Err(error) => return Err(error),
        };
        let tried = self.tried(member, cluster, &prospect, prospect.whole()).await?;
        let told = self.told(member, &access, (&prospect, &tried)).await?;
        view.objects = told.objects;
        view.consequences = told.consequences;
        let anew = consequences(&tried.report.issues, &prospect.live);
        view.consequences.extend(anew);
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
        let app = match self.cpu.run(member, || describes_the_same(draft)).await? {
            Ok(app) => app,
            Err(StartError::Issues(issues)) => return Ok(failed(issues)),
            Err(error) => return Err(error),
        };
        let there = self
            .there(member, cluster, &access, &AppAddress::of(&app), Keep::No)
            .await?;
        match self.demand_running(member, &access, &there, draft).await {
            Ok(()) => {}
            Err(StartError::Issues(issues)) => return Ok(failed(issues)),
            Err(error) => return Err(error),
        }
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

    /// Refuses what a draft calls running and is not. Its origin is written by us, and sent back by a client.
    async fn demand_running(
        &self,
        member: &Member,
        access: &Access,
        there: &There,
        draft: &Draft,
    ) -> Result<(), StartError> {
        let mut origin = draft.origin.clone().ok_or(StartError::NoApp)?;
        let called: Vec<AsIs> = origin
            .as_is
            .drain(..)
            .filter(|as_is| as_is.is_said_by(draft))
            .collect();
        let runs = |as_is: &AsIs| as_is.is_said_by(&there.current.draft);
        if called.iter().all(runs) {
            return Ok(());
        }
        // What was changed outside may have been taken into the draft.
        let now = self.look(member, access, &there.life.address).await?.draft;
        let judged = self.cpu.run(member, || {
            let now = aligned(&now, draft);
            let runs = |as_is: &AsIs| runs(as_is) || as_is.is_said_by(&now);
            origin.as_is = called.into_iter().filter(runs).collect();
            described(&Draft {
                origin: Some(origin),
                ..draft.clone()
            })
        });
        judged.await?.map(drop)
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
            team: prospect.there.life.team.clone(),
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

/// Where a draft says that it was opened. Nothing that can be there is no app.
pub(super) fn opened_at(origin: &Origin) -> Result<AppAddress, StartError> {
    AppAddress::parse(&origin.namespace, &origin.kind, &origin.name).ok_or(StartError::NoApp)
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

/// The app that a revision described. It was accepted, whatever today's rules say.
pub(super) fn app_of(draft: &Draft) -> Option<App> {
    validate_running(draft).0.app
}

/// The app a draft describes, if it is the one it was opened on.
fn describes_the_same(draft: &Draft) -> Result<App, StartError> {
    let app = described(draft)?;
    let origin = draft.origin.as_ref().ok_or(StartError::NoApp)?;
    let address = AppAddress::of(&app);
    let differs = [
        ("basics.namespace", address.namespace() != origin.namespace),
        ("basics.name", address.name() != origin.name),
        ("basics.kind", address.workload() != origin.kind),
    ];
    match differs.into_iter().find(|(_, differs)| *differs) {
        Some((field, _)) => Err(StartError::Issues(vec![Issue::error(
            field,
            Problem::AppFixed {},
        )])),
        None => Ok(app),
    }
}
