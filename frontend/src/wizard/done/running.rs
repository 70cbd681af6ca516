//! Created is not yet running: how many pods are ready, and how the app can be reached.

use leptos::prelude::*;
use slipway_api::{AppDetail, Endpoint, Health, OperationView};

use crate::ui::{Alert, Badge, Colour, CopyText, Tone};
use crate::wizard::done::{following, key};
use crate::{say, words};

/// The app that was made.
#[component]
pub(super) fn Running(operation: RwSignal<Option<OperationView>>) -> impl IntoView {
    let key = operation.with_untracked(|operation| operation.as_ref().map(key));
    key.map(|key| {
        let href = format!(
            "/c/{}/apps/{}/{}/{}",
            key.cluster, key.namespace, key.kind, key.name
        );
        let app = following::app(key);
        view! {
            <section class="wizard-section" aria-label=words!(wizard.done.app)>
                <Pods app />
                <Endpoints app />
                <p><a class="pf-v6-c-button pf-m-primary" href=href>{words!(wizard.done.to_app)}</a></p>
            </section>
        }
    })
}

#[component]
fn Pods(app: RwSignal<Option<AppDetail>>) -> impl IntoView {
    let counted = Memo::new(move |_| {
        app.with(|app| {
            app.as_ref()
                .map(|app| (app.row.health, app.row.ready, app.row.wanted))
        })
    });
    let why = Memo::new(move |_| {
        app.with(|app| {
            let app = app.as_ref()?;
            let of_pods = || app.pods.iter().find_map(|pod| pod.reason.clone());
            app.row
                .reason
                .clone()
                .filter(|reason| reason.message.is_some())
                .or_else(of_pods)
        })
    });
    move || {
        let (tone, title): (_, Signal<String>) = match counted.get() {
            None => (
                Tone::Info,
                Signal::derive(|| say!(wizard.done.waiting).to_owned()),
            ),
            Some((Health::Running, ready, wanted)) => (
                Tone::Success,
                Signal::derive(move || say!(wizard.done.ready, ready = ready, wanted = wanted).to_string()),
            ),
            Some((Health::Failed, ready, wanted)) => (
                Tone::Danger,
                Signal::derive(move || say!(wizard.done.failing, ready = ready, wanted = wanted).to_string()),
            ),
            Some((Health::Stopped, ..)) => (
                Tone::Info,
                Signal::derive(|| say!(wizard.done.no_pods).to_owned()),
            ),
            Some((_, ready, wanted)) => (
                Tone::Info,
                Signal::derive(move || {
                    say!(wizard.done.starting, ready = ready, wanted = wanted).to_string()
                }),
            ),
        };
        view! {
            <Alert tone title>
                {move || why.get().filter(|_| tone != Tone::Success).map(|why| view! {
                    <p class="wizard-done__message">{why.object}{why.message.map(|message| format!(": {message}"))}</p>
                })}
            </Alert>
        }
    }
}

#[component]
fn Endpoints(app: RwSignal<Option<AppDetail>>) -> impl IntoView {
    let endpoints =
        Memo::new(move |_| app.with(|app| app.as_ref().map(|app| app.endpoints.clone()).unwrap_or_default()));
    move || {
        (!endpoints.with(Vec::is_empty)).then(|| view! {
            <h3 class="pf-v6-c-title pf-m-md">{words!(wizard.done.endpoints)}</h3>
            <ul class="wizard-endpoints" role="list">
                {endpoints.get().into_iter().map(|endpoint| view! { <EndpointLine endpoint /> }).collect_view()}
            </ul>
        })
    }
}

#[component]
fn EndpointLine(endpoint: Endpoint) -> impl IntoView {
    let url = address(&endpoint);
    let opens =
        matches!(endpoint.scheme.as_str(), "http" | "https") && endpoint.external && !endpoint.simulated;
    let hosts = hosts_line(&endpoint);
    view! {
        <li>
            {match &url {
                None => view! { <span>{words!(wizard.done.address_pending)}</span> }.into_any(),
                Some(url) if opens => view! { <a href=url.clone() target="_blank" rel="noopener noreferrer">{url.clone()}</a> }.into_any(),
                Some(url) => view! { <code>{url.clone()}</code> }.into_any(),
            }}
            " "
            {if endpoint.external { view! { <Badge label=words!(wizard.done.external) colour=Colour::Blue /> } }
                else { view! { <Badge label=words!(wizard.done.internal) colour=Colour::Grey /> } }}
            {endpoint.simulated.then(|| view! { " "<Badge label=words!(wizard.done.simulated) colour=Colour::Purple meaning=words!(wizard.done.simulated_meaning) /> })}
            {hosts.map(|line| view! {
                <p class="wizard-hosts">{words!(wizard.done.hosts)}" "<code>{line.clone()}</code>" "<CopyText text=line /></p>
            })}
        </li>
    }
}

/// The address as it is typed into a browser; nothing while it is pending.
fn address(endpoint: &Endpoint) -> Option<String> {
    if endpoint.host.is_empty() {
        return None;
    }
    let usual = matches!(
        (endpoint.scheme.as_str(), endpoint.port),
        ("http", 80) | ("https", 443)
    );
    let port = if usual {
        String::new()
    } else {
        format!(":{}", endpoint.port)
    };
    let host = if endpoint.host.contains(':') {
        format!("[{}]", endpoint.host)
    } else {
        endpoint.host.clone()
    };
    Some(match endpoint.scheme.as_str() {
        "http" | "https" => format!("{}://{host}{port}{}", endpoint.scheme, endpoint.path),
        _ => format!("{host}{port}"),
    })
}

/// The line for the hosts file, when the host is a name whose address is known.
fn hosts_line(endpoint: &Endpoint) -> Option<String> {
    let address = endpoint
        .address
        .as_ref()
        .filter(|address| **address != endpoint.host)?;
    (endpoint.kind == slipway_api::EndpointKind::Ingress && !endpoint.host.is_empty())
        .then(|| format!("{address}   {}", endpoint.host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use slipway_api::EndpointKind;

    fn endpoint(scheme: &str, host: &str, port: u16) -> Endpoint {
        Endpoint {
            kind: EndpointKind::Ingress,
            object: "nginx-ingress".into(),
            scheme: scheme.into(),
            host: host.into(),
            port,
            path: "/".into(),
            address: Some("203.0.113.7".into()),
            external: true,
            simulated: false,
        }
    }

    #[test]
    fn an_address_names_only_an_unusual_port() {
        assert_eq!(
            address(&endpoint("http", "foo.bar.com", 80)).as_deref(),
            Some("http://foo.bar.com/")
        );
        assert_eq!(
            address(&endpoint("http", "foo.bar.com", 8080)).as_deref(),
            Some("http://foo.bar.com:8080/")
        );
        assert_eq!(
            address(&endpoint("tcp", "fd00::1", 80)).as_deref(),
            Some("[fd00::1]:80")
        );
        assert_eq!(address(&endpoint("http", "", 80)), None, "pending");
    }

    #[test]
    fn the_hosts_line_needs_a_name_and_an_address() {
        assert_eq!(
            hosts_line(&endpoint("http", "foo.bar.com", 80)).as_deref(),
            Some("203.0.113.7   foo.bar.com")
        );
        assert_eq!(hosts_line(&endpoint("http", "203.0.113.7", 80)), None);
    }
}
