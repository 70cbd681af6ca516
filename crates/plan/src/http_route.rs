//! Routes of the Gateway API. The bodies are structs of ours: only what is written here.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;
use slipway_model::App;
use slipway_model::app::{Canary, Ingress, PathKind, Rule};
use slipway_model::value::HostName;

use crate::ownership::text_pairs;
use crate::{Manifest, ObjectKey, Ownership, PlannedObject};

const API_VERSION: &str = "gateway.networking.k8s.io/v1";
const KIND: &str = "HTTPRoute";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HttpRoute {
    api_version: &'static str,
    kind: &'static str,
    metadata: ObjectMeta,
    spec: Spec,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    parent_refs: Vec<Parent>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hostnames: Vec<String>,
    rules: Vec<RouteRule>,
}

/// A Gateway that carries out a route.
#[derive(Clone, Serialize)]
pub(crate) struct Parent {
    /// Its namespace; that of the route when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) namespace: Option<String>,
    /// Its name.
    pub(crate) name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RouteRule {
    matches: Vec<Match>,
    backend_refs: Vec<Backend>,
}

#[derive(Clone, Serialize)]
struct Match {
    path: PathMatch,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    headers: Vec<HeaderMatch>,
}

#[derive(Clone, Serialize)]
struct PathMatch {
    r#type: &'static str,
    value: String,
}

#[derive(Clone, Serialize)]
struct HeaderMatch {
    r#type: &'static str,
    name: String,
    value: String,
}

#[derive(Serialize)]
struct Backend {
    name: String,
    port: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<u32>,
}

/// The routes in the place of one Ingress of an app: one for each host, since a route knows hosts for all its rules only.
pub(crate) fn planned(
    app: &App,
    ingress: &Ingress,
    ownership: &Ownership,
    gateways: &[Parent],
) -> Vec<PlannedObject> {
    let mut places = BTreeMap::new();
    let mut hosts: Vec<(Option<&HostName>, Vec<&Rule>)> = Vec::new();
    for rule in &ingress.rules {
        let place = *places.entry(&rule.host).or_insert_with(|| {
            hosts.push((rule.host.as_ref(), Vec::new()));
            hosts.len() - 1
        });
        hosts[place].1.push(rule);
    }
    let named = hosts
        .into_iter()
        .enumerate()
        .map(|(position, host)| match position {
            0 => (ingress.name.to_string(), host),
            _ => (format!("{}-{}", ingress.name, position + 1), host),
        });
    named
        .map(|(name, host)| route(app, ingress, ownership, gateways, &name, &host))
        .collect()
}

fn route(
    app: &App,
    ingress: &Ingress,
    ownership: &Ownership,
    gateways: &[Parent],
    name: &str,
    (host, rules): &(Option<&HostName>, Vec<&Rule>),
) -> PlannedObject {
    let route = HttpRoute {
        api_version: API_VERSION,
        kind: KIND,
        metadata: ownership.annotated(
            name,
            text_pairs(&ingress.labels),
            text_pairs(&ingress.annotations),
        ),
        spec: Spec {
            parent_refs: gateways.to_vec(),
            hostnames: host.iter().map(ToString::to_string).collect(),
            rules: rules.iter().flat_map(|rule| route_rules(ingress, rule)).collect(),
        },
    };
    let key = ObjectKey::namespaced(API_VERSION, KIND, &app.namespace, name);
    PlannedObject::new(key, Manifest::of(&route))
}

/// What a header or cookie decides comes first, then the weights.
fn route_rules(ingress: &Ingress, rule: &Rule) -> Vec<RouteRule> {
    let own = |weight| Backend {
        name: ingress.service.to_string(),
        port: rule.port.get(),
        weight,
    };
    let Some(canary) = &ingress.canary else {
        return vec![RouteRule {
            matches: vec![matching(rule, Vec::new())],
            backend_refs: vec![own(None)],
        }];
    };
    let other = |weight| Backend {
        name: canary.service.to_string(),
        port: canary.port.unwrap_or(rule.port).get(),
        weight,
    };
    let decided = |headers: Vec<HeaderMatch>, backend| {
        let matches: Vec<Match> = headers
            .into_iter()
            .map(|header| matching(rule, vec![header]))
            .collect();
        (!matches.is_empty()).then(|| RouteRule {
            matches,
            backend_refs: vec![backend],
        })
    };
    let for_other = decided(deciding(canary, "always"), other(None));
    let for_own = decided(deciding(canary, "never"), own(None));
    let backend_refs = match canary.weights {
        Some((weight, others)) => vec![own(Some(weight)), other(Some(others))],
        None => vec![own(None)],
    };
    let rest = RouteRule {
        matches: vec![matching(rule, Vec::new())],
        backend_refs,
    };
    for_other.into_iter().chain(for_own).chain([rest]).collect()
}

/// The header and the cookie that say `always` or `never`. A header with a value of its own says only `always`.
fn deciding(canary: &Canary, word: &str) -> Vec<HeaderMatch> {
    let header = canary.header.as_ref().and_then(|(name, value)| {
        let value = match (value, word) {
            (Some(value), "always") => value.clone(),
            (Some(_), _) => return None,
            (None, word) => word.to_owned(),
        };
        Some(HeaderMatch {
            r#type: "Exact",
            name: name.clone(),
            value,
        })
    });
    let cookie = canary.cookie.as_ref().map(|name| HeaderMatch {
        r#type: "RegularExpression",
        name: "Cookie".to_owned(),
        value: format!("(^|.*; *){name}={word}(;.*|$)"),
    });
    header.into_iter().chain(cookie).collect()
}

fn matching(rule: &Rule, headers: Vec<HeaderMatch>) -> Match {
    let kind = match rule.path_kind {
        PathKind::Exact => "Exact",
        PathKind::Prefix | PathKind::ImplementationSpecific => "PathPrefix",
    };
    Match {
        path: PathMatch {
            r#type: kind,
            value: rule.path.to_string(),
        },
        headers,
    }
}
