//! Work that keeps a processor busy for longer than a few milliseconds: reading and judging large drafts, plans,
//! differences. It leaves the threads that answer requests, and only so much of it is done at a time.

use std::time::Duration;

use tokio::runtime::{Handle, RuntimeFlavor};

use crate::fair_queue::{Bounds, Busy, FairQueue};
use crate::identity::{Member, Members};

/// Bytes of text that are read and judged within a few milliseconds, so that they are not worth a place.
const SMALL: usize = 16 * 1024;

/// Where such work is done. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Cpu(FairQueue);

impl Cpu {
    /// Half of the processors there are, shared by these members, so that requests are answered meanwhile.
    pub fn of(members: &Members) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let bounds = Bounds {
            in_all: (processors / 2).max(1),
            each: 1,
            waiting: 32,
            patience: Duration::from_secs(10),
        };
        Self(FairQueue::new(bounds.shared_by(members)))
    }

    /// Does work for a member, when it is its turn.
    pub async fn run<T>(&self, member: &Member, work: impl FnOnce() -> T) -> Result<T, Busy> {
        let _place = self.0.place(member).await?;
        Ok(away(work))
    }

    /// The same for work on a text of that many bytes. A small one is done at once.
    pub async fn on_text<T>(
        &self,
        member: &Member,
        bytes: usize,
        work: impl FnOnce() -> T,
    ) -> Result<T, Busy> {
        if bytes <= SMALL {
            Ok(work())
        } else {
            self.run(member, work).await
        }
    }
}

/// Does work after handing over what else this thread had to do. A runtime with one thread has nobody to hand it to.
pub(crate) fn away<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}
