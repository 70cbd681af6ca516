//! What pods and objects take, under each name that a quota may have for it.

use k8s_openapi::api::core::v1::{PersistentVolumeClaim, PodSpec};
use serde_json::Value;
use slipway_plan::ObjectKey;

use super::super::amounts::{Amounts, count};
use super::super::demand::{Defaults, Demand};

/// What one pod takes, under each name that a quota may have for it.
pub(super) fn pod(spec: &PodSpec, defaults: &Defaults) -> Amounts {
    let mut wanted = Amounts::default();
    wanted.add("pods", count(1));
    wanted.add("count/pods", count(1));
    let demand = Demand::of_pod(spec, defaults);
    for (name, amount) in demand.requests.iter() {
        wanted.add(name, amount);
        wanted.add(&format!("requests.{name}"), amount);
    }
    for (name, amount) in demand.limits.iter() {
        wanted.add(&format!("limits.{name}"), amount);
    }
    wanted
}

/// What objects take.
pub(super) fn objects<'v>(objects: impl Iterator<Item = (&'v ObjectKey, &'v Value)>) -> Amounts {
    let mut wanted = Amounts::default();
    for (key, object) in objects {
        let group = match key.group() {
            "" => String::new(),
            group => format!(".{group}"),
        };
        wanted.add(&format!("count/{}{group}", key.plural()), count(1));
        if key.kind == "Service" {
            service(object, &mut wanted);
        }
        if key.kind == "PersistentVolumeClaim"
            && let Ok(claim) = serde_json::from_value(object.clone())
        {
            claimed(&claim, &mut wanted);
        }
    }
    wanted
}

fn service(service: &Value, wanted: &mut Amounts) {
    wanted.add("services", count(1));
    let kind = service["spec"]["type"].as_str().unwrap_or_default();
    let ports = service["spec"]["ports"].as_array().map_or(0, Vec::len);
    if kind == "LoadBalancer" {
        wanted.add("services.loadbalancers", count(1));
    }
    if matches!(kind, "LoadBalancer" | "NodePort") {
        wanted.add("services.nodeports", count(ports));
    }
}

pub(super) fn claimed(claim: &PersistentVolumeClaim, wanted: &mut Amounts) {
    let spec = claim.spec.as_ref();
    let resources = spec.and_then(|spec| spec.resources.as_ref()?.requests.as_ref());
    let size = Amounts::of(resources).get("storage").unwrap_or_default();
    let mut add = |prefix: &str| {
        wanted.add(&format!("{prefix}persistentvolumeclaims"), count(1));
        wanted.add(&format!("{prefix}requests.storage"), size);
    };
    add("");
    if let Some(class) = spec.and_then(|spec| spec.storage_class_name.as_ref()) {
        add(&format!("{class}.storageclass.storage.k8s.io/"));
    }
}
