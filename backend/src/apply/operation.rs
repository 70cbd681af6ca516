//! One attempt to change an app: its state, and what is to be done next.

use std::ops::Range;

use slipway_api::{OperationKind, OperationView, StepVerb};
use slipway_model::Issue;

pub use super::address::{AppAddress, OperationId};
use super::state::{Failure, OperationState, WrongTurn};
use super::step::{Kept, Made, Refusal, Skipped, Step, StepState, Undone};
use crate::clusters::{ClusterId, ClusterUid};
use crate::identity::{Actor, TeamId};

/// One attempt to change an app.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// Its id.
    pub id: OperationId,
    /// The cluster.
    pub cluster: ClusterId,
    /// Which cluster that was when the operation was made.
    pub cluster_uid: ClusterUid,
    /// The app.
    pub app: AppAddress,
    /// What it does.
    pub kind: OperationKind,
    /// The revision of the app that it makes, or that it takes away.
    pub revision: i64,
    /// The team it belongs to.
    pub team: TeamId,
    /// Who started it.
    pub person: String,
    /// Whose rights it has.
    pub actor: Actor,
    /// The draft it came from.
    pub draft: Option<String>,
    /// How far it is.
    pub state: OperationState,
    /// What the cluster refused, at the field to blame.
    pub issues: Vec<Issue>,
    /// How often in a row the cluster could not be asked.
    pub failures: u32,
    /// Since when nothing was achieved, because the cluster cannot be asked or does not do what it is asked.
    pub failing_since: Option<i64>,
    /// When it was started.
    pub created_at: i64,
    /// Its steps, in order.
    pub steps: Vec<Step>,
}

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Make the object of this step.
    Make(usize),
    /// Find out what came of this step, whose answer is not known.
    Settle(usize),
    /// Take back the object of this step.
    TakeBack(usize),
    /// Say that everything was made.
    Succeed,
    /// Say that taking back is over.
    EndTakingBack {
        /// Whether something is left.
        left: bool,
    },
    /// Nothing: it has ended.
    Nothing,
}

impl Operation {
    /// What is to be done next. Depends on nothing but what is stored, so whoever takes over goes on the same way. What is
    /// not known is found out before anything else.
    pub fn next(&self) -> Next {
        let unknown = self
            .steps
            .iter()
            .find(|step| matches!(step.state, StepState::Sent { .. }));
        let pending = self.steps.iter().find(|step| step.state == StepState::Pending);
        match (self.state, unknown, pending) {
            (
                OperationState::Queued | OperationState::Running | OperationState::Undoing(_),
                Some(step),
                _,
            ) => Next::Settle(step.position),
            (OperationState::Queued | OperationState::Running, None, Some(step)) => Next::Make(step.position),
            (OperationState::Queued | OperationState::Running, None, None) => Next::Succeed,
            (OperationState::Undoing(_), None, _) => self.next_back(),
            _ => Next::Nothing,
        }
    }

    /// The steps right after this one that create an object as it does. They do no harm when they are sent again, and it
    /// can be found out what came of each.
    pub(super) fn created_next(&self, position: usize) -> Range<usize> {
        let creates = |step: &&Step| step.verb == StepVerb::Create && step.state == StepState::Pending;
        let first = position + 1;
        let count = match self.steps[position].verb {
            StepVerb::Create => self.steps[first..].iter().take_while(creates).count(),
            StepVerb::Apply | StepVerb::Patch | StepVerb::Delete => 0,
        };
        first..first + count
    }

    /// Whether what was made is being taken back.
    pub(super) fn is_undoing(&self) -> bool {
        matches!(self.state, OperationState::Undoing(_))
    }

    /// The last object made goes first.
    fn next_back(&self) -> Next {
        let made = self
            .steps
            .iter()
            .rev()
            .find(|step| step.can_be_undone() && matches!(step.state, StepState::Done { .. }));
        made.map_or_else(
            || Next::EndTakingBack {
                left: self.steps.iter().any(Self::is_left),
            },
            |step| Next::TakeBack(step.position),
        )
    }

    /// Whether something that a step did is, or may be, still so.
    fn is_left(step: &Step) -> bool {
        step.state.may_be_there()
    }

    /// Whether everything is in the cluster that makes the app what it shall be. What only goes may still be there.
    pub(crate) fn is_applied(&self) -> bool {
        self.kind != OperationKind::Delete
            && matches!(
                self.state,
                OperationState::Succeeded { .. } | OperationState::Stuck { .. }
            )
            && self
                .steps
                .iter()
                .filter(|step| step.verb != StepVerb::Delete)
                .all(|step| matches!(step.state, StepState::Done { .. } | StepState::Skipped(_)))
    }

    /// Whether there is no such app any more, now that it has ended: it was deleted, or never came to be.
    pub(crate) fn ends_the_app(&self) -> bool {
        match self.kind {
            OperationKind::Create => self.state.failure().is_some(),
            OperationKind::Delete => matches!(self.state, OperationState::Succeeded { .. }),
            OperationKind::Update | OperationKind::RollBack => false,
        }
    }

    /// The uid of the object that a step changes: a known one, or that of the one an earlier step has made.
    pub(super) fn uid_of(&self, position: usize) -> Option<&str> {
        let Step { key, target_uid, .. } = &self.steps[position];
        if let Some(uid) = target_uid {
            return Some(uid);
        }
        let mut earlier = self.steps[..position].iter();
        earlier.find(|step| step.key == *key)?.state.uid()
    }

