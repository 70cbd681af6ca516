//! Manifests that nobody here wrote: the samples and test data of other projects, in folders that `cargo xtask manifests` has
//! fetched. None of them is part of this repository.
//!
//! The program of this package holds reading and planning to them; `backend/tests/it/exact/of_others.rs` changes them
//! through the server on a real API server.

mod found;
mod read;

pub use found::manifests;
pub use read::{Manifest, address, kind_of, read};
