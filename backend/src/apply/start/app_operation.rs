//! Starting what an app as a whole is asked for: going back to an earlier revision, and going away.

use serde_json::Value;
use slipway_api::{CompareView, Consent, DeletionView, OperationKind, RevisionLine, RevisionView};
use slipway_model::Issue;
use slipway_plan::ObjectKey;

use super::change::app_of;
use super::open::{Keep, There};
use super::prospect::{Prospect, live_of};
use super::{NewOperation, Operations, StartError, Started, or_before, request_hash};
use crate::apply::deletion::{Going, view_of};
use crate::apply::operation::AppAddress;
use crate::apply::rows::json_text;
use crate::apply::steps::{Drifted, deleting};
use crate::apply::told;
use crate::cluster::{Access, keeper};
use crate::clusters::Cluster;
use crate::cpu::away;
use crate::identity::Member;
use crate::preflight::{Act, FieldMap, Trial};
use crate::revisions::{Recorded, Revision, RevisionEntry, aligned, field_changes};

/// Of how many revisions somebody who may not see all kinds of a found app is told what changed.
const TOLD_TO_FEW: usize = 20;

/// What somebody asks of an app that is there.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The cluster, by its name in URLs.
    pub cluster: String,
    /// The app.
    pub address: AppAddress,
    /// Its revision that they saw.
    pub seen: u64,
    /// The same request sent again has the same key.
    pub idempotency_key: String,
    /// What.
    pub act: AppAct,
}

/// What an app is asked for.
#[derive(Clone, Debug)]
pub enum AppAct {
    /// To be again what it was at this revision, all of it, and what is agreed to for that.
    RollBack(u64, Consent),
    /// To go, and these objects beside it, by their uids.
    Delete(Vec<String>),
}

impl Ask {
    fn hash(&self) -> String {
        let (kind, what) = match &self.act {
            AppAct::RollBack(revision, consent) => ("roll_back", json_text(&(revision, consent))),
            AppAct::Delete(also) => ("delete", json_text(also)),
        };
        let (namespace, workload, name) = (
            self.address.namespace(),
            self.address.workload(),
            self.address.name(),
        );
        request_hash(
            kind,
            &format!(
                "{}/{namespace}/{workload}/{name}\n{}\n{what}",
                self.cluster, self.seen
            ),
        )
    }
}

impl Operations {
    /// What the same request has started earlier, if it was sent before.
    pub async fn asked_before(&self, member: &Member, ask: &Ask) -> Result<Option<Started>, StartError> {
        self.store
            .started_before(member, &ask.idempotency_key, &ask.hash())
            .await
    }

    /// Starts what is asked of an app. Answers once the operation is stored; a runner does the rest.
    pub async fn ask(&self, member: &Member, ask: &Ask, cluster: &Cluster) -> Result<Started, StartError> {
        let started = self.ask_now(member, ask, cluster).await;
        or_before(started, self.asked_before(member, ask)).await
    }

    async fn ask_now(&self, member: &Member, ask: &Ask, cluster: &Cluster) -> Result<Started, StartError> {
        let access = cluster.access(member)?;
        let there = self
            .there(member, cluster, &access, &ask.address, Keep::Yes)
            .await?;
        if u64::try_from(there.current.number) != Ok(ask.seen) {
            return Err(StartError::AppMoved {
                current: there.current.number,
            });
        }
        let new = match &ask.act {
            AppAct::RollBack(number, consent) => {
                Box::pin(self.rolling_back(member, cluster, &access, there, (*number, consent))).await?
            }
            AppAct::Delete(also) => self.deleting(member, cluster, &access, there, also).await?,
        };
        self.store
            .start(NewOperation {
                idempotency_key: ask.idempotency_key.clone(),
                request_hash: ask.hash(),
                ..new
            })
            .await
    }

    async fn rolling_back(
        &self,
        member: &Member,
        cluster: &Cluster,
        access: &Access,
        there: There,
        (number, consent): (u64, &Consent),
    ) -> Result<NewOperation, StartError> {
        let past = self.past(member, &there, number).await?;
        let past = self.in_rows_of_now(&there, past).await?;
        let back = self.prospect_back(member, cluster, (access, there), &past, consent);
        let prospect = Box::pin(back).await?;
        self.demand_possible(member, cluster, &prospect).await?;
        let revision = Revision {
            number: prospect.number,
            plan: prospect.after.clone(),
            person: member.person.name.clone(),
            created_at: self.clock.millis(),
            ..past.clone()
        };
        self.changing(
            member,
            cluster,
            OperationKind::RollBack,
            prospect,
            revision,
            Some(past.number),
        )
        .await
    }

