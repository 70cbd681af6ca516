//! Taking back the object of a step: exactly the one we made, and only while nobody else has had a hand in it.

use std::time::Duration;

use slipway_api::StepVerb;

use super::crash::{CrashPoint, reached};
use super::make::{failed, unknown};
use super::runner::{Progress, RunError, Runner, Work};
use super::step::Kept;
use crate::cluster::{Access, ClusterError, Found};

/// How often an object that is on its way out is looked at: at first, and after a while.
const GOING: Duration = Duration::from_millis(200);
const LONGEST_LOOK: Duration = Duration::from_secs(10);

impl Runner {
    /// Takes back the object of a step. It counts as undone only when it is gone.
    pub(super) async fn take_back(
        &self,
        work: &mut Work,
        access: &Access,
        position: usize,
    ) -> Result<Progress, RunError> {
        match work.operation.steps[position].verb {
            StepVerb::Create => {}
            StepVerb::Apply | StepVerb::Patch | StepVerb::Delete => {
                return self.restore(work, access, position).await;
            }
        }
        let step = &work.operation.steps[position];
        let uid = step.state.uid().unwrap_or_default().to_owned();
        let seen = match access.look_up(&step.key).await {
            Ok(Some(seen)) if seen.uid == uid => seen,
            Ok(_) => return self.gone(work, position).await,
            Err(ClusterError::Forbidden { message }) => {
                return self.keep(work, position, Kept::NotAllowed, Some(message)).await;
            }
            Err(error) => return Ok(failed(&error)),
        };
        if !seen.is_untouched_since(&work.operation.id.to_string()) {
            let others = seen.other_writers.join(", ");
            return self
                .keep(work, position, Kept::ChangedByOthers, Some(others))
                .await;
        }
        if seen.deleting {
            return self.wait_until_gone(work, position).await;
        }
        self.delete(work, access, position, &seen).await
    }

    /// Waits for an object that is on its way out, but not for ever: a finalizer nobody works on any more, or a pod on a
    /// node that is gone, may hold it.
    async fn wait_until_gone(&self, work: &mut Work, position: usize) -> Result<Progress, RunError> {
        if let Some(left) = self.patience_left(&mut work.operation) {
            let waited = self.timing.patience.saturating_sub(left);
            return Ok(Progress::Later((waited / 10).clamp(GOING, LONGEST_LOOK)));
        }
        let words = "it is being deleted, but does not go".to_owned();
        self.keep(work, position, Kept::Refused, Some(words)).await
    }

    async fn delete(
        &self,
        work: &mut Work,
        access: &Access,
        position: usize,
        seen: &Found,
    ) -> Result<Progress, RunError> {
        work.operation.steps[position]
            .undo_sent_at
            .get_or_insert(self.clock.millis());
        self.save(work, &[position]).await?;
        reached(CrashPoint::UndoSent(position)).await;
        if !self.may_send(work) {
            return Ok(Progress::Later(Duration::ZERO));
        }
        let answer = access
            .delete(
                &work.operation.steps[position].key,
                seen,
                self.write_time(&work.operation),
            )
            .await;
        reached(CrashPoint::UndoAnswered(position)).await;
        match answer {
            Ok(()) | Err(ClusterError::Missing { .. }) => Ok(Progress::On),
            // Something was written since we looked, perhaps only its status: look again.
            Err(ClusterError::Conflict { .. }) => Ok(Progress::Later(GOING)),
            Err(error) => self.not_taken_back(work, position, error).await,
        }
    }

    /// What it means for an object that is to be taken back that the cluster did not do so. A webhook that cannot be
    /// called, or is not done in time, is asked again for a while as before every other write; then the object stays, and
    /// the words say which webhook it was.
    pub(super) async fn not_taken_back(
        &self,
        work: &mut Work,
        position: usize,
        error: ClusterError,
    ) -> Result<Progress, RunError> {
        let of_a_webhook = error.is_of_a_webhook();
        match error {
            ClusterError::Forbidden { message } => {
                self.keep(work, position, Kept::NotAllowed, Some(message)).await
            }
            ClusterError::Busy { .. } | ClusterError::Unauthenticated { .. } => Ok(failed(&error)),
            _ if of_a_webhook && self.admission_left(&mut work.operation).is_some() => {
                work.operation.unheard(position, error.to_string());
                self.save(work, &[position]).await?;
                Ok(failed(&error))
            }
            _ if unknown(&error) && !of_a_webhook => Ok(failed(&error)),
            _ => {
                self.keep(work, position, Kept::Refused, Some(error.to_string()))
                    .await
            }
        }
    }

    async fn gone(&self, work: &mut Work, position: usize) -> Result<Progress, RunError> {
        work.operation.steps[position].message = None;
        work.operation.gone(position, self.clock.millis());
        self.save(work, &[position]).await?;
        reached(CrashPoint::UndoRecorded(position)).await;
        Ok(Progress::On)
    }

    pub(super) async fn keep(
        &self,
        work: &mut Work,
        position: usize,
        why: Kept,
        message: Option<String>,
    ) -> Result<Progress, RunError> {
        work.operation.kept(position, why, message, self.clock.millis());
        self.save(work, &[position]).await?;
        Ok(Progress::On)
    }
}
