//! Time and ids as values that tests can move.

mod steady;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use uuid::Uuid;

pub use steady::SteadyTime;

/// Tells the time.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<Standing>>);

/// The readings of a clock that only tests move.
#[derive(Debug)]
struct Standing {
    began: i64,
    wall: AtomicI64,
    elapsed: AtomicI64,
}

impl Clock {
    /// The time of the machine.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still until it is moved.
    pub fn standing(at: Timestamp) -> Self {
        Self(Some(Arc::new(Standing {
            began: at.as_millisecond(),
            wall: AtomicI64::new(at.as_millisecond()),
            elapsed: AtomicI64::new(0),
        })))
    }

    /// Milliseconds since 1970. Jumps when somebody sets the clock of the machine.
    pub fn millis(&self) -> i64 {
        #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
        self.0.as_ref().map_or_else(
            || Timestamp::now().as_millisecond(),
            |standing| standing.wall.load(Ordering::SeqCst),
        )
    }

    /// The time since the process first asked. Monotonic: setting the clock of the machine does not change it.
    pub fn elapsed(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        self.0.as_ref().map_or_else(
            || START.elapsed(),
            |standing| {
                let millis = standing.elapsed.load(Ordering::SeqCst);
                Duration::from_millis(u64::try_from(millis).unwrap_or_default())
            },
        )
    }

    /// Milliseconds since 1970 as they were when the process first asked, and counted from there: for what has to happen
    /// after a while. They neither go back nor jump, whatever the clock of the machine is set to.
    pub fn steady_millis(&self) -> i64 {
        static BEGAN: LazyLock<i64> = LazyLock::new(|| {
            let clock = Clock::system();
            clock.millis() - whole_millis(clock.elapsed())
        });
        let began = self.0.as_ref().map_or_else(|| *BEGAN, |standing| standing.began);
        began.saturating_add(whole_millis(self.elapsed()))
    }

    /// Moves a standing clock forward. Does nothing to the machine's.
    pub fn pass(&self, duration: Duration) {
        if let Some(standing) = &self.0 {
            let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
            standing.wall.fetch_add(millis, Ordering::SeqCst);
            standing.elapsed.fetch_add(millis, Ordering::SeqCst);
        }
    }

    /// Sets a standing clock to another time of day, as an administrator would: no time passes by that. Does nothing to
    /// the machine's.
    pub fn set(&self, at: Timestamp) {
        if let Some(standing) = &self.0 {
            standing.wall.store(at.as_millisecond(), Ordering::SeqCst);
        }
    }
}

fn whole_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_loses_no_time_that_has_passed() {
        let clock = Clock::standing(Timestamp::from_millisecond(1_000_000).unwrap());
        clock.pass(Duration::from_secs(5));

        clock.set(Timestamp::from_millisecond(7).unwrap());
        clock.pass(Duration::from_secs(1));

        assert_eq!((clock.millis(), clock.steady_millis()), (1007, 1_006_000));
    }

    #[test]
    fn the_steady_time_of_the_machine_begins_with_its_time() {
        let clock = Clock::system();

        assert!((clock.millis() - clock.steady_millis()).abs() < 10_000);
    }
}
