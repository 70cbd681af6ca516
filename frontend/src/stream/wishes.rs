//! What the tabs of a browser want to hear.
//!
//! A handful of tabs with a handful of topics each: lists do, and are less to download than maps.

/// A tab that has not said for so long what it wants is gone.
pub(super) const FORGET_AFTER_MS: i64 = 90_000;

/// What each tab wants, and when it said so.
#[derive(Default)]
pub(super) struct Wishes {
    tabs: Vec<Wish>,
}

struct Wish {
    tab: String,
    topics: Vec<String>,
    said: i64,
}

impl Wishes {
    /// Notes what a tab wants.
    pub(super) fn note(&mut self, tab: String, topics: Vec<String>, now: i64) {
        self.tabs.retain(|wish| wish.tab != tab);
        if !topics.is_empty() {
            self.tabs.push(Wish {
                tab,
                topics,
                said: now,
            });
        }
    }

    /// Everything that is wanted by a tab that is still there, each topic once.
    pub(super) fn all(&mut self, now: i64) -> Vec<String> {
        self.tabs.retain(|wish| now - wish.said < FORGET_AFTER_MS);
        once_each(self.tabs.iter().flat_map(|wish| &wish.topics))
    }
}

/// Topics without those that were there before.
pub(super) fn once_each<'a>(topics: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut each: Vec<String> = Vec::new();
    for topic in topics {
        if !each.contains(topic) {
            each.push(topic.clone());
        }
    }
    each
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
    use super::{FORGET_AFTER_MS, Wishes, backoff};

    fn topics(names: &[&str]) -> Vec<String> {
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
        wishes.note("b".into(), Vec::new(), FORGET_AFTER_MS + 6);
        assert!(wishes.all(FORGET_AFTER_MS + 7).is_empty());
    }

    #[test]
    fn waiting_grows_to_half_a_minute() {
        assert_eq!(backoff(0, 0.0), 500);
        assert_eq!(backoff(1, 1.0), 2000);
        assert_eq!(backoff(40, 1.0), 30_000);
    }
}
