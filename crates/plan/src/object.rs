//! A plan and its objects.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::Manifest;

/// The address of one object in the Kubernetes API.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectKey {
    /// Group and version, e.g. `apps/v1`.
    pub api_version: String,
    /// The kind, e.g. `Deployment`.
    pub kind: String,
    /// The namespace; none for cluster-wide kinds.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

impl ObjectKey {
    /// An object in a namespace.
    pub fn namespaced(
        api_version: &str,
        kind: &str,
        namespace: impl fmt::Display,
        name: impl fmt::Display,
    ) -> Self {
        Self {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: Some(namespace.to_string()),
            name: name.to_string(),
        }
    }

    /// An object of the whole cluster.
    pub fn cluster_wide(api_version: &str, kind: &str, name: impl fmt::Display) -> Self {
        Self {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: None,
            name: name.to_string(),
        }
    }

    /// The API group; empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// The version in its group.
    pub fn version(&self) -> &str {
        self.api_version
            .split_once('/')
            .map_or(&self.api_version, |(_, version)| version)
    }

    /// The resource name in URLs, as every kind planned here forms it.
    pub fn plural(&self) -> String {
        let kind = self.kind.to_ascii_lowercase();
        if kind.ends_with('s') {
            format!("{kind}es")
        } else {
            format!("{kind}s")
        }
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}

/// Why an object is planned but not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// The cluster lacks the kind.
    KindMissing,
    /// The cluster has no way to send a share of requests elsewhere.
    CanaryMissing,
}

/// One object of a plan: its address, and its body as ordered JSON built from a typed struct.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedObject {
    /// Its address.
    pub key: ObjectKey,
    /// Its body, without the marks that an operation adds.
    pub body: Manifest,
    /// With an autoscaler: the number of pods the workload is created with. Not in the body, since from then on the
    /// number is the autoscaler's.
    pub start_replicas: Option<u32>,
    /// Whether it is made suspended, to begin only when everything else is there. Not in the body either: from its
    /// release on it is not suspended.
    #[serde(default)]
    pub suspended_at_first: bool,
    /// Why it is not made, if it is not.
    pub skipped: Option<SkipReason>,
}

impl PlannedObject {
    /// An object to be made.
    pub(crate) fn new(key: ObjectKey, body: Manifest) -> Self {
        Self {
            key,
            body,
            start_replicas: None,
            suspended_at_first: false,
            skipped: None,
        }
    }

    /// The same, not to be made.
    pub(crate) fn skipped_for(self, reason: Option<SkipReason>) -> Self {
        Self {
            skipped: reason,
            ..self
        }
    }

    /// The same object with another body.
    #[must_use]
    pub fn with_body(&self, body: &Value) -> Self {
        Self {
            body: Manifest::of(body),
            ..self.clone()
        }
    }

    /// What the first request sends: the body, with the number of pods to start with, or not yet to begin.
    pub fn first_body(&self) -> Manifest {
        match self.start_replicas {
            Some(replicas) => self.body.with_replicas(replicas),
            None if self.suspended_at_first => self.body.suspended(true),
            None => self.body.clone(),
        }
    }

    /// What the last step sends so that a suspended object begins. None for one that has begun when it was made.
    pub fn release(&self) -> Option<Manifest> {
        (self.suspended_at_first && self.skipped.is_none()).then(Manifest::release)
    }
}

/// The objects that make an app, in the order they are created.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The objects.
    pub objects: Vec<PlannedObject>,
}

impl Plan {
    pub(crate) fn new(objects: Vec<PlannedObject>) -> Self {
        Self { objects }
    }

    /// The objects that will be made.
    pub fn made(&self) -> impl DoubleEndedIterator<Item = &PlannedObject> {
        self.objects.iter().filter(|object| object.skipped.is_none())
    }

    /// All objects as YAML documents, in order.
    pub fn yaml(&self) -> String {
        let documents: Vec<String> = self.made().map(|object| object.body.yaml()).collect();
        documents.join("---\n")
    }

    /// A hash of all bodies: equal exactly when the plans are.
    pub fn hash(&self) -> String {
        let mut hash = Sha256::new();
        for object in self.made() {
            hash.update(object.body.json());
            hash.update(b"\n");
            hash.update(object.start_replicas.unwrap_or_default().to_be_bytes());
        }
        data_encoding::HEXLOWER.encode(&hash.finalize())
    }
}
