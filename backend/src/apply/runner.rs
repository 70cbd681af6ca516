//! Works on operations: claims one that is due, does what is next until it has ended or has to wait.

use std::error::Error;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::crash::{CrashPoint, reached};
use super::handover::{Handed, Terms};
use super::make::failed;
use super::operation::{Next, Operation, OperationId};
use super::promise::{AHEAD, Promise};
use super::state::{Failure, WrongTurn};
use super::store::{Claim, Latest, OperationStore, SaveError};
use crate::clock::Clock;
use crate::cluster::{Access, ClusterError};
use crate::clusters::Clusters;
use crate::db::DbError;
use crate::identity::Members;

/// Operations worked on at the same time.
const WORKERS: usize = 8;
/// The longest sleep without looking whether something is due.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The first pause after a failure; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// How soon it is tried again to store something.
const LOOK_FOR_ROOM: Duration = Duration::from_secs(1);
/// How long answers are waited for when told to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(3);
/// How much later than asked a server may have given a request up, and clocks may be apart.
const MARGIN: Duration = Duration::from_secs(1);

/// How long things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// How long the cluster may take for a write.
    pub write: Duration,
    /// The same after a failure. As long as an API server grants to any write, and longer than a webhook may take.
    pub slowest_write: Duration,
    /// How long a webhook that cannot be called, or is not done in time, is asked again.
    pub admission: Duration,
    /// How long it is tried again to ask a cluster that cannot be asked. Longer than an upgrade of a control plane;
    /// meanwhile the app can have no other operation.
    pub patience: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            write: Duration::from_secs(10),
            slowest_write: Duration::from_secs(34),
            admission: Duration::from_mins(1),
            patience: Duration::from_mins(15),
        }
    }
}

impl Timing {
    /// A lease outlives every request sent under it: up to three for one step.
    fn lease(self) -> Duration {
        (self.slowest_write + MARGIN) * 3
    }
}

/// Works on operations. One in each process; several may share the work by leases.
#[derive(Clone)]
pub struct Runner {
    pub(super) store: OperationStore,
    pub(super) clock: Clock,
    pub(super) timing: Timing,
    clusters: Clusters,
    members: Members,
    holder: String,
}

/// An operation, and the right to work on it.
pub(super) struct Work {
    pub(super) operation: Operation,
    pub(super) claim: Claim,
    /// What was stored as sent with the claim.
    pub(super) promise: Option<Promise>,
    /// Whether the cluster was asked which one it is just before it was stored.
    pub(super) just_asked: bool,
}

/// How a piece of work went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// There may be more to do.
    On,
    /// Nothing can be done before.
    Later(Duration),
    /// The cluster could not be asked.
    Failed {
        /// When it wants to be asked again, if it said.
        after: Option<Duration>,
        /// Why the operation ends, should it stay so.
        cause: Failure,
    },
}

/// Why work on an operation broke off.
#[derive(Debug, thiserror::Error)]
pub(super) enum RunError {
    #[error(transparent)]
    Save(#[from] SaveError),
    #[error(transparent)]
    WrongTurn(#[from] WrongTurn),
}

/// Why an operation's person cannot act on its cluster now.
enum Obstacle {
    Final(Failure),
    Passing(ClusterError),
}

impl Runner {
    /// A runner of its own name.
    pub fn new(store: OperationStore, clusters: Clusters, members: Members, clock: Clock) -> Self {
        let holder = store.ids().next().to_string();
        Self {
            store,
            clock,
            timing: Timing::default(),
            clusters,
            members,
            holder,
        }
    }

    /// The same with other times.
    #[must_use]
    pub fn with_timing(self, timing: Timing) -> Self {
        Self { timing, ..self }
    }

    /// Goes on with what a process before this one left, then works until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        match self.store.release_the_dead(&self.holder, self.latest()).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "going on with operations of the process before"),
            Err(error) => tracing::error!(
                error = &error as &dyn Error,
                "unfinished operations cannot be taken up yet"
            ),
        }
        self.store.handover().open(self.terms(), WORKERS);
        let workers = async {
            futures::future::join_all((0..WORKERS).map(|_| self.work(&stop))).await;
            for Handed { mut work, place } in self.store.handover().close() {
                let paused = self.pause(&mut work, Progress::Later(Duration::ZERO)).await;
                if let Err(error) = paused {
                    tracing::error!(operation = %work.operation.id, error = &error as &dyn Error, "an operation is held on to");
                }
                drop(place);
            }
        };
        let patience = async {
            stop.cancelled().await;
            tokio::time::sleep(LAST_ANSWERS).await;
        };
        // A request that is left alone here is like one of a process that died: the next one finds out what came of it.
        tokio::select! {
            () = workers => {}
            () = patience => tracing::info!("stopping without an answer of the cluster"),
        }
    }

