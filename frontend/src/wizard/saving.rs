//! When to save, and what to tell about it: a pure machine that is told what happened and answers what to do.
//!
//! Typing is counted in versions. A save carries one version; whatever was typed meanwhile makes the next one. Nothing
//! leaves while an input method is composing, and nothing is ever written over a version that somebody else saved.

/// How long a pause in typing has to be before the draft is saved.
pub(crate) const PAUSE: u32 = 600;

/// How long to wait before asking an absent server again.
const RETRIES: [u32; 5] = [1_000, 2_000, 5_000, 10_000, 30_000];

/// What a person should know about their work being kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Nothing was typed yet.
    Untouched,
    /// Typed, not yet sent.
    Typed,
    /// On its way.
    Saving,
    /// On the server since that time.
    Saved {
        /// When, in milliseconds.
        at: i64,
    },
    /// The server does not answer; the work is kept in this browser.
    Offline,
    /// Somebody else saved the draft meanwhile.
    Conflict,
    /// The session ended; the work is kept in this browser.
    SignedOut,
    /// The draft was deleted meanwhile.
    Gone,
    /// The server refused it for another reason.
    Refused {
        /// The reason, as a code.
        code: String,
    },
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Happened {
    /// Something in the form changed.
    Changed,
    /// The pause in typing was long enough.
    Paused,
    /// A field was left, or somebody asked for the save.
    Left,
    /// The page is being hidden or closed.
    Hidden,
    /// An input method began to compose.
    ComposingBegan,
    /// It ended.
    ComposingEnded,
    /// It is time to ask again, or there is reason to hope for an answer.
    Hope,
    /// The server has the version that was sent.
    Saved {
        /// The draft's revision now.
        revision: u64,
        /// When, in milliseconds.
        at: i64,
    },
    /// The server did not take it.
    Failed(Failed),
    /// The person decided that their version is to replace revision `over`.
    KeptMine {
        /// The revision they saw and decided to replace.
        over: u64,
    },
    /// The person took the other version.
    TookTheirs {
        /// Its revision.
        revision: u64,
        /// When it was saved, in milliseconds.
        at: i64,
    },
    /// The deleted draft is to be kept as a new one.
    KeptAsNew,
}

/// Why the server did not take a save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// No answer, or one that asks to come again.
    Unreachable,
    /// Not signed in.
    SignedOut,
    /// Somebody else saved meanwhile.
    Stale,
    /// The draft is not there.
    Gone,
    /// Anything else, as a code.
    Refused(String),
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Start the pause again.
    AwaitPause,
    /// Send the draft as it is now.
    Send {
        /// The request has to outlive the page.
        outlive: bool,
    },
    /// Ask again after so many milliseconds.
    AwaitHope(u32),
    /// Read what the other person saved.
    ReadTheirs,
}

/// The machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Saving {
    status: Status,
    /// The revision on the server that this is built on; none while there is no draft on the server.
    base: Option<u64>,
    typed: u64,
    saved: u64,
    sent: Option<u64>,
    composing: bool,
    /// A save came due while it could not be sent.
    due: bool,
    failures: usize,
}

impl Saving {
    /// A form with nothing typed, for a draft that is not on the server.
    pub(crate) fn new() -> Self {
        Self {
            status: Status::Untouched,
            base: None,
            typed: 0,
            saved: 0,
            sent: None,
            composing: false,
            due: false,
            failures: 0,
        }
    }

    /// A draft as the server has it.
    pub(crate) fn opened(revision: u64, at: i64) -> Self {
        Self {
            status: Status::Saved { at },
            base: Some(revision),
            ..Self::new()
        }
    }

    /// Work found in this browser that the server does not have. `base` is what it was built on.
    pub(crate) fn found(base: Option<u64>) -> Self {
        Self {
            status: Status::Typed,
            base,
            typed: 1,
            ..Self::new()
        }
    }

    /// What to tell.
    pub(crate) fn status(&self) -> &Status {
        &self.status
    }

    /// The revision on the server that this is built on.
    pub(crate) fn base(&self) -> Option<u64> {
        self.base
    }

