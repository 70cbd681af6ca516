//! Ingresses.

use k8s_openapi::api::networking::v1::{
    HTTPIngressPath, HTTPIngressRuleValue, Ingress, IngressBackend, IngressRule, IngressServiceBackend,
    IngressSpec, ServiceBackendPort,
};
use slipway_model::App;
use slipway_model::app::{self, Rule};

use crate::{Manifest, ObjectKey, Ownership, PlannedObject};

/// An Ingress of an app.
pub(crate) fn planned(app: &App, ingress: &app::Ingress, ownership: &Ownership) -> PlannedObject {
    let manifest = Ingress {
        metadata: ownership.metadata(ingress.name.as_str(), []),
        spec: Some(IngressSpec {
            ingress_class_name: ingress.class.as_ref().map(ToString::to_string),
            rules: Some(rules(ingress)),
            ..IngressSpec::default()
        }),
        status: None,
    };
    let key = ObjectKey::namespaced("networking.k8s.io/v1", "Ingress", &app.namespace, &ingress.name);
    PlannedObject::new(key, Manifest::of(&manifest))
}

/// One rule for each host, with all its paths, in the order typed.
fn rules(ingress: &app::Ingress) -> Vec<IngressRule> {
    let mut rules: Vec<IngressRule> = Vec::new();
    for rule in &ingress.rules {
        let host = rule.host.as_ref().map(ToString::to_string);
        let path = path(ingress, rule);
        match rules
            .iter_mut()
            .find(|known| known.host == host)
            .and_then(|known| known.http.as_mut())
        {
            Some(http) => http.paths.push(path),
            None => rules.push(IngressRule {
                host,
                http: Some(HTTPIngressRuleValue { paths: vec![path] }),
            }),
        }
    }
    rules
}

fn path(ingress: &app::Ingress, rule: &Rule) -> HTTPIngressPath {
    HTTPIngressPath {
        path: Some(rule.path.to_string()),
        path_type: rule.path_kind.as_str().to_owned(),
        backend: IngressBackend {
            service: Some(IngressServiceBackend {
                name: ingress.service.to_string(),
                port: Some(ServiceBackendPort {
                    number: Some(rule.port.get().into()),
                    name: None,
                }),
            }),
            resource: None,
        },
    }
}
