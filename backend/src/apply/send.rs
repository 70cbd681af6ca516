//! The request of a step, by its verb, and what came of it.

use std::time::Duration;

use json_patch::Patch;
use serde_json::Value;
use slipway_api::StepVerb;
use slipway_model::Issue;

use super::crash::{CrashPoint, reached};
use super::operation::{Operation, Refused};
use super::refusal::{changed, conflicts, taken};
use super::runner::Runner;
use super::step::{Made, Step};
use super::steps::first_of;
use crate::cluster::{
    Access, Applied, ClusterError, Created, Force, MARK_OPERATION, MARK_REVISION, Owned, Sending, version_of,
};
use crate::preflight::{Unlike, unlike_body, unlike_issues, unlike_patch};

/// How often an object is read again in a row because somebody writes it at the same time.
const READS: usize = 5;
/// How soon an object that is on its way out, or that somebody keeps writing, is looked at again.
pub(super) const SOON: Duration = Duration::from_millis(200);

/// What came of a request.
pub(super) enum Sent {
    /// What was to be done is done.
    Done {
        uid: String,
        how: Made,
        warnings: Vec<String>,
        /// Where the object is not what was asked for all the same.
        unlike: Vec<Issue>,
    },
    /// It is on its way: look again.
    Going,
    /// It will not be done.
    Refused(Refused),
}

/// What came of an attempt to make an object what a body says.
pub(super) enum Became {
    /// It is that, as far as the cluster has taken it.
    Now { warnings: Vec<String>, object: Value },
    /// It is not there, or is another one of the name.
    Another,
    /// Somebody else has set these fields.
    Owned(Vec<Owned>),
    /// Somebody keeps writing it.
    Busy,
}

impl Runner {
    /// Sends what a step says.
    pub(super) async fn send(
        &self,
        operation: &Operation,
        access: &Access,
        position: usize,
    ) -> Result<Sent, ClusterError> {
        let step = &operation.steps[position];
        let timeout = self.write_time(operation);
        match (step.verb, step.before.is_some()) {
            (StepVerb::Create, _) => self.create(operation, access, step).await,
            (StepVerb::Apply, _) => self.apply(access, operation, position).await,
            (StepVerb::Patch, true) => self.patch(access, step, timeout).await,
            (StepVerb::Patch, false) => self.release(operation, access, position).await,
            (StepVerb::Delete, _) => self.delete_for_good(access, step, timeout).await,
        }
    }

    async fn create(
        &self,
        operation: &Operation,
        access: &Access,
        step: &Step,
    ) -> Result<Sent, ClusterError> {
        let mark = operation.id.to_string();
        let made = access
            .create(&step.key, &step.body, &mark, self.write_time(operation))
            .await?;
        Ok(self.created(step, made))
    }

    /// What came of creating an object.
    pub(super) fn created(&self, step: &Step, made: Created) -> Sent {
        match made {
            Created::Now {
                uid,
                warnings,
                object,
            } => Sent::Done {
                uid,
                how: Made::Created,
                warnings,
                unlike: told(step, unlike_body(None, &step.body, &object)),
            },
            Created::Before { uid } => done(uid, Made::AlreadyOurs),
            Created::Taken { by } => Sent::Refused(taken(step, by, self.store.installation())),
        }
    }

    /// Lets an object go that an earlier step has made suspended.
    async fn release(
        &self,
        operation: &Operation,
        access: &Access,
        position: usize,
    ) -> Result<Sent, ClusterError> {
        let step = &operation.steps[position];
        let uid = operation.uid_of(position).unwrap_or_default().to_owned();
        let warnings = access
            .merge(&step.key, &step.body, &uid, self.write_time(operation))
            .await?;
        Ok(Sent::Done {
            uid,
            how: Made::Released,
            warnings,
            unlike: Vec::new(),
        })
    }

    async fn apply(
        &self,
        access: &Access,
        operation: &Operation,
        position: usize,
    ) -> Result<Sent, ClusterError> {
        let (step, timeout) = (&operation.steps[position], self.write_time(operation));
        let uid = step.target_uid.clone().unwrap_or_default();
        let first = first_of(step, &operation.steps);
        let became = self
            .become_what(access, (step, first), &step.body, timeout)
            .await?;
        Ok(match became {
            Became::Now { warnings, object } => Sent::Done {
                uid,
                how: Made::Applied,
                warnings,
                unlike: told(step, unlike_body(step.before.as_ref(), &step.body, &object)),
            },
            Became::Another => Sent::Refused(changed(step)),
            Became::Owned(owned) => Sent::Refused(conflicts(step, &owned)),
            Became::Busy => Sent::Going,
        })
    }

