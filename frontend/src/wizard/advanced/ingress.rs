//! The Ingress 路由（Ingress） in front of the Service.

use leptos::prelude::*;
use slipway_api::Feature;
use slipway_model::Draft;
use slipway_model::value::HostName;

use super::card::Card;
use crate::ui::{Button, Choice, CopyText, Shape};
use crate::wizard::fields::{Pick, Text, remark_at};
use crate::wizard::form::use_form;
use crate::wizard::offer::{Offer, suggested_name};
use crate::wizard::rows::{ListRemark, Rows, Shown};
use crate::wizard::section::{Note, Section};
use crate::wizard::work::use_work;
use crate::{say, words};

/// The Ingresses of the draft; the form makes one.
#[component]
pub(super) fn Ingresses() -> impl IntoView {
    let form = use_form();
    let ids = form.rows("ingresses");
    let create = move |()| {
        if let Some(row) = form.add_row("ingresses") {
            form.go_to(&format!("{row}.name"));
        }
    };
    view! {
        <Section title=words!(wizard.ingress.title)>
            <Note text=words!(wizard.ingress.help) />
            <For each=move || ids.get() key=|id| *id let(id)>
                <Card
                    list="ingresses"
                    id
                    kind=words!(wizard.field.ingress)
                    summary=Signal::derive(move || form.with(|draft| summary(draft, id)))
                    fields=|row| view! { <IngressFields row /> }.into_any()
                />
            </For>
            {move || ids.with(Vec::is_empty).then(|| view! {
                <div><Button id="ingresses-create" label=words!(wizard.ingress.create) icon=Shape::Plus on_click=create /></div>
            })}
        </Section>
    }
}

#[component]
fn IngressFields(row: String) -> impl IntoView {
    let form = use_form();
    let kinds = Signal::derive(|| {
        vec![
            Choice::new("Prefix", say!(wizard.ingress.prefix)),
            Choice::new("Exact", say!(wizard.ingress.exact)),
            Choice::new("ImplementationSpecific", say!(wizard.ingress.specific)),
        ]
    });
    let ports = Signal::derive(move || form.with(service_ports));
    view! {
        <Text path=format!("{row}.name") label=words!(wizard.field.name) help=words!(wizard.ingress.name_help) required=true />
        <Offer path=format!("{row}.name") text=Signal::derive(move || form.with(|draft| suggested_name(draft, "ingress"))) />
        <CarriedOut row=row.clone() />
        <Behind row=row.clone() />
        <h4 class="pf-v6-c-title pf-m-md">{words!(wizard.ingress.rules)}</h4>
        <Rows
            list=format!("{row}.rules")
            shown=Shown { class: "wizard-row wizard-row--rule", first: "host" }
            add=words!(wizard.ingress.add_rule)
            one=words!(wizard.field.rule)
            keep_one=true
            row=move |rule: String| view! {
                <Text path=format!("{rule}.host") label=words!(wizard.ingress.host) placeholder="foo.bar.com" inputmode="url" />
                <Text path=format!("{rule}.path") label=words!(wizard.ingress.path) placeholder="/" inputmode="url" />
                <Pick path=format!("{rule}.path_kind") label=words!(wizard.ingress.path_kind) choices=kinds />
                <Pick path=format!("{rule}.port") label=words!(wizard.ingress.port) choices=ports />
            }.into_any()
        />
        <HostsLine row />
    }
}

