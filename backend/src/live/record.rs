//! What is kept of each object: the few fields that pages show. The object itself is dropped at once, so ten thousand
//! pods take megabytes and not hundreds of them.

mod autoscaler;
mod deployment;
mod ingress;
mod pod;
mod replica_set;
mod service;

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference, Time};

pub(crate) use autoscaler::AutoscalerRecord;
pub(crate) use deployment::{Condition, DeploymentRecord};
pub(crate) use ingress::{IngressRecord, RouteRecord};
pub(crate) use pod::{PodRecord, severity};
pub(crate) use replica_set::ReplicaSetRecord;
pub(crate) use service::{ServicePortRecord, ServiceRecord};

/// The most characters kept of a message of the cluster.
const MESSAGE_MAX: usize = 600;

/// An object of which a record is kept.
pub(crate) trait Record: Send + Sync + 'static {
    /// Its namespace.
    fn namespace(&self) -> &str;
    /// Its name.
    fn name(&self) -> &str;
}

/// Where an object is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// Its namespace.
    pub(crate) namespace: String,
    /// Its name.
    pub(crate) name: String,
}

impl Place {
    fn of(meta: &ObjectMeta) -> Self {
        Self {
            namespace: meta.namespace.clone().unwrap_or_default(),
            name: meta.name.clone().unwrap_or_default(),
        }
    }
}

fn created_at(meta: &ObjectMeta) -> i64 {
    meta.creation_timestamp
        .as_ref()
        .map_or(0, |Time(at)| at.as_millisecond())
}

/// The owner that controls an object, if it is of this kind.
fn controller<'a>(meta: &'a ObjectMeta, kind: &str) -> Option<&'a OwnerReference> {
    meta.owner_references
        .iter()
        .flatten()
        .find(|owner| owner.controller == Some(true) && owner.kind == kind)
}

fn message(text: Option<&str>) -> Option<String> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    Some(text.chars().take(MESSAGE_MAX).collect())
}

fn count(number: Option<i32>) -> u32 {
    number
        .and_then(|number| u32::try_from(number).ok())
        .unwrap_or_default()
}

fn pairs(map: Option<&BTreeMap<String, String>>) -> Vec<(String, String)> {
    map.into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}
