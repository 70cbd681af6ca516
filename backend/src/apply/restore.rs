//! Making the object of a step again what it was before: one that was changed, or one that was deleted.

use std::time::Duration;

use slipway_api::StepVerb;

use super::crash::{CrashPoint, reached};
use super::operation::Operation;
use super::runner::{Progress, RunError, Runner, Work};
use super::send::{Became, SOON, fits};
use super::step::{Kept, Undone};
use super::steps::first_of;
use crate::cluster::{Access, Applied, ClusterError, Created};

/// What came of it.
enum Restored {
    Now(Undone),
    /// It is there again, under another uid.
    Remade(String),
    Kept(Kept, String),
    Later,
}

impl Runner {
    /// Takes back what a step has changed.
    pub(super) async fn restore(
        &self,
        work: &mut Work,
        access: &Access,
        position: usize,
    ) -> Result<Progress, RunError> {
        work.operation.steps[position]
            .undo_sent_at
            .get_or_insert(self.clock.millis());
        self.save(work, &[position]).await?;
        reached(CrashPoint::UndoSent(position)).await;
        if !self.may_send(work) {
            return Ok(Progress::Later(Duration::ZERO));
        }
        let answer = self.send_back(access, &work.operation, position).await;
        reached(CrashPoint::UndoAnswered(position)).await;
        let now = self.clock.millis();
        match answer {
            Ok(Restored::Now(how)) => work.operation.restored(position, how, now),
            Ok(Restored::Remade(uid)) => {
                work.operation.steps[position].target_uid = Some(uid);
                work.operation.restored(position, Undone::Remade, now);
            }
            Ok(Restored::Kept(why, words)) => return self.keep(work, position, why, Some(words)).await,
            Ok(Restored::Later) => return Ok(Progress::Later(SOON)),
            Err(error) => return self.not_taken_back(work, position, error).await,
        }
        self.save(work, &[position]).await?;
        reached(CrashPoint::UndoRecorded(position)).await;
        Ok(Progress::On)
    }

    async fn send_back(
        &self,
        access: &Access,
        operation: &Operation,
        position: usize,
    ) -> Result<Restored, ClusterError> {
        let (step, timeout) = (&operation.steps[position], self.write_time(operation));
        let Some(before) = &step.before else {
            return Ok(Restored::Kept(
                Kept::Refused,
                "it cannot be taken back".to_owned(),
            ));
        };
        let others = |words: String| Restored::Kept(Kept::ChangedByOthers, words);
        match step.verb {
            StepVerb::Patch => match access.patch(&step.key, before, timeout, false).await {
                Ok(Applied::Now { .. }) => Ok(Restored::Now(Undone::Restored)),
                Ok(_) => Ok(Restored::Later),
                Err(error @ (ClusterError::Refused { .. } | ClusterError::Missing { .. })) => {
                    Ok(match access.read(&step.key).await? {
                        Some(live) if fits(&live, &step.body) => Restored::Now(Undone::Restored),
                        _ => others(error.to_string()),
                    })
                }
                Err(error) => Err(error),
            },
            StepVerb::Delete => {
                let mark = operation.id.to_string();
                let made = access.create(&step.key, before, &mark, timeout).await?;
                Ok(match made {
                    Created::Now { uid, .. } | Created::Before { uid } => Restored::Remade(uid),
                    Created::Taken { .. } => others("the name is taken".to_owned()),
                })
            }
            StepVerb::Create | StepVerb::Apply => {
                let first = first_of(step, &operation.steps);
                if let Some(back) = first.and_then(|first| first.before.as_ref()) {
                    // While the elements still bear the names they were given: an apply would lose what stands on them.
                    match access.patch(&step.key, back, timeout, false).await {
                        Ok(Applied::Now { .. }) | Err(ClusterError::Refused { .. }) => {}
                        Ok(_) => return Ok(Restored::Later),
                        Err(ClusterError::Missing { .. }) => return Ok(Restored::Now(Undone::Gone)),
                        Err(error) => return Err(error),
                    }
                }
                Ok(
                    match self.become_what(access, (step, first), before, timeout).await? {
                        Became::Now { .. } => Restored::Now(Undone::Restored),
                        Became::Another => Restored::Now(Undone::Gone),
                        Became::Owned(owned) => {
                            let words = owned
                                .iter()
                                .map(|owned| format!("{} ({})", owned.path, owned.manager));
                            others(words.collect::<Vec<_>>().join(", "))
                        }
                        Became::Busy => Restored::Later,
                    },
                )
            }
        }
    }
}
