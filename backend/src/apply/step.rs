//! One object in an operation, and how far it is.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use slipway_api::{StepState as WireState, StepVerb, StepView};
use slipway_plan::{ObjectKey, SkipReason};

use super::codes::codes;
use crate::cluster::Owned;
use crate::preflight::FieldMap;

/// One object in an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its place, from 0.
    pub position: usize,
    /// What is done to the object.
    pub verb: StepVerb,
    /// The object.
    pub key: ObjectKey,
    /// Exactly what is sent, with the marks.
    pub body: Value,
    /// What is sent to take it back. Nothing for an object that was made, which is deleted, and for what cannot be.
    pub before: Option<Value>,
    /// The object that is changed or deleted, and no other of the name.
    pub target_uid: Option<String>,
    /// Fields of others that are set all the same.
    pub agreed: Option<Agreed>,
    /// Which field of the draft each path of the object comes from.
    pub fields: FieldMap,
    /// How far it is.
    pub state: StepState,
    /// The cluster's words, if it had any.
    pub message: Option<String>,
    /// What the cluster said about an object it accepted.
    pub warnings: Vec<String>,
    /// How often it was sent.
    pub attempts: u32,
    /// When it was first sent.
    pub sent_at: Option<i64>,
    /// When taking it back was first sent.
    pub undo_sent_at: Option<i64>,
    /// When it ended.
    pub finished_at: Option<i64>,
}

/// Fields of others that somebody agreed to set, and what the object was when they saw them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    /// The object without its status, as a hash.
    pub version: String,
    /// The paths, as the server names them.
    pub paths: Vec<String>,
}

/// How far a step is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Not sent.
    Pending,
    /// Sent; the answer is not known. After `deadline` the server has given up on it.
    Sent {
        /// The moment, in milliseconds.
        deadline: i64,
    },
    /// The object is there.
    Done {
        /// Its uid.
        uid: String,
        /// How it came to be there.
        outcome: Made,
    },
    /// It was made, should have been taken back, and is still there.
    Kept {
        /// Its uid.
        uid: String,
        /// Why it was left.
        why: Kept,
    },
    /// The cluster refused it for good.
    Refused(Refusal),
    /// Made, and gone again.
    Undone(Undone),
    /// Not made.
    Skipped(Skipped),
}

codes! {
    /// How an object came to be there.
    Made {
        /// By this request.
        Created = "created",
        /// By an earlier request of the same operation, whose answer was lost.
        AlreadyOurs = "already_ours",
        /// It was made suspended, and has been let go.
        Released = "released",
        /// It was one of ours, and was changed.
        Applied = "applied",
        /// It was somebody else's, and was changed.
        Patched = "patched",
        /// It was there, and is gone.
        Deleted = "deleted",
        /// It was gone before.
        AlreadyGone = "already_gone",
    }
}

codes! {
    /// Why an object that was made is still there after undoing.
    Kept {
        /// Somebody else has written since.
        ChangedByOthers = "kept_changed_by_others",
        /// The person may not delete it.
        NotAllowed = "kept_not_allowed",
        /// The cluster refuses to delete it.
        Refused = "kept_refused",
    }
}

codes! {
    /// Why the cluster did not make an object.
    Refusal {
        /// It does not accept the object.
        Refused = "refused",
        /// The name belongs to something else.
        NameTaken = "name_taken",
        /// The person may not.
        NotAllowed = "not_allowed",
        /// The namespace, or the kind, is not there.
        Missing = "missing",
        /// Somebody else has set a field that it sets.
        Conflict = "conflict",
        /// The object is not the one that was to be changed, or is no longer what it was.
        Changed = "changed",
    }
}

codes! {
    /// How an object went away again.
    Undone {
        /// We deleted it.
        Deleted = "deleted",
        /// It was gone already.
        Gone = "gone",
        /// It is what it was before.
        Restored = "restored",
        /// It was deleted, and is there again.
        Remade = "remade",
    }
}

codes! {
    /// Why an object was not made.
    Skipped {
        /// The operation ended before.
        NotReached = "not_reached",
        /// The cluster lacks the kind.
        KindMissing = "kind_missing",
        /// The cluster has no way to send a share of requests elsewhere.
        CanaryMissing = "canary_missing",
        /// The app does without it, and it stays, since it may hold data.
        Stays = "stays",
    }
}

impl From<SkipReason> for Skipped {
    fn from(reason: SkipReason) -> Self {
        match reason {
            SkipReason::KindMissing => Self::KindMissing,
            SkipReason::CanaryMissing => Self::CanaryMissing,
        }
    }
}

