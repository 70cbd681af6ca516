//! Opening an app that is there: whose it is, what it was last made to be, and what it looks like now.
//!
//! An app of ours is known by the marks of its objects and by its revisions. One whose marks are ours and that the database
//! does not know, since the database was restored, is taken up again from its marks. One that somebody else made gets a
//! revision each time it is opened and looks other than before, so that later there is something to compare with.

use serde_json::Value;
use slipway_model::Draft;
use slipway_model::app::WorkloadKind;
use slipway_model::draft::Origin;
use slipway_plan::read::{Opened, read};
use slipway_plan::{ObjectKey, Target};

use super::{Operations, StartError, request_hash};
use crate::apply::operation::AppAddress;
use crate::apply::rows::json_text;
use crate::cluster::{Access, ClusterError, MARK_APP_ID, MARK_INSTALLATION, MARK_REVISION, mark_of};
use crate::clusters::Cluster;
use crate::identity::Member;
use crate::revisions::{Life, Recorded, Revision};

/// Whether what is found is kept. Looking changes nothing, so only what acts on an app keeps it.
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
}

impl AppAddress {
    /// The address of its workload; nothing for a type that the form does not have.
    pub(crate) fn key(&self) -> Option<ObjectKey> {
        let (_, kind) = WorkloadKind::CHOICES
            .iter()
            .find(|(word, _)| *word == self.workload)?;
        let version = if kind.keeps_running() {
            "apps/v1"
        } else {
            "batch/v1"
        };
        Some(ObjectKey::namespaced(
            version,
            kind.as_str(),
            &self.namespace,
            &self.name,
        ))
    }

    /// The address in a URL, where the type is in lower case.
    pub fn in_url(namespace: &str, kind: &str, name: &str) -> Self {
        let known = WorkloadKind::CHOICES
            .iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(kind));
        Self {
            namespace: namespace.to_owned(),
            workload: known.map_or(kind, |(word, _)| *word).to_owned(),
            name: name.to_owned(),
        }
    }
}

impl Operations {
    /// A draft of an app that is there, as it was last submitted, or as it is if somebody else made it.
    pub async fn open(
        &self,
        member: &Member,
        cluster: &Cluster,
        address: &AppAddress,
    ) -> Result<Draft, StartError> {
        let access = cluster.access(member)?;
        let there = self.there(member, cluster, &access, address, Keep::Yes).await?;
        Ok(opened_on(there.current.draft, address, there.current.number))
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
        let key = address.key().ok_or(StartError::NoApp)?;
        let workload = match access.read(&key).await {
            Ok(Some(workload)) => workload,
            Ok(None) | Err(ClusterError::Forbidden { .. }) => return Err(StartError::NoApp),
            Err(error) => return Err(error.into()),
        };
        let known = self.revisions.alive(cluster.id(), address).await?;
        if known.is_none() && !workload["metadata"]["deletionTimestamp"].is_null() {
            // What is left of an app that has ended is no app to be opened.
            return Err(StartError::NoApp);
        }
        match mark_of(&workload, MARK_INSTALLATION) {
            Some(id) if id != self.store.installation() => {
                Err(StartError::ManagedElsewhere(format!("Slipway {id}")))
            }
            Some(_) => {
                let id = mark_of(&workload, MARK_APP_ID).unwrap_or_default();
                match known.filter(|life| life.id.to_string() == id) {
                    Some(life) => self.ours(member, life, workload).await,
                    None => {
                        self.taken_up(member, cluster, access, (workload, keep), address)
                            .await
                    }
                }
            }
            None => match known {
                Some(life) if !life.found && self.has(&life, &workload).await? => {
                    self.ours(member, life, workload).await
                }
                known => {
                    let life = known.filter(|life| life.found);
                    self.found(member, cluster, access, address, (workload, keep), life)
                        .await
                }
            },
        }
    }

    async fn ours(&self, member: &Member, life: Life, workload: Value) -> Result<There, StartError> {
        if !member.teams.iter().any(|team| team.id == life.team) {
            return Err(StartError::OtherTeam);
        }
        let current = self.revisions.current(life.id).await?;
        Ok(There {
            current: current.ok_or(StartError::NoApp)?,
            life,
            workload,
            opened: None,
        })
    }

