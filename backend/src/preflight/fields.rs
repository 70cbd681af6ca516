//! From a path in a Kubernetes object back to the field of the draft it came from.

use serde::{Deserialize, Serialize};
use slipway_model::App;
use slipway_model::app::{self, Replicas};
use slipway_plan::PlannedObject;

/// Which field of the draft each part of one object comes from.
///
/// Stored with the object, so that a refusal finds its field however the draft has changed since. A path the draft
/// does not know belongs to the field of the nearest part around it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldMap(Vec<(String, String)>);

impl FieldMap {
    /// The fields behind one planned object of an app.
    pub fn of(app: &App, object: &PlannedObject) -> Self {
        let mut map = Self::default();
        map.add("metadata.namespace", "basics.namespace");
        match object.key.kind.as_str() {
            "Service" => {
                if let Some(service) = app.services.iter().find(|s| s.name.as_str() == object.key.name) {
                    map.service(service);
                }
            }
            "Ingress" => {
                if let Some(ingress) = app.ingresses.iter().find(|i| i.name.as_str() == object.key.name) {
                    map.ingress(ingress);
                }
            }
            "HorizontalPodAutoscaler" => map.autoscaler(app),
            _ => map.workload(app),
        }
        map
    }

    /// The field behind a path such as `spec.template.spec.containers[0].ports[0].name`.
    pub fn field(&self, path: &str) -> &str {
        let around = self.0.iter().filter(|(known, _)| covers(known, path));
        around
            .max_by_key(|(known, _)| known.len())
            .map_or("basics.name", |(_, field)| field)
    }

    /// The field that names the object.
    pub fn name(&self) -> &str {
        self.field("metadata.name")
    }

    /// The fields behind a Pod made from the template.
    #[must_use]
    pub fn of_pod(&self) -> Self {
        let inside = self
            .0
            .iter()
            .filter_map(|(path, field)| Some((path.strip_prefix("spec.template.")?, field)));
        let mut map = Self(
            inside
                .map(|(path, field)| (path.to_owned(), field.clone()))
                .collect(),
        );
        map.add("", "containers");
        map.add("metadata.namespace", "basics.namespace");
        map
    }

    fn add(&mut self, path: impl Into<String>, field: impl Into<String>) {
        self.0.push((path.into(), field.into()));
    }

    fn workload(&mut self, app: &App) {
        self.add("", "basics.name");
        self.add("metadata.labels", "basics.labels");
        self.add("spec.replicas", "basics.replicas");
        self.add("spec.template", "containers");
        self.add("spec.template.metadata", "basics.name");
        for (index, container) in app.containers.iter().enumerate() {
            self.container(&format!("spec.template.spec.containers[{index}]"), container);
        }
    }

    fn container(&mut self, path: &str, container: &app::Container) {
        let at = format!("containers.{}", container.row);
        self.add(path, format!("{at}.image"));
        self.add(format!("{path}.name"), format!("{at}.name"));
        self.add(format!("{path}.resources"), format!("{at}.resources.cpu_request"));
        self.add(
            format!("{path}.resources.requests[memory]"),
            format!("{at}.resources.memory_request"),
        );
        self.add(
            format!("{path}.resources.requests.memory"),
            format!("{at}.resources.memory_request"),
        );
        self.add(format!("{path}.ports"), format!("{at}.ports"));
        for (index, port) in container.ports.iter().enumerate() {
            let (path, at) = (
                format!("{path}.ports[{index}]"),
                format!("{at}.ports.{}", port.row),
            );
            self.add(path.as_str(), format!("{at}.number"));
            self.add(format!("{path}.name"), format!("{at}.name"));
            self.add(format!("{path}.protocol"), format!("{at}.protocol"));
        }
        self.add(format!("{path}.env"), format!("{at}.env"));
        for (index, variable) in container.env.iter().enumerate() {
            let (path, at) = (
                format!("{path}.env[{index}]"),
                format!("{at}.env.{}", variable.row),
            );
            self.add(path.as_str(), format!("{at}.name"));
            self.add(format!("{path}.value"), format!("{at}.value"));
        }
    }

