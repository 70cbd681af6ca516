//! The only door to Kubernetes. Knows kinds and failures, not drafts or teams.

mod error;

pub use error::ClusterError;