    /// Whether the record of an app has this very workload, whatever its marks say.
    async fn has(&self, life: &Life, workload: &Value) -> Result<bool, StartError> {
        let record = self.revisions.record(life.id).await?;
        let uid = workload["metadata"]["uid"].as_str();
        Ok(record.iter().any(|recorded| Some(recorded.uid.as_str()) == uid))
    }

    /// An app of ours that the database does not know: its marks say what it was.
    async fn taken_up(
        &self,
        member: &Member,
        cluster: &Cluster,
        access: &Access,
        (workload, keep): (Value, Keep),
        address: &AppAddress,
    ) -> Result<There, StartError> {
        let id = mark_of(&workload, MARK_APP_ID).unwrap_or_default();
        let opened = look(access, address).await?;
        let record: Vec<Recorded> = opened
            .objects
            .iter()
            .filter(|live| mark_of(&live.body, MARK_APP_ID).as_deref() == Some(id.as_str()))
            .filter_map(|live| {
                Some(Recorded {
                    key: live.key.clone(),
                    uid: live.uid()?.to_owned(),
                })
            })
            .collect();
        let numbers = opened
            .objects
            .iter()
            .filter_map(|live| mark_of(&live.body, MARK_REVISION));
        let number = numbers
            .filter_map(|number| number.parse().ok())
            .max()
            .unwrap_or(1);
        let life = Life {
            id: id.parse().map_err(|_| StartError::NoApp)?,
            cluster: cluster.id(),
            address: address.clone(),
            team: member.team.id.clone(),
            found: false,
        };
        let current = self.seen(member, &opened, &cluster.target(), number);
        if keep == Keep::Yes {
            self.revisions.keep_found(&life, &current, &record).await?;
        }
        tracing::info!(app = %life.id, number, "an app was taken up again from its marks");
        Ok(There {
            life,
            current,
            workload,
            opened: None,
        })
    }

    /// An app that somebody else made. If it looks other than it was last known to, that is a new revision.
    async fn found(
        &self,
        member: &Member,
        cluster: &Cluster,
        access: &Access,
        address: &AppAddress,
        (workload, keep): (Value, Keep),
        known: Option<Life>,
    ) -> Result<There, StartError> {
        let opened = look(access, address).await?;
        let life = known.unwrap_or_else(|| Life {
            id: self.store.ids().next(),
            cluster: cluster.id(),
            address: address.clone(),
            team: member.team.id.clone(),
            found: true,
        });
        let target = cluster.target();
        let last = self.revisions.current(life.id).await?;
        let current = match last {
            Some(last) if last.plan == opened.plan(&target) => last,
            last => {
                let number = match last {
                    Some(_) => self.revisions.next_number(life.id).await?,
                    None => 1,
                };
                let seen = self.seen(member, &opened, &target, number);
                if keep == Keep::Yes {
                    self.revisions.keep_found(&life, &seen, &[]).await?;
                }
                seen
            }
        };
        Ok(There {
            life,
            current,
            workload,
            opened: Some(opened),
        })
    }

    fn seen(&self, member: &Member, opened: &Opened, target: &Target, number: i64) -> Revision {
        Revision {
            number,
            plan: opened.plan(target),
            draft: opened.draft.clone(),
            person: member.person.name.clone(),
            created_at: self.clock.millis(),
        }
    }
}

/// What an app looks like now, as the person sees it.
pub(super) async fn look(access: &Access, address: &AppAddress) -> Result<Opened, StartError> {
    let key = address.key().ok_or(StartError::NoApp)?;
    let gathered = access
        .gather(
            &address.namespace,
            (&key.api_version, &key.plural()),
            &address.name,
        )
        .await?;
    Ok(read(gathered.objects)?)
}

/// A draft that says what it was opened on.
pub(super) fn opened_on(draft: Draft, address: &AppAddress, number: i64) -> Draft {
    let base_hash = hash_of(&draft);
    Draft {
        origin: Some(Origin {
            namespace: address.namespace.clone(),
            kind: address.workload.clone(),
            name: address.name.clone(),
            revision: u64::try_from(number).unwrap_or_default(),
            base_hash,
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
