//! Ingresses, those of canaries among them.

use std::collections::BTreeMap;

use slipway_model::App;
use slipway_model::app::{Ingress, Rule, Tls};
use slipway_plan::PlannedObject;

use super::FieldMap;

/// Whose Service a path leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Behind {
    Own,
    Canary,
}

impl FieldMap {
    pub(super) fn ingress(&mut self, app: &App, object: &PlannedObject) {
        let name = object.key.name.as_str();
        if let Some(ingress) = app.ingresses.iter().find(|ingress| ingress.name.as_str() == name) {
            let behind: &[Behind] = if within(ingress, object) {
                &[Behind::Own, Behind::Canary]
            } else {
                &[Behind::Own]
            };
            self.main(ingress, behind);
            return;
        }
        let of_canary = |ingress: &&Ingress| {
            let rest = name.strip_prefix(ingress.name.as_str());
            matches!(rest, Some("-canary" | "-canary-weight"))
        };
        if let Some(ingress) = app.ingresses.iter().find(of_canary) {
            self.main(ingress, &[Behind::Canary]);
            self.add(
                "metadata.annotations",
                format!("ingresses.{}.canary.enabled", ingress.row),
            );
        }
    }

    fn main(&mut self, ingress: &Ingress, behind: &[Behind]) {
        let at = format!("ingresses.{}", ingress.row);
        self.add("", format!("{at}.name"));
        self.add("metadata.labels", format!("{at}.labels"));
        self.add("metadata.annotations", format!("{at}.annotations"));
        // The server names the annotation that says otherwise than the class in this way.
        self.add(
            "metadata.annotations[kubernetes.io/ingress.class]",
            format!("{at}.class"),
        );
        self.add("annotations.kubernetes.io/ingress.class", format!("{at}.class"));
        self.add("spec.ingressClassName", format!("{at}.class"));
        self.add("spec.rules", format!("{at}.rules"));
        self.rules(&at, &ingress.rules, behind);
        self.tls(&at, ingress);
    }

    /// The plan gathers the paths of one host under one rule, so the same grouping is followed here.
    fn rules(&mut self, at: &str, rules: &[Rule], behind: &[Behind]) {
        let mut hosts: Vec<(&Rule, usize)> = Vec::new();
        let mut places = BTreeMap::new();
        for rule in rules {
            let host = *places.entry(&rule.host).or_insert_with(|| {
                hosts.push((rule, 0));
                hosts.len() - 1
            });
            for behind in behind {
                let path = format!("spec.rules[{host}].http.paths[{}]", hosts[host].1);
                hosts[host].1 += 1;
                self.path(&path, at, rule, *behind);
            }
        }
        for (index, (first, _)) in hosts.iter().enumerate() {
            self.add(
                format!("spec.rules[{index}].host"),
                format!("{at}.rules.{}.host", first.row),
            );
        }
    }

    fn path(&mut self, path: &str, at: &str, rule: &Rule, behind: Behind) {
        let row = format!("{at}.rules.{}", rule.row);
        self.add(path, format!("{row}.path"));
        self.add(format!("{path}.pathType"), format!("{row}.path_kind"));
        let (service, port) = match behind {
            Behind::Own => (format!("{at}.service"), format!("{row}.port")),
            Behind::Canary => (format!("{at}.canary.service"), format!("{at}.canary.port")),
        };
        self.add(format!("{path}.backend.service.name"), service);
        self.add(format!("{path}.backend.service.port"), port);
    }

    /// The plan gathers the hosts of one Secret in one entry, sorted.
    fn tls(&mut self, at: &str, ingress: &Ingress) {
        self.add("spec.tls", format!("{at}.tls"));
        let mut secrets: Vec<Vec<&Tls>> = Vec::new();
        let mut places = BTreeMap::new();
        for tls in &ingress.tls {
            let place = *places.entry(tls.secret.as_str()).or_insert_with(|| {
                secrets.push(Vec::new());
                secrets.len() - 1
            });
            secrets[place].push(tls);
        }
        for (number, of_secret) in secrets.iter().enumerate() {
            let path = format!("spec.tls[{number}]");
            let field = format!("{at}.tls.{}", of_secret[0].row);
            self.add(path.as_str(), format!("{field}.secret"));
            self.add(format!("{path}.hosts"), format!("{field}.host"));
            self.tls_hosts(&path, at, of_secret);
        }
    }

    /// A host that several rows name is that of the first of them.
    fn tls_hosts(&mut self, path: &str, at: &str, of_secret: &[&Tls]) {
        let mut hosts = BTreeMap::new();
        for tls in of_secret {
            for host in &tls.hosts {
                hosts.entry(host).or_insert(tls.row);
            }
        }
        for (index, row) in hosts.into_values().enumerate() {
            self.add(format!("{path}.hosts[{index}]"), format!("{at}.tls.{row}.host"));
        }
    }
}

/// Whether the canary stands in the same Ingress, as ACK's own way has it.
fn within(ingress: &Ingress, object: &PlannedObject) -> bool {
    let annotations = &object.body.value()["metadata"]["annotations"];
    ingress.canary.is_some()
        && annotations
            .get("nginx.ingress.kubernetes.io/service-weight")
            .is_some()
}
