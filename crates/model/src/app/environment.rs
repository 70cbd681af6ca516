//! Environment variables.

use serde::Serialize;

use crate::value::{DataKey, Divisor, DnsLabel, FieldPath, ResourceField, Subdomain, VariableName};

/// An environment variable.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Variable {
    /// The draft row it comes from.
    pub row: u32,
    /// Its name.
    pub name: VariableName,
    /// Where its value comes from.
    pub source: VariableSource,
}

/// Where the value of a variable comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum VariableSource {
    /// Typed here, exactly so.
    Value(String),
    /// One key of a ConfigMap or Secret.
    Key {
        /// Which of the two.
        kind: ObjectKind,
        /// Its name.
        object: Subdomain,
        /// The key.
        key: DataKey,
        /// Whether the container starts without it.
        optional: bool,
    },
    /// A field of the pod.
    Field(FieldPath),
    /// A resource of a container.
    Resource {
        /// The resource.
        resource: ResourceField,
        /// The unit it is counted in.
        divisor: Option<Divisor>,
        /// The container; this one when absent.
        container: Option<DnsLabel>,
    },
}

/// A ConfigMap or a Secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ObjectKind {
    /// A ConfigMap.
    ConfigMap,
    /// A Secret.
    Secret,
}

/// An object of which every key is a variable.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WholeObject {
    /// The draft row it comes from.
    pub row: u32,
    /// ConfigMap or Secret.
    pub kind: ObjectKind,
    /// Its name.
    pub object: Subdomain,
    /// What stands before each name.
    pub prefix: Option<VariableName>,
    /// Whether the container starts without it.
    pub optional: bool,
}
