//! The Service 服务（Service） in front of the pods.

use leptos::prelude::*;
use slipway_model::Draft;
use slipway_model::value::PortNumber;

use super::card::Card;
use crate::ui::{Button, Look, Shape};
use crate::wizard::choices::{Choices, Meant};
use crate::wizard::containers::ports::protocols;
use crate::wizard::fields::{Pick, Text};
use crate::wizard::form::{Form, use_form};
use crate::wizard::kind_text;
use crate::wizard::offer::{Offer, suggested_name};
use crate::wizard::rows::{Rows, Shown};
use crate::wizard::section::{Note, Section};
use crate::{say, words};

/// The Services of the draft; the form makes one.
#[component]
pub(super) fn Services() -> impl IntoView {
    let form = use_form();
    let ids = form.rows("services");
    let create = move |()| {
        if let Some(row) = form.add_row("services") {
            form.go_to(&format!("{row}.name"));
        }
    };
    view! {
        <Section title=words!(wizard.service.title)>
            <Note text=words!(wizard.service.help) />
            <For each=move || ids.get() key=|id| *id let(id)>
                <Card
                    list="services"
                    id
                    kind=words!(wizard.field.service)
                    summary=Signal::derive(move || form.with(|draft| summary(draft, id)))
                    fields=|row| view! { <ServiceFields row /> }.into_any()
                />
            </For>
            {move || ids.with(Vec::is_empty).then(|| view! {
                <div><Button id="services-create" label=words!(wizard.service.create) icon=Shape::Plus on_click=create /></div>
            })}
        </Section>
    }
}

#[component]
fn ServiceFields(row: String) -> impl IntoView {
    let form = use_form();
    let kind = form.typed(format!("{row}.kind"));
    let is_balanced = Memo::new(move |_| kind.get() == "LoadBalancer");
    let has_node_port = Memo::new(move |_| matches!(kind.get().as_str(), "NodePort" | "LoadBalancer"));
    let (reach_path, ports) = (format!("{row}.reach"), format!("{row}.ports"));
    view! {
        <Text path=format!("{row}.name") label=words!(wizard.field.name) help=words!(wizard.service.name_help) required=true />
        <Offer path=format!("{row}.name") text=Signal::derive(move || form.with(|draft| suggested_name(draft, "svc"))) />
        <Choices path=format!("{row}.kind") label=words!(wizard.field.kind) options=kinds() />
        {move || is_balanced.get().then(|| view! {
            <Choices path=reach_path.clone() label=words!(wizard.service.reach) options=reaches() required=true />
        })}
        <h4 class="pf-v6-c-title pf-m-md">{words!(wizard.service.mapping)}</h4>
        <Note text=words!(wizard.service.mapping_help) />
        <PortOffer row=row.clone() />
        <Rows
            list=ports
            shown=Shown { class: "wizard-row wizard-row--mapping", first: "port" }
            add=words!(wizard.service.add_port)
            one=words!(wizard.field.port)
            keep_one=true
            row=move |port: String| view! { <Mapping port has_node_port /> }.into_any()
        />
    }
}

/// One line of the port mapping.
#[component]
fn Mapping(port: String, has_node_port: Memo<bool>) -> impl IntoView {
    let form = use_form();
    let list = port
        .rsplit_once('.')
        .map(|(list, _)| list.to_owned())
        .unwrap_or_default();
    let ids = form.rows(list);
    let named = form.typed(format!("{port}.name"));
    let needs_name = Memo::new(move |_| ids.with(Vec::len) > 1 || !named.get().is_empty());
    let targets = Signal::derive(move || {
        form.with(|draft| {
            container_ports(draft)
                .into_iter()
                .map(|(n, ..)| n)
                .collect::<Vec<_>>()
        })
    });
    let (name_path, node_path) = (format!("{port}.name"), format!("{port}.node_port"));
    let node_port = form.typed(node_path.as_str());
    // One that was typed before the type changed stays in sight, since it stands in the way.
    let asks_node_port =
        Memo::new(move |_| has_node_port.get() || node_port.with(|typed| !typed.trim().is_empty()));
    view! {
        <Text path=format!("{port}.port") label=words!(wizard.service.port) placeholder="80" inputmode="numeric" required=true />
        <Text path=format!("{port}.target") label=words!(wizard.service.target) placeholder="80" suggestions=targets />
        <Pick path=format!("{port}.protocol") label=words!(wizard.field.protocol) choices=protocols() />
        {move || needs_name.get().then(|| view! { <Text path=name_path.clone() label=words!(wizard.field.name) placeholder="http" /> })}
        {move || asks_node_port.get().then(|| view! {
            <Text path=node_path.clone() label=words!(wizard.service.node_port_number) placeholder=words!(wizard.service.automatic) inputmode="numeric" />
        })}
    }
}

