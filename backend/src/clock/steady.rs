//! A time by which ages are measured.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::Clock;

/// Milliseconds since 1970 that never go back, and go on at least as fast as the monotonic clock.
///
/// It follows the clock of the machine forward, but not back: an age that is measured by it is not made shorter by setting
/// the clock. Across a restart it goes on from a time that was stored.
#[derive(Clone, Debug)]
pub struct SteadyTime {
    clock: Clock,
    anchor: Arc<Mutex<Anchor>>,
}

/// A time, and what the monotonic clock said then.
#[derive(Clone, Copy, Debug)]
struct Anchor {
    millis: i64,
    elapsed: Duration,
}

impl SteadyTime {
    /// Begins with the clock of the machine, or with a time that is known to have passed if that is later.
    pub fn after(clock: Clock, known: i64) -> Self {
        let anchor = Anchor {
            millis: clock.millis().max(known),
            elapsed: clock.elapsed(),
        };
        Self {
            clock,
            anchor: Arc::new(Mutex::new(anchor)),
        }
    }

    /// The time.
    pub fn millis(&self) -> i64 {
        let mut anchor = self.anchor.lock().unwrap_or_else(PoisonError::into_inner);
        let elapsed = self.clock.elapsed();
        let gone = elapsed.saturating_sub(anchor.elapsed).as_millis();
        let counted = anchor
            .millis
            .saturating_add(i64::try_from(gone).unwrap_or(i64::MAX));
        let wall = self.clock.millis();
        // Only moved when the machine is ahead, so that parts of milliseconds are not lost with each reading.
        if wall > counted {
            *anchor = Anchor {
                millis: wall,
                elapsed,
            };
        }
        wall.max(counted)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    #[test]
    fn it_begins_with_the_later_of_the_clock_and_what_is_known() {
        let clock = Clock::standing(at(1000));

        assert_eq!(SteadyTime::after(clock.clone(), 900).millis(), 1000);
        assert_eq!(SteadyTime::after(clock, 5000).millis(), 5000);
    }

    #[derive(Clone, Debug)]
    enum Act {
        Pass(u32),
        Set(u32),
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let act = prop_oneof![
            (0..100_000_u32).prop_map(Act::Pass),
            any::<u32>().prop_map(Act::Set)
        ];
        proptest::collection::vec(act, 0..40)
    }

    proptest! {
        #[test]
        fn however_the_clock_is_set_all_time_that_passes_is_counted(acts in acts(), start in any::<u32>()) {
            let clock = Clock::standing(at(start.into()));
            let steady = SteadyTime::after(clock.clone(), 0);
            let mut last = steady.millis();

            for act in acts {
                let least = match act {
                    Act::Pass(millis) => {
                        clock.pass(Duration::from_millis(millis.into()));
                        last + i64::from(millis)
                    }
                    Act::Set(millis) => {
                        clock.set(at(millis.into()));
                        last
                    }
                };
                let now = steady.millis();
                prop_assert_eq!(now, least.max(clock.millis()));
                last = now;
            }
        }
    }
}
