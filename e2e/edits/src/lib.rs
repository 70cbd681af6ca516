//! Every edit that the form allows, and how objects before and after one are compared.
//!
//! Two tests use it: `crates/plan/tests/exact` carries changes out in memory, `backend/tests/it/exact` through the server on
//! a real API server.

mod edit;
pub mod exceptions;
mod filled;
pub mod leaves;
mod shown;
pub mod unknown;

pub use edit::{Edit, all};
pub use shown::wanted;
