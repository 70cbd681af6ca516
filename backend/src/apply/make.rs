//! Doing a step, and finding out what came of a request whose answer was lost.

use std::time::Duration;

use slipway_api::StepVerb;
use tokio_util::sync::CancellationToken;

use super::crash::{CrashPoint, reached};
use super::operation::{Next, Refused};
use super::promise::Promise;
use super::refusal::refused;
use super::runner::{Progress, RunError, Runner, Work};
use super::send::{SOON, Sent};
use super::state::Failure;
use super::step::{Refusal, StepState};
use crate::cluster::{Access, ClusterError, Created};

/// How often a request is asked after while it may still be carried out.
const SETTLING: Duration = Duration::from_millis(500);

impl Runner {
    /// Sends the request for a step, and those for the steps after it as long as nothing comes between. That a request is
    /// sent is stored before it leaves.
    pub(super) async fn make(
        &self,
        work: &mut Work,
        access: &Access,
        first: usize,
        stop: &CancellationToken,
    ) -> Result<Progress, RunError> {
        let mut position = first;
        let mut promise = match work.promise.take() {
            Some(promise) if self.keeps(work, &promise, first) => promise,
            _ => self.promise(work, first, Vec::new()).await?,
        };
        let mut unsaved = Vec::new();
        loop {
            reached(CrashPoint::Sent(position)).await;
            if !self.may_send(work) {
                // Nothing has left.
                work.operation.not_done(position);
                unsaved.push(position);
                self.recorded(work, promise.broken(unsaved)).await?;
                return Ok(Progress::Later(Duration::ZERO));
            }
            let answer = self.send(&work.operation, access, position).await;
            reached(CrashPoint::Answered(position)).await;
            let (progress, changed) = self.judged(work, position, answer)?;
            unsaved.extend(changed);
            let next = match work.operation.next() {
                Next::Make(next) if progress == Progress::On && !stop.is_cancelled() => next,
                _ => {
                    self.recorded(work, promise.broken(unsaved)).await?;
                    reached(CrashPoint::Recorded(position)).await;
                    return Ok(progress);
                }
            };
            if !self.keeps(work, &promise, next) {
                promise = self.promise(work, next, std::mem::take(&mut unsaved)).await?;
            }
            reached(CrashPoint::Recorded(position)).await;
            position = next;
        }
    }

    /// Begins with a step if it was promised and may leave now.
    fn keeps(&self, work: &mut Work, promise: &Promise, position: usize) -> bool {
        let deadline = self.deadline(&work.operation);
        let holds = promise.holds(position, self.clock.steady_millis(), deadline);
        if holds {
            work.operation.sent(position, self.clock.millis(), deadline);
        }
        holds
    }

    /// Stores that the request for a step is sent, with those that are promised with it, and what came of those before.
    async fn promise(
        &self,
        work: &mut Work,
        position: usize,
        mut unsaved: Vec<usize>,
    ) -> Result<Promise, RunError> {
        let deadline = self.deadline(&work.operation);
        let promise = Promise::of(&work.operation, position, &self.clock, deadline);
        let told = promise.told(&work.operation);
        unsaved.extend(promise.steps());
        self.save_as(work, &told, &unsaved).await?;
        work.operation.sent(position, self.clock.millis(), deadline);
        Ok(promise)
    }

    /// Stores what came of some steps, and with the last of all that everything was made.
    async fn recorded(&self, work: &mut Work, changed: Vec<usize>) -> Result<(), RunError> {
        if work.operation.next() == Next::Succeed {
            return self.succeed(work).await;
        }
        if changed.is_empty() {
            return Ok(());
        }
        self.save(work, &changed).await
    }

    /// Finds out what came of a request whose answer is not known. Creating counts as not carried out only when nothing is
    /// there after the server has given up on it; everything else does the same however often it is sent. It may be several
    /// in a row, the last of which have perhaps never left.
    pub(super) async fn settle(
        &self,
        work: &mut Work,
        access: &Access,
        position: usize,
    ) -> Result<Progress, RunError> {
        let StepState::Sent { deadline } = work.operation.steps[position].state else {
            return Ok(Progress::On);
        };
        match work.operation.steps[position].verb {
            StepVerb::Create => {}
            StepVerb::Delete => return self.go_on(work, access, position).await,
            StepVerb::Apply | StepVerb::Patch => {
                work.operation.not_done(position);
                self.save(work, &[position]).await?;
                return Ok(Progress::On);
            }
        }
        let over = self.clock.steady_millis() > deadline;
        let operation = work.operation.id.to_string();
        let answer = match access.look_up(&work.operation.steps[position].key).await {
            Ok(None) if over => return self.never_came(work, position).await,
            Ok(None) => return Ok(Progress::Later(SETTLING)),
            Ok(Some(found)) if found.is_made_by(&operation) => Created::Before { uid: found.uid },
            Ok(Some(_)) if work.operation.is_undoing() => return self.never_came(work, position).await,
            Ok(Some(found)) => Created::Taken { by: Some(found) },
            Err(ClusterError::Forbidden { .. }) => {
                self.give_up(work, Failure::PermissionLost).await?;
                return Ok(Progress::On);
            }
            // Not a word about our request: it stays unknown.
            Err(error) => return Ok(failed(&error)),
        };
        let sent = self.created(&work.operation.steps[position], answer);
        self.answered(work, position, Ok(sent)).await
    }

