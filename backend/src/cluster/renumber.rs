//! Ports that somebody else has given another number.
//!
//! A list of ports is keyed by number. So applying ours again would set our port beside theirs, under one name, which the
//! cluster refuses; and a port that is not ours an apply never takes away. So their number is set back first.

use std::time::Duration;

use serde_json::{Value, json};
use slipway_plan::ObjectKey;

use super::apply::Owned;
use super::{Access, ClusterError, FIELD_MANAGER};

const CONTAINERS: &str = "/spec/template/spec/containers";

/// One such port.
#[derive(Debug, PartialEq)]
pub(super) struct Renumbered {
    /// Where its number is, as JSON pointer.
    pointer: String,
    ours: Value,
    theirs: Value,
    owned: Owned,
}

/// A list of ports as it is and as it shall be: where it is, as pointer, as the server names it, and as `managedFields` do.
struct Ports<'a> {
    number: &'static str,
    pointer: String,
    path: String,
    managed: Vec<String>,
    live: &'a [Value],
    body: &'a [Value],
}

/// The ports of an object whose numbers somebody else has changed from what a body says.
pub(super) fn renumbered(live: &Value, body: &Value) -> Vec<Renumbered> {
    lists(live, body)
        .iter()
        .flat_map(|ports| ports.renumbered(live))
        .collect()
}

/// Who else holds them.
pub(super) fn owners(ports: &[Renumbered]) -> Vec<Owned> {
    ports.iter().map(|port| port.owned.clone()).collect()
}

/// What sets them back in the object that was read.
pub(super) fn set_back(ports: &[Renumbered], live: &Value) -> Value {
    let metadata = &live["metadata"];
    let mut patch = vec![
        json!({ "op": "test", "path": "/metadata/uid", "value": metadata["uid"] }),
        json!({ "op": "replace", "path": "/metadata/resourceVersion", "value": metadata["resourceVersion"] }),
    ];
    for Renumbered {
        pointer,
        ours,
        theirs,
        ..
    } in ports
    {
        patch.push(json!({ "op": "test", "path": pointer, "value": theirs }));
        patch.push(json!({ "op": "replace", "path": pointer, "value": ours }));
    }
    Value::Array(patch)
}

impl Access {
    /// Sets the numbers of ports back that somebody else has changed, and answers the object as it is then.
    pub async fn renumber(
        &self,
        key: &ObjectKey,
        body: &Value,
        said: Option<&Value>,
        live: Value,
        timeout: Duration,
    ) -> Result<Value, ClusterError> {
        let ports = renumbered(&live, body);
        if ports.is_empty() {
            return Ok(live);
        }
        let live = self.rewrite(key, &set_back(&ports, &live), timeout).await?;
        self.convert(key, said, live, timeout).await
    }
}

/// The ports of a Service, or of each container that is in both.
fn lists<'a>(live: &'a Value, body: &'a Value) -> Vec<Ports<'a>> {
    let mut lists = vec![Ports {
        number: "port",
        pointer: "/spec/ports".to_owned(),
        path: ".spec.ports".to_owned(),
        managed: ["f:spec", "f:ports"].map(ToOwned::to_owned).into(),
        live: list(live, "/spec/ports"),
        body: list(body, "/spec/ports"),
    }];
    for (at, container) in list(live, CONTAINERS).iter().enumerate() {
        let name = &container["name"];
        let ours = list(body, CONTAINERS).iter().find(|ours| ours["name"] == *name);
        let key = format!("k:{}", json!({ "name": name }));
        lists.push(Ports {
            number: "containerPort",
            pointer: format!("{CONTAINERS}/{at}/ports"),
            path: format!(".spec.template.spec.containers[name={name}].ports"),
            managed: ["f:spec", "f:template", "f:spec", "f:containers", &key, "f:ports"]
                .map(ToOwned::to_owned)
                .into(),
            live: list(container, "/ports"),
            body: ours.map(|ours| list(ours, "/ports")).unwrap_or_default(),
        });
    }
    lists
}

