//! How an app is reached: Services, Ingresses, the lines for a hosts file.

use leptos::prelude::*;
use slipway_api::{AppDetail, IngressView, ServicePortView, ServiceView};

use super::EndpointLink;
use super::endpoint::kind;
use crate::ui::{Ago, Alert, Badge, CodeBlock, Colour, Column, Table, Tone};
use crate::words;

/// Every way to reach an app.
#[component]
pub fn AccessMethods(
    /// The app.
    detail: Signal<Option<AppDetail>>,
) -> impl IntoView {
    move || {
        detail.get().map(|app| {
        let hosts = hosts_lines(&app.ingresses);
        let simulated = app.ingresses.iter().any(|ingress| ingress.simulated);
        view! {
            <div class="app-sections">
                <section>
                    <h2 class="pf-v6-c-title pf-m-lg">{words!(apps.endpoints)}</h2>
                    {app.endpoints.is_empty().then(|| view! { <p class="app-quiet">{words!(apps.no_endpoint)}</p> })}
                    <ul class="app-endpoints">
                        {app.endpoints.into_iter().map(|endpoint| {
                            let object = endpoint.object.clone();
                            let provider = kind(endpoint.kind);
                            view! {
                                <li>
                                    <EndpointLink endpoint />
                                    <span class="app-quiet">{provider} " " {object}</span>
                                </li>
                            }
                        }).collect_view()}
                    </ul>
                </section>
                {(!hosts.is_empty()).then(|| view! {
                    <section>
                        <h2 class="pf-v6-c-title pf-m-lg">{words!(apps.hosts_title)}</h2>
                        <p>{words!(apps.hosts_body)}</p>
                        <CodeBlock code=hosts name=words!(apps.hosts_title) />
                        {simulated.then(|| view! { <Alert tone=Tone::Info title=words!(apps.hosts_simulated) /> })}
                    </section>
                })}
                <section>
                    <h2 class="pf-v6-c-title pf-m-lg">{words!(apps.services)}</h2>
                    <Services services=app.services />
                </section>
                <section>
                    <h2 class="pf-v6-c-title pf-m-lg">{words!(apps.ingresses)}</h2>
                    <Ingresses ingresses=app.ingresses />
                </section>
            </div>
        }
    })
    }
}

/// Lines for a hosts file: each address with the host names that should lead to it.
fn hosts_lines(ingresses: &[IngressView]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for ingress in ingresses {
        let mut hosts: Vec<&str> = ingress
            .rules
            .iter()
            .filter_map(|rule| rule.host.as_deref())
            .collect();
        // A hosts file knows no wildcards.
        hosts.retain(|host| !host.contains('*'));
        hosts.dedup();
        let address = ingress
            .addresses
            .iter()
            .find(|address| address.parse::<std::net::IpAddr>().is_ok());
        if let Some(address) = address.filter(|_| !hosts.is_empty()) {
            lines.push(format!("{address} {}", hosts.join(" ")));
        }
    }
    lines.dedup();
    lines.join("\n")
}

#[component]
fn Services(services: Vec<ServiceView>) -> impl IntoView {
    if services.is_empty() {
        return view! { <p class="app-quiet">{words!(apps.no_services)}</p> }.into_any();
    }
    let head = || {
        view! {
            <Column label=words!(apps.name) />
            <Column label=words!(apps.service_kind) />
            <Column label=words!(apps.cluster_ip) />
            <Column label=words!(apps.ports) />
            <Column label=words!(apps.external) />
            <Column label=words!(apps.age) />
        }
    };
    let rows = services.into_iter().map(|service| {
        let outside = service.kind == "LoadBalancer";
        view! {
            <tr class="pf-v6-c-table__tr" role="row">
                <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.name)><span class="app-name">{service.name}</span></td>
                <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.service_kind)>{service.kind}</td>
                <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.cluster_ip)>
                    {service.cluster_ip.unwrap_or_else(|| "–".to_owned())}
                </td>
                <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.ports)>
                    {service.ports.iter().map(|port| view! { <div>{port_text(port)}</div> }).collect_view()}
                </td>
                <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.external)>
                    <Addresses addresses=service.addresses simulated=service.simulated expected=outside />
                </td>
                <td class="pf-v6-c-table__td app-time" role="cell" data-label=words!(apps.age)><Ago at=service.created_at /></td>
            </tr>
        }
    });
    view! { <Table name=words!(apps.services) head>{rows.collect_view()}</Table> }.into_any()
}