    /// Grows with everything that is achieved, and only then: a request that is sent again and again is nothing.
    pub(super) fn achieved(&self) -> usize {
        let of = |step: &Step| match step.state {
            StepState::Pending | StepState::Sent { .. } => 0,
            StepState::Done { .. } => 1,
            StepState::Kept { .. } | StepState::Refused(_) | StepState::Undone(_) | StepState::Skipped(_) => {
                2
            }
        };
        self.steps.iter().map(of).sum()
    }

    /// The cluster could not be asked for this step, or did not do what was asked.
    pub(super) fn unheard(&mut self, position: usize, words: String) {
        self.steps[position].message = Some(words);
    }

    /// A request for this step is about to leave.
    pub(super) fn sent(&mut self, position: usize, now: i64, deadline: i64) {
        let step = &mut self.steps[position];
        step.state = StepState::Sent { deadline };
        step.attempts += 1;
        step.sent_at.get_or_insert(now);
    }

    /// It is known that the request for this step did nothing.
    pub(super) fn not_done(&mut self, position: usize) {
        self.steps[position].state = StepState::Pending;
    }

    /// The request for this step did nothing, and it will not be made any more.
    pub(super) fn not_reached(&mut self, position: usize, now: i64) {
        let step = &mut self.steps[position];
        step.state = StepState::Skipped(Skipped::NotReached);
        step.finished_at = Some(now);
    }

    /// The object of this step is there.
    pub(super) fn made(&mut self, position: usize, uid: String, outcome: Made, now: i64) {
        let step = &mut self.steps[position];
        step.state = StepState::Done { uid, outcome };
        step.message = None;
        step.finished_at = Some(now);
    }

    /// Where an object that was accepted is not what was asked for.
    pub(super) fn accepted(&mut self, unlike: Vec<Issue>) {
        for issue in unlike {
            if !self.issues.contains(&issue) {
                self.issues.push(issue);
            }
        }
    }

    /// This step was refused for good: what comes after it is not made, what came before goes. Where deleting is refused
    /// nothing comes back: it ends, and says what is left.
    pub(super) fn refused(&mut self, position: usize, refused: Refused, now: i64) -> Result<(), WrongTurn> {
        let cause = refused.failure();
        self.state = if self.steps[position].turns_round() {
            self.state.refused(cause)?
        } else {
            let begun = self.steps[..position]
                .iter()
                .any(|step| step.state.may_be_there());
            self.state.given_up(cause, begun, now)?
        };
        self.issues = refused.issues;
        let step = &mut self.steps[position];
        step.state = StepState::Refused(refused.why);
        step.message = Some(refused.message);
        step.finished_at = Some(now);
        self.skip_the_rest(now);
        Ok(())
    }

    /// The object of this step is gone again.
    pub(super) fn gone(&mut self, position: usize, now: i64) {
        let step = &mut self.steps[position];
        let how = if step.undo_sent_at.is_some() {
            Undone::Deleted
        } else {
            Undone::Gone
        };
        step.state = StepState::Undone(how);
        step.finished_at = Some(now);
    }

    /// The object of this step is what it was before.
    pub(super) fn restored(&mut self, position: usize, how: Undone, now: i64) {
        let step = &mut self.steps[position];
        step.state = StepState::Undone(how);
        step.message = None;
        step.finished_at = Some(now);
    }

    /// The object of this step stays.
    pub(super) fn kept(&mut self, position: usize, why: Kept, message: Option<String>, now: i64) {
        let step = &mut self.steps[position];
        if let StepState::Done { uid, .. } = &step.state {
            step.state = StepState::Kept {
                uid: uid.clone(),
                why,
            };
            step.message = message;
            step.finished_at = Some(now);
        }
    }

    /// It cannot go on. Nothing is left behind on a cluster that is not there any more.
    pub(super) fn given_up(&mut self, cause: Failure, now: i64) -> Result<(), WrongTurn> {
        let replaced = matches!(cause, Failure::ClusterReplaced | Failure::ClusterRemoved);
        let left = !replaced && self.steps.iter().any(|step| step.state.may_be_there());
        self.state = self.state.given_up(cause, left, now)?;
        self.skip_the_rest(now);
        Ok(())
    }

    fn skip_the_rest(&mut self, now: i64) {
        for position in 0..self.steps.len() {
            if self.steps[position].state == StepState::Pending {
                self.not_reached(position, now);
            }
        }
    }

    /// The operation as pages show it. `cluster` is the cluster's name in URLs.
    pub fn view(&self, cluster: &str) -> OperationView {
        OperationView {
            id: self.id.to_string(),
            cluster: cluster.to_owned(),
            namespace: self.app.namespace().to_owned(),
            workload: self.app.workload().to_owned(),
            name: self.app.name().to_owned(),
            kind: self.kind,
            revision: u64::try_from(self.revision).unwrap_or_default(),
            state: self.state.wire(),
            failure: self.state.failure().map(|failure| failure.as_str().to_owned()),
            person: self.person.clone(),
            draft: self.draft.clone(),
            steps: self.steps.iter().map(Step::view).collect(),
            issues: self.issues.clone(),
            created_at: self.created_at,
            finished_at: self.state.finished_at(),
        }
    }
}

/// Why the cluster did not make an object, and where that is shown.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refused {
    /// Why.
    pub(super) why: Refusal,
    /// The cluster's words.
    pub(super) message: String,
    /// The same at the fields to blame.
    pub(super) issues: Vec<Issue>,
}

impl Refused {
    fn failure(&self) -> Failure {
        match self.why {
            Refusal::Refused => Failure::Refused,
            Refusal::NameTaken => Failure::NameTaken,
            Refusal::NotAllowed => Failure::PermissionLost,
            Refusal::Missing => Failure::Missing,
            Refusal::Conflict => Failure::Conflict,
            Refusal::Changed => Failure::Changed,
        }
    }
}

#[cfg(test)]
mod tests;