/// Offers to map the ports of the containers, while nothing is mapped.
#[component]
fn PortOffer(row: String) -> impl IntoView {
    let form = use_form();
    let list = StoredValue::new(format!("{row}.ports"));
    let untouched = Memo::new(move |_| {
        form.with(|draft| {
            list.with_value(|list| {
                draft.row_ids(list).iter().all(|id| {
                    let blank = |leaf: &str| {
                        draft
                            .leaf(&format!("{list}.{id}.{leaf}"))
                            .is_none_or(slipway_model::Typed::is_blank)
                    };
                    blank("port") && blank("target")
                })
            })
        })
    });
    let offered = Memo::new(move |_| form.with(container_ports));
    let told = move || {
        offered
            .get()
            .iter()
            .map(|(number, protocol, _)| format!("{number}/{protocol}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let label = Signal::derive(move || say!(wizard.service.use_ports, ports = told()).to_string());
    let accept = move |()| list.with_value(|list| map_ports(form, list, &offered.get_untracked()));
    view! {
        {move || (untouched.get() && !offered.with(Vec::is_empty)).then(|| view! {
            <div><Button label look=Look::Secondary small=true on_click=accept /></div>
        })}
    }
}

/// Maps every port of the containers to the same port of the Service.
fn map_ports(form: Form, list: &str, ports: &[(String, String, String)]) {
    form.edit(|draft| {
        for id in draft.row_ids(list) {
            draft.remove_row(list, id);
        }
        for (number, protocol, name) in ports {
            let Some(id) = draft.add_row(list) else { continue };
            let name = if ports.len() > 1 && name.is_empty() {
                format!("{}-{number}", protocol.to_lowercase())
            } else if ports.len() > 1 {
                name.clone()
            } else {
                String::new()
            };
            for (leaf, text) in [
                ("port", number),
                ("target", number),
                ("protocol", protocol),
                ("name", &name),
            ] {
                if let Some(leaf) = draft.leaf_mut(&format!("{list}.{id}.{leaf}")) {
                    leaf.set(text.as_str());
                }
            }
        }
    });
}

/// Number, protocol and name of every good port of the containers, each once.
fn container_ports(draft: &Draft) -> Vec<(String, String, String)> {
    let mut ports: Vec<(String, String, String)> = Vec::new();
    for port in draft.containers.iter().flat_map(|container| &container.ports) {
        let (number, protocol) = (port.number.text().to_owned(), port.protocol.text().to_owned());
        let known = ports.iter().any(|(n, p, _)| *n == number && *p == protocol);
        if PortNumber::parse(&number).is_ok() && !known {
            ports.push((number, protocol, port.name.text().to_owned()));
        }
    }
    ports
}

fn summary(draft: &Draft, id: u32) -> String {
    let Some(service) = draft.services.iter().find(|service| service.id == id) else {
        return String::new();
    };
    let ports: Vec<_> = service
        .ports
        .iter()
        .filter(|port| !port.port.is_blank())
        .map(|port| {
            let target = if port.target.is_blank() {
                port.port.text()
            } else {
                port.target.text()
            };
            format!("{} → {target}", port.port.text())
        })
        .collect();
    let kind = kind_text::service_type(service.kind.text());
    if ports.is_empty() {
        kind
    } else {
        format!("{kind} · {}", ports.join(", "))
    }
}

fn kinds() -> Vec<Meant> {
    vec![
        Meant {
            value: "ClusterIP",
            label: Signal::derive(|| say!(wizard.service.cluster_ip).to_owned()),
            meaning: Signal::derive(|| say!(wizard.service.cluster_ip_meaning).to_owned()),
        },
        Meant {
            value: "NodePort",
            label: Signal::derive(|| say!(wizard.service.node_port).to_owned()),
            meaning: Signal::derive(|| say!(wizard.service.node_port_meaning).to_owned()),
        },
        Meant {
            value: "LoadBalancer",
            label: Signal::derive(|| say!(wizard.service.load_balancer).to_owned()),
            meaning: Signal::derive(|| say!(wizard.service.load_balancer_meaning).to_owned()),
        },
    ]
}

fn reaches() -> Vec<Meant> {
    vec![
        Meant {
            value: "private",
            label: Signal::derive(|| say!(wizard.service.private).to_owned()),
            meaning: Signal::derive(|| say!(wizard.service.private_meaning).to_owned()),
        },
        Meant {
            value: "public",
            label: Signal::derive(|| say!(wizard.service.public).to_owned()),
            meaning: Signal::derive(|| say!(wizard.service.public_meaning).to_owned()),
        },
    ]
}
