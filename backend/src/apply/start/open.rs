//! Opening an app that is there: whose it is, what it was last made to be, and what it looks like now.
//!
//! An app is ours by the uids of what it consists of, and by nothing else: whoever may write an object can write any mark on
//! it. What is at the address of one of ours and has another uid is somebody else's until a member of the team takes it over.
//! Only a database that has forgotten every app believes marks. What somebody else made gets a revision each time it is
//! opened and looks other than before, for each team that opens it.

use serde_json::Value;
use slipway_model::draft::Origin;
use slipway_model::{Draft, validate_running};
use slipway_plan::read::{Opened, read};
use slipway_plan::{Target, keep_access};

use super::unseen::Unseen;
use super::{Operations, StartError, request_hash};
use crate::apply::operation::AppAddress;
use crate::apply::rows::json_text;
use crate::cluster::{
    Access, ClusterError, MARK_APP_ID, MARK_INSTALLATION, MARK_OPERATION, MARK_REVISION, mark_of,
};
use crate::clusters::Cluster;
use crate::fair_queue::Busy;
use crate::identity::{Member, TeamId};
use crate::revisions::{Found, Life, Recorded, Revision};

/// How often it is looked again when somebody else has kept the same app at the same moment.
const LOOKS: usize = 3;
/// The highest number of a revision that a mark is believed.
const BELIEVED: i64 = 1_000_000;

/// Whether what is found is kept: where somebody acts on an app, or is told a number to act on it by. Looking alone changes
/// nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    Yes,
    No,
}

/// An app that is there.
pub(super) struct There {
    pub(super) life: Life,
    pub(super) current: Revision,
    /// Its workload as it is.
    pub(super) workload: Value,
    /// What it looks like, if it is somebody else's.
    pub(super) opened: Option<Opened>,
    /// Of what somebody else made, kinds that the person may not see.
    pub(super) unseen: Unseen,
}

/// What is read of the app at an address, and for whom.
struct Look<'a> {
    member: &'a Member,
    cluster: &'a Cluster,
    access: &'a Access,
    address: &'a AppAddress,
    keep: Keep,
}

impl Operations {
    /// A draft of an app that is there, as it was last submitted, or as it is if somebody else made it; and whose draft it is:
    /// the team's that has the app.
    pub async fn open(
        &self,
        member: &Member,
        cluster: &Cluster,
        address: &AppAddress,
    ) -> Result<(TeamId, Draft), StartError> {
        let access = cluster.access(member)?;
        let there = self.there(member, cluster, &access, address, Keep::Yes).await?;
        let draft = opened_on(there.current.draft.clone(), &there.current, address);
        Ok((there.life.team, draft))
    }

    /// The app at an address, if the person may see it.
    pub(super) async fn there(
        &self,
        member: &Member,
        cluster: &Cluster,
        access: &Access,
        address: &AppAddress,
        keep: Keep,
    ) -> Result<There, StartError> {
        let look = Look {
            member,
            cluster,
            access,
            address,
            keep,
        };
        for _ in 0..LOOKS {
            if let Some(there) = self.looked(&look).await? {
                return Ok(there);
            }
        }
        Err(StartError::Active)
    }

    /// Whether there is an app at an address that the person may see.
    pub async fn demand_there(
        &self,
        member: &Member,
        cluster: &Cluster,
        address: &AppAddress,
    ) -> Result<(), StartError> {
        workload_of(&cluster.access(member)?, address).await.map(drop)
    }

    /// Nothing if somebody else has kept the same app meanwhile.
    async fn looked(&self, look: &Look<'_>) -> Result<Option<There>, StartError> {
        let Look {
            member,
            cluster,
            address,
            ..
        } = look;
        let workload = workload_of(look.access, address).await?;
        let owned = self.revisions.owned(cluster.id(), address).await?;
        if let Some(life) = &owned
            && self.has(life, &workload).await?
        {
            return self.ours(look, life.clone(), workload).await.map(Some);
        }
        let installation = mark_of(&workload, MARK_INSTALLATION).unwrap_or_default();
        let is_replaced = owned.as_ref().is_some_and(|life| is_of(member, life));
        // What is in the place of an app of the team is not kept from the team by a mark.
        if !is_replaced {
            self.demand_not_elsewhere(&workload)?;
        }
        if owned.is_none()
            && installation == self.store.installation()
            && let Some(id) = self.forgotten(look, &workload).await?
        {
            return self.rebuilt(look, workload, id).await;
        }
        self.found(look, workload).await
    }

    /// Refuses what another installation looks after.
    pub(super) fn demand_not_elsewhere(&self, workload: &Value) -> Result<(), StartError> {
        let installation = mark_of(workload, MARK_INSTALLATION).unwrap_or_default();
        if installation.is_empty() || installation == self.store.installation() {
            return Ok(());
        }
        Err(StartError::ManagedElsewhere(format!("Slipway {installation}")))
    }

