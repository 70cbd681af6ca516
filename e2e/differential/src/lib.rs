//! Our rules beside those of a real API server.
//!
//! Drafts of every shape are read from tapes of numbers ([`slipway_model::arbitrary`]). A draft that we find good must be
//! accepted by a strict dry run, without a warning. A draft with one field broken must either still be accepted, or be
//! refused by both: by us at a field, and, when our rules are passed over, by the server at the same one. Anything else is a
//! fault of ours, or an [exception](exceptions) with its reason.

pub mod accepted;
pub mod broken;
pub mod case;
pub mod counter;
pub mod exceptions;
pub mod finding;
mod hostile;
pub mod place;
pub mod search;
pub mod server;
pub mod unreached;
