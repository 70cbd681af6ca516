//! Whether the server is ready to be asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts what must be decided before the server is ready: of each cluster, whether it answers and what may be watched.
#[derive(Clone, Debug, Default)]
pub struct Readiness(Arc<AtomicUsize>);

/// One thing that must be decided first. Dropping it decides it.
#[derive(Debug)]
pub struct Undecided(Arc<AtomicUsize>);

impl Readiness {
    /// One thing more to wait for.
    pub fn wait_for_one(&self) -> Undecided {
        self.0.fetch_add(1, Ordering::SeqCst);
        Undecided(self.0.clone())
    }

    /// Whether nothing is left to wait for.
    pub fn is_ready(&self) -> bool {
        self.0.load(Ordering::SeqCst) == 0
    }
}

impl Drop for Undecided {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