#[component]
fn Ingresses(ingresses: Vec<IngressView>) -> impl IntoView {
    if ingresses.is_empty() {
        return view! { <p class="app-quiet">{words!(apps.no_ingresses)}</p> }.into_any();
    }
    let head = || {
        view! {
            <Column label=words!(apps.name) />
            <Column label=words!(apps.class) />
            <Column label=words!(apps.rule) />
            <Column label=words!(apps.leads_to) />
            <Column label=words!(apps.external) />
            <Column label=words!(apps.age) />
        }
    };
    let rows = ingresses.into_iter().map(|ingress| {
        let targets = ingress.rules.iter().map(|rule| view! { <div>{format!("{}:{}", rule.service, rule.port)}</div> });
        let targets = targets.collect_view();
        let rules = ingress.rules.into_iter().map(|rule| {
            let path = rule.path;
            view! {
                <div>
                    {match rule.host {
                        Some(host) => host.into_any(),
                        None => view! { <span class="app-quiet">{words!(apps.any_host)}</span> }.into_any(),
                    }}
                    {path} " "
                    {rule.tls.then(|| view! { <Badge label="TLS" colour=Colour::Blue /> })}
                </div>
            }
        });
        view! {
            <tr class="pf-v6-c-table__tr" role="row">
                <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.name)><span class="app-name">{ingress.name}</span></td>
                <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.class)>
                    {match ingress.class {
                        Some(class) => class.into_any(),
                        None => words!(apps.class_default).into_any(),
                    }}
                </td>
                <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.rule)>{rules.collect_view()}</td>
                <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.leads_to)>{targets}</td>
                <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.external)>
                    <Addresses addresses=ingress.addresses simulated=ingress.simulated expected=true />
                </td>
                <td class="pf-v6-c-table__td app-time" role="cell" data-label=words!(apps.age)><Ago at=ingress.created_at /></td>
            </tr>
        }
    });
    view! { <Table name=words!(apps.ingresses) head>{rows.collect_view()}</Table> }.into_any()
}

/// Addresses outside the cluster; that they are on their way, where some are to be expected.
#[component]
fn Addresses(addresses: Vec<String>, simulated: bool, expected: bool) -> impl IntoView {
    if addresses.is_empty() {
        let text = move || {
            if expected {
                crate::say!(apps.pending_address)
            } else {
                "–"
            }
        };
        return view! { <span class="app-quiet">{text}</span> }.into_any();
    }
    view! {
        {addresses.into_iter().map(|address| view! { <div>{address}</div> }).collect_view()}
        {simulated.then(|| view! {
            <Badge label=words!(apps.simulated) colour=Colour::Purple meaning=words!(apps.simulated_meaning) />
        })}
    }
    .into_any()
}

/// A port as people write it: `80 → 8080/TCP`, with the node port where there is one.
fn port_text(port: &ServicePortView) -> String {
    let ServicePortView {
        name,
        port,
        target,
        protocol,
        node_port,
    } = port;
    let node = node_port
        .map(|node| format!(" (NodePort {node})"))
        .unwrap_or_default();
    let name = name
        .as_deref()
        .map(|name| format!("{name}: "))
        .unwrap_or_default();
    format!("{name}{port} → {target}/{protocol}{node}")
}

#[cfg(test)]
mod tests {
    use slipway_api::{IngressRuleView, IngressView};

    use super::hosts_lines;

    fn an_ingress(addresses: &[&str], hosts: &[Option<&str>]) -> IngressView {
        let rule = |host: &Option<&str>| IngressRuleView {
            host: host.map(ToOwned::to_owned),
            path: "/".into(),
            path_kind: "Prefix".into(),
            service: "nginx-svc".into(),
            port: "80".into(),
            tls: false,
        };
        IngressView {
            name: "nginx-ingress".into(),
            class: None,
            addresses: addresses.iter().map(ToString::to_string).collect(),
            rules: hosts.iter().map(rule).collect(),
            simulated: true,
            created_at: 0,
        }
    }

    #[test]
    fn a_hosts_line_names_the_address_and_its_hosts_once() {
        let ingress = an_ingress(
            &["10.0.0.1"],
            &[Some("foo.bar.com"), Some("foo.bar.com"), Some("*.bar.com"), None],
        );

        assert_eq!(hosts_lines(&[ingress.clone(), ingress]), "10.0.0.1 foo.bar.com");
    }

    #[test]
    fn without_an_address_there_is_no_hosts_line() {
        assert_eq!(hosts_lines(&[an_ingress(&[], &[Some("foo.bar.com")])]), "");
        assert_eq!(
            hosts_lines(&[an_ingress(&["lb.example.com"], &[Some("foo.bar.com")])]),
            ""
        );
    }
}