    /// Whether something is typed that the server does not have.
    pub(crate) fn unsaved(&self) -> bool {
        self.typed != self.saved
    }

    /// Whether nothing is on its way and nothing is left to send.
    pub(crate) fn settled(&self) -> bool {
        self.sent.is_none() && !self.unsaved()
    }

    /// Whether saving waits for the person.
    pub(crate) fn halted(&self) -> bool {
        matches!(
            self.status,
            Status::Conflict | Status::SignedOut | Status::Gone | Status::Refused { .. }
        )
    }

    /// Whether the server does not answer, and nothing is on its way to it.
    pub(crate) fn away(&self) -> bool {
        self.status == Status::Offline && self.sent.is_none()
    }

    /// Takes note of what happened and answers what to do.
    pub(crate) fn note(&mut self, happened: Happened) -> Option<Act> {
        match happened {
            Happened::Changed => self.changed(),
            Happened::Paused | Happened::Left => self.send(false),
            Happened::Hidden => self.send(true),
            Happened::ComposingBegan => {
                self.composing = true;
                None
            }
            Happened::ComposingEnded => {
                self.composing = false;
                if std::mem::take(&mut self.due) {
                    self.send(false)
                } else {
                    None
                }
            }
            Happened::Hope => self.hope(),
            Happened::Saved { revision, at } => self.arrived(revision, at),
            Happened::Failed(why) => self.failed(why),
            Happened::KeptMine { over } => {
                self.base = Some(over);
                self.resume()
            }
            Happened::KeptAsNew => {
                self.base = None;
                self.resume()
            }
            Happened::TookTheirs { revision, at } => {
                let composing = self.composing;
                *self = Self {
                    composing,
                    ..Self::opened(revision, at)
                };
                None
            }
        }
    }

    fn changed(&mut self) -> Option<Act> {
        self.typed += 1;
        if self.halted() {
            // A refusal may well be mended by what is being typed; the others wait for a decision.
            if !matches!(self.status, Status::Refused { .. }) {
                return None;
            }
            self.status = Status::Typed;
        }
        if matches!(self.status, Status::Untouched | Status::Saved { .. }) {
            self.status = Status::Typed;
        }
        Some(Act::AwaitPause)
    }

    fn send(&mut self, outlive: bool) -> Option<Act> {
        if !self.unsaved() || self.halted() {
            return None;
        }
        if self.composing || self.sent.is_some() {
            self.due = true;
            return None;
        }
        self.due = false;
        self.sent = Some(self.typed);
        if self.status != Status::Offline {
            self.status = Status::Saving;
        }
        Some(Act::Send { outlive })
    }

    fn hope(&mut self) -> Option<Act> {
        match self.status {
            Status::Offline => self.send(false),
            Status::SignedOut => self.resume(),
            _ => None,
        }
    }

    fn arrived(&mut self, revision: u64, at: i64) -> Option<Act> {
        self.base = Some(revision);
        self.saved = self.sent.take().unwrap_or(self.saved);
        self.failures = 0;
        if !self.unsaved() {
            self.due = false;
            self.status = Status::Saved { at };
            return None;
        }
        self.status = Status::Typed;
        if std::mem::take(&mut self.due) {
            self.send(false)
        } else {
            Some(Act::AwaitPause)
        }
    }

    fn failed(&mut self, why: Failed) -> Option<Act> {
        self.sent = None;
        self.due = false;
        self.status = match &why {
            Failed::Unreachable => Status::Offline,
            Failed::SignedOut => Status::SignedOut,
            Failed::Stale => Status::Conflict,
            Failed::Gone => Status::Gone,
            Failed::Refused(code) => Status::Refused { code: code.clone() },
        };
        match why {
            Failed::Unreachable => {
                let wait = RETRIES[self.failures.min(RETRIES.len() - 1)];
                self.failures += 1;
                Some(Act::AwaitHope(wait))
            }
            Failed::Stale => Some(Act::ReadTheirs),
            _ => None,
        }
    }

    /// Goes on after the person decided.
    fn resume(&mut self) -> Option<Act> {
        self.status = Status::Typed;
        self.typed += 1;
        self.send(false)
    }
}

#[cfg(test)]
mod tests;