impl StepState {
    /// The state on the wire and in the table.
    pub fn wire(&self) -> WireState {
        match self {
            Self::Pending => WireState::Pending,
            Self::Sent { .. } => WireState::Sent,
            Self::Done { .. } | Self::Kept { .. } => WireState::Done,
            Self::Refused(_) => WireState::Refused,
            Self::Undone(_) => WireState::Undone,
            Self::Skipped(_) => WireState::Skipped,
        }
    }

    /// The state as its table has it.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent { .. } => "sent",
            Self::Done { .. } | Self::Kept { .. } => "done",
            Self::Refused(_) => "refused",
            Self::Undone(_) => "undone",
            Self::Skipped(_) => "skipped",
        }
    }

    /// When the server has given up on a request whose answer is not known.
    pub(super) fn deadline(&self) -> Option<i64> {
        if let Self::Sent { deadline } = self {
            Some(*deadline)
        } else {
            None
        }
    }

    /// What became of it, as a code.
    pub fn outcome(&self) -> Option<&'static str> {
        match self {
            Self::Pending | Self::Sent { .. } => None,
            Self::Done { outcome, .. } => Some(outcome.as_str()),
            Self::Kept { why, .. } => Some(why.as_str()),
            Self::Refused(why) => Some(why.as_str()),
            Self::Undone(how) => Some(how.as_str()),
            Self::Skipped(why) => Some(why.as_str()),
        }
    }

    /// The uid of the object, while it is there.
    pub fn uid(&self) -> Option<&str> {
        match self {
            Self::Done { uid, .. } | Self::Kept { uid, .. } => Some(uid),
            _ => None,
        }
    }

    /// Whether something of ours is, or may be, in the cluster.
    pub fn may_be_there(&self) -> bool {
        matches!(self, Self::Sent { .. } | Self::Done { .. } | Self::Kept { .. })
    }

    /// Whether nothing more will happen to it, unless it is taken back.
    pub fn is_settled(&self) -> bool {
        !matches!(self, Self::Pending | Self::Sent { .. })
    }

    /// The state that a row stands for, if it stands for one.
    pub(super) fn read(
        state: &str,
        outcome: Option<&str>,
        uid: Option<String>,
        deadline: Option<i64>,
    ) -> Option<Self> {
        Some(match (state, outcome) {
            ("pending", None) => Self::Pending,
            ("sent", None) => Self::Sent { deadline: deadline? },
            ("done", Some(code)) => match Made::of(code) {
                Some(outcome) => Self::Done { uid: uid?, outcome },
                None => Self::Kept {
                    uid: uid?,
                    why: Kept::of(code)?,
                },
            },
            ("refused", Some(code)) => Self::Refused(Refusal::of(code)?),
            ("undone", Some(code)) => Self::Undone(Undone::of(code)?),
            ("skipped", Some(code)) => Self::Skipped(Skipped::of(code)?),
            _ => return None,
        })
    }
}

impl Agreed {
    /// Whether exactly these fields were agreed to.
    pub(super) fn covers(&self, owned: &[Owned]) -> bool {
        let found: BTreeSet<&str> = owned.iter().map(|owned| owned.path.as_str()).collect();
        found == self.paths.iter().map(String::as_str).collect()
    }
}

impl Step {
    /// A step that has not been sent.
    pub(super) fn new(verb: StepVerb, key: ObjectKey, body: Value, fields: FieldMap) -> Self {
        Self {
            position: 0,
            verb,
            key,
            body,
            before: None,
            target_uid: None,
            agreed: None,
            fields,
            state: StepState::Pending,
            message: None,
            warnings: Vec::new(),
            attempts: 0,
            sent_at: None,
            undo_sent_at: None,
            finished_at: None,
        }
    }

    /// Whether it can be taken back: an object that was made is deleted, any other becomes what it was.
    pub(super) fn can_be_undone(&self) -> bool {
        self.verb == StepVerb::Create || self.before.is_some()
    }

    /// Whether a refusal of it turns the whole operation round. Deleting is last, and ends where it is refused.
    pub(super) fn turns_round(&self) -> bool {
        self.verb != StepVerb::Delete || self.before.is_some()
    }

    /// The step as pages show it.
    pub fn view(&self) -> StepView {
        let words = self
            .message
            .clone()
            .or_else(|| (!self.warnings.is_empty()).then(|| self.warnings.join("; ")));
        StepView {
            position: u32::try_from(self.position).unwrap_or(u32::MAX),
            verb: self.verb,
            request: crate::cluster::request_line(self.verb, &self.key),
            api_version: self.key.api_version.clone(),
            kind: self.key.kind.clone(),
            namespace: self.key.namespace.clone(),
            name: self.key.name.clone(),
            state: self.state.wire(),
            uid: self.state.uid().map(ToOwned::to_owned),
            outcome: self.state.outcome().map(ToOwned::to_owned),
            message: words,
            attempts: self.attempts,
            sent_at: self.sent_at,
            finished_at: self.finished_at,
        }
    }
}
