//! Slows down whoever tries tokens.
//!
//! Only failures are counted and refused: a right token is good from anywhere, whoever else has failed from there. What a
//! network has left to wait is a duration, counted down by the monotonic clock and stored, so that neither a restart nor a
//! clock that is set clears or prolongs it.

mod store;

use std::collections::HashMap;
use std::error::Error;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use self::store::{FailureRow, ThrottleStore};
use crate::clock::Clock;
use crate::db::{Db, DbError};
use crate::network::Network;

/// Failures of one network before it has to wait.
const FREE_FAILURES: u32 = 10;
/// How long failures count.
const WINDOW: Duration = Duration::from_mins(1);
/// Networks remembered at most.
const MOST_NETWORKS: usize = 4096;
/// How often what is left is stored. A killed server has counted down that much in vain, at most.
const STORE_PERIOD: Duration = Duration::from_secs(5);
/// The shortest time between two writes, however many networks begin to wait.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// Counts failed sign-ins by network.
#[derive(Clone)]
pub struct Throttle {
    clock: Clock,
    store: ThrottleStore,
    failures: Arc<Mutex<Failures>>,
    somebody_waits: Arc<Notify>,
}

impl Throttle {
    /// Goes on with what is stored.
    pub async fn open(db: Db, clock: Clock) -> Result<Self, DbError> {
        let store = ThrottleStore::new(db);
        let stored = Failures::left(store.read().await?, clock.elapsed());
        Ok(Self {
            clock,
            store,
            failures: Arc::new(Mutex::new(stored)),
            somebody_waits: Arc::default(),
        })
    }

    /// Counts a failure. If there were too many from this network, it is not counted, and the answer is how long the network
    /// has to wait.
    pub fn failed(&self, address: IpAddr) -> Option<Duration> {
        match self.with(|failures, now| failures.add(Network::of(address), now)) {
            Counted::Free => None,
            Counted::Last => {
                self.somebody_waits.notify_one();
                None
            }
            Counted::TooMany { left } => Some(left),
        }
    }

    /// Stores what is left: as soon as a network has to wait, from time to time, and when the server stops.
    pub async fn keep(self, stopping: CancellationToken) {
        let mut nothing_stored = false;
        loop {
            let due = tokio::time::timeout(STORE_PERIOD, self.somebody_waits.notified());
            let goes_on = stopping.run_until_cancelled(due).await.is_some();
            nothing_stored = self.store(nothing_stored).await;
            if !goes_on {
                break;
            }
            stopping
                .run_until_cancelled(tokio::time::sleep(STORE_PAUSE))
                .await;
        }
    }

    /// Stores what is left, and answers whether that was nothing.
    async fn store(&self, nothing_stored: bool) -> bool {
        let rows = self.with(Failures::rows);
        if rows.is_empty() && nothing_stored {
            return true;
        }
        if let Err(error) = self.store.replace(&rows).await {
            tracing::warn!(error = &error as &dyn Error, "failed sign-ins are not stored");
            return false;
        }
        rows.is_empty()
    }

    fn with<T>(&self, act: impl FnOnce(&mut Failures, Duration) -> T) -> T {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut failures, self.clock.elapsed())
    }
}

/// What a failure means for its network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counted {
    /// It may try again.
    Free,
    /// It may not try again for a while.
    Last,
    /// It had to wait already.
    TooMany { left: Duration },
}

/// Failures by network, and when they are forgotten.
#[derive(Debug, Default)]
struct Failures(HashMap<Network, Failed>);

#[derive(Clone, Copy, Debug)]
struct Failed {
    count: u32,
    until: Duration,
}

impl Failures {
    fn left(rows: Vec<FailureRow>, now: Duration) -> Self {
        let failed = |row: FailureRow| Failed {
            count: row.count,
            until: now + row.left.min(WINDOW),
        };
        let by_network = rows.into_iter().map(|row| (row.network, failed(row)));
        Self(by_network.take(MOST_NETWORKS).collect())
    }

    fn add(&mut self, network: Network, now: Duration) -> Counted {
        self.0.retain(|_, failed| failed.until > now);
        if self.0.len() >= MOST_NETWORKS && !self.0.contains_key(&network) {
            self.forget_one();
        }
        let failed = self.0.entry(network).or_insert(Failed {
            count: 0,
            until: now + WINDOW,
        });
        if failed.count >= FREE_FAILURES {
            let left = failed.until.saturating_sub(now);
            return Counted::TooMany { left };
        }
        failed.count += 1;
        if failed.count == FREE_FAILURES {
            Counted::Last
        } else {
            Counted::Free
        }
    }

    /// Makes room: whoever has failed least is forgotten, so that many networks with one failure each do not clear those
    /// that have to wait.
    fn forget_one(&mut self) {
        let least = self
            .0
            .iter()
            .min_by_key(|(_, failed)| (failed.count, failed.until));
        if let Some(network) = least.map(|(network, _)| *network) {
            self.0.remove(&network);
        }
    }

    fn rows(&mut self, now: Duration) -> Vec<FailureRow> {
        self.0.retain(|_, failed| failed.until > now);
        let row = |(network, failed): (&Network, &Failed)| FailureRow {
            network: *network,
            count: failed.count,
            left: failed.until.saturating_sub(now),
        };
        self.0.iter().map(row).collect()
    }
}

#[cfg(test)]
mod tests;
