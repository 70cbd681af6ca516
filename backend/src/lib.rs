//! The Slipway server.
//!
//! ```text
//!  draft  ──►  validate  ──►  plan  ──►  apply  ──►  live
//!  drafts      preflight      (crate)    apply       live
//! ```
//!
//! Handlers in [`http`] read like a sentence and ask the modules below. SQL stands in `store.rs` files, the Kubernetes
//! client in [`cluster`], nowhere else.

pub mod clock;
pub mod cluster;
pub mod clusters;
pub mod identity;
pub mod preflight;
