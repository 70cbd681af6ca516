//! Ingresses.

use std::collections::BTreeMap;

use k8s_openapi::api::networking::v1::{
    HTTPIngressPath, HTTPIngressRuleValue, Ingress, IngressBackend, IngressRule, IngressServiceBackend,
    IngressSpec, IngressTLS, ServiceBackendPort,
};
use slipway_model::App;
use slipway_model::app::{self, Rule};

use crate::ownership::text_pairs;
use crate::pod::some_if_any;
use crate::{CanaryMechanism, Manifest, ObjectKey, Ownership, PlannedObject, canary};

/// An Ingress of an app.
pub(crate) fn planned(
    app: &App,
    ingress: &app::Ingress,
    ownership: &Ownership,
    mechanism: CanaryMechanism,
) -> PlannedObject {
    // ACK's own way weighs two Services within one Ingress; every other way needs a second one.
    let within = ingress
        .canary
        .as_ref()
        .filter(|_| mechanism == CanaryMechanism::AckWeights);
    let weighed = within
        .map(|other| canary::weights(ingress, other))
        .unwrap_or_default();
    let annotations = text_pairs(&ingress.annotations).chain(weighed);
    let mut backends = vec![(ingress.service.as_str(), None)];
    backends.extend(within.map(|other| (other.service.as_str(), other.port.map(|port| port.get().into()))));
    let manifest = Ingress {
        metadata: ownership.annotated(ingress.name.as_str(), text_pairs(&ingress.labels), annotations),
        spec: Some(IngressSpec {
            ingress_class_name: ingress.class.as_ref().map(ToString::to_string),
            rules: Some(rules(ingress, &backends)),
            tls: tls(ingress),
            ..IngressSpec::default()
        }),
        status: None,
    };
    let key = ObjectKey::namespaced("networking.k8s.io/v1", "Ingress", &app.namespace, &ingress.name);
    PlannedObject::new(key, Manifest::of(&manifest))
}

/// One rule for each host, with all its paths, in the order typed; each path once for each Service behind.
pub(crate) fn rules(ingress: &app::Ingress, backends: &[(&str, Option<i32>)]) -> Vec<IngressRule> {
    let mut hosts: Vec<(Option<String>, Vec<HTTPIngressPath>)> = Vec::new();
    let mut places = BTreeMap::new();
    for rule in &ingress.rules {
        let place = *places.entry(&rule.host).or_insert_with(|| {
            hosts.push((rule.host.as_ref().map(ToString::to_string), Vec::new()));
            hosts.len() - 1
        });
        let paths = backends.iter().map(|(service, port)| path(rule, service, *port));
        hosts[place].1.extend(paths);
    }
    let rules = hosts.into_iter().map(|(host, paths)| IngressRule {
        host,
        http: Some(HTTPIngressRuleValue { paths }),
    });
    rules.collect()
}

fn path(rule: &Rule, service: &str, port: Option<i32>) -> HTTPIngressPath {
    HTTPIngressPath {
        path: Some(rule.path.to_string()),
        path_type: rule.path_kind.as_str().to_owned(),
        backend: IngressBackend {
            service: Some(IngressServiceBackend {
                name: service.to_owned(),
                port: Some(match (port, &rule.port_name) {
                    (None, Some(name)) => ServiceBackendPort {
                        name: Some(name.to_string()),
                        number: None,
                    },
                    (port, _) => ServiceBackendPort {
                        number: Some(port.unwrap_or_else(|| rule.port.get().into())),
                        name: None,
                    },
                }),
            }),
            resource: None,
        },
    }
}

/// One entry for each Secret, with all its hosts.
fn tls(ingress: &app::Ingress) -> Option<Vec<IngressTLS>> {
    let mut entries: Vec<(String, Vec<String>)> = Vec::new();
    let mut places = BTreeMap::new();
    for tls in &ingress.tls {
        let place = *places.entry(&tls.secret).or_insert_with(|| {
            entries.push((tls.secret.to_string(), Vec::new()));
            entries.len() - 1
        });
        entries[place].1.extend(tls.hosts.iter().map(ToString::to_string));
    }
    some_if_any(entries.into_iter().map(|(secret, mut hosts)| {
        hosts.sort();
        hosts.dedup();
        IngressTLS {
            hosts: (!hosts.is_empty()).then_some(hosts),
            secret_name: Some(secret),
        }
    }))
}
