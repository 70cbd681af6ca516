//! Routes of the Gateway API.

use slipway_model::App;
use slipway_model::app::{Access, Canary, Ingress, Rule};
use slipway_plan::PlannedObject;

use super::FieldMap;

impl FieldMap {
    /// A route holds the rules of one host; those of further hosts have names with a number behind.
    pub(super) fn route(&mut self, app: &App, object: &PlannedObject) {
        let host = object.body.value()["spec"]["hostnames"][0].as_str();
        let of_route = |ingress: &&Ingress| {
            let rest = object.key.name.strip_prefix(ingress.name.as_str());
            let numbered = |rest: &str| rest.strip_prefix('-').is_some_and(|n| n.parse::<u32>().is_ok());
            rest.is_some_and(|rest| rest.is_empty() || numbered(rest))
                && rules(ingress, host).next().is_some()
        };
        let Some(ingress) = app.ingresses.iter().find(of_route) else {
            return;
        };
        let at = format!("ingresses.{}", ingress.row);
        self.add("", format!("{at}.name"));
        self.add("metadata.labels", format!("{at}.labels"));
        self.add("metadata.annotations", format!("{at}.annotations"));
        self.add("spec.rules", format!("{at}.rules"));
        self.gateways(&at, ingress);
        if let Some(first) = rules(ingress, host).next() {
            self.add("spec.hostnames", format!("{at}.rules.{}.host", first.row));
        }
        let mut position = 0;
        for rule in rules(ingress, host) {
            for others in leading(ingress.canary.as_ref()) {
                self.route_rule(&format!("spec.rules[{position}]"), &at, rule, others);
                position += 1;
            }
        }
    }

    fn gateways(&mut self, at: &str, ingress: &Ingress) {
        let list = format!("{at}.gateways");
        self.add("spec.parentRefs", list.as_str());
        if let Some(Access::Route(gateways)) = &ingress.access {
            for (number, gateway) in gateways.iter().enumerate() {
                let (path, row) = (
                    format!("spec.parentRefs[{number}]"),
                    format!("{list}.{}", gateway.row),
                );
                self.add_all(
                    &path,
                    &row,
                    &[("", "name"), ("namespace", "namespace"), ("name", "name")],
                );
            }
        }
    }

    fn route_rule(&mut self, path: &str, at: &str, rule: &Rule, others: &[bool]) {
        let row = format!("{at}.rules.{}", rule.row);
        self.add(path, format!("{row}.path"));
        // One match for a header and one for a cookie.
        for index in 0..2 {
            let path = format!("{path}.matches[{index}]");
            self.add(format!("{path}.path.type"), format!("{row}.path_kind"));
            self.add(format!("{path}.headers"), format!("{at}.canary.header"));
        }
        for (index, other) in others.iter().enumerate() {
            let path = format!("{path}.backendRefs[{index}]");
            let (name, port, weight) = if *other {
                ("canary.service", format!("{at}.canary.port"), "canary.weight")
            } else {
                ("service", format!("{row}.port"), "weight")
            };
            self.add(format!("{path}.name"), format!("{at}.{name}"));
            self.add(format!("{path}.port"), port);
            self.add(format!("{path}.weight"), format!("{at}.{weight}"));
        }
    }
}

fn rules<'i>(ingress: &'i Ingress, host: Option<&'i str>) -> impl Iterator<Item = &'i Rule> {
    let of = move |rule: &&Rule| rule.host.as_ref().map(slipway_model::value::HostName::as_str) == host;
    ingress.rules.iter().filter(of)
}

/// For each rule of the route that one rule of the Ingress becomes: which of its backends are the canary's.
fn leading(canary: Option<&Canary>) -> Vec<&'static [bool]> {
    let Some(canary) = canary else {
        return vec![&[false]];
    };
    let says_never = canary.cookie.is_some() || matches!(&canary.header, Some((_, None)));
    let mut rules: Vec<&[bool]> = Vec::new();
    if canary.header.is_some() || canary.cookie.is_some() {
        rules.push(&[true]);
    }
    if says_never {
        rules.push(&[false]);
    }
    rules.push(&[false, true]);
    rules
}
