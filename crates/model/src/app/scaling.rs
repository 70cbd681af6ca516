//! How many pods run, and who decides.

use serde::Serialize;

use super::words;
use crate::value::{DnsLabel, TimedSchedule};

/// Who decides how many pods run. Never both: with an autoscaler the workload names no count after its start, else
/// each later change would undo the autoscaler's work.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Replicas {
    /// The user.
    Fixed(u32),
    /// An autoscaler.
    Autoscaled(Autoscaling),
}

impl Replicas {
    /// How many pods there may be at most.
    pub fn most(&self) -> u32 {
        match self {
            Self::Fixed(replicas) => *replicas,
            Self::Autoscaled(scaling) => scaling.max,
        }
    }
}

/// How the number of pods follows the load.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Autoscaling {
    /// How many pods to start with.
    pub start: u32,
    /// The fewest pods.
    pub min: u32,
    /// The most pods.
    pub max: u32,
    /// What is measured; at least one.
    pub metrics: Vec<Metric>,
}

/// One measure of load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Metric {
    /// The draft row it comes from.
    pub row: u32,
    /// What is measured.
    pub kind: MetricKind,
    /// The use, in percent of the request, above which more pods are started.
    pub utilization: u32,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum MetricKind {
    /// Use of CPU.
    Cpu,
    /// Use of memory.
    Memory,
}

words! { MetricKind { Cpu => "cpu", Memory => "memory" } }

/// How many pods run from set times on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimedScaling {
    /// The times; at least one.
    pub jobs: Vec<TimedJob>,
    /// Days on which nothing happens.
    pub excluded: Vec<TimedSchedule>,
}

/// One time, and the pods from then on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimedJob {
    /// The draft row it comes from.
    pub row: u32,
    /// Its name.
    pub name: DnsLabel,
    /// When.
    pub schedule: TimedSchedule,
    /// How many pods.
    pub replicas: u32,
    /// Whether it happens only once.
    pub once: bool,
}
