//! What a discovery means for plans and pages.

use slipway_api::{ClusterView, Feature, FeatureView, Provider};
use slipway_plan::{AccessMechanism, CanaryMechanism, Feature as PlanFeature, Target};

use super::Cluster;
use crate::cluster::{Discovery, GATEWAY_GROUP};

const METRICS: &str = "metrics.k8s.io";
const CRON_HPA: &str = "autoscaling.alibabacloud.com";
/// The controllers of Ingresses that know canaries. ACK's own ingress-nginx, which also had weights of its own, bears the
/// name of the community's and takes its annotations.
const NGINX: &str = "k8s.io/ingress-nginx";
const ALB: &str = "ingress.k8s.alibabacloud/alb";

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
            access: access(&discovery),
            canary: canary(&discovery),
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
            (Feature::GatewayApi, has(GATEWAY_GROUP)),
            (Feature::Ingress, !self.discovery.ingress_classes.is_empty()),
            (Feature::DefaultStorage, self.discovery.default_storage),
        ];
        features
            .map(|(feature, present)| FeatureView { feature, present })
            .to_vec()
    }
}

/// By Ingress, except where nobody would carry one out and there is but one Gateway to choose.
fn access(found: &Discovery) -> AccessMechanism {
    match &found.only_gateway {
        Some((namespace, gateway)) if found.ingress_classes.is_empty() => AccessMechanism::HttpRoute {
            namespace: namespace.clone(),
            gateway: gateway.clone(),
        },
        _ => AccessMechanism::Ingress,
    }
}

/// How the class does it that is used when none is named; where none is, the only class there is.
fn canary(found: &Discovery) -> CanaryMechanism {
    let class = match (&found.default_ingress_class, found.ingress_classes.as_slice()) {
        (Some(default), classes) => classes.iter().find(|class| class.name == *default),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    match class.map(|class| class.controller.as_str()) {
        Some(NGINX) => CanaryMechanism::Nginx,
        Some(ALB) => CanaryMechanism::Alb,
        _ => CanaryMechanism::None,
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
                .map(|found| {
                    found
                        .ingress_classes
                        .iter()
                        .map(|class| class.name.clone())
                        .collect()
                })
                .unwrap_or_default(),
            default_ingress_class: found.and_then(|found| found.default_ingress_class.clone()),
            default_namespace: self.default_namespace(),
            seen_at: self.seen_at(),
        }
    }
}

#[cfg(test)]
mod tests {
    use slipway_plan::Version;

    use super::*;
    use crate::cluster::{IngressClass, Nodes};

    fn found() -> Discovery {
        Discovery {
            version_text: "v1.37.0".to_owned(),
            version: Version { major: 1, minor: 37 },
            groups: [METRICS, CRON_HPA].map(ToOwned::to_owned).into(),
            ingress_classes: Vec::new(),
            default_ingress_class: None,
            default_storage: false,
            only_gateway: None,
            nodes: None,
        }
    }

    fn class(name: &str, controller: &str) -> IngressClass {
        IngressClass {
            name: name.to_owned(),
            controller: controller.to_owned(),
        }
    }

    #[test]
    fn the_class_that_is_used_decides_how_canaries_are_done() {
        let canary = |classes: &[IngressClass], default: Option<&str>| {
            let discovery = Discovery {
                ingress_classes: classes.to_vec(),
                default_ingress_class: default.map(ToOwned::to_owned),
                ..found()
            };
            Facts::of(discovery).target.canary
        };
        let (nginx, alb) = (class("nginx", NGINX), class("alb", ALB));

        assert_eq!(canary(std::slice::from_ref(&nginx), None), CanaryMechanism::Nginx);
        assert_eq!(
            canary(&[alb.clone(), nginx.clone()], Some("alb")),
            CanaryMechanism::Alb
        );
        assert_eq!(
            canary(&[alb, nginx], None),
            CanaryMechanism::None,
            "nobody says which"
        );
        assert_eq!(
            canary(&[class("x", "example.com/x")], Some("x")),
            CanaryMechanism::None
        );
        assert_eq!(canary(&[], None), CanaryMechanism::None);
    }

    #[test]
    fn the_only_gateway_is_taken_where_there_is_no_ingress_class() {
        let gateway = Discovery {
            only_gateway: Some(("infra".to_owned(), "public".to_owned())),
            ..found()
        };
        let both = Discovery {
            ingress_classes: vec![class("nginx", NGINX)],
            ..gateway.clone()
        };

        assert_eq!(
            Facts::of(gateway).target.access,
            AccessMechanism::HttpRoute {
                namespace: "infra".to_owned(),
                gateway: "public".to_owned(),
            }
        );
        assert_eq!(Facts::of(both).target.access, AccessMechanism::Ingress);
    }

    #[test]
    fn features_follow_the_groups_and_the_nodes() {
        let ack = Discovery {
            nodes: Some(Nodes {
                count: 1,
                virtual_count: 0,
                provider: Provider::Ack,
            }),
            ..found()
        };
        let bare = Discovery {
            groups: [].into(),
            ..found()
        };

        let features = |discovery| Facts::of(discovery).target.features;
        assert_eq!(
            features(ack),
            [
                PlanFeature::Metrics,
                PlanFeature::CronHpa,
                PlanFeature::AlibabaLoadBalancer
            ]
            .into()
        );
        assert!(features(bare).is_empty());
    }
}
