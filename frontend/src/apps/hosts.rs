//! Lines for a hosts file, for host names that no DNS knows yet.

use std::net::IpAddr;

use leptos::prelude::*;
use slipway_api::IngressView;

use crate::ui::{Alert, CodeBlock, Tone};
use crate::words;

/// The lines with what to do with them, under a heading; nothing where there are none.
#[component]
pub fn HostsLines(
    /// The Ingresses that lead to the app.
    ingresses: Memo<Vec<IngressView>>,
    /// The heading.
    children: ChildrenFn,
) -> impl IntoView {
    let code = Memo::new(move |_| ingresses.with(|ingresses| lines(ingresses)));
    let simulated = Memo::new(move |_| ingresses.with(|all| all.iter().any(|ingress| ingress.simulated)));
    let some = Memo::new(move |_| code.with(|code| !code.is_empty()));
    let heading = StoredValue::new(children);
    move || {
        some.get().then(|| view! {
            <section class="app-hosts">
                {heading.with_value(|heading| heading())}
                <p>{words!(apps.hosts_body)}</p>
                <CodeBlock code name=words!(apps.hosts_title) />
                {move || simulated.get().then(|| view! { <Alert tone=Tone::Info title=words!(apps.hosts_simulated) /> })}
            </section>
        })
    }
}

/// Each address with the host names that should lead to it.
fn lines(ingresses: &[IngressView]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for ingress in ingresses {
        let mut hosts: Vec<&str> = Vec::new();
        for host in ingress.rules.iter().filter_map(|rule| rule.host.as_deref()) {
            if is_name(host) && !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        let address = ingress
            .addresses
            .iter()
            .find(|address| address.parse::<IpAddr>().is_ok());
        if let Some(address) = address.filter(|_| !hosts.is_empty()) {
            let line = format!("{address} {}", hosts.join(" "));
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines.join("\n")
}

/// Whether a hosts file can lead to it: it knows no wildcards, and an address needs no line.
fn is_name(host: &str) -> bool {
    !host.is_empty() && !host.contains('*') && host.parse::<IpAddr>().is_err()
}

#[cfg(test)]
mod tests {
    use slipway_api::{IngressRuleView, IngressView};

    use super::lines;

    fn an_ingress(addresses: &[&str], hosts: &[Option<&str>]) -> IngressView {
        let rule = |host: Option<&str>| IngressRuleView {
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
            rules: hosts.iter().copied().map(rule).collect(),
            simulated: true,
            created_at: 0,
        }
    }

    #[test]
    fn a_line_names_the_address_and_its_hosts_once() {
        let ingress = an_ingress(
            &["10.0.0.1"],
            &[Some("foo.bar.com"), Some("a.bar.com"), Some("foo.bar.com")],
        );

        assert_eq!(
            lines(&[ingress.clone(), ingress]),
            "10.0.0.1 foo.bar.com a.bar.com"
        );
    }

    #[test]
    fn what_is_no_name_gets_no_line() {
        let hosts = [
            None,
            Some(""),
            Some("*.bar.com"),
            Some("10.0.0.1"),
            Some("fd00::1"),
        ];

        assert_eq!(lines(&[an_ingress(&["10.0.0.1"], &hosts)]), "");
    }

    #[test]
    fn without_an_address_there_is_no_line() {
        assert_eq!(lines(&[an_ingress(&[], &[Some("foo.bar.com")])]), "");
        assert_eq!(
            lines(&[an_ingress(&["lb.example.com"], &[Some("foo.bar.com")])]),
            ""
        );
    }
}