/// What carries it out, and the class or the Gateways that belong to that. Where there is but one way nobody is asked.
#[component]
fn CarriedOut(row: String) -> impl IntoView {
    let (form, work) = (use_form(), use_work());
    let kind = form.typed(format!("{row}.kind"));
    let is_route = Memo::new(move |_| kind.get() == "HTTPRoute");
    let has_gateways = Memo::new(move |_| {
        work.cluster.with(|cluster| {
            let features = cluster.iter().flat_map(|cluster| &cluster.features);
            features
                .into_iter()
                .any(|found| found.feature == Feature::GatewayApi && found.present)
        })
    });
    let is_asked = Memo::new(move |_| has_gateways.get() || !kind.with(String::is_empty));
    let kinds = Signal::derive(|| {
        vec![
            Choice::new("", say!(wizard.ingress.kind_default)),
            Choice::new("Ingress", say!(wizard.ingress.kind_ingress)),
            Choice::new("HTTPRoute", say!(wizard.ingress.kind_route)),
        ]
    });
    let row = StoredValue::new(row);
    view! {
        {move || is_asked.get().then(|| view! {
            <Pick path=format!("{}.kind", row.get_value()) label=words!(wizard.ingress.kind) choices=kinds help=words!(wizard.ingress.kind_help) />
        })}
        {move || if is_route.get() {
            view! { <Gateways list=format!("{}.gateways", row.get_value()) /> }.into_any()
        } else {
            view! { <ClassField row=row.get_value() /> }.into_any()
        }}
    }
}

/// The Gateways at which a route is.
#[component]
fn Gateways(list: String) -> impl IntoView {
    view! {
        <h4 class="pf-v6-c-title pf-m-md">{words!(wizard.ingress.gateways)}</h4>
        <Rows
            list
            shown=Shown { class: "wizard-row wizard-row--pair", first: "name" }
            add=words!(wizard.ingress.add_gateway)
            one=words!(wizard.row_word.gateways)
            row=move |gateway: String| view! {
                <Text path=format!("{gateway}.name") label=words!(wizard.field.name) required=true />
                <Text path=format!("{gateway}.namespace") label=words!(wizard.ingress.namespace) />
            }.into_any()
        />
    }
}

/// The class: chosen from what the cluster has, typed where it tells none.
#[component]
fn ClassField(row: String) -> impl IntoView {
    let work = use_work();
    let path = StoredValue::new(format!("{row}.class"));
    let classes = Memo::new(move |_| {
        work.cluster
            .with(|c| c.as_ref().map(|c| c.ingress_classes.clone()).unwrap_or_default())
    });
    let default = Memo::new(move |_| {
        work.cluster
            .with(|c| c.as_ref().and_then(|c| c.default_ingress_class.clone()))
    });
    let choices = Signal::derive(move || {
        let first = match default.get() {
            Some(name) => say!(wizard.ingress.class_default, name = name).to_string(),
            None => say!(wizard.ingress.class_none).to_owned(),
        };
        let mut choices = vec![Choice::new("", first)];
        choices.extend(classes.get().iter().map(|name| Choice::plain(name)));
        choices
    });
    let help = Signal::derive(move || {
        if default.get().is_none() {
            say!(wizard.ingress.class_no_default)
        } else {
            say!(wizard.ingress.class_help)
        }
        .to_owned()
    });
    move || {
        let path = path.get_value();
        if classes.with(Vec::is_empty) {
            view! { <Text path label=words!(wizard.ingress.class) help /> }.into_any()
        } else {
            view! { <Pick path label=words!(wizard.ingress.class) choices help /> }.into_any()
        }
    }
}

/// The one Service it leads to.
#[component]
fn Behind(row: String) -> impl IntoView {
    let form = use_form();
    let path = format!("{row}.service");
    let service = Memo::new(move |_| {
        form.with(|draft| {
            draft
                .services
                .first()
                .map(|service| service.name.text().to_owned())
        })
    });
    let create = move |()| {
        if let Some(row) = form.add_row("services") {
            form.go_to(&format!("{row}.name"));
        }
    };
    let remark = remark_at(form, &path);
    view! {
        <div class="pf-v6-c-form__group">
            <div class="pf-v6-c-form__group-label">
                <span class="pf-v6-c-form__label"><span class="pf-v6-c-form__label-text">{words!(wizard.field.service)}</span></span>
            </div>
            <div class="pf-v6-c-form__group-control">
                {move || match service.get() {
                    Some(name) if name.is_empty() => view! { <p>{words!(wizard.ingress.service_unnamed)}</p> }.into_any(),
                    Some(name) => view! { <p><strong>{name}</strong>" · "{words!(wizard.ingress.one_service)}</p> }.into_any(),
                    None => view! {
                        <p>{words!(wizard.ingress.needs_service)}</p>
                        <Button label=words!(wizard.service.create) small=true on_click=create />
                    }.into_any(),
                }}
                {move || remark.with(Option::is_some).then(|| view! { <ListRemark path=path.clone() /> })}
            </div>
        </div>
    }
}