    /// The id that an app of ours had before the database has forgotten it with all others. Only for those who could change
    /// the app anyway: it becomes their team's.
    async fn forgotten(&self, look: &Look<'_>, workload: &Value) -> Result<Option<uuid::Uuid>, StartError> {
        let mark = mark_of(workload, MARK_APP_ID).unwrap_or_default();
        let Ok(id) = mark.parse::<uuid::Uuid>() else {
            return Ok(None);
        };
        let is_forgotten = self.revisions.may_rebuild(&id.to_string()).await?
            && look.access.is_allowed("patch", &look.address.key()).await?;
        Ok(is_forgotten.then_some(id))
    }

    async fn ours(&self, look: &Look<'_>, life: Life, workload: Value) -> Result<There, StartError> {
        if !is_of(look.member, &life) {
            return Err(StartError::OtherTeam);
        }
        let current = self.revisions.current(&life).await?;
        let mut current = current.ok_or(StartError::NoApp)?;
        keep_access(&mut current.draft, &current.plan, &look.cluster.target());
        Ok(There {
            current,
            life,
            workload,
            opened: None,
            unseen: Unseen::default(),
        })
    }

    /// Whether this very workload is the one of an app.
    pub(super) async fn has(&self, life: &Life, workload: &Value) -> Result<bool, StartError> {
        let uid = workload["metadata"]["uid"].as_str().unwrap_or_default();
        let operation = mark_of(workload, MARK_OPERATION).unwrap_or_default();
        Ok(self.revisions.has(life, uid, &operation).await?)
    }

    /// An app of ours in a database that has forgotten all of them: its marks say what it was.
    async fn rebuilt(
        &self,
        look: &Look<'_>,
        workload: Value,
        id: uuid::Uuid,
    ) -> Result<Option<There>, StartError> {
        demand_not_going(&workload)?;
        let opened = self.look(look.member, look.access, look.address).await?;
        let bears = |body: &Value, mark: &str| mark_of(body, mark) == mark_of(&workload, mark);
        let record = recorded(&opened, |body| {
            bears(body, MARK_APP_ID) && bears(body, MARK_INSTALLATION)
        });
        let number = mark_of(&workload, MARK_REVISION).and_then(|number| number.parse().ok());
        let number = number
            .filter(|number| (1..=BELIEVED).contains(number))
            .unwrap_or(1);
        let life = Life {
            id,
            found: false,
            ..self.new_found(look)
        };
        let target = look.cluster.target();
        let current = self.seen(look.member, &opened, &target, number).await?;
        if look.keep == Keep::Yes {
            let why = Found::Rebuilt;
            if !self.revisions.keep(&life, why, &current, &record).await? {
                return Ok(None);
            }
            tracing::info!(app = %life.id, number, "an app was taken up again from its marks");
        }
        Ok(Some(There {
            life,
            current,
            workload,
            opened: None,
            unseen: Unseen::default(),
        }))
    }

    /// An app that somebody else made. If it looks other than the team last knew it, that is a new revision.
    async fn found(&self, look: &Look<'_>, workload: Value) -> Result<Option<There>, StartError> {
        let team = &look.member.team.id;
        let known = self
            .revisions
            .found(look.cluster.id(), look.address, team)
            .await?;
        if known.is_none() {
            demand_not_going(&workload)?;
        }
        let (opened, unseen) = self.looked_at(look.member, look.access, look.address).await?;
        let opened = opened.as_theirs();
        let target = look.cluster.target();
        let life = known.unwrap_or_else(|| self.new_found(look));
        let last = self.revisions.current(&life).await?;
        let compare = || as_known(last.map(|last| unseen.told(last)), opened, &target);
        let (same, opened) = self.cpu.run(look.member, compare).await?;
        let current = if let Some(last) = same {
            last
        } else {
            // What is not kept has no number, so that nobody can act on it by one that something else gets later.
            let number = match look.keep {
                Keep::Yes => self.revisions.next_number(&life).await?,
                Keep::No => 0,
            };
            let seen = self.seen(look.member, &opened, &target, number).await?;
            if look.keep == Keep::Yes && !self.revisions.keep(&life, Found::Theirs, &seen, &[]).await? {
                return Ok(None);
            }
            seen
        };
        Ok(Some(There {
            life,
            current,
            workload,
            opened: Some(opened),
            unseen,
        }))
    }

    fn new_found(&self, look: &Look<'_>) -> Life {
        Life {
            id: self.store.ids().next(),
            cluster: look.cluster.id(),
            address: look.address.clone(),
            team: look.member.team.id.clone(),
            found: true,
        }
    }

