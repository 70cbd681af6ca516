//! What is kept of an Ingress.

use k8s_openapi::api::networking::v1::{Ingress, IngressBackend, IngressRule, IngressSpec};

use super::{Place, Record, created_at};

/// An Ingress.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct IngressRecord {
    pub(crate) place: Place,
    pub(crate) created_at: i64,
    pub(crate) class: Option<String>,
    pub(crate) addresses: Vec<String>,
    pub(crate) routes: Vec<RouteRecord>,
}

/// One path of an Ingress.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RouteRecord {
    /// Any host when absent.
    pub(crate) host: Option<String>,
    pub(crate) path: String,
    pub(crate) path_kind: String,
    pub(crate) service: String,
    pub(crate) port: String,
    pub(crate) tls: bool,
}

impl Record for IngressRecord {
    fn namespace(&self) -> &str {
        &self.place.namespace
    }

    fn name(&self) -> &str {
        &self.place.name
    }
}

impl From<Ingress> for IngressRecord {
    fn from(ingress: Ingress) -> Self {
        let spec = ingress.spec.unwrap_or_default();
        let balancer = ingress
            .status
            .and_then(|status| status.load_balancer)
            .and_then(|balancer| balancer.ingress);
        let addresses = balancer
            .into_iter()
            .flatten()
            .filter_map(|one| one.ip.or(one.hostname));
        Self {
            place: Place::of(&ingress.metadata),
            created_at: created_at(&ingress.metadata),
            class: spec.ingress_class_name.clone(),
            addresses: addresses.filter(|address| !address.is_empty()).collect(),
            routes: routes(&spec),
        }
    }
}

fn routes(spec: &IngressSpec) -> Vec<RouteRecord> {
    let rules = spec
        .rules
        .iter()
        .flatten()
        .flat_map(|rule| rule_routes(spec, rule));
    let default = spec.default_backend.as_ref().and_then(|backend| {
        let (service, port) = target(backend)?;
        Some(RouteRecord {
            path: "/".into(),
            path_kind: "Prefix".into(),
            service,
            port,
            tls: false,
            host: None,
        })
    });
    rules.chain(default).collect()
}

fn rule_routes(spec: &IngressSpec, rule: &IngressRule) -> Vec<RouteRecord> {
    let host = rule.host.clone().filter(|host| !host.is_empty());
    let tls = host.as_ref().is_some_and(|host| served_over_tls(spec, host));
    let paths = rule.http.iter().flat_map(|http| &http.paths);
    let route = |path: &k8s_openapi::api::networking::v1::HTTPIngressPath| {
        let (service, port) = target(&path.backend)?;
        Some(RouteRecord {
            host: host.clone(),
            path: path.path.clone().unwrap_or_else(|| "/".to_owned()),
            path_kind: path.path_type.clone(),
            service,
            port,
            tls,
        })
    };
    paths.filter_map(route).collect()
}

/// Whether a certificate is named for the host, or for `*.` and its parent.
fn served_over_tls(spec: &IngressSpec, host: &str) -> bool {
    let parent = host.split_once('.').map(|(_, parent)| format!("*.{parent}"));
    let mut hosts = spec
        .tls
        .iter()
        .flatten()
        .flat_map(|tls| tls.hosts.iter().flatten());
    hosts.any(|named| named == host || Some(named) == parent.as_ref())
}

fn target(backend: &IngressBackend) -> Option<(String, String)> {
    let service = backend.service.as_ref()?;
    let port = service.port.as_ref();
    let number = port.and_then(|port| port.number.map(|number| number.to_string()));
    let name = port.and_then(|port| port.name.clone());
    Some((service.name.clone(), number.or(name).unwrap_or_default()))
}
