//! The workload, by its kind.

use serde::Serialize;

use super::words;
use crate::value::{CountOrPercent, CronSchedule, ServiceName, TimeZone};

/// The kind of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum WorkloadKind {
    /// Interchangeable pods that run for ever.
    Deployment,
    /// Pods with names and volumes of their own that run for ever.
    StatefulSet,
    /// Pods that run to their end.
    Job,
    /// A Job again and again.
    CronJob,
}

words! { WorkloadKind {
    Deployment => "Deployment",
    StatefulSet => "StatefulSet",
    Job => "Job",
    CronJob => "CronJob",
} }

impl WorkloadKind {
    /// Whether its pods run for ever, so that their number can follow the load.
    pub fn keeps_running(self) -> bool {
        matches!(self, Self::Deployment | Self::StatefulSet)
    }
}

/// A workload, with what its kind needs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Workload {
    /// A Deployment.
    Deployment(Deployment),
    /// A `StatefulSet`.
    StatefulSet(StatefulSet),
    /// A Job.
    Job(Job),
    /// A `CronJob`.
    CronJob(CronJob),
}

impl Workload {
    /// Its kind.
    pub fn kind(&self) -> WorkloadKind {
        match self {
            Self::Deployment(_) => WorkloadKind::Deployment,
            Self::StatefulSet(_) => WorkloadKind::StatefulSet,
            Self::Job(_) => WorkloadKind::Job,
            Self::CronJob(_) => WorkloadKind::CronJob,
        }
    }
}

/// What a Deployment needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Deployment {
    /// How a new version replaces the old one.
    pub update: Option<DeploymentUpdate>,
    /// Seconds a pod must be ready before it counts.
    pub min_ready: Option<u32>,
    /// Old versions that are kept.
    pub revision_history: Option<u32>,
    /// Seconds after which it counts as failed.
    pub progress_deadline: Option<u32>,
}

/// How a new version of a Deployment replaces the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum DeploymentUpdate {
    /// Pod by pod.
    Rolling(Rolling),
    /// All old pods go before the first new one comes.
    Recreate,
}

impl Deployment {
    /// How many pods more, and how many fewer, a rolling update of so many pods has. The one share is rounded up, the other
    /// down; a quarter is what Kubernetes takes unless told otherwise. None where all pods go before new ones come.
    pub fn surge_and_missing(&self, pods: u32) -> Option<(u32, u32)> {
        const QUARTER: CountOrPercent = CountOrPercent::Percent(25);
        let rolling = match &self.update {
            Some(DeploymentUpdate::Recreate) => return None,
            Some(DeploymentUpdate::Rolling(rolling)) => *rolling,
            None => Rolling::default(),
        };
        let surge = rolling.max_surge.unwrap_or(QUARTER).of(pods, true);
        let missing = rolling.max_unavailable.unwrap_or(QUARTER).of(pods, false);
        Some((surge, missing))
    }
}

/// How far the number of pods may stray while they are replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Rolling {
    /// Beyond the wanted number.
    pub max_surge: Option<CountOrPercent>,
    /// Below it.
    pub max_unavailable: Option<CountOrPercent>,
}

/// What a `StatefulSet` needs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StatefulSet {
    /// The Service that gives each pod its name.
    pub service: ServiceName,
    /// In which order pods start and end.
    pub pod_management: Option<PodManagement>,
    /// How a new version replaces the old one.
    pub update: Option<StatefulUpdate>,
    /// Seconds a pod must be ready before it counts.
    pub min_ready: Option<u32>,
    /// Old versions that are kept.
    pub revision_history: Option<u32>,
    /// What becomes of claims when it is deleted.
    pub when_deleted: Option<Retention>,
    /// What becomes of claims when there are fewer pods.
    pub when_scaled: Option<Retention>,
}

/// How a new version of a `StatefulSet` replaces the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum StatefulUpdate {
    /// Pod by pod, down to a number.
    Rolling {
        /// Pods below this number keep the old version.
        partition: Option<u32>,
    },
    /// Only when somebody deletes a pod.
    OnDelete,
}

/// In which order pods start and end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum PodManagement {
    /// One after the other.
    OrderedReady,
    /// All at once.
    Parallel,
}

words! { PodManagement { OrderedReady => "OrderedReady", Parallel => "Parallel" } }

/// What becomes of a claim that is no longer needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Retention {
    /// It stays, with its data.
    Retain,
    /// It goes, with its data.
    Delete,
}

words! { Retention { Retain => "Retain", Delete => "Delete" } }

/// What a Job needs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Job {
    /// Pods that must succeed; none where it ends with the first that does.
    pub completions: Option<u32>,
    /// Pods that run at the same time.
    pub parallelism: u32,
    /// Failures until it counts as failed.
    pub backoff_limit: Option<u32>,
    /// Seconds it is kept when finished.
    pub ttl: Option<u32>,
    /// Seconds it may take.
    pub deadline: Option<u32>,
    /// What becomes of a container that fails.
    pub restart: Restart,
}

/// What becomes of a container that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Restart {
    /// Another pod is started.
    Never,
    /// It is started again.
    OnFailure,
}

words! { Restart { Never => "Never", OnFailure => "OnFailure" } }

/// What a `CronJob` needs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CronJob {
    /// Each of its Jobs.
    pub job: Job,
    /// When they start.
    pub schedule: CronSchedule,
    /// The time zone of the schedule.
    pub time_zone: Option<TimeZone>,
    /// What happens when the last Job still goes on.
    pub concurrency: Option<Concurrency>,
    /// Seconds by which a Job may start late.
    pub starting_deadline: Option<u32>,
    /// Finished Jobs that are kept.
    pub successful_history: Option<u32>,
    /// Failed Jobs that are kept.
    pub failed_history: Option<u32>,
    /// Whether it is paused.
    pub suspended: bool,
}

/// What happens when the last Job still goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Concurrency {
    /// The next starts beside it.
    Allow,
    /// The next is left out.
    Forbid,
    /// The next takes its place.
    Replace,
}

words! { Concurrency { Allow => "Allow", Forbid => "Forbid", Replace => "Replace" } }
