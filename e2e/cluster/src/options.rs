//! What kind of cluster to start.

use std::path::PathBuf;

use crate::Release;

/// What kind of cluster to start.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which Kubernetes.
    pub release: Release,
    /// Where its data lies and stays; without it, a temporary folder that goes with the cluster.
    pub data: Option<PathBuf>,
    /// How many simulated nodes, beside the virtual one.
    pub nodes: usize,
    /// Whether there is also a virtual node, as ACK Serverless has.
    pub virtual_node: bool,
    /// Whether metrics-server runs, which autoscaling on CPU or memory needs.
    pub metrics: bool,
    /// What the audit log holds.
    pub audit: Audit,
    /// Requests a second that controllers and scheduler may send; Kubernetes' own 20 make large tests slow.
    pub controller_qps: u32,
    /// Whether there is room for thousands of Services. Addresses of load balancers are then no longer all different.
    pub many_services: bool,
    /// How much is asked of it.
    pub load: Load,
}

/// How much is asked of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// As much as by most tests.
    Usual,
    /// Requests without end: memory is spent to save work, and what nobody looks at is left undone.
    Heavy,
    /// The same where it only matters what is stored and who may do what: there is no scheduler, no node answers, and of
    /// the controllers only those run that put roles together, delete, and prepare namespaces.
    StoredOnly,
}

impl Load {
    pub(crate) fn is_heavy(self) -> bool {
        self != Self::Usual
    }
}

/// What the audit log holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audit {
    /// There is none.
    Off,
    /// Writes, and readers of logs and terminals.
    Writes,
    /// Reads as well.
    Everything,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            release: Release::default(),
            data: None,
            nodes: 2,
            virtual_node: true,
            metrics: true,
            audit: Audit::Writes,
            controller_qps: 500,
            many_services: false,
            load: Load::Usual,
        }
    }
}
