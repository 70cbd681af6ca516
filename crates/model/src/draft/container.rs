//! Step 2: a container.

use serde::{Deserialize, Serialize};

use super::node::node;
use crate::Typed;

/// One container of the pods.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Container {
    /// The row's id.
    pub id: u32,
    /// Its name; the app's name when left empty.
    pub name: Typed,
    /// The image it runs.
    pub image: Typed,
    /// What is reserved for it.
    pub resources: Resources,
    /// The ports it listens on.
    pub ports: Vec<Port>,
    /// Its environment variables.
    pub env: Vec<Variable>,
}

node! { row Container { leaves: [name, image], parts: [resources], rows: [ports, env] } }

/// What is reserved for a container.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Resources {
    /// CPU, e.g. `500m` or `0.5`.
    pub cpu_request: Typed,
    /// Memory, e.g. `256Mi`.
    pub memory_request: Typed,
}

node! { Resources { leaves: [cpu_request, memory_request], parts: [], rows: [] } }

/// A port a container listens on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Port {
    /// The row's id.
    pub id: u32,
    /// Its name, if it has one.
    pub name: Typed,
    /// Its number.
    pub number: Typed,
    /// `TCP` or `UDP`.
    pub protocol: Typed,
}

impl Default for Port {
    fn default() -> Self {
        Self {
            id: 0,
            name: Typed::default(),
            number: Typed::default(),
            protocol: "TCP".into(),
        }
    }
}

node! { row Port { leaves: [name, number, protocol], parts: [], rows: [] } }

/// An environment variable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Variable {
    /// The row's id.
    pub id: u32,
    /// Where the value comes from: `value` is typed here.
    pub kind: Typed,
    /// The variable's name.
    pub name: Typed,
    /// Its value.
    pub value: Typed,
}

impl Default for Variable {
    fn default() -> Self {
        Self {
            id: 0,
            kind: "value".into(),
            name: Typed::default(),
            value: Typed::default(),
        }
    }
}

node! { row Variable { leaves: [kind, name, value], parts: [], rows: [] } }