    fn service(&mut self, service: &app::Service) {
        let at = format!("services.{}", service.row);
        self.add("", format!("{at}.name"));
        self.add("metadata.annotations", format!("{at}.reach"));
        self.add("spec.type", format!("{at}.kind"));
        self.add("spec.ports", format!("{at}.ports"));
        for (index, port) in service.ports.iter().enumerate() {
            let (path, at) = (format!("spec.ports[{index}]"), format!("{at}.ports.{}", port.row));
            self.add(path.as_str(), format!("{at}.port"));
            self.add(format!("{path}.name"), format!("{at}.name"));
            self.add(format!("{path}.targetPort"), format!("{at}.target"));
            self.add(format!("{path}.protocol"), format!("{at}.protocol"));
            self.add(format!("{path}.nodePort"), format!("{at}.node_port"));
        }
    }

    /// The plan gathers the paths of one host under one rule, so the same grouping is followed here.
    fn ingress(&mut self, ingress: &app::Ingress) {
        let at = format!("ingresses.{}", ingress.row);
        self.add("", format!("{at}.name"));
        self.add("spec.ingressClassName", format!("{at}.class"));
        self.add("metadata.annotations", format!("{at}.class"));
        self.add("spec.rules", format!("{at}.rules"));
        let mut hosts: Vec<(&app::Rule, usize)> = Vec::new();
        for rule in &ingress.rules {
            let host = hosts
                .iter()
                .position(|(first, _)| first.host == rule.host)
                .unwrap_or_else(|| {
                    hosts.push((rule, 0));
                    hosts.len() - 1
                });
            let path = format!("spec.rules[{host}].http.paths[{}]", hosts[host].1);
            hosts[host].1 += 1;
            self.add(path.as_str(), format!("{at}.rules.{}.path", rule.row));
            self.add(
                format!("{path}.pathType"),
                format!("{at}.rules.{}.path_kind", rule.row),
            );
            self.add(format!("{path}.backend.service.name"), format!("{at}.service"));
            self.add(
                format!("{path}.backend.service.port"),
                format!("{at}.rules.{}.port", rule.row),
            );
        }
        for (index, (first, _)) in hosts.iter().enumerate() {
            self.add(
                format!("spec.rules[{index}].host"),
                format!("{at}.rules.{}.host", first.row),
            );
        }
    }

    fn autoscaler(&mut self, app: &App) {
        self.add("", "scaling.metric.enabled");
        self.add("metadata.name", "basics.name");
        self.add("spec.minReplicas", "scaling.metric.min");
        self.add("spec.maxReplicas", "scaling.metric.max");
        self.add("spec.metrics", "scaling.metric.metrics");
        let Replicas::Autoscaled(scaling) = &app.replicas else {
            return;
        };
        for (index, metric) in scaling.metrics.iter().enumerate() {
            let field = format!("scaling.metric.metrics.{}", metric.row);
            self.add(format!("spec.metrics[{index}]"), format!("{field}.utilization"));
            self.add(
                format!("spec.metrics[{index}].resource.name"),
                format!("{field}.kind"),
            );
        }
    }
}