impl Ports<'_> {
    fn renumbered(&self, live: &Value) -> Vec<Renumbered> {
        let missing = |port: &&Value| !self.has(self.live, port);
        let missing = self.body.iter().filter(missing);
        missing
            .filter_map(|ours| {
                let theirs = |(_, port): &(usize, &Value)| {
                    port.get("name") == ours.get("name") && !self.has(self.body, port)
                };
                let (at, theirs) = self.live.iter().enumerate().find(theirs)?;
                let manager = self.holder(live, theirs)?;
                let which = match ours["name"].as_str() {
                    Some(name) => format!(r#"name="{name}""#),
                    None => at.to_string(),
                };
                Some(Renumbered {
                    pointer: format!("{}/{at}/{}", self.pointer, self.number),
                    ours: ours[self.number].clone(),
                    theirs: theirs[self.number].clone(),
                    owned: Owned {
                        path: format!("{}[{which}].{}", self.path, self.number),
                        manager,
                    },
                })
            })
            .collect()
    }

    /// Whether a list has a port of this number and protocol.
    fn has(&self, ports: &[Value], port: &Value) -> bool {
        ports.iter().any(|one| self.key(one) == self.key(port))
    }

    /// Who else holds a port. Nobody, if we do: an apply takes it away.
    fn holder(&self, live: &Value, port: &Value) -> Option<String> {
        let key = format!("k:{}", self.key(port));
        let holds = |entry: &&Value| {
            let keys = self.managed.iter().chain([&key]);
            keys.fold(&entry["fieldsV1"], |at, key| &at[key.as_str()])
                .is_object()
        };
        let holders: Vec<&Value> = list(live, "/metadata/managedFields")
            .iter()
            .filter(holds)
            .collect();
        if holders.iter().any(|entry| entry["manager"] == FIELD_MANAGER) {
            return None;
        }
        holders.last()?["manager"].as_str().map(ToOwned::to_owned)
    }

    /// What tells one from another, as `managedFields` have it.
    fn key(&self, port: &Value) -> Value {
        let protocol = port["protocol"].as_str().unwrap_or("TCP");
        json!({ self.number: port[self.number], "protocol": protocol })
    }
}

fn list<'a>(object: &'a Value, pointer: &str) -> &'a [Value] {
    let list = object.pointer(pointer).and_then(Value::as_array);
    list.map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(number: u16, manager: &str) -> Value {
        let key = format!(r#"k:{{"port":{number},"protocol":"TCP"}}"#);
        json!({ "metadata": { "uid": "u", "resourceVersion": "7", "managedFields": [
                    { "manager": manager, "operation": "Update", "fieldsV1": { "f:spec": { "f:ports": { key: { ".": {} } } } } }
                ] },
                "spec": { "ports": [{ "name": "http", "port": number, "protocol": "TCP" }] } })
    }

    fn body() -> Value {
        json!({ "spec": { "ports": [{ "name": "http", "port": 80, "targetPort": 8080 }] } })
    }

    #[test]
    fn a_port_that_somebody_has_given_another_number_gets_ours_back() {
        let live = service(81, "kubectl-edit");
        let found = renumbered(&live, &body());

        assert_eq!(
            owners(&found),
            [Owned {
                path: r#".spec.ports[name="http"].port"#.to_owned(),
                manager: "kubectl-edit".to_owned()
            }]
        );
        let patch: json_patch::Patch = serde_json::from_value(set_back(&found, &live)).unwrap();
        let mut after = live;
        json_patch::patch(&mut after, &patch).unwrap();
        assert_eq!(after["spec"]["ports"][0]["port"], 80);
    }

    #[test]
    fn a_port_of_our_own_and_one_beside_ours_are_left_to_apply() {
        assert_eq!(
            renumbered(&service(81, FIELD_MANAGER), &body()),
            [],
            "an apply takes it away"
        );
        assert_eq!(
            renumbered(&service(80, "kubectl-edit"), &body()),
            [],
            "the same number"
        );
        let mut other = service(81, "kubectl-edit");
        other["spec"]["ports"][0]["name"] = json!("metrics");
        assert_eq!(renumbered(&other, &body()), [], "another port");
    }

    #[test]
    fn the_port_of_a_container_is_found_wherever_it_stands() {
        let ports = |number: u16| json!([{ "name": "http", "containerPort": number }]);
        let key = json!({ "containerPort": 8081, "protocol": "TCP" });
        let fields = json!({ "f:spec": { "f:template": { "f:spec": { "f:containers": {
            r#"k:{"name":"web"}"#: { "f:ports": { format!("k:{key}"): {} } } } } } } });
        let live = json!({ "metadata": { "managedFields": [{ "manager": "kubectl-edit", "fieldsV1": fields }] },
            "spec": { "template": { "spec": { "containers": [{ "name": "proxy" }, { "name": "web", "ports": ports(8081) }] } } } });
        let body = json!({ "spec": { "template": { "spec": { "containers": [{ "name": "web", "ports": ports(8080) }] } } } });

        let found = renumbered(&live, &body);

        assert_eq!(
            found[0].pointer,
            "/spec/template/spec/containers/1/ports/0/containerPort"
        );
        assert_eq!(
            found[0].owned.path,
            r#".spec.template.spec.containers[name="web"].ports[name="http"].containerPort"#
        );
    }
}
