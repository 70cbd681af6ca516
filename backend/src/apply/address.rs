//! The id of an operation, and the address of the app it is about.

use std::fmt;

use slipway_model::App;
use uuid::Uuid;

/// The id of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(pub Uuid);

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// Where an app lives in its cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppAddress {
    /// The namespace.
    pub namespace: String,
    /// The kind of its workload.
    pub workload: String,
    /// Its name.
    pub name: String,
}

impl AppAddress {
    /// Where an app lives.
    pub fn of(app: &App) -> Self {
        Self {
            namespace: app.namespace.to_string(),
            workload: app.kind().as_str().to_owned(),
            name: app.name.to_string(),
        }
    }
}
