//! Steps that are stored as sent before they leave, several at once, since each commit costs as much as a request.
//!
//! In memory they are still pending. Whoever finds them stored asks the cluster what came of each, as of any request whose
//! answer is not known.

use std::ops::Range;

use super::operation::Operation;
use crate::clock::Clock;

/// How much later than the first of them requests may leave that were stored as sent together, in milliseconds.
pub(super) const AHEAD: i64 = 2000;
/// How long those who look on may wait for what came of a step, in milliseconds.
const TOLD: i64 = 100;

/// Steps that are stored as sent and have not left.
#[derive(Debug)]
pub(super) struct Promise {
    ahead: Range<usize>,
    /// When the requests are over for certain.
    deadline: i64,
    /// When that was stored, by the steady time.
    at: i64,
    /// The same for people to read.
    sent_at: i64,
}

impl Promise {
    /// The request for a step, over by `deadline`, and those that create something right after it, unless the cluster is in
    /// trouble: then what is not known is waited for long.
    pub(super) fn of(operation: &Operation, position: usize, clock: &Clock, deadline: i64) -> Self {
        let ahead = match operation.failures {
            0 => position..operation.created_next(position).end,
            _ => position..position + 1,
        };
        let alone = ahead.len() == 1;
        Self {
            deadline: if alone { deadline } else { deadline + AHEAD },
            ahead,
            at: clock.steady_millis(),
            sent_at: clock.millis(),
        }
    }

    /// The operation as it is to be stored.
    pub(super) fn told(&self, operation: &Operation) -> Operation {
        let mut told = operation.clone();
        for position in self.ahead.clone() {
            told.sent(position, self.sent_at, self.deadline);
        }
        told
    }

    /// The steps that it changes.
    pub(super) fn steps(&self) -> Range<usize> {
        self.ahead.clone()
    }

    /// Whether a step may leave now without another word, to be over by `deadline`.
    pub(super) fn holds(&self, position: usize, now: i64, deadline: i64) -> bool {
        self.ahead.contains(&position) && deadline <= self.deadline && now - self.at < TOLD
    }

    /// What is to be stored as it is, now that the others will not leave, beside what changed.
    pub(super) fn broken(&self, mut changed: Vec<usize>) -> Vec<usize> {
        changed.extend(self.steps());
        changed.sort_unstable();
        changed.dedup();
        changed
    }
}
