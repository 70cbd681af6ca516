//! The only door to Kubernetes. Knows kinds and failures, not drafts or teams.
//!
//! A [`Connection`] is one pool of connections to one cluster. Acting as somebody on it gives an [`Access`], which
//! carries every read and every write.

mod access;
mod applied;
mod apply;
mod connect;
mod discover;
mod discreet;
mod error;
mod few;
mod found;
mod gather;
mod impersonate;
mod look;
mod managed;
mod path;
mod renumber;
mod review;
mod rights;
mod tested;
mod watch;
mod write;

pub use access::{Access, Answer};
pub use apply::{Applied, Force, Owned, Sending, version_of, will_be};
pub use connect::{Connection, Origin, contexts};
pub use discover::{Discovery, GATEWAY_GROUP, IngressClass, Nodes};
pub use error::ClusterError;
pub use few::few_at_once;
pub use found::{
    FIELD_MANAGER, Found, MARK_APP_ID, MARK_INSTALLATION, MARK_OPERATION, MARK_PLAN_HASH, MARK_REVISION,
    keeper, mark_of,
};
pub use gather::Gathered;
pub use look::{Keys, Listed};
pub use managed::{autoscaler_holds_replicas, who_set};
pub use path::ApiPath;
pub use review::{ResourceName, Rules};
pub use rights::NamespaceState;
pub use watch::{Seen, Watchable};
pub use write::{Created, DryRun, Propagation, request_line};
