//! The draft once valid: what an app is, in types that cannot say anything impossible.

mod container;
mod environment;
mod ingress;
mod logs;
mod pod;
mod probe;
mod rows;
mod scaling;
mod service;
mod volume;
mod workload;

use serde::Serialize;

use crate::value::{AnnotationKey, AppName, DnsLabel, LabelKey, LabelValue};

pub use container::{Container, ContainerKind, Port, Protocol, PullPolicy, Resources};
pub use environment::{ObjectKind, Variable, VariableSource, WholeObject};
pub use ingress::{Access, AccessKind, Canary, Gateway, Ingress, PathKind, Rule, Tls};
pub use logs::{Log, LogTag};
pub use pod::{
    Affinity, AffinityKind, ContainerSecurity, Effect, Operator, Pod, PodSecurity, Spread, Toleration,
};
pub use probe::{Handler, Probe, Scheme};
pub use rows::{RowText, RowTexts};
pub use scaling::{Autoscaling, Metric, MetricKind, Replicas, TimedJob, TimedScaling};
pub use service::{Balancer, Exposure, Reach, Service, ServicePort, TargetPort, TrafficPolicy};
pub use volume::{AccessMode, Disk, Files, HostKind, Mount, Nas, NewClaim, NfsVersion, Volume, VolumeSource};
pub use workload::{
    Concurrency, CronJob, Deployment, DeploymentUpdate, Job, PodManagement, Restart, Retention, Rolling,
    StatefulSet, StatefulUpdate, Workload, WorkloadKind,
};

/// Labels, as typed.
pub type Labels = Vec<(LabelKey, LabelValue)>;
/// Annotations, as typed.
pub type Annotations = Vec<(AnnotationKey, String)>;

/// A workload with what belongs to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct App {
    /// The namespace of every object.
    pub namespace: DnsLabel,
    /// The name of the app and of its workload.
    pub name: AppName,
    /// What kind of workload it is, with what that kind needs.
    pub workload: Workload,
    /// Who decides how many pods run.
    pub replicas: Replicas,
    /// How many pods run at set times.
    pub timed: Option<TimedScaling>,
    /// Labels of the workload, as typed.
    pub labels: Labels,
    /// Annotations of the workload, as typed.
    pub annotations: Annotations,
    /// The containers that keep running; at least one.
    pub containers: Vec<Container>,
    /// The containers that come before them, and sidecars.
    pub init_containers: Vec<Container>,
    /// The volumes they mount.
    pub volumes: Vec<Volume>,
    /// What holds for every pod.
    pub pod: Pod,
    /// The Services.
    pub services: Vec<Service>,
    /// The Ingresses, each in front of one of the Services.
    pub ingresses: Vec<Ingress>,
    /// Where texts were typed that have no place of their own in what is planned.
    #[serde(skip)]
    pub rows: RowTexts,
}

impl App {
    /// What kind of workload it is.
    pub fn kind(&self) -> WorkloadKind {
        self.workload.kind()
    }

    /// Every container, those that come first first.
    pub fn all_containers(&self) -> impl Iterator<Item = &Container> {
        self.init_containers.iter().chain(&self.containers)
    }
}

/// Gives a choice the word Kubernetes has for it.
macro_rules! words {
    ($type:ident { $($variant:ident => $word:literal),* $(,)? }) => {
        impl $type {
            /// The word Kubernetes has for it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// Every choice with its word, the usual one first.
            pub const CHOICES: &'static [(&'static str, Self)] = &[$(($word, Self::$variant)),*];
        }
    };
}
use words;