    async fn work(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            if let Some(Handed { work, place }) = self.store.handover().next() {
                reached(CrashPoint::Claimed).await;
                self.carry(work, stop).await;
                drop(place);
                continue;
            }
            // Where all are taken, one of them is about to be handed something.
            let Some(place) = self.store.handover().place() else {
                self.sleep(stop).await;
                continue;
            };
            let worked = self.run_once(stop).await;
            drop(place);
            match worked {
                Ok(true) => {}
                Ok(false) => self.sleep(stop).await,
                Err(error) => {
                    tracing::error!(error = &error as &dyn Error, "operations cannot be worked on");
                    idle(stop, LOOK_FOR_ROOM).await;
                }
            }
        }
    }

    /// Works on one operation that is due. Answers whether there was one.
    async fn run_once(&self, stop: &CancellationToken) -> Result<bool, DbError> {
        let claimed = self.store.claim(&self.holder, self.lease()).await?;
        let Some((operation, claim)) = claimed else {
            return Ok(false);
        };
        reached(CrashPoint::Claimed).await;
        let work = Work {
            operation,
            claim,
            promise: None,
            just_asked: false,
        };
        self.carry(work, stop).await;
        Ok(true)
    }

    /// Works on an operation until it has ended or has to wait.
    async fn carry(&self, work: Work, stop: &CancellationToken) {
        let (id, held) = (work.operation.id, work.claim.clone());
        if let Err(error) = self.advance(work, stop).await {
            // What is stored is still true.
            tracing::error!(operation = %id, error = &error as &dyn Error, "work on an operation broke off");
            if let RunError::Save(SaveError::Database(_)) = error {
                self.let_go(id, &held, stop).await;
            }
        }
    }

    /// Lets go of an operation as it is stored, as soon as anything can be stored again: on a disk that was full it goes
    /// on at once. Else the lease runs out by itself.
    async fn let_go(&self, id: OperationId, held: &Claim, stop: &CancellationToken) {
        while self.clock.steady_millis() < held.lease_until && !stop.is_cancelled() {
            match self.store.let_go(id, held).await {
                Ok(()) => return,
                Err(_) => idle(stop, LOOK_FOR_ROOM).await,
            }
        }
    }

    /// Sleeps until something may be due.
    async fn sleep(&self, stop: &CancellationToken) {
        let due = self.store.next_due().await.ok().flatten();
        let wait = due.map_or(LONGEST_SLEEP, |due| {
            let wait = u64::try_from(due - self.clock.steady_millis()).unwrap_or_default();
            Duration::from_millis(wait.max(10)).min(LONGEST_SLEEP)
        });
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.store.handover().wake().notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }

    /// Does what is next until the operation has ended, or has to wait.
    async fn advance(&self, mut work: Work, stop: &CancellationToken) -> Result<(), RunError> {
        let access = match self.access(&work).await {
            Ok(access) => access,
            Err(Obstacle::Final(cause)) => return self.give_up(&mut work, cause).await,
            Err(Obstacle::Passing(error)) => {
                tracing::info!(operation = %work.operation.id, %error, "the cluster cannot be asked");
                return self.pause(&mut work, failed(&error)).await;
            }
        };
        loop {
            let achieved = work.operation.achieved();
            let progress = match work.operation.next() {
                Next::Nothing => return Ok(()),
                _ if stop.is_cancelled() => Progress::Later(Duration::ZERO),
                Next::Make(position) => self.make(&mut work, &access, position, stop).await?,
                Next::Settle(position) => self.settle(&mut work, &access, position).await?,
                Next::TakeBack(position) => self.take_back(&mut work, &access, position).await?,
                Next::Succeed => return self.succeed(&mut work).await,
                Next::EndTakingBack { left } => {
                    work.operation.state = work.operation.state.taken_back(left, self.clock.millis())?;
                    return self.end(&mut work).await;
                }
            };
            if work.operation.achieved() > achieved {
                (work.operation.failures, work.operation.failing_since) = (0, None);
            }
            if progress != Progress::On {
                return self.pause(&mut work, progress).await;
            }
        }
    }

    /// Acting as the operation's person, on the very cluster it was made for.
    async fn access(&self, work: &Work) -> Result<Access, Obstacle> {
        let operation = &work.operation;
        let member = self.members.find_person(&operation.person);
        let member = member.filter(|member| {
            // Whose rights an operation has is part of it: a change of mode must not give it others.
            member.actor == operation.actor && member.teams.iter().any(|team| team.id == operation.team)
        });
        let member = member.ok_or(Obstacle::Final(Failure::PermissionLost))?;
        let cluster = self
            .clusters
            .by_id(operation.cluster)
            .ok_or(Obstacle::Final(Failure::ClusterRemoved))?;
        let answer = if work.just_asked {
            Ok(None)
        } else {
            cluster.ask_uid().await
        };
        match answer {
            Ok(Some(uid)) if uid != operation.cluster_uid => {
                return Err(Obstacle::Final(Failure::ClusterReplaced));
            }
            // Where it may not be asked, the last that was heard counts.
            Ok(_) | Err(ClusterError::Forbidden { .. }) => {}
            Err(error) => return Err(Obstacle::Passing(error)),
        }
        cluster.access(&member).map_err(|error| match error {
            ClusterError::Forbidden { .. } => Obstacle::Final(Failure::PermissionLost),
            error => Obstacle::Passing(error),
        })
    }

    pub(super) async fn give_up(&self, work: &mut Work, cause: Failure) -> Result<(), RunError> {
        work.operation.given_up(cause, self.clock.millis())?;
        self.end(work).await
    }

    pub(super) async fn succeed(&self, work: &mut Work) -> Result<(), RunError> {
        work.operation.state = work.operation.state.succeeded(self.clock.millis())?;
        self.end(work).await
    }

    async fn end(&self, work: &mut Work) -> Result<(), RunError> {
        reached(CrashPoint::Ending).await;
        let all: Vec<usize> = (0..work.operation.steps.len()).collect();
        self.save(work, &all).await?;
        reached(CrashPoint::Ended).await;
        let Operation {
            id, state, person, ..
        } = &work.operation;
        tracing::info!(operation = %id, state = state.code(), person, "operation ended");
        Ok(())
    }

    async fn pause(&self, work: &mut Work, progress: Progress) -> Result<(), RunError> {
        if let Some(promise) = work.promise.take() {
            self.save(work, &promise.broken(Vec::new())).await?;
        }
        let wait = match progress {
            Progress::On => Duration::ZERO,
            Progress::Later(wait) => wait,
            Progress::Failed { after, cause } => {
                let Some(left) = self.patience_left(&mut work.operation) else {
                    return self.give_up(work, cause).await;
                };
                let doubled = FIRST_PAUSE.saturating_mul(1 << work.operation.failures.min(10));
                work.operation.failures = work.operation.failures.saturating_add(1);
                after
                    .unwrap_or(doubled)
                    .clamp(FIRST_PAUSE, LONGEST_PAUSE)
                    .min(left)
            }
        };
        let retry_at = self.clock.steady_millis() + millis(wait);
        Ok(self.store.release(&work.operation, &work.claim, retry_at).await?)
    }

    /// How much longer an operation that gets nowhere is tried, counted from when this is first asked since anything was
    /// achieved.
    pub(super) fn patience_left(&self, operation: &mut Operation) -> Option<Duration> {
        self.left_of(self.timing.patience, operation)
    }

    /// The same of the patience with a webhook.
    pub(super) fn admission_left(&self, operation: &mut Operation) -> Option<Duration> {
        self.left_of(self.timing.admission, operation)
    }

    fn left_of(&self, patience: Duration, operation: &mut Operation) -> Option<Duration> {
        let now = self.clock.steady_millis();
        let since = *operation.failing_since.get_or_insert(now);
        let left = u64::try_from(since + millis(patience) - now).ok()?;
        (left > 0).then(|| Duration::from_millis(left))
    }

    /// How long the cluster may take for the next write of an operation. What failed once may have been too slow.
    pub(super) fn write_time(&self, operation: &Operation) -> Duration {
        match operation.failures {
            0 => self.timing.write,
            _ => self.timing.slowest_write,
        }
    }

    /// Stores what became of the operation and of these steps.
    pub(super) async fn save(&self, work: &mut Work, steps: &[usize]) -> Result<(), RunError> {
        let lease = self.lease();
        Ok(self
            .store
            .save(&work.operation, steps, &mut work.claim, lease)
            .await?)
    }

    /// The same, as if the operation were `told`.
    pub(super) async fn save_as(
        &self,
        work: &mut Work,
        told: &Operation,
        steps: &[usize],
    ) -> Result<(), RunError> {
        let lease = self.lease();
        Ok(self.store.save(told, steps, &mut work.claim, lease).await?)
    }

    /// Whether a request sent now would be over while the lease still holds. Not so after this process stood still.
    pub(super) fn may_send(&self, work: &Work) -> bool {
        self.deadline(&work.operation) < work.claim.lease_until
    }

    /// When a request sent now is over for certain.
    pub(super) fn deadline(&self, operation: &Operation) -> i64 {
        self.clock.steady_millis() + millis(self.write_time(operation) + MARGIN)
    }

    /// The latest times that a process before this one can have stored, if its clock was that of today.
    fn latest(&self) -> Latest {
        let now = self.clock.steady_millis();
        Latest {
            deadline: now + millis(self.timing.slowest_write + MARGIN) + AHEAD,
            retry_at: now + millis(LONGEST_PAUSE),
        }
    }

    fn terms(&self) -> Terms {
        Terms {
            holder: self.holder.clone(),
            lease: self.timing.lease(),
            request: self.timing.write + MARGIN,
        }
    }

    fn lease(&self) -> i64 {
        self.clock.steady_millis() + millis(self.timing.lease())
    }
}

async fn idle(stop: &CancellationToken, wait: Duration) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = tokio::time::sleep(wait) => {}
    }
}

pub(super) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
