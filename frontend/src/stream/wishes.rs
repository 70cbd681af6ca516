//! What the tabs of a browser want to hear.

use std::collections::{BTreeMap, BTreeSet};

/// A tab that has not said for so long what it wants is gone.
pub(super) const FORGET_AFTER_MS: i64 = 90_000;

/// What each tab wants, and when it said so.
#[derive(Default)]
pub(super) struct Wishes {
    tabs: BTreeMap<String, (BTreeSet<String>, i64)>,
}

impl Wishes {
    /// Notes what a tab wants.
    pub(super) fn note(&mut self, tab: String, topics: BTreeSet<String>, now: i64) {
        if topics.is_empty() {
            self.tabs.remove(&tab);
        } else {
            self.tabs.insert(tab, (topics, now));
        }
    }

    /// Everything that is wanted by a tab that is still there.
    pub(super) fn all(&mut self, now: i64) -> BTreeSet<String> {
        self.tabs.retain(|_, (_, said)| now - *said < FORGET_AFTER_MS);
        self.tabs
            .values()
            .flat_map(|(topics, _)| topics.iter().cloned())
            .collect()
    }
}

/// How long to wait before the next attempt to connect, in milliseconds. `chance` is from 0 to 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "at most 30 000, never negative"
)]
pub(super) fn backoff(attempt: u32, chance: f64) -> u32 {
    let longest = 1000_u32.saturating_mul(1 << attempt.min(5)).min(30_000);
    // Somewhere in the upper half, so that the tabs of many people do not come back all at once.
    longest / 2 + (f64::from(longest / 2) * chance) as u32
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{FORGET_AFTER_MS, Wishes, backoff};

    fn topics(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_tab_that_is_gone_is_forgotten() {
        let mut wishes = Wishes::default();
        wishes.note("a".into(), topics(&["apps:x"]), 0);
        wishes.note("b".into(), topics(&["apps:x", "operation:1"]), 10);

        assert_eq!(wishes.all(20), topics(&["apps:x", "operation:1"]));
        assert_eq!(
            wishes.all(FORGET_AFTER_MS + 5),
            topics(&["apps:x", "operation:1"])
        );
        wishes.note("b".into(), BTreeSet::new(), FORGET_AFTER_MS + 6);
        assert_eq!(wishes.all(FORGET_AFTER_MS + 7), BTreeSet::new());
    }

    #[test]
    fn waiting_grows_to_half_a_minute() {
        assert_eq!(backoff(0, 0.0), 500);
        assert_eq!(backoff(1, 1.0), 2000);
        assert_eq!(backoff(40, 1.0), 30_000);
    }
}