    /// What an app looks like now, as the person sees it.
    pub(super) async fn look(
        &self,
        member: &Member,
        access: &Access,
        address: &AppAddress,
    ) -> Result<Opened, StartError> {
        Ok(self.looked_at(member, access, address).await?.0)
    }

    /// The same with the kinds that the person may not see. Somebody else's objects may be as large as an API server takes.
    pub(super) async fn looked_at(
        &self,
        member: &Member,
        access: &Access,
        address: &AppAddress,
    ) -> Result<(Opened, Unseen), StartError> {
        let gathered = access.gather(&address.key()).await?;
        let unseen = Unseen::of(gathered.unseen);
        let opened = self.cpu.run(member, || read(gathered.objects)).await?;
        Ok((opened?, unseen))
    }

    /// A revision as far as the person may see it: what is left of it is read anew.
    pub(super) async fn told_of(
        &self,
        member: &Member,
        unseen: &Unseen,
        revision: Revision,
    ) -> Result<Revision, Busy> {
        if unseen.is_empty() {
            return Ok(revision);
        }
        self.cpu.run(member, || unseen.told(revision)).await
    }

    pub(super) async fn seen(
        &self,
        member: &Member,
        opened: &Opened,
        target: &Target,
        number: i64,
    ) -> Result<Revision, Busy> {
        let plan = self.cpu.run(member, || opened.plan(target)).await?;
        Ok(Revision {
            number,
            plan,
            draft: opened.draft.clone(),
            person: member.person.name.clone(),
            created_at: self.clock.millis(),
        })
    }
}

/// The workload at an address, if the person may see it.
pub(super) async fn workload_of(access: &Access, address: &AppAddress) -> Result<Value, StartError> {
    match access.read(&address.key()).await {
        Ok(Some(workload)) => Ok(workload),
        Ok(None) | Err(ClusterError::Forbidden { .. }) => Err(StartError::NoApp),
        Err(error) => Err(error.into()),
    }
}

/// Whether an app is one of the member's teams.
pub(super) fn is_of(member: &Member, life: &Life) -> bool {
    member.teams.iter().any(|team| team.id == life.team)
}

/// Refuses somebody who may not change the workload at an address in the cluster.
pub(super) async fn demand_may_change(
    member: &Member,
    access: &Access,
    address: &AppAddress,
) -> Result<(), StartError> {
    let key = address.key();
    if access.is_allowed("patch", &key).await? {
        return Ok(());
    }
    let message = format!("{} may not change {key}", member.person.name);
    Err(StartError::Cluster(ClusterError::Forbidden { message }))
}

/// What is left of an app that has ended is no app to be opened.
pub(super) fn demand_not_going(workload: &Value) -> Result<(), StartError> {
    if workload["metadata"]["deletionTimestamp"].is_null() {
        Ok(())
    } else {
        Err(StartError::NoApp)
    }
}

/// Those objects of an app that are taken for its own.
pub(super) fn recorded(opened: &Opened, is_own: impl Fn(&Value) -> bool) -> Vec<Recorded> {
    let own = opened.objects.iter().filter(|live| is_own(&live.body));
    own.filter_map(|live| {
        Some(Recorded {
            key: live.key.clone(),
            uid: live.uid()?.to_owned(),
        })
    })
    .collect()
}

/// The revision, if what was opened is just that. Drafts that were opened on it say by the ids of its rows which elements they
/// are about, so these are the ids of what was opened then.
fn as_known(last: Option<Revision>, opened: Opened, target: &Target) -> (Option<Revision>, Opened) {
    match last {
        Some(last) if last.plan == opened.plan(target) && says_the_same(&last, &opened) => {
            let opened = opened.with_ids_of(&last.draft);
            (Some(last), opened)
        }
        _ => (None, opened),
    }
}

/// Whether a revision says what was opened. Of what nothing can be planned the drafts are compared.
fn says_the_same(last: &Revision, opened: &Opened) -> bool {
    let draft = |opened: Opened| opened.with_ids_of(&last.draft).draft;
    opened.app().is_ok() || hash_of(&draft(opened.clone())) == hash_of(&last.draft)
}

/// A draft that says what it was opened on, and what of that is taken as it is although the rules refuse it.
pub(super) fn opened_on(draft: Draft, current: &Revision, address: &AppAddress) -> Draft {
    let base_hash = hash_of(&draft);
    let (_, as_is) = validate_running(&current.draft);
    Draft {
        origin: Some(Origin {
            namespace: address.namespace().to_owned(),
            kind: address.workload().to_owned(),
            name: address.name().to_owned(),
            revision: u64::try_from(current.number).unwrap_or_default(),
            base_hash,
            as_is,
        }),
        ..draft
    }
}

/// A hash of what a draft says, wherever it was opened.
pub(super) fn hash_of(draft: &Draft) -> String {
    let plain = Draft {
        origin: None,
        ..draft.clone()
    };
    request_hash("base", &json_text(&plain))
}