    /// What going back to a revision does. Of an app of ours all of its plan is applied; somebody else's is changed by what
    /// differs between what it is and what it was.
    async fn prospect_back(
        &self,
        member: &Member,
        cluster: &Cluster,
        (access, there): (&Access, There),
        past: &Revision,
        consent: &Consent,
    ) -> Result<Prospect, StartError> {
        let app = self.cpu.run(member, || app_of(&past.draft)).await?;
        if there.opened.is_some() {
            let app = app.ok_or(StartError::NoRevision)?;
            return self.prospect(access, there, &app, cluster, consent).await;
        }
        let how = (Drifted::IsPutBack, consent);
        self.prospect_of(access, there, app.as_ref(), past.plan.clone(), how)
            .await
    }

    /// An earlier revision of somebody else's app with the rows of what it is now. A row keeps its id from one submit to the
    /// next; what was read anew since has other ones.
    async fn in_rows_of_now(&self, there: &There, past: Revision) -> Result<Revision, StartError> {
        if there.opened.is_none() {
            return Ok(past);
        }
        let history = self.revisions.history(&there.life).await?;
        let since = past.number + 1..=there.current.number;
        let read_anew = history
            .iter()
            .any(|entry| since.contains(&entry.number) && entry.made_by.is_none());
        if !read_anew {
            return Ok(past);
        }
        let draft = away(|| aligned(&past.draft, &there.current.draft));
        Ok(Revision { draft, ..past })
    }

    async fn deleting(
        &self,
        member: &Member,
        cluster: &Cluster,
        access: &Access,
        there: There,
        also: &[String],
    ) -> Result<NewOperation, StartError> {
        let going = self.going(member, access, &there).await?;
        let objects = going.with(also).map_err(StartError::NotToBeDeleted)?;
        let issues = self.may_delete(member, cluster, &objects).await?;
        if issues.iter().any(Issue::is_error) {
            return Err(StartError::Issues(issues));
        }
        Ok(NewOperation {
            id: self.new_id(),
            cluster: cluster.id(),
            cluster_uid: self.uid_of(cluster).await?,
            kind: OperationKind::Delete,
            seen: there.current.number,
            before: None,
            team: there.life.team.clone(),
            life: there.life,
            revision: None,
            person: member.person.name.clone(),
            actor: member.actor,
            draft: None,
            idempotency_key: String::new(),
            request_hash: String::new(),
            steps: deleting(&objects),
        })
    }

    async fn may_delete(
        &self,
        member: &Member,
        cluster: &Cluster,
        objects: &[Recorded],
    ) -> Result<Vec<Issue>, StartError> {
        let fields = FieldMap::default();
        let trials: Vec<Trial<'_>> = objects
            .iter()
            .map(|recorded| Trial {
                key: &recorded.key,
                fields: &fields,
                act: Act::Delete,
            })
            .collect();
        let answers = self.preflight.try_changes(cluster, member, &trials, None).await?;
        Ok(answers.report.issues)
    }

    /// What deleting an app would take away, and what it would leave.
    pub async fn deletion(
        &self,
        member: &Member,
        cluster: &Cluster,
        address: &AppAddress,
    ) -> Result<DeletionView, StartError> {
        let access = cluster.access(member)?;
        let there = self.there(member, cluster, &access, address, Keep::Yes).await?;
        let going = self.going(member, &access, &there).await?;
        let issues = self.may_delete(member, cluster, &going.goes).await?;
        let current = (&there.current, there.opened.is_some());
        Ok(view_of(current, keeper(&there.workload), &going, issues))
    }

    async fn going(&self, member: &Member, access: &Access, there: &There) -> Result<Going, StartError> {
        let record = self.revisions.record(&there.life).await?;
        let live: Vec<(ObjectKey, Value)> = live_of(access, &record).await?;
        let address = &there.life.address;
        let gathered = access.gather(&address.key()).await?;
        let workloads = access.workloads(address.namespace()).await?;
        let order = there.current.plan.objects.iter().map(|object| &object.key);
        let of = || Going::of(order, live, &there.workload, gathered.objects, &workloads.objects);
        Ok(self.cpu.run(member, of).await??)
    }

    /// The bytes of the largest revision of an app at an address.
    pub async fn bytes(&self, cluster: &Cluster, address: &AppAddress) -> Result<usize, StartError> {
        Ok(self.revisions.bytes(cluster.id(), address).await?)
    }

