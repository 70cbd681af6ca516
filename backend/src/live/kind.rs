//! The kinds that are watched, and sets of them.

use crate::cluster::ResourceName;

/// A kind that is watched. Secrets never are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The workload.
    Deployment,
    /// What ties pods to their Deployment.
    ReplicaSet,
    /// Pods.
    Pod,
    /// Services.
    Service,
    /// Ingresses.
    Ingress,
    /// `HorizontalPodAutoscaler`s.
    Autoscaler,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Deployment,
        Self::ReplicaSet,
        Self::Pod,
        Self::Service,
        Self::Ingress,
        Self::Autoscaler,
    ];

    /// The kind as Kubernetes writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::ReplicaSet => "ReplicaSet",
            Self::Pod => "Pod",
            Self::Service => "Service",
            Self::Ingress => "Ingress",
            Self::Autoscaler => "HorizontalPodAutoscaler",
        }
    }

    /// The kind as rights name it.
    pub fn resource(self) -> ResourceName {
        let (group, resource) = match self {
            Self::Deployment => ("apps", "deployments"),
            Self::ReplicaSet => ("apps", "replicasets"),
            Self::Pod => ("", "pods"),
            Self::Service => ("", "services"),
            Self::Ingress => ("networking.k8s.io", "ingresses"),
            Self::Autoscaler => ("autoscaling", "horizontalpodautoscalers"),
        };
        ResourceName { group, resource }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KindSet(u8);

impl KindSet {
    /// None of them.
    pub const NONE: Self = Self(0);

    /// All kinds that pages show. `ReplicaSet`s are not among them: they only tie pods to their app.
    pub fn shown() -> Self {
        Kind::ALL
            .into_iter()
            .filter(|kind| *kind != Kind::ReplicaSet)
            .collect()
    }

    /// Whether a kind is in it.
    pub fn contains(self, kind: Kind) -> bool {
        self.0 & kind.bit() != 0
    }

    /// This and that.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// This without that.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The kinds in it.
    pub fn iter(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(move |kind| self.contains(*kind))
    }
}

impl FromIterator<Kind> for KindSet {
    fn from_iter<T: IntoIterator<Item = Kind>>(kinds: T) -> Self {
        Self(kinds.into_iter().fold(0, |set, kind| set | kind.bit()))
    }
}
