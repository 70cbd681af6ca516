//! A local Kubernetes as a library: build, start, stop.
//!
//! API server, controllers and scheduler are the real ones, built from Go modules whose versions are committed beside
//! this crate; only the nodes are simulated (kwok). [`build`](build::build) makes the programs once and keeps them in the
//! user's cache folder, [`Cluster::start`] runs a control plane of its own on free loopback ports, and a small
//! [guard] stops everything when its owner ends, however it ends.

mod audit;
pub mod build;
mod certificates;
mod cluster;
pub mod guard;
mod identities;
mod kwok;
mod objects;
mod options;
mod ports;
mod programs;
mod proxy;
mod ready;
mod release;
mod routes;
mod shared;
mod webhook;

pub use audit::{AuditEntry, ObjectRef, Person};
pub use build::{Programs, cache_folder};
pub use cluster::Cluster;
pub use objects::{INGRESS_CLASS, VIRTUAL_NODE};
pub use options::{Audit, Load, Options};
pub use proxy::{Asked, Fault, Held, Passed, Proxy};
pub use release::Release;
pub use shared::shared;
pub use webhook::Webhook;
