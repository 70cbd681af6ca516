//! Services.

use slipway_model::App;
use slipway_plan::PlannedObject;

use super::FieldMap;

const SERVICE: &[(&str, &str)] = &[
    ("metadata.labels", "labels"),
    ("metadata.annotations", "annotations"),
    (
        "metadata.annotations.service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type",
        "reach",
    ),
    (
        "metadata.annotations.service.beta.kubernetes.io/alibaba-cloud-loadbalancer-id",
        "balancer.instance",
    ),
    ("spec.type", "kind"),
    ("spec.clusterIP", "headless"),
    ("spec.clusterIPs", "headless"),
    ("spec.externalTrafficPolicy", "traffic_policy"),
    ("spec.ports", "ports"),
];

const PORT: &[(&str, &str)] = &[
    ("", "port"),
    ("name", "name"),
    ("targetPort", "target"),
    ("protocol", "protocol"),
    ("nodePort", "node_port"),
];

impl FieldMap {
    pub(super) fn service(&mut self, app: &App, object: &PlannedObject) {
        let named = |name: &str| name == object.key.name;
        let Some(service) = app.services.iter().find(|service| named(service.name.as_str())) else {
            return;
        };
        let at = format!("services.{}", service.row);
        self.add("", format!("{at}.name"));
        for (path, leaf) in SERVICE {
            self.add(*path, format!("{at}.{leaf}"));
        }
        for (index, port) in service.ports.iter().enumerate() {
            let field = format!("{at}.ports.{}", port.row);
            self.add_all(&format!("spec.ports[{index}]"), &field, PORT);
        }
    }
}