    /// The revisions of an app, the newest first.
    pub async fn revisions(
        &self,
        member: &Member,
        cluster: &Cluster,
        address: &AppAddress,
    ) -> Result<Vec<RevisionLine>, StartError> {
        let there = self
            .there(member, cluster, &cluster.access(member)?, address, Keep::No)
            .await?;
        let mut history = self.revisions.history(&there.life).await?;
        if !there.unseen.is_empty() {
            self.leave_out_unseen(member, &there, &mut history).await?;
        }
        let lines = history.into_iter().map(|entry| RevisionLine {
            number: unsigned(entry.number),
            kind: entry.made_by.as_ref().map(|(kind, _)| *kind),
            operation: entry.made_by.map(|(_, operation)| operation),
            person: entry.person,
            created_at: entry.created_at,
            current: entry.number == there.current.number,
            rolls_back_to: entry.rolls_back_to.map(unsigned),
            changed: entry.changed,
        });
        Ok(lines.collect())
    }

    /// One revision of an app.
    pub async fn revision(
        &self,
        member: &Member,
        cluster: &Cluster,
        address: &AppAddress,
        number: u64,
    ) -> Result<RevisionView, StartError> {
        let there = self
            .there(member, cluster, &cluster.access(member)?, address, Keep::No)
            .await?;
        let revision = self.past(member, &there, number).await?;
        Ok(RevisionView {
            number,
            yaml: revision.plan.yaml(),
            content: revision.draft,
        })
    }

    /// What going from one revision of an app to another changes. What that destroys is told where the one is what is
    /// there now.
    pub async fn compare(
        &self,
        member: &Member,
        cluster: &Cluster,
        address: &AppAddress,
        (from, to): (u64, u64),
    ) -> Result<CompareView, StartError> {
        let access = cluster.access(member)?;
        let there = self.there(member, cluster, &access, address, Keep::No).await?;
        let old = self.past(member, &there, from).await?;
        let new = self.past(member, &there, to).await?;
        let mut view = CompareView {
            from,
            to,
            fields: self
                .cpu
                .run(member, || field_changes(&old.draft, &new.draft))
                .await?,
            objects: self
                .cpu
                .run(member, || told::between(&old.plan, &new.plan))
                .await?,
            consequences: Vec::new(),
            conflicts: Vec::new(),
            issues: Vec::new(),
        };
        if old.number == there.current.number {
            let new = self.in_rows_of_now(&there, new).await?;
            let consent = Consent::default();
            let back = self.prospect_back(member, cluster, (&access, there), &new, &consent);
            match Box::pin(back).await {
                Ok(prospect) => {
                    let tried = self.tried(member, cluster, &prospect, None).await?;
                    let told = self.told(member, &access, (&prospect, &tried)).await?;
                    (view.objects, view.consequences) = (told.objects, told.consequences);
                    (view.conflicts, view.issues) = (tried.conflicts, tried.report.issues);
                }
                Err(StartError::Issues(issues)) => view.issues = issues,
                Err(StartError::NothingToChange) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(view)
    }

    /// Changes as far as the person may see them, found anew from the revisions: what is stored of them names every field.
    /// Of revisions further back nothing is told, so that a long history is not read whole.
    async fn leave_out_unseen(
        &self,
        member: &Member,
        there: &There,
        history: &mut [RevisionEntry],
    ) -> Result<(), StartError> {
        let mut seen = Vec::new();
        for entry in history.iter().take(TOLD_TO_FEW + 1) {
            seen.push(self.past(member, there, unsigned(entry.number)).await?.draft);
        }
        let compare = || {
            for (place, entry) in history.iter_mut().enumerate() {
                entry.changed = match (seen.get(place + 1), seen.get(place)) {
                    (Some(before), Some(after)) => field_changes(before, after),
                    _ => Vec::new(),
                };
            }
        };
        Ok(self.cpu.run(member, compare).await?)
    }

    /// An earlier revision, as far as the person may see it.
    async fn past(&self, member: &Member, there: &There, number: u64) -> Result<Revision, StartError> {
        let number = i64::try_from(number).map_err(|_| StartError::NoRevision)?;
        let revision = self.revisions.revision(&there.life, number).await?;
        let revision = revision.ok_or(StartError::NoRevision)?;
        Ok(self.told_of(member, &there.unseen, revision).await?)
    }
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_asked_only_of_the_same_app_in_the_same_cluster() {
        let ask = |cluster: &str, name: &str| Ask {
            cluster: cluster.to_owned(),
            address: AppAddress::parse("shop", "Deployment", name).unwrap(),
            seen: 1,
            idempotency_key: "key".to_owned(),
            act: AppAct::Delete(Vec::new()),
        };

        assert_eq!(ask("one", "web").hash(), ask("one", "web").hash());
        assert_ne!(ask("one", "web").hash(), ask("two", "web").hash());
        assert_ne!(ask("one", "web").hash(), ask("one", "ledger").hash());
    }
}
