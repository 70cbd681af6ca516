//! What the plan is made for: facts about the cluster, found by discovery, never guessed by the plan.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::canary::{ALB, NGINX};

/// What a plan is made for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The cluster's version.
    pub version: Version,
    /// How requests from outside reach the app.
    pub access: AccessMechanism,
    /// How a share of requests is sent to another version.
    pub canary: CanaryMechanism,
    /// What else the cluster has.
    pub features: BTreeSet<Feature>,
}

impl Default for Target {
    /// For files without a cluster: the newest version, with Ingress, metrics and nothing else.
    fn default() -> Self {
        Self {
            version: Version { major: 1, minor: 37 },
            access: AccessMechanism::Ingress,
            canary: CanaryMechanism::None,
            features: BTreeSet::from([Feature::Metrics]),
        }
    }
}

impl Target {
    /// A cluster that has everything that some objects use: their way of a canary, and every feature.
    pub fn suited_to(objects: &[Value]) -> Self {
        let uses = |start: &str| {
            let mut annotations = objects
                .iter()
                .filter_map(|object| object["metadata"]["annotations"].as_object());
            annotations.any(|annotations| annotations.keys().any(|key| key.starts_with(start)))
        };
        let canary = if uses(&format!("{NGINX}service-weight")) {
            CanaryMechanism::AckWeights
        } else if uses(&format!("{ALB}canary")) {
            CanaryMechanism::Alb
        } else {
            CanaryMechanism::Nginx
        };
        Self {
            canary,
            features: [Feature::Metrics, Feature::CronHpa, Feature::AlibabaLoadBalancer].into(),
            ..Self::default()
        }
    }

    /// Whether the cluster has a feature.
    pub fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }
}

/// A version of Kubernetes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Version {
    /// The major number.
    pub major: u32,
    /// The minor number.
    pub minor: u32,
}

/// How requests from outside reach an app. One choice for the whole app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessMechanism {
    /// `networking.k8s.io/v1` Ingress.
    Ingress,
    /// `gateway.networking.k8s.io/v1` `HTTPRoute` at a Gateway that somebody chose. Certificates are the Gateway's.
    HttpRoute {
        /// The namespace of the Gateway.
        namespace: String,
        /// Its name.
        gateway: String,
    },
}

/// How a share of requests is sent to another version, where access is by Ingress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CanaryMechanism {
    /// Not at all.
    None,
    /// A second Ingress with annotations of ingress-nginx.
    Nginx,
    /// Two Services in one Ingress, weighed by annotations of ACK's own ingress-nginx before 1.12.
    AckWeights,
    /// Further Ingresses with annotations of ALB.
    Alb,
}

/// What a cluster may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Figures of use, `metrics.k8s.io`.
    Metrics,
    /// Timed scaling, `autoscaling.alibabacloud.com`.
    CronHpa,
    /// The Alibaba cloud controller manager, which reads load balancer annotations.
    AlibabaLoadBalancer,
}
