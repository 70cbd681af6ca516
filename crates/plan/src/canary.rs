//! A share of requests for another version, where access is by Ingress.

use k8s_openapi::api::networking::v1::{Ingress, IngressSpec};
use slipway_model::App;
use slipway_model::app::{self, Canary};

use crate::{CanaryMechanism, Manifest, ObjectKey, Ownership, PlannedObject, SkipReason, ingress};

pub(crate) const NGINX: &str = "nginx.ingress.kubernetes.io/";
pub(crate) const ALB: &str = "alb.ingress.kubernetes.io/";

type Annotations = Vec<(String, String)>;

/// The Ingresses that a share of requests needs beside the main one.
pub(crate) fn planned(
    app: &App,
    main: &app::Ingress,
    canary: &Canary,
    ownership: &Ownership,
    mechanism: CanaryMechanism,
) -> Vec<PlannedObject> {
    let one =
        |suffix: &str, annotations: Annotations| beside(app, main, canary, ownership, suffix, annotations);
    match mechanism {
        CanaryMechanism::AckWeights => Vec::new(),
        CanaryMechanism::Nginx => vec![one("canary", nginx(canary))],
        // Planned all the same, so that it can be seen what the cluster would need.
        CanaryMechanism::None => {
            vec![one("canary", nginx(canary)).skipped_for(Some(SkipReason::CanaryMissing))]
        }
        CanaryMechanism::Alb => {
            let by_request = alb_by_request(canary).map(|annotations| one("canary", annotations));
            let by_weight = alb_by_weight(canary).map(|annotations| one("canary-weight", annotations));
            by_request.into_iter().chain(by_weight).collect()
        }
    }
}

/// A second Ingress with the same hosts and paths.
fn beside(
    app: &App,
    main: &app::Ingress,
    canary: &Canary,
    ownership: &Ownership,
    suffix: &str,
    annotations: Annotations,
) -> PlannedObject {
    let name = format!("{}-{suffix}", main.name);
    let port = canary.port.map(|port| port.get().into());
    let manifest = Ingress {
        metadata: ownership.annotated(&name, [], annotations),
        spec: Some(IngressSpec {
            ingress_class_name: main.class.as_ref().map(ToString::to_string),
            rules: Some(ingress::rules(main, &[(canary.service.as_str(), port)])),
            ..IngressSpec::default()
        }),
        status: None,
    };
    let key = ObjectKey::namespaced("networking.k8s.io/v1", "Ingress", &app.namespace, name);
    PlannedObject::new(key, Manifest::of(&manifest))
}

fn nginx(canary: &Canary) -> Annotations {
    let mut items = vec![("canary", "true".to_owned())];
    items.extend(by_request(canary));
    if let Some((own, other)) = canary.weights {
        items.push(("canary-weight", other.to_string()));
        if own + other != 100 {
            items.push(("canary-weight-total", (own + other).to_string()));
        }
    }
    named(NGINX, items)
}

fn by_request(canary: &Canary) -> Vec<(&'static str, String)> {
    let mut items = Vec::new();
    if let Some((header, value)) = &canary.header {
        items.push(("canary-by-header", header.clone()));
        items.extend(value.clone().map(|value| ("canary-by-header-value", value)));
    }
    items.extend(canary.cookie.clone().map(|cookie| ("canary-by-cookie", cookie)));
    items
}

/// ALB does not take a header or cookie and a weight on one Ingress.
fn alb_by_request(canary: &Canary) -> Option<Annotations> {
    let mut items = by_request(canary);
    if items.is_empty() {
        return None;
    }
    items.insert(0, ("canary", "true".to_owned()));
    Some(named(ALB, items))
}

fn alb_by_weight(canary: &Canary) -> Option<Annotations> {
    let (own, other) = canary.weights?;
    // The rules see to it that they are not both zero.
    let all = (own + other).max(1);
    let percent = (other * 100 + all / 2) / all;
    Some(named(
        ALB,
        vec![
            ("canary", "true".to_owned()),
            ("canary-weight", percent.to_string()),
        ],
    ))
}

/// The weights of two Services within one Ingress, for ACK's own ingress-nginx. Requests that match follow the weights,
/// all others go to the old Service.
pub(crate) fn weights(main: &app::Ingress, canary: &Canary) -> Annotations {
    let (new, old) = (&canary.service, &main.service);
    let (own, other) = canary.weights.unwrap_or((0, 100));
    let mut items = vec![("service-weight", format!("{new}: {other}, {old}: {own}"))];
    let header = canary.header.as_ref().map(|(name, value)| {
        let value = value.as_deref().unwrap_or("always");
        format!("header(\"{name}\", \"{value}\")")
    });
    let cookie = canary
        .cookie
        .as_ref()
        .map(|name| format!("cookie(\"{name}\", \"always\")"));
    let matches: Vec<String> = header.into_iter().chain(cookie).collect();
    if !matches.is_empty() {
        items.push(("service-match", format!("{new}: {}", matches.join(", "))));
    }
    named(NGINX, items)
}

fn named(prefix: &str, items: Vec<(&str, String)>) -> Annotations {
    items
        .into_iter()
        .map(|(key, value)| (format!("{prefix}{key}"), value))
        .collect()
}
