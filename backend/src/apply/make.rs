//! Making the object of a step, and finding out what came of a request whose answer was lost.

use std::time::Duration;

use slipway_api::StepVerb;
use slipway_model::{Issue, Problem};

use super::crash::{CrashPoint, reached};
use super::operation::{Failure, Operation, Refused};
use super::runner::{Progress, RunError, Runner, Work};
use super::step::{Made, Refusal, Step, StepState};
use crate::cluster::{Access, ClusterError, Created, Found};
use crate::preflight::refusal_issues;

/// How often a request is asked after while it may still be carried out.
const SETTLING: Duration = Duration::from_millis(500);

impl Runner {
    /// Sends the request for a step. That it was sent is stored before it leaves.
    pub(super) async fn make(
        &self,
        work: &mut Work,
        access: &Access,
        position: usize,
    ) -> Result<Progress, RunError> {
        work.operation
            .sent(position, self.clock.millis(), self.deadline());
        self.save(work, &[position]).await?;
        reached(CrashPoint::Sent(position)).await;
        if !self.may_send(&work.claim) {
            return Ok(Progress::Later(Duration::ZERO));
        }
        let answer = self.send(&work.operation, access, position).await;
        reached(CrashPoint::Answered(position)).await;
        let progress = self.answered(work, position, answer).await?;
        reached(CrashPoint::Recorded(position)).await;
        Ok(progress)
    }

    async fn send(
        &self,
        operation: &Operation,
        access: &Access,
        position: usize,
    ) -> Result<Created, ClusterError> {
        let (step, timeout) = (&operation.steps[position], self.timing.write);
        if step.verb == StepVerb::Create {
            return access
                .create(&step.key, &step.body, &operation.id.to_string(), timeout)
                .await;
        }
        let uid = operation.uid_of(position).unwrap_or_default();
        access.merge(&step.key, &step.body, uid, timeout).await
    }

    /// Finds out what came of a request whose answer is not known. It counts as not carried out only when nothing is there
    /// after the server has given up on it.
    pub(super) async fn settle(
        &self,
        work: &mut Work,
        access: &Access,
        position: usize,
    ) -> Result<Progress, RunError> {
        let StepState::Sent { deadline } = work.operation.steps[position].state else {
            return Ok(Progress::On);
        };
        let over = self.clock.millis() > deadline;
        if work.operation.steps[position].verb != StepVerb::Create {
            // A change that is merged in does the same however often it is sent.
            if over {
                work.operation.not_done(position);
                self.save(work, &[position]).await?;
                return Ok(Progress::On);
            }
            return Ok(Progress::Later(SETTLING));
        }
        let operation = work.operation.id.to_string();
        let answer = match access.look_up(&work.operation.steps[position].key).await {
            Ok(None) if over => {
                work.operation.not_done(position);
                self.save(work, &[position]).await?;
                return Ok(Progress::Failed {
                    after: None,
                    cause: Failure::ClusterUnreachable,
                });
            }
            Ok(None) => return Ok(Progress::Later(SETTLING)),
            Ok(Some(found)) if found.is_made_by(&operation) => Ok(Created::Before { uid: found.uid }),
            Ok(Some(found)) => Ok(Created::Taken { by: Some(found) }),
            Err(ClusterError::Forbidden { .. }) => {
                self.give_up(work, Failure::PermissionLost).await?;
                return Ok(Progress::On);
            }
            // Not a word about our request: it stays unknown.
            Err(error) => return Ok(failed(&error)),
        };
        self.answered(work, position, answer).await
    }

    async fn answered(
        &self,
        work: &mut Work,
        position: usize,
        answer: Result<Created, ClusterError>,
    ) -> Result<Progress, RunError> {
        let now = self.clock.millis();
        let operation = &mut work.operation;
        let refused = match answer {
            Ok(Created::Now { uid, warnings }) => {
                let outcome = match operation.steps[position].verb {
                    StepVerb::Create => Made::Created,
                    StepVerb::Apply | StepVerb::Patch | StepVerb::Delete => Made::Released,
                };
                operation.made(position, uid, outcome, now);
                operation.steps[position].warnings = warnings;
                None
            }
            Ok(Created::Before { uid }) => {
                operation.made(position, uid, Made::AlreadyOurs, now);
                None
            }
            Ok(Created::Taken { by }) => {
                Some(taken(&operation.steps[position], by, self.store.installation()))
            }
            Err(error @ (ClusterError::Busy { .. } | ClusterError::Unauthenticated { .. })) => {
                operation.not_done(position);
                operation.unheard(position, error.to_string());
                self.save(work, &[position]).await?;
                return Ok(failed(&error));
            }
            Err(error) if unknown(&error) => {
                operation.unheard(position, error.to_string());
                self.save(work, &[position]).await?;
                // What came of it is looked for first; only then it may have failed.
                return Ok(Progress::Later(SETTLING));
            }
            Err(error) => Some(refused(&operation.steps[position], &error)),
        };
        let changed: Vec<usize> = match refused {
            Some(refused) => {
                tracing::info!(operation = %operation.id, object = %operation.steps[position].key, refused.message, "refused");
                operation.refused(position, refused, now)?;
                (0..operation.steps.len()).collect()
            }
            None => vec![position],
        };
        self.save(work, &changed).await?;
        Ok(Progress::On)
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

fn taken(step: &Step, by: Option<Found>, installation: &str) -> Refused {
    let owner = by.map(|found| found.owner(installation)).unwrap_or_default();
    let (kind, name) = (step.key.kind.clone(), step.key.name.clone());
    let issue = Issue::error(
        step.fields.name(),
        Problem::NameTaken {
            kind,
            name,
            owner: owner.clone(),
        },
    );
    Refused {
        why: Refusal::NameTaken,
        message: owner,
        issues: vec![issue],
    }
}

fn refused(step: &Step, error: &ClusterError) -> Refused {
    let (why, message) = match error {
        ClusterError::Forbidden { message } => (Refusal::NotAllowed, message.clone()),
        ClusterError::Missing { message } => (Refusal::Missing, message.clone()),
        ClusterError::Refused { message, .. } | ClusterError::Conflict { message, .. } => {
            (Refusal::Refused, message.clone())
        }
        other => (Refusal::Refused, other.to_string()),
    };
    let verb = match step.verb {
        StepVerb::Create => "create",
        StepVerb::Apply | StepVerb::Patch | StepVerb::Delete => "patch",
    };
    Refused {
        why,
        message,
        issues: refusal_issues(error, verb, &step.key, &step.fields),
    }
}
