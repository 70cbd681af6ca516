//! A way to reach an app.

use leptos::prelude::*;
use slipway_api::{Endpoint, EndpointKind};

use crate::ui::{Badge, Colour, Icon, Shape};
use crate::{say, words};

/// An endpoint: a link where a browser can open it, with a badge where the address is simulated.
#[component]
pub fn EndpointLink(
    /// The endpoint.
    endpoint: Endpoint,
) -> impl IntoView {
    let simulated = endpoint.simulated;
    let inside = !endpoint.external;
    let text = address(&endpoint);
    let main = match (endpoint.host.is_empty(), href(&endpoint)) {
        (true, _) => view! { <span class="app-quiet">{words!(apps.pending_address)}</span> }.into_any(),
        (false, Some(href)) => {
            let shown = text.clone();
            view! {
                <a
                    class="app-endpoint"
                    href=href
                    target="_blank"
                    rel="noopener noreferrer external"
                    aria-label=move || say!(apps.open_endpoint, address = text.clone())
                >
                    {shown} "\u{a0}" <Icon shape=Shape::External />
                </a>
            }
            .into_any()
        }
        (false, None) => view! { <code class="app-endpoint">{text}</code> }.into_any(),
    };
    view! {
        <span class="app-endpoint-line">
            {main}
            {simulated.then(|| view! {
                <Badge label=words!(apps.simulated) colour=Colour::Purple meaning=words!(apps.simulated_meaning) />
            })}
            {inside.then(|| view! { <span class="app-quiet">{words!(apps.inside_only)}</span> })}
        </span>
    }
}

/// Every way to reach an app. A line is drawn anew only when it changes itself.
#[component]
pub fn EndpointList(
    /// The endpoints, best first.
    endpoints: Memo<Vec<Endpoint>>,
    /// Whether it is said what provides each.
    #[prop(optional)]
    provided: bool,
) -> impl IntoView {
    let some = Memo::new(move |_| endpoints.with(|endpoints| !endpoints.is_empty()));
    let each = move || distinct(endpoints.get());
    move || {
        if some.get() {
            view! {
                <ul class="app-endpoints" role="list">
                    <For each key=|endpoint| format!("{endpoint:?}") let(endpoint)>
                        <Line endpoint provided />
                    </For>
                </ul>
            }
            .into_any()
        } else {
            view! { <span class="app-quiet">{words!(apps.no_endpoint)}</span> }.into_any()
        }
    }
}

#[component]
fn Line(endpoint: Endpoint, provided: bool) -> impl IntoView {
    let provider = format!("{} {}", kind(endpoint.kind), endpoint.object);
    view! {
        <li>
            <EndpointLink endpoint />
            {provided.then(|| view! { <span class="app-quiet">{provider}</span> })}
        </li>
    }
}

/// The same way twice, as two rules of an Ingress may say it, is one way.
fn distinct(endpoints: Vec<Endpoint>) -> Vec<Endpoint> {
    let mut kept: Vec<Endpoint> = Vec::new();
    for endpoint in endpoints {
        if !kept.contains(&endpoint) {
            kept.push(endpoint);
        }
    }
    kept
}

/// What provides an endpoint, as Kubernetes calls it.
fn kind(kind: EndpointKind) -> &'static str {
    match kind {
        EndpointKind::Ingress => "Ingress",
        EndpointKind::LoadBalancer => "LoadBalancer",
        EndpointKind::NodePort => "NodePort",
        EndpointKind::ClusterIp => "ClusterIP",
    }
}

/// The address as people write it: without a port that goes without saying.
fn address(endpoint: &Endpoint) -> String {
    let Endpoint {
        scheme,
        host,
        port,
        path,
        ..
    } = endpoint;
    let port = match (scheme.as_str(), *port) {
        ("http", 80) | ("https", 443) => String::new(),
        (_, port) => format!(":{port}"),
    };
    let host = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.clone()
    };
    match scheme.as_str() {
        "http" | "https" => format!("{scheme}://{host}{port}{}", if path == "/" { "" } else { path }),
        _ => format!("{host}{port}/{scheme}"),
    }
}

/// Where a click leads: only what can be reached from outside, only over HTTP, and only one host of many.
fn href(endpoint: &Endpoint) -> Option<String> {
    let opens = matches!(endpoint.scheme.as_str(), "http" | "https") && !endpoint.host.contains('*');
    (endpoint.external && opens).then(|| address(endpoint))
}

#[cfg(test)]
mod tests {
    use slipway_api::{Endpoint, EndpointKind};

    use super::{address, distinct, href};

    fn an_endpoint() -> Endpoint {
        Endpoint {
            kind: EndpointKind::Ingress,
            object: "nginx-ingress".into(),
            scheme: "http".into(),
            host: "foo.bar.com".into(),
            port: 80,
            path: "/".into(),
            address: None,
            external: true,
            simulated: false,
        }
    }

    #[test]
    fn a_port_that_goes_without_saying_is_left_out() {
        assert_eq!(address(&an_endpoint()), "http://foo.bar.com");
        assert_eq!(
            address(&Endpoint {
                port: 8080,
                path: "/a".into(),
                ..an_endpoint()
            }),
            "http://foo.bar.com:8080/a"
        );
        assert_eq!(
            address(&Endpoint {
                scheme: "tcp".into(),
                port: 53,
                ..an_endpoint()
            }),
            "foo.bar.com:53/tcp"
        );
        assert_eq!(
            address(&Endpoint {
                host: "fd00::1".into(),
                ..an_endpoint()
            }),
            "http://[fd00::1]"
        );
    }

    #[test]
    fn only_what_a_browser_can_open_from_outside_is_a_link() {
        assert!(href(&an_endpoint()).is_some());
        assert!(
            href(&Endpoint {
                external: false,
                ..an_endpoint()
            })
            .is_none()
        );
        assert!(
            href(&Endpoint {
                scheme: "javascript".into(),
                ..an_endpoint()
            })
            .is_none()
        );
        assert!(
            href(&Endpoint {
                host: "*.bar.com".into(),
                ..an_endpoint()
            })
            .is_none()
        );
    }

    #[test]
    fn the_same_way_is_listed_once() {
        let other = Endpoint {
            path: "/a".into(),
            ..an_endpoint()
        };

        let kept = distinct(vec![an_endpoint(), other.clone(), an_endpoint()]);

        assert_eq!(kept, [an_endpoint(), other]);
    }
}