/// The line for the hosts file, as far as it is known before the address is.
#[component]
fn HostsLine(row: String) -> impl IntoView {
    let form = use_form();
    let id = row
        .rsplit('.')
        .next()
        .and_then(|id| id.parse::<u32>().ok())
        .unwrap_or_default();
    let hosts = Memo::new(move |_| form.with(|draft| hosts(draft, id)));
    let line =
        Signal::derive(move || format!("{}   {}", say!(wizard.ingress.address), hosts.get().join(" ")));
    view! {
        {move || (!hosts.with(Vec::is_empty)).then(|| view! {
            <div class="pf-v6-c-hint">
                <div class="pf-v6-c-hint__body">
                    {words!(wizard.ingress.hosts_help)}
                    <p class="wizard-hosts"><code>{line}</code> <CopyText text=line /></p>
                </div>
            </div>
        })}
    }
}

/// The domains of an Ingress that a hosts file can lead to: whole names, each once, and no wildcards.
fn hosts(draft: &Draft, id: u32) -> Vec<String> {
    let rules = draft
        .ingresses
        .iter()
        .filter(|ingress| ingress.id == id)
        .flat_map(|ingress| &ingress.rules);
    let mut hosts: Vec<String> = Vec::new();
    for host in rules.map(|rule| rule.host.text()) {
        let is_name = HostName::parse(host).is_ok() && !host.starts_with('*');
        if is_name && !hosts.iter().any(|known| known == host) {
            hosts.push(host.to_owned());
        }
    }
    hosts
}

/// The ports of the Service, and first the one taken when none is named.
fn service_ports(draft: &Draft) -> Vec<Choice> {
    let ports: Vec<&str> = draft
        .services
        .first()
        .map(|service| {
            service
                .ports
                .iter()
                .map(|port| port.port.text())
                .filter(|port| !port.is_empty())
                .collect()
        })
        .unwrap_or_default();
    let first = match ports.first() {
        Some(port) => say!(wizard.ingress.port_first_is, port = (*port).to_owned()).to_string(),
        None => say!(wizard.ingress.port_first).to_owned(),
    };
    let mut choices = vec![Choice::new("", first)];
    choices.extend(ports.into_iter().map(Choice::plain));
    choices
}

fn summary(draft: &Draft, id: u32) -> String {
    let Some(ingress) = draft.ingresses.iter().find(|ingress| ingress.id == id) else {
        return String::new();
    };
    let service = draft
        .services
        .first()
        .map(|service| service.name.text().to_owned())
        .unwrap_or_default();
    let rules: Vec<_> = ingress
        .rules
        .iter()
        .map(|rule| {
            let host = if rule.host.is_blank() {
                "*"
            } else {
                rule.host.text()
            };
            format!("{host}{}", rule.path.text())
        })
        .collect();
    format!("{} → {service}", rules.join(", "))
}

#[cfg(test)]
mod tests {
    use slipway_model::Draft;

    use super::hosts;

    #[test]
    fn a_line_for_the_hosts_file_is_offered_for_whole_names_only() {
        let mut draft = Draft::default();
        let ingress = draft.add_row("ingresses").unwrap();
        for host in [
            "",
            "10.0.0.1",
            "*.bar.com",
            "foo.",
            "foo.bar.com",
            "a.b",
            "foo.bar.com",
        ] {
            let rule = draft.add_row(&format!("ingresses.{ingress}.rules")).unwrap();
            let path = format!("ingresses.{ingress}.rules.{rule}.host");
            draft.leaf_mut(&path).unwrap().set(host);
        }

        assert_eq!(hosts(&draft, ingress), ["foo.bar.com", "a.b"]);
    }
}
