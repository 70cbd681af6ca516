//! Slows down whoever tries tokens.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Clock;

/// Failures from one address before it has to wait.
const FREE_FAILURES: u32 = 10;
/// How long failures count.
const WINDOW_MILLIS: i64 = 60_000;
/// Addresses remembered at most. The oldest is forgotten first.
const MOST_ADDRESSES: usize = 4096;

/// Counts failed sign-ins by address.
#[derive(Clone)]
pub struct Throttle {
    clock: Clock,
    failures: Arc<Mutex<HashMap<IpAddr, Failures>>>,
}

#[derive(Clone, Copy)]
struct Failures {
    since: i64,
    count: u32,
}

impl Throttle {
    /// Nobody has failed yet.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            failures: Arc::default(),
        }
    }

    /// How long this address has to wait before it may try again, if it has to.
    pub fn wait(&self, address: IpAddr) -> Option<Duration> {
        let now = self.clock.millis();
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = failures
            .get(&network(address))
            .filter(|seen| now - seen.since < WINDOW_MILLIS)?;
        let left = u64::try_from(seen.since + WINDOW_MILLIS - now).unwrap_or_default();
        (seen.count >= FREE_FAILURES).then(|| Duration::from_millis(left.max(1)))
    }

    /// Remembers a failure.
    pub fn failed(&self, address: IpAddr) {
        let now = self.clock.millis();
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= MOST_ADDRESSES {
            let oldest = failures
                .iter()
                .min_by_key(|(_, seen)| seen.since)
                .map(|(address, _)| *address);
            oldest.and_then(|address| failures.remove(&address));
        }
        let seen = failures
            .entry(network(address))
            .or_insert(Failures { since: now, count: 0 });
        if now - seen.since >= WINDOW_MILLIS {
            *seen = Failures { since: now, count: 0 };
        }
        seen.count += 1;
    }
}

/// One household has one IPv4 address, but 2⁶⁴ of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}
