//! The Slipway server.
//!
//! ```text
//!  draft  ──►  validate  ──►  plan  ──►  apply  ──►  live
//!  drafts      preflight      (crate)    apply       live
//! ```
//!
//! Handlers in [`http`] read like a sentence and ask the modules below. SQL stands in `store.rs` files, the Kubernetes
//! client in [`cluster`], nowhere else. [`serve`] puts it all together and takes it apart again.

pub mod apply;
pub mod catalog;
pub mod clock;
pub mod cluster;
pub mod clusters;
pub mod config;
pub mod cpu;
pub mod db;
pub mod drafts;
pub mod fair_queue;
pub mod files;
mod hidden;
pub mod http;
pub mod identity;
pub mod live;
pub mod log;
pub mod metrics;
mod nearest;
pub mod network;
pub mod paging;
pub mod preflight;
pub mod read_back;
pub mod ready;
pub mod revisions;
pub mod serve;

pub mod state;
pub mod tasks;
mod upkeep;
