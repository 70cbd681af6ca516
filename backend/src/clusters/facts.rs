//! What a discovery means for plans and pages.

use slipway_api::{ClusterView, Feature, FeatureView, Provider};
use slipway_plan::{AccessMechanism, CanaryMechanism, Feature as PlanFeature, Target};

use super::Cluster;
use crate::cluster::Discovery;

const METRICS: &str = "metrics.k8s.io";
const CRON_HPA: &str = "autoscaling.alibabacloud.com";
const GATEWAY: &str = "gateway.networking.k8s.io";

/// What is known of a cluster that has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What plans are made for.
    pub target: Target,
    /// Who runs it.
    pub provider: Provider,
    /// What was found.
    pub discovery: Discovery,
}

impl Facts {
    /// What a discovery means.
    pub fn of(discovery: Discovery) -> Self {
        let provider = discovery.nodes.map_or(Provider::Other, |nodes| nodes.provider);
        let has = |group: &str| discovery.groups.contains(group);
        let features = [
            (PlanFeature::Metrics, has(METRICS)),
            (PlanFeature::CronHpa, has(CRON_HPA)),
            (PlanFeature::AlibabaLoadBalancer, provider == Provider::Ack),
        ];
        let target = Target {
            version: discovery.version,
            access: AccessMechanism::Ingress,
            canary: CanaryMechanism::None,
            features: features
                .into_iter()
                .filter_map(|(feature, present)| present.then_some(feature))
                .collect(),
        };
        Self {
            target,
            provider,
            discovery,
        }
    }

    /// Whether its addresses carry no traffic.
    pub fn simulated(&self) -> bool {
        self.provider == Provider::Simulated
    }

    /// What a cluster may have, and whether it is there.
    pub fn features(&self) -> Vec<FeatureView> {
        let has = |group: &str| self.discovery.groups.contains(group);
        let features = [
            (Feature::Metrics, has(METRICS)),
            (Feature::CronHpa, has(CRON_HPA)),
            (Feature::GatewayApi, has(GATEWAY)),
            (Feature::Ingress, !self.discovery.ingress_classes.is_empty()),
            (Feature::DefaultStorage, self.discovery.default_storage),
        ];
        features
            .map(|(feature, present)| FeatureView { feature, present })
            .to_vec()
    }
}

impl Cluster {
    /// The cluster as pages show it; its nodes only to those who may list them.
    pub fn view(&self, may_list_nodes: bool) -> ClusterView {
        let observed = self.observed();
        let facts = observed.facts.as_deref();
        let found = facts.map(|facts| &facts.discovery);
        let nodes = found.and_then(|found| found.nodes).filter(|_| may_list_nodes);
        ClusterView {
            slug: self.slug().to_owned(),
            name: self.name().to_owned(),
            state: observed.state,
            version: found.map(|found| found.version_text.clone()),
            nodes: nodes.map(|nodes| nodes.count),
            virtual_nodes: nodes.map(|nodes| nodes.virtual_count),
            provider: facts.map(|facts| facts.provider).unwrap_or_default(),
            features: facts.map(Facts::features).unwrap_or_default(),
            ingress_classes: found
                .map(|found| found.ingress_classes.clone())
                .unwrap_or_default(),
            default_ingress_class: found.and_then(|found| found.default_ingress_class.clone()),
            default_namespace: self.default_namespace(),
            seen_at: self.seen_at(),
        }
    }
}
