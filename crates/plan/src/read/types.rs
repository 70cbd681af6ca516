//! Whether the values of an object have the types that Kubernetes has for its fields.

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim, Service};
use k8s_openapi::api::networking::v1::Ingress;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use super::part::escaped;

/// A value of another type than its field has. An API server refuses the object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistyped {
    /// The JSON pointer to it.
    pub pointer: String,
    /// What is there, and what belongs there.
    pub message: String,
}

/// The first value in an object, or in one of the objects of a list, that has another type than its field. Of kinds that
/// no reader here knows nothing is said.
pub fn mistyped(object: &Value) -> Option<Mistyped> {
    if let Some(items) = object["items"].as_array() {
        let mut found = items.iter().enumerate().filter_map(|(number, item)| {
            let found = mistyped(item)?;
            Some(Mistyped {
                pointer: format!("/items/{number}{}", found.pointer),
                ..found
            })
        });
        return found.next();
    }
    let text = |key: &str| object[key].as_str().unwrap_or_default();
    match (text("apiVersion"), text("kind")) {
        ("apps/v1", "Deployment") => misfit::<Deployment>(object),
        ("apps/v1", "StatefulSet") => misfit::<StatefulSet>(object),
        ("batch/v1", "Job") => misfit::<Job>(object),
        ("batch/v1", "CronJob") => misfit::<CronJob>(object),
        ("autoscaling/v2", "HorizontalPodAutoscaler") => misfit::<HorizontalPodAutoscaler>(object),
        ("v1", "Service") => misfit::<Service>(object),
        ("v1", "PersistentVolumeClaim") => misfit::<PersistentVolumeClaim>(object),
        ("v1", "PersistentVolume") => misfit::<PersistentVolume>(object),
        ("networking.k8s.io/v1", "Ingress") => misfit::<Ingress>(object),
        _ => None,
    }
}

fn misfit<K: DeserializeOwned>(object: &Value) -> Option<Mistyped> {
    let error = serde_path_to_error::deserialize::<_, K>(object).err()?;
    let segments = error.path().iter().map(|segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", escaped(key)),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    });
    Some(Mistyped {
        pointer: segments.collect(),
        message: error.inner().to_string(),
    })
}
