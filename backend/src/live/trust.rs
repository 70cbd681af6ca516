//! How far the watches have come, and how much what they know can be trusted.

use super::kind::{Kind, KindSet};

/// How long a watch may fail before what it knows counts as old. A broken watch is usually back within a second.
const GRACE_MILLIS: i64 = 3_000;

/// How far the watch of one kind has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Progress {
    /// Not listed yet, since the watches were last started.
    #[default]
    Waiting,
    /// Listed, and followed since.
    Synced,
    /// It may not be watched.
    Forbidden,
}

/// How far all watches have come.
#[derive(Clone, Debug, Default)]
pub(super) struct Progresses {
    of: [Progress; 6],
    failing_since: [Option<i64>; 6],
    loaded: bool,
    unheard_since: Option<i64>,
}

/// How much a view can be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Trust {
    /// Whether everything was listed once.
    pub(super) loaded: bool,
    /// Since when it may be old.
    pub(super) stale_since: Option<i64>,
    /// Kinds that may not be watched.
    pub(super) forbidden: KindSet,
}

impl Trust {
    /// Whether there can be no apps to see.
    pub(super) fn forbids_apps(self) -> bool {
        self.forbidden.contains(Kind::Deployment)
    }
}

impl Progresses {
    /// Notes how far a kind has come.
    pub(super) fn reached(&mut self, kind: Kind, progress: Progress) {
        self.of[kind as usize] = progress;
        self.failing_since[kind as usize] = None;
        if self.of.iter().all(|progress| *progress != Progress::Waiting) {
            self.loaded = true;
            self.unheard_since = None;
        }
    }

    /// Notes that a watch broke off: it will list anew.
    pub(super) fn failing(&mut self, kind: Kind, now: i64) {
        self.failing_since[kind as usize].get_or_insert(now);
    }

    /// Notes that the cluster is not heard; what is known stays, and is old until all is listed again.
    pub(super) fn unheard(&mut self, since: i64) {
        self.unheard_since.get_or_insert(since);
        self.of = [Progress::Waiting; 6];
        self.failing_since = [None; 6];
    }

    /// Notes that nothing is known any more.
    pub(super) fn forgotten(&mut self) {
        *self = Self::default();
    }

    /// How much the view can be trusted.
    pub(super) fn trust(&self, now: i64) -> Trust {
        let failing = self
            .failing_since
            .iter()
            .flatten()
            .copied()
            .filter(|since| now - since > GRACE_MILLIS);
        let forbidden = Kind::ALL
            .into_iter()
            .filter(|kind| self.of[*kind as usize] == Progress::Forbidden);
        Trust {
            loaded: self.loaded,
            stale_since: failing.chain(self.unheard_since).min(),
            forbidden: forbidden.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded() -> Progresses {
        let mut progresses = Progresses::default();
        for kind in Kind::ALL {
            progresses.reached(kind, Progress::Synced);
        }
        progresses
    }

    #[test]
    fn a_view_is_loaded_once_every_kind_is_listed_or_forbidden() {
        let mut progresses = Progresses::default();
        for kind in Kind::ALL {
            assert!(!progresses.trust(0).loaded);
            let progress = if kind == Kind::Pod {
                Progress::Forbidden
            } else {
                Progress::Synced
            };
            progresses.reached(kind, progress);
        }

        let trust = progresses.trust(0);
        assert!(trust.loaded && trust.forbidden.contains(Kind::Pod));
    }

    #[test]
    fn after_a_silence_a_view_is_old_until_all_kinds_are_listed_again() {
        let mut progresses = loaded();
        progresses.unheard(7);
        progresses.unheard(9);
        for kind in Kind::ALL {
            assert_eq!(progresses.trust(10).stale_since, Some(7));
            progresses.reached(kind, Progress::Synced);
        }

        assert_eq!(progresses.trust(10).stale_since, None);
    }

    #[test]
    fn a_watch_that_fails_for_a_moment_does_not_make_a_view_old() {
        let mut progresses = loaded();
        progresses.failing(Kind::Pod, 1_000);

        assert_eq!(progresses.trust(3_000).stale_since, None);
        assert_eq!(progresses.trust(4_001).stale_since, Some(1_000));
        progresses.reached(Kind::Pod, Progress::Synced);
        assert_eq!(progresses.trust(9_000).stale_since, None);
    }
}
