//! What one pod needs, counted as the cluster counts it.

use k8s_openapi::api::core::v1::{Container, LimitRange, PodSpec};

use super::amounts::Amounts;

/// What a container or a pod reserves, and the most it may use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Demand {
    /// What is reserved.
    pub(super) requests: Amounts,
    /// The most.
    pub(super) limits: Amounts,
}

/// What the namespace gives to containers that do not say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Defaults(Demand);

impl Defaults {
    /// Those of the limit ranges of a namespace.
    pub(super) fn of(ranges: &[LimitRange]) -> Self {
        let mut given = Demand::default();
        let items = ranges.iter().filter_map(|range| range.spec.as_ref());
        for item in items
            .flat_map(|spec| &spec.limits)
            .filter(|item| item.type_ == "Container")
        {
            for (name, amount) in Amounts::of(item.default.as_ref()).iter() {
                given.limits.fill(name, amount);
            }
            for (name, amount) in Amounts::of(item.default_request.as_ref()).iter() {
                given.requests.fill(name, amount);
            }
        }
        Self(given)
    }
}

impl Demand {
    /// Of one container, with what is filled in where it says nothing: its limit is what it reserves, then what the
    /// namespace gives.
    pub(super) fn of_container(container: &Container, defaults: &Defaults) -> Self {
        let resources = container.resources.as_ref();
        let mut limits = Amounts::of(resources.and_then(|resources| resources.limits.as_ref()));
        let mut requests = Amounts::of(resources.and_then(|resources| resources.requests.as_ref()));
        for (name, amount) in limits.clone().iter() {
            requests.fill(name, amount);
        }
        for (name, amount) in defaults.0.limits.iter() {
            limits.fill(name, amount);
        }
        for (name, amount) in defaults.0.requests.iter() {
            requests.fill(name, amount);
        }
        Self { requests, limits }
    }

    /// Of a pod: all that runs at once, at the moment when that is the most. Sidecars run beside everything that starts
    /// after them.
    pub(super) fn of_pod(pod: &PodSpec, defaults: &Defaults) -> Self {
        let of = |container| Self::of_container(container, defaults);
        let (mut beside, mut starting) = (Self::default(), Self::default());
        for container in pod.init_containers.iter().flatten() {
            if is_sidecar(container) {
                beside.add(&of(container));
                starting.at_least(&beside);
            } else {
                let mut now = beside.clone();
                now.add(&of(container));
                starting.at_least(&now);
            }
        }
        let mut running = beside;
        for container in &pod.containers {
            running.add(&of(container));
        }
        running.at_least(&starting);
        running
    }

    fn add(&mut self, other: &Self) {
        self.requests.add_all(&other.requests);
        self.limits.add_all(&other.limits);
    }

    fn at_least(&mut self, other: &Self) {
        self.requests.at_least(&other.requests);
        self.limits.at_least(&other.limits);
    }
}

fn is_sidecar(container: &Container) -> bool {
    container.restart_policy.as_deref() == Some("Always")
}

/// All containers of a pod, each with its path in it.
pub(super) fn containers(pod: &PodSpec) -> impl Iterator<Item = (String, &Container)> {
    let list = |name: &'static str, containers| {
        let at = move |(index, container)| (format!("spec.{name}[{index}]"), container);
        Iterator::map(Iterator::enumerate(<[Container]>::iter(containers)), at)
    };
    let init = pod.init_containers.as_deref().unwrap_or_default();
    list("initContainers", init).chain(list("containers", &pod.containers))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use slipway_model::value::billionths;

    use super::*;

    fn cpu(pod: &Value, ranges: &Value) -> Option<u128> {
        let pod: PodSpec = serde_json::from_value(pod.clone()).unwrap();
        let ranges: Vec<LimitRange> = serde_json::from_value(ranges.clone()).unwrap();
        Demand::of_pod(&pod, &Defaults::of(&ranges)).requests.get("cpu")
    }

    fn container(request: &str, restart: Option<&str>) -> Value {
        json!({ "name": "c", "restartPolicy": restart, "resources": { "requests": { "cpu": request } } })
    }

    #[test]
    fn a_pod_needs_what_runs_at_once() {
        let (main, init, sidecar) = (
            container("100m", None),
            container("500m", None),
            container("50m", Some("Always")),
        );
        for (pod, expected) in [
            (json!({ "containers": [main, main] }), "200m"),
            (json!({ "initContainers": [init], "containers": [main] }), "500m"),
            (
                json!({ "initContainers": [sidecar, init], "containers": [main] }),
                "550m",
            ),
            (
                json!({ "initContainers": [sidecar], "containers": [main] }),
                "150m",
            ),
        ] {
            assert_eq!(cpu(&pod, &json!([])), billionths(expected), "{pod}");
        }
    }

    #[test]
    fn what_is_not_said_comes_from_the_limit_and_then_from_the_namespace() {
        let limits = [{
            let item = json!({ "type": "Container", "default": { "cpu": "2" }, "defaultRequest": { "cpu": "300m" } });
            json!({ "spec": { "limits": [item] } })
        }];
        let limited = json!({ "containers": [{ "name": "c", "resources": { "limits": { "cpu": "1" } } }] });
        let silent = json!({ "containers": [{ "name": "c" }] });

        assert_eq!(cpu(&limited, &json!(limits)), billionths("1"));
        assert_eq!(cpu(&silent, &json!(limits)), billionths("300m"));
        assert_eq!(cpu(&silent, &json!([])), None);
    }
}