    /// The request for a step did nothing, and never will.
    async fn never_came(&self, work: &mut Work, position: usize) -> Result<Progress, RunError> {
        if work.operation.is_undoing() {
            work.operation.not_reached(position, self.clock.millis());
        } else {
            work.operation.not_done(position);
        }
        self.save(work, &[position]).await?;
        if matches!(work.operation.next(), Next::Settle(_)) {
            return Ok(Progress::On);
        }
        Ok(Progress::Failed {
            after: None,
            cause: Failure::ClusterUnreachable,
        })
    }

    /// Looks whether an object that is being deleted is gone, and deletes it again if it must be. Not for ever: a
    /// finalizer nobody works on any more, or a pod on a node that is gone, may hold it.
    async fn go_on(&self, work: &mut Work, access: &Access, position: usize) -> Result<Progress, RunError> {
        work.operation.steps[position].attempts += 1;
        if self.patience_left(&mut work.operation).is_none() {
            let why = Refused {
                why: Refusal::Refused,
                message: "it is being deleted, but does not go".to_owned(),
                issues: Vec::new(),
            };
            return self.answered(work, position, Ok(Sent::Refused(why))).await;
        }
        if !self.may_send(work) {
            return Ok(Progress::Later(Duration::ZERO));
        }
        let answer = self.send(&work.operation, access, position).await;
        self.answered(work, position, answer).await
    }

    async fn answered(
        &self,
        work: &mut Work,
        position: usize,
        answer: Result<Sent, ClusterError>,
    ) -> Result<Progress, RunError> {
        let (progress, changed) = self.judged(work, position, answer)?;
        if !changed.is_empty() {
            self.save(work, &changed).await?;
        }
        Ok(progress)
    }

    /// What an answer means for a step, and which steps it changes.
    fn judged(
        &self,
        work: &mut Work,
        position: usize,
        answer: Result<Sent, ClusterError>,
    ) -> Result<(Progress, Vec<usize>), RunError> {
        let now = self.clock.millis();
        let operation = &mut work.operation;
        let refused = match answer {
            Ok(Sent::Done {
                uid,
                how,
                warnings,
                unlike,
            }) => {
                operation.made(position, uid, how, now);
                operation.accepted(unlike);
                operation.steps[position].warnings = warnings;
                (operation.failures, operation.failing_since) = (0, None);
                return Ok((Progress::On, vec![position]));
            }
            Ok(Sent::Going) => return Ok((Progress::Later(SOON), Vec::new())),
            Ok(Sent::Refused(refused)) => refused,
            Err(error @ (ClusterError::Busy { .. } | ClusterError::Unauthenticated { .. })) => {
                operation.not_done(position);
                operation.unheard(position, error.to_string());
                return Ok((failed(&error), vec![position]));
            }
            Err(error) if error.is_of_a_webhook() && self.admission_left(operation).is_some() => {
                // Nothing is stored before every webhook has answered.
                operation.not_done(position);
                operation.unheard(position, error.to_string());
                return Ok((failed(&error), vec![position]));
            }
            Err(error) if unknown(&error) && !error.is_of_a_webhook() => {
                operation.unheard(position, error.to_string());
                // What came of it is looked for first; only then it may have failed.
                let progress = match operation.steps[position].verb {
                    StepVerb::Create => Progress::Later(SETTLING),
                    _ => failed(&error),
                };
                return Ok((progress, vec![position]));
            }
            Err(error) => refused(&operation.steps[position], &error),
        };
        tracing::info!(operation = %operation.id, object = %operation.steps[position].key, refused.message, "refused");
        operation.refused(position, refused, now)?;
        Ok((Progress::On, (0..operation.steps.len()).collect()))
    }
}

/// Whether an error leaves open what came of the request.
pub(super) fn unknown(error: &ClusterError) -> bool {
    matches!(
        error,
        ClusterError::Unreachable(_) | ClusterError::Failed { .. } | ClusterError::Setup(_)
    )
}

pub(super) fn failed(error: &ClusterError) -> Progress {
    let after = if let ClusterError::Busy { retry_after } = error {
        *retry_after
    } else {
        None
    };
    let cause = if matches!(error, ClusterError::Unauthenticated { .. }) {
        Failure::CredentialsRefused
    } else {
        Failure::ClusterUnreachable
    };
    Progress::Failed { after, cause }
}
