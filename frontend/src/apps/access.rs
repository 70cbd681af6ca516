//! How an app is reached: Services, Ingresses, the lines for a hosts file.

use leptos::prelude::*;
use slipway_api::{AppDetail, IngressRuleView, IngressView, ServicePortView, ServiceView};

use super::detail::part;
use super::{EndpointList, HostsLines};
use crate::ui::{Ago, Badge, Colour, Column, Table};
use crate::words;

/// Every way to reach an app.
#[component]
pub fn AccessMethods(
    /// The app.
    detail: Signal<Option<AppDetail>>,
) -> impl IntoView {
    let endpoints = part(detail, |app| app.endpoints.clone());
    let services = part(detail, |app| app.services.clone());
    let ingresses = part(detail, |app| app.ingresses.clone());
    view! {
        <div class="app-sections">
            <section>
                <h2 class="pf-v6-c-title pf-m-lg">{words!(apps.endpoints)}</h2>
                <EndpointList endpoints provided=true />
            </section>
            <HostsLines ingresses><h2 class="pf-v6-c-title pf-m-lg">{words!(apps.hosts_title)}</h2></HostsLines>
            <section>
                <h2 class="pf-v6-c-title pf-m-lg">{words!(apps.services)}</h2>
                <Services services />
            </section>
            <section>
                <h2 class="pf-v6-c-title pf-m-lg">{words!(apps.ingresses)}</h2>
                <Ingresses ingresses />
            </section>
        </div>
    }
}

#[component]
fn Services(services: Memo<Vec<ServiceView>>) -> impl IntoView {
    let some = Memo::new(move |_| services.with(|services| !services.is_empty()));
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
    move || {
        if some.get() {
            view! {
                <Table name=words!(apps.services) head>
                    <For each=move || services.get() key=|service| format!("{service:?}") let(service)><ServiceRow service /></For>
                </Table>
            }
            .into_any()
        } else {
            view! { <p class="app-quiet">{words!(apps.no_services)}</p> }.into_any()
        }
    }
}

#[component]
fn ServiceRow(service: ServiceView) -> impl IntoView {
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
}

#[component]
fn Ingresses(ingresses: Memo<Vec<IngressView>>) -> impl IntoView {
    let some = Memo::new(move |_| ingresses.with(|ingresses| !ingresses.is_empty()));
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
    move || {
        if some.get() {
            view! {
                <Table name=words!(apps.ingresses) head>
                    <For each=move || ingresses.get() key=|ingress| format!("{ingress:?}") let(ingress)><IngressRow ingress /></For>
                </Table>
            }
            .into_any()
        } else {
            view! { <p class="app-quiet">{words!(apps.no_ingresses)}</p> }.into_any()
        }
    }
}

#[component]
fn IngressRow(ingress: IngressView) -> impl IntoView {
    let targets = ingress
        .rules
        .iter()
        .map(|rule| view! { <div>{format!("{}:{}", rule.service, rule.port)}</div> })
        .collect_view();
    let rules = ingress
        .rules
        .into_iter()
        .map(|rule| view! { <Rule rule /> })
        .collect_view();
    view! {
        <tr class="pf-v6-c-table__tr" role="row">
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.name)><span class="app-name">{ingress.name}</span></td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.class)>
                {match ingress.class {
                    Some(class) => class.into_any(),
                    None => words!(apps.class_default).into_any(),
                }}
            </td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.rule)>{rules}</td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.leads_to)>{targets}</td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.external)>
                <Addresses addresses=ingress.addresses simulated=ingress.simulated expected=true />
            </td>
            <td class="pf-v6-c-table__td app-time" role="cell" data-label=words!(apps.age)><Ago at=ingress.created_at /></td>
        </tr>
    }
}

#[component]
fn Rule(rule: IngressRuleView) -> impl IntoView {
    view! {
        <div>
            {match rule.host {
                Some(host) => host.into_any(),
                None => view! { <span class="app-quiet">{words!(apps.any_host)}</span> }.into_any(),
            }}
            {rule.path} " "
            {rule.tls.then(|| view! { <Badge label="TLS" colour=Colour::Blue /> })}
        </div>
    }
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
    use slipway_api::ServicePortView;

    use super::port_text;

    #[test]
    fn a_port_is_written_with_its_target_and_the_port_on_every_node() {
        let port = ServicePortView {
            name: Some("http".into()),
            port: 80,
            target: "8080".into(),
            protocol: "TCP".into(),
            node_port: Some(30080),
        };

        assert_eq!(port_text(&port), "http: 80 → 8080/TCP (NodePort 30080)");
        assert_eq!(
            port_text(&ServicePortView {
                name: None,
                node_port: None,
                ..port
            }),
            "80 → 8080/TCP"
        );
    }
}
