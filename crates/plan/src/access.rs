//! How requests from outside reach an app: Ingresses or routes, and the share of them for another version.

use std::collections::HashMap;

use serde_json::Value;
use slipway_model::app::{Access, Gateway, Ingress};
use slipway_model::draft::Gateway as GatewayRow;
use slipway_model::{App, Draft};

use crate::http_route::Parent;
use crate::{AccessMechanism, Ownership, Plan, PlannedObject, Target, canary, http_route, ingress};

/// The objects behind one Ingress of the app: in the way that the app has, else in the way that the target has.
pub(crate) fn planned(
    app: &App,
    typed: &Ingress,
    ownership: &Ownership,
    target: &Target,
) -> Vec<PlannedObject> {
    let gateways = match (&typed.access, &target.access) {
        (Some(Access::Route(gateways)), _) => {
            let named = |gateway: &Gateway| Parent {
                namespace: gateway.namespace.as_ref().map(ToString::to_string),
                name: gateway.name.to_string(),
            };
            Some(gateways.iter().map(named).collect())
        }
        (None, AccessMechanism::HttpRoute { namespace, gateway }) => Some(vec![Parent {
            namespace: Some(namespace.clone()),
            name: gateway.clone(),
        }]),
        (Some(Access::Ingress), _) | (None, AccessMechanism::Ingress) => None,
    };
    if let Some(gateways) = gateways {
        return http_route::planned(app, typed, ownership, &gateways);
    }
    let main = ingress::planned(app, typed, ownership, target.canary);
    let further = typed
        .canary
        .iter()
        .flat_map(|other| canary::planned(app, typed, other, ownership, target.canary));
    std::iter::once(main).chain(further).collect()
}

/// Says in the draft of an app that is there what carries out each of its Ingresses, as its plan has it, where the cluster
/// would have something else for a new app by now. So an edit of such a draft moves nothing from one to the other.
pub fn keep_access(draft: &mut Draft, made: &Plan, target: &Target) {
    let mut named: HashMap<&str, &PlannedObject> = HashMap::new();
    for object in made.made() {
        if matches!(object.key.kind.as_str(), "Ingress" | "HTTPRoute") {
            named.entry(&object.key.name).or_insert(object);
        }
    }
    for row in draft.ingresses.iter_mut().filter(|row| row.kind.is_blank()) {
        let Some(object) = named.get(row.name.text()) else {
            continue;
        };
        let parents = &object.body.value()["spec"]["parentRefs"];
        let is_as_usual = match &target.access {
            AccessMechanism::Ingress => object.key.kind == "Ingress",
            AccessMechanism::HttpRoute { namespace, gateway } => {
                *parents == serde_json::json!([{ "namespace": namespace, "name": gateway }])
            }
        };
        if !is_as_usual {
            row.kind = object.key.kind.as_str().into();
            row.gateways = parents
                .as_array()
                .into_iter()
                .flatten()
                .map(gateway_row)
                .collect();
        }
    }
    draft.give_ids();
}

fn gateway_row(parent: &Value) -> GatewayRow {
    let text = |key: &str| parent[key].as_str().unwrap_or_default().into();
    GatewayRow {
        namespace: text("namespace"),
        name: text("name"),
        ..GatewayRow::default()
    }
}

#[cfg(test)]
mod tests {
    use slipway_model::{Draft, validate};

    use super::*;
    use crate::plan;

    fn draft() -> Draft {
        let text = "basics: { namespace: shop, name: web, replicas: 1 }
containers: [{ image: 'nginx:1.27' }]
services: [{ name: web, ports: [{ port: 80 }] }]
ingresses: [{ name: web, rules: [{ host: web.example.com }] }]
";
        slipway_model::file::read(text).unwrap().into_draft()
    }

    fn by_route(gateway: &str) -> Target {
        Target {
            access: AccessMechanism::HttpRoute {
                namespace: "edge".into(),
                gateway: gateway.into(),
            },
            ..Target::default()
        }
    }

    #[test]
    fn an_app_stays_where_it_was_made_whatever_the_cluster_has_for_new_apps() {
        let targets = [Target::default(), by_route("public"), by_route("other")];
        for made in &targets {
            let as_made = plan(&validate(&draft()).app.unwrap(), made);
            for now in &targets {
                let mut opened = draft();

                keep_access(&mut opened, &as_made, now);

                assert_eq!(plan(&validate(&opened).app.unwrap(), now), as_made);
                assert_eq!(
                    opened == draft(),
                    made.access == now.access,
                    "said only where it differs"
                );
            }
        }
    }

    #[test]
    fn a_route_is_at_all_its_gateways() {
        let mut draft = draft();
        let row = &mut draft.ingresses[0];
        row.kind.set("HTTPRoute");
        for (namespace, name) in [("gateways", "inside"), ("", "outside")] {
            row.gateways.push(GatewayRow {
                namespace: namespace.into(),
                name: name.into(),
                ..GatewayRow::default()
            });
        }
        draft.give_ids();

        let planned = plan(&validate(&draft).app.unwrap(), &Target::default());

        let route = planned.made().last().unwrap();
        assert_eq!(route.key.kind, "HTTPRoute");
        assert_eq!(
            route.body.value()["spec"]["parentRefs"],
            serde_json::json!([{ "namespace": "gateways", "name": "inside" }, { "name": "outside" }])
        );
    }
}
