//! Time and ids as values that tests can move.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use uuid::Uuid;

/// Tells the time.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The time of the machine.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still until it is moved.
    pub fn standing(at: Timestamp) -> Self {
        Self(Some(Arc::new(AtomicI64::new(at.as_millisecond()))))
    }

    /// Milliseconds since 1970.
    pub fn millis(&self) -> i64 {
        #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
        self.0.as_ref().map_or_else(
            || Timestamp::now().as_millisecond(),
            |at| at.load(Ordering::SeqCst),
        )
    }

    /// Moves a standing clock forward. Does nothing to the machine's.
    pub fn pass(&self, duration: std::time::Duration) {
        if let Some(at) = &self.0 {
            at.fetch_add(
                i64::try_from(duration.as_millis()).unwrap_or(i64::MAX),
                Ordering::SeqCst,
            );
        }
    }
}

/// Makes ids.
#[derive(Clone, Debug, Default)]
pub struct Ids(Option<Arc<AtomicI64>>);

impl Ids {
    /// Ids that are unique everywhere and sort by time.
    pub fn random() -> Self {
        Self(None)
    }

    /// Ids that count from 1, for tests that read them.
    pub fn counting() -> Self {
        Self(Some(Arc::new(AtomicI64::new(0))))
    }

    /// A new id.
    pub fn next(&self) -> Uuid {
        #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
        self.0.as_ref().map_or_else(Uuid::now_v7, |count| {
            Uuid::from_u128(u128::try_from(count.fetch_add(1, Ordering::SeqCst) + 1).unwrap_or_default())
        })
    }
}
