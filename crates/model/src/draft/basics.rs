//! Step 1: application basics.

use serde::{Deserialize, Serialize};

use super::node::node;
use crate::Typed;

/// Name, namespace, type, replicas and labels.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Basics {
    /// The namespace of every object.
    pub namespace: Typed,
    /// The name of the app and of its workload.
    pub name: Typed,
    /// The type of the workload: `Deployment`.
    pub kind: Typed,
    /// How many pods; the first number of pods when scaling follows a metric.
    pub replicas: Typed,
    /// Labels of the workload.
    pub labels: Vec<Label>,
}

node! { Basics { leaves: [namespace, name, kind, replicas], parts: [], rows: [labels] } }

/// One label.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Label {
    /// The row's id.
    pub id: u32,
    /// Its key.
    pub key: Typed,
    /// Its value.
    pub value: Typed,
}

node! { row Label { leaves: [key, value], parts: [], rows: [] } }
