//! Handing an operation to a worker that is free, right when it is stored: it need not be claimed then.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::runner::Work;

/// The way from those who store operations to the workers of this process. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Handover {
    state: Arc<Mutex<State>>,
    wake: Arc<Notify>,
}

#[derive(Default)]
struct State {
    open: Option<Terms>,
    /// Workers that do nothing, and that nobody has taken.
    free: usize,
    waiting: VecDeque<Handed>,
}

/// What a runner says of itself.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    /// Its name.
    pub(super) holder: String,
    /// How long a claim lasts.
    pub(super) lease: Duration,
    /// When a request sent now is over for certain.
    pub(super) request: Duration,
}

/// A worker that does nothing else. Free again when dropped.
pub(super) struct Place {
    handover: Handover,
    /// What its runner says of itself.
    pub(super) terms: Terms,
}

/// An operation, and the worker that it was handed to.
pub(super) struct Handed {
    /// The operation.
    pub(super) work: Work,
    /// The worker.
    pub(super) place: Place,
}

impl Handover {
    /// Woken when there may be something to do.
    pub(super) fn wake(&self) -> &Notify {
        &self.wake
    }

    /// From now on operations can be handed to so many workers.
    pub(super) fn open(&self, terms: Terms, workers: usize) {
        let mut state = self.state();
        (state.open, state.free) = (Some(terms), workers);
    }

    /// From now on nothing is handed over. Answers what nobody has begun with.
    pub(super) fn close(&self) -> VecDeque<Handed> {
        let mut state = self.state();
        state.open = None;
        std::mem::take(&mut state.waiting)
    }

    /// A free worker, if there is one.
    pub(super) fn place(&self) -> Option<Place> {
        let mut state = self.state();
        let terms = state.open.clone()?;
        state.free = state.free.checked_sub(1)?;
        Some(Place {
            handover: self.clone(),
            terms,
        })
    }

    /// The operation that was handed over first.
    pub(super) fn next(&self) -> Option<Handed> {
        let mut state = self.state();
        let next = state.waiting.pop_front();
        if !state.waiting.is_empty() {
            self.wake.notify_one();
        }
        next
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An operation that is about to be stored, for a worker. It is handed over in any case: whoever asked for it may go away
/// while it is stored, and nobody else would work on what is claimed.
pub(super) struct Handing(Option<Handed>);

impl Place {
    /// Gets an operation ready for the worker.
    pub(super) fn ready(self, work: Work) -> Handing {
        Handing(Some(Handed { work, place: self }))
    }
}

impl Handing {
    /// It is stored: the worker may begin.
    pub(super) fn stored(mut self) {
        self.0.take().into_iter().for_each(Handed::give);
    }
}

impl Drop for Handing {
    /// It may not be stored. Without a promise the worker stores something before it sends anything, which its claim then
    /// does not allow.
    fn drop(&mut self) {
        if let Some(mut handed) = self.0.take() {
            handed.work.promise = None;
            handed.give();
        }
    }
}

impl Handed {
    fn give(self) {
        let handover = self.place.handover.clone();
        handover.state().waiting.push_back(self);
        handover.wake.notify_one();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.handover.state().free += 1;
    }
}