/// Whether a path is a known one or lies inside it.
fn covers(known: &str, path: &str) -> bool {
    known.is_empty()
        || path
            .strip_prefix(known)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use slipway_model::{Draft, validate};
    use slipway_plan::{Target, plan};

    use super::*;

    /// Two containers and an Ingress whose rules share a host, with ids that differ from every position.
    fn draft() -> Draft {
        serde_json::from_value(json!({
            "basics": { "namespace": "shop", "name": "web", "kind": "Deployment", "replicas": 2 },
            "containers": [
                { "id": 11, "name": "side", "image": "busybox:1.36", "resources": { "cpu_request": "10m" } },
                { "id": 12, "name": "web", "image": "nginx:1.27", "resources": { "cpu_request": "100m" },
                  "ports": [{ "id": 21, "number": 80, "name": "http" }, { "id": 22, "number": 81, "name": "more" }],
                  "env": [{ "id": 23, "name": "TZ", "value": "UTC" }] }],
            "services": [{ "id": 31, "name": "web-svc", "kind": "NodePort",
                           "ports": [{ "id": 32, "name": "http", "port": 80, "target": "http" },
                                     { "id": 33, "name": "more", "port": 81, "node_port": 30081 }] }],
            "ingresses": [{ "id": 41, "name": "web-ingress", "rules": [
                { "id": 42, "host": "a.example", "path": "/" },
                { "id": 43, "host": "b.example", "path": "/" },
                { "id": 44, "host": "a.example", "path": "/more", "port": 81 }] }],
            "scaling": { "metric": { "enabled": true, "min": 2, "max": 4, "metrics": [{ "id": 51, "utilization": 60 }] } },
        }))
        .unwrap()
    }

    fn map(kind: &str) -> FieldMap {
        let verdict = validate(&draft());
        let app = verdict.app.unwrap_or_else(|| panic!("{:?}", verdict.issues));
        let plan = plan(&app, &Target::default());
        let object = plan
            .objects
            .iter()
            .find(|object| object.key.kind == kind)
            .unwrap();
        FieldMap::of(&app, object)
    }

    fn demand(kind: &str, cases: &[(&str, &str)]) {
        for (path, field) in cases {
            assert_eq!(map(kind).field(path), *field, "{kind} {path}");
        }
    }

    #[test]
    fn a_path_in_the_workload_leads_to_the_field_of_its_row() {
        let top = [
            ("metadata.name", "basics.name"),
            ("metadata.namespace", "basics.namespace"),
            ("metadata.labels", "basics.labels"),
            ("spec.replicas", "basics.replicas"),
        ];
        demand("Deployment", &top);
        let inside = [
            ("[1].image", "containers.12.image"),
            ("[0].name", "containers.11.name"),
            ("[1].ports[0].name", "containers.12.ports.21.name"),
            ("[1].ports[1].containerPort", "containers.12.ports.22.number"),
            ("[1].env[0].name", "containers.12.env.23.name"),
            (
                "[1].resources.requests[cpu]",
                "containers.12.resources.cpu_request",
            ),
            (
                "[1].resources.requests[memory]",
                "containers.12.resources.memory_request",
            ),
        ];
        for (path, field) in inside {
            demand(
                "Deployment",
                &[(&format!("spec.template.spec.containers{path}"), field)],
            );
        }
    }

    #[test]
    fn a_path_around_the_workload_leads_to_the_field_of_its_row() {
        let service = [
            ("metadata.name", "services.31.name"),
            ("spec.ports[1].nodePort", "services.31.ports.33.node_port"),
            ("spec.ports[0].targetPort", "services.31.ports.32.target"),
            ("spec.type", "services.31.kind"),
        ];
        demand("Service", &service);
        let ingress = [
            ("spec.rules[1].host", "ingresses.41.rules.43.host"),
            ("spec.rules[0].http.paths[1].path", "ingresses.41.rules.44.path"),
            (
                "spec.rules[0].http.paths[1].backend.service.port.number",
                "ingresses.41.rules.44.port",
            ),
        ];
        demand("Ingress", &ingress);
        let autoscaler = [
            ("spec.maxReplicas", "scaling.metric.max"),
            (
                "spec.metrics[0].resource.target.averageUtilization",
                "scaling.metric.metrics.51.utilization",
            ),
        ];
        demand("HorizontalPodAutoscaler", &autoscaler);
    }

    #[test]
    fn every_field_is_one_of_the_draft() {
        let draft = draft();
        for kind in ["Deployment", "Service", "Ingress", "HorizontalPodAutoscaler"] {
            for (path, field) in map(kind).0 {
                assert!(
                    draft.leaf(&field).is_some() || draft.rows(&field).is_some(),
                    "{kind} {path} → {field}"
                );
            }
        }
    }

    #[test]
    fn an_unknown_path_belongs_to_what_is_around_it() {
        assert_eq!(
            map("Deployment").field("spec.template.spec.containers[1].securityContext.runAsUser"),
            "containers.12.image"
        );
        assert_eq!(
            map("Deployment").field("spec.template.spec.hostNetwork"),
            "containers"
        );
        assert_eq!(map("Deployment").field(""), "basics.name");
        assert_eq!(map("Service").field("spec.clusterIPs[0]"), "services.31.name");
        assert_eq!(
            map("Deployment").field("spec.template.spec.containers[10].image"),
            "containers",
            "10 is not 1"
        );
    }

    #[test]
    fn a_pod_of_the_template_has_the_same_fields() {
        let pod = map("Deployment").of_pod();

        assert_eq!(
            pod.field("spec.containers[1].ports[0].name"),
            "containers.12.ports.21.name"
        );
        assert_eq!(pod.field("spec.securityContext"), "containers");
        assert_eq!(pod.field(""), "containers");
    }
}
