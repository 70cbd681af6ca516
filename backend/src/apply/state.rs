//! How far an operation is, and why it did not succeed.

use slipway_api::OperationState as WireState;

use super::codes::codes;

/// How far an operation is. Each transition takes the state before it, so that none can be skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationState {
    /// Stored; nobody works on it yet.
    Queued,
    /// Being worked on.
    Running,
    /// Refused; what was made is being taken back.
    Undoing(Failure),
    /// Everything was made.
    Succeeded {
        /// When it ended.
        at: i64,
    },
    /// Refused, and everything that was made is gone again.
    Undone {
        /// Why.
        cause: Failure,
        /// When it ended.
        at: i64,
    },
    /// Ended without being able to go on.
    Stopped {
        /// Why.
        cause: Failure,
        /// When it ended.
        at: i64,
    },
    /// Something that was made is left.
    Stuck {
        /// Why it was taken back at all.
        cause: Failure,
        /// When it ended.
        at: i64,
    },
}

codes! {
    /// Why an operation did not succeed.
    Failure {
        /// The cluster does not accept an object.
        Refused = "refused",
        /// A name belongs to something else.
        NameTaken = "name_taken",
        /// The person may not, or is no longer a member.
        PermissionLost = "permission_lost",
        /// The namespace, or a kind, is not there.
        Missing = "missing",
        /// Somebody else has set a field that it sets.
        Conflict = "conflict",
        /// An object is not the one that was to be changed, or is no longer what it was.
        Changed = "changed",
        /// Another cluster answers behind the same name.
        ClusterReplaced = "cluster_replaced",
        /// The cluster is no longer configured.
        ClusterRemoved = "cluster_removed",
        /// For too long the cluster did not answer, or with nothing but errors.
        ClusterUnreachable = "cluster_unreachable",
        /// For too long the cluster did not accept the credentials of this server.
        CredentialsRefused = "cluster_credentials_refused",
    }
}

/// A transition from a state that does not lead there: a fault in this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an operation that is {from:?} cannot become {to}")]
pub struct WrongTurn {
    from: OperationState,
    to: &'static str,
}

impl OperationState {
    /// Refused for good: what was made has to go.
    pub fn refused(self, cause: Failure) -> Result<Self, WrongTurn> {
        match self {
            Self::Running => Ok(Self::Undoing(cause)),
            from => Err(WrongTurn { from, to: "undoing" }),
        }
    }

    /// Everything was made.
    pub fn succeeded(self, at: i64) -> Result<Self, WrongTurn> {
        match self {
            Self::Running => Ok(Self::Succeeded { at }),
            from => Err(WrongTurn {
                from,
                to: "succeeded",
            }),
        }
    }

    /// Taking back is over; `left` says whether something could not be.
    pub fn taken_back(self, left: bool, at: i64) -> Result<Self, WrongTurn> {
        match self {
            Self::Undoing(cause) if left => Ok(Self::Stuck { cause, at }),
            Self::Undoing(cause) => Ok(Self::Undone { cause, at }),
            from => Err(WrongTurn { from, to: "undone" }),
        }
    }

    /// It cannot go on; `left` says whether something of it may be in the cluster that is to be cleared away.
    pub fn given_up(self, cause: Failure, left: bool, at: i64) -> Result<Self, WrongTurn> {
        match self {
            Self::Queued | Self::Running | Self::Undoing(_) if left => Ok(Self::Stuck { cause, at }),
            Self::Queued | Self::Running | Self::Undoing(_) => Ok(Self::Stopped { cause, at }),
            from => Err(WrongTurn { from, to: "stopped" }),
        }
    }

    /// The state on the wire and in the table.
    pub fn wire(self) -> WireState {
        match self {
            Self::Queued => WireState::Queued,
            Self::Running => WireState::Running,
            Self::Undoing(_) => WireState::Undoing,
            Self::Succeeded { .. } => WireState::Succeeded,
            Self::Undone { .. } => WireState::Undone,
            Self::Stopped { .. } => WireState::Stopped,
            Self::Stuck { .. } => WireState::Stuck,
        }
    }

    /// The state as its table has it.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Undoing(_) => "undoing",
            Self::Succeeded { .. } => "succeeded",
            Self::Undone { .. } => "undone",
            Self::Stopped { .. } => "stopped",
            Self::Stuck { .. } => "stuck",
        }
    }

    /// Why it did not succeed, if so.
    pub fn failure(self) -> Option<Failure> {
        match self {
            Self::Queued | Self::Running | Self::Succeeded { .. } => None,
            Self::Undoing(cause)
            | Self::Undone { cause, .. }
            | Self::Stopped { cause, .. }
            | Self::Stuck { cause, .. } => Some(cause),
        }
    }

    /// When it ended, if it did.
    pub fn finished_at(self) -> Option<i64> {
        match self {
            Self::Queued | Self::Running | Self::Undoing(_) => None,
            Self::Succeeded { at }
            | Self::Undone { at, .. }
            | Self::Stopped { at, .. }
            | Self::Stuck { at, .. } => Some(at),
        }
    }

    /// The state that a row stands for, if it stands for one.
    pub(super) fn read(state: &str, failure: Option<&str>, at: Option<i64>) -> Option<Self> {
        Some(match (state, failure.map(Failure::of), at) {
            ("queued", None, None) => Self::Queued,
            ("running", None, None) => Self::Running,
            ("undoing", Some(Some(cause)), None) => Self::Undoing(cause),
            ("succeeded", None, Some(at)) => Self::Succeeded { at },
            ("undone", Some(Some(cause)), Some(at)) => Self::Undone { cause, at },
            ("stopped", Some(Some(cause)), Some(at)) => Self::Stopped { cause, at },
            ("stuck", Some(Some(cause)), Some(at)) => Self::Stuck { cause, at },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_reads_back_as_it_was_written() {
        let at = 3;
        let cause = Failure::PermissionLost;
        let states = [
            OperationState::Queued,
            OperationState::Running,
            OperationState::Undoing(cause),
            OperationState::Succeeded { at },
            OperationState::Undone { cause, at },
            OperationState::Stopped { cause, at },
            OperationState::Stuck { cause, at },
        ];
        for state in states {
            let wire = serde_json::to_value(state.wire()).unwrap();
            let failure = state.failure().map(Failure::as_str);
            assert_eq!(wire, state.code(), "the table and the wire say the same");
            let read = OperationState::read(state.code(), failure, state.finished_at());
            assert_eq!(read, Some(state));
        }
        assert_eq!(OperationState::read("succeeded", Some("refused"), Some(at)), None);
    }
}