    /// Makes the object of a step what a body says: what the step shall make of it, or what it was before. Safe to repeat,
    /// since each write carries the version that was read. `first` is a patch that went before, or was taken back.
    pub(super) async fn become_what(
        &self,
        access: &Access,
        (step, first): (&Step, Option<&Step>),
        body: &Value,
        timeout: Duration,
    ) -> Result<Became, ClusterError> {
        for _ in 0..READS {
            let Some(live) = access.read(&step.key).await? else {
                return Ok(Became::Another);
            };
            if live["metadata"]["uid"].as_str() != step.target_uid.as_deref() {
                return Ok(Became::Another);
            }
            if bears(&live, body) {
                return Ok(Became::Now {
                    warnings: Vec::new(),
                    object: live,
                });
            }
            match self.apply_once(access, (step, first), body, live, timeout).await {
                Ok(Applied::Now { warnings, object }) => return Ok(Became::Now { warnings, object }),
                Ok(Applied::Conflicts(owned)) => return Ok(Became::Owned(owned)),
                Ok(Applied::Moved) | Err(ClusterError::Conflict { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Became::Busy)
    }

    async fn apply_once(
        &self,
        access: &Access,
        (step, first): (&Step, Option<&Step>),
        body: &Value,
        live: Value,
        timeout: Duration,
    ) -> Result<Applied, ClusterError> {
        let version = version_before(&live, first);
        // A patch before has taken away all that goes, and what it has set stays.
        let said = if first.is_some() {
            Some(body)
        } else {
            step.before.as_ref()
        };
        let live = access.convert(&step.key, said, live, timeout).await?;
        reached(CrashPoint::Converted(step.position)).await;
        let live = access.hand_over_replicas(&step.key, body, live, timeout).await?;
        reached(CrashPoint::HandedOver(step.position)).await;
        let force = match &step.agreed {
            None => Force::No,
            Some(agreed) => match access
                .dry_apply_on(
                    &step.key,
                    Sending {
                        body,
                        said,
                        first: None,
                    },
                    &live,
                    Force::No,
                )
                .await?
            {
                // Only what was seen, as it was seen, is overwritten.
                Applied::Conflicts(owned) if agreed.covers(&owned) && agreed.version == version => Force::Yes,
                Applied::Conflicts(owned) => return Ok(Applied::Conflicts(owned)),
                Applied::Moved => return Ok(Applied::Moved),
                Applied::Now { .. } => Force::No,
            },
        };
        let live = match force {
            Force::No => live,
            Force::Yes => access.renumber(&step.key, body, said, live, timeout).await?,
        };
        reached(CrashPoint::Renumbered(step.position)).await;
        access.apply(&step.key, body, &live, force, timeout).await
    }

    /// Sends a patch of somebody else's object. It tests what it changes, so a second one is refused; whether the first
    /// was carried out is seen by whether it could be taken back.
    async fn patch(&self, access: &Access, step: &Step, timeout: Duration) -> Result<Sent, ClusterError> {
        let (there, back) = (&step.body, step.before.as_ref());
        let done = |warnings, object: &Value| Sent::Done {
            uid: step.target_uid.clone().unwrap_or_default(),
            how: Made::Patched,
            warnings,
            unlike: told(
                step,
                back.map_or_else(Vec::new, |back| unlike_patch(back, object)),
            ),
        };
        match access.patch(&step.key, there, timeout, false).await {
            Ok(Applied::Now { warnings, object }) => Ok(done(warnings, &object)),
            Ok(Applied::Moved | Applied::Conflicts(_)) => Ok(Sent::Going),
            Err(error @ (ClusterError::Refused { .. } | ClusterError::Missing { .. })) => {
                match access.read(&step.key).await? {
                    Some(live) if back.is_some_and(|back| fits(&live, back)) => Ok(done(Vec::new(), &live)),
                    Some(live) if fits(&live, there) => Err(error),
                    _ => Ok(Sent::Refused(changed(step))),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Deletes exactly the object of a step. It is done when it is gone.
    async fn delete_for_good(
        &self,
        access: &Access,
        step: &Step,
        timeout: Duration,
    ) -> Result<Sent, ClusterError> {
        let uid = step.target_uid.clone().unwrap_or_default();
        let seen = match access.look_up(&step.key).await? {
            Some(seen) if seen.uid == uid => seen,
            _ => {
                let how = if step.attempts > 1 {
                    Made::Deleted
                } else {
                    Made::AlreadyGone
                };
                return Ok(done(uid, how));
            }
        };
        if !seen.deleting {
            match access.delete(&step.key, &seen, timeout).await {
                // Something was written since we looked, perhaps only its status: look again.
                Ok(()) | Err(ClusterError::Missing { .. } | ClusterError::Conflict { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Sent::Going)
    }
}

/// What is done, and of which the cluster says nothing.
fn done(uid: String, how: Made) -> Sent {
    Sent::Done {
        uid,
        how,
        warnings: Vec::new(),
        unlike: Vec::new(),
    }
}

/// Where the object of a step is not what was asked for, at the fields of the draft.
fn told(step: &Step, unlike: Vec<Unlike>) -> Vec<Issue> {
    unlike_issues(unlike, &step.key, &step.fields)
}

/// Whether an object bears the operation and the revision of a body: then that body was applied.
fn bears(live: &Value, body: &Value) -> bool {
    let mark = |object: &Value, mark: &str| {
        object["metadata"]["annotations"][mark]
            .as_str()
            .map(ToOwned::to_owned)
    };
    [MARK_OPERATION, MARK_REVISION]
        .iter()
        .all(|name| mark(body, name).is_some() && mark(live, name) == mark(body, name))
}

/// The version that an object had before a patch was carried out on it.
fn version_before(live: &Value, first: Option<&Step>) -> String {
    let back = first.and_then(|first| first.before.clone());
    let back = back.and_then(|back| serde_json::from_value::<Patch>(back).ok());
    let mut before = live.clone();
    match back {
        Some(back) if json_patch::patch(&mut before, &back).is_ok() => version_of(&before),
        _ => version_of(live),
    }
}

/// Whether a patch can be carried out on an object: all it tests holds.
pub(super) fn fits(live: &Value, patch: &Value) -> bool {
    let patch: Result<Patch, _> = serde_json::from_value(patch.clone());
    patch.is_ok_and(|patch| json_patch::patch(&mut live.clone(), &patch).is_ok())
}
