//! What the user wants, before Kubernetes has a say.
//!
//! ```text
//!  draft  ──►  validate  ──►  plan  ──►  apply  ──►  live
//!  as typed    app | issues
//! ```
//!
//! A [`Draft`] is what was typed, right or wrong. [`validate()`] judges it: an [`App`] if nothing is wrong, and every
//! [`Issue`] with the field it belongs to. Pure: no I/O, no clock, no cluster. The browser and the server run the same code.

pub mod app;
#[cfg(any(test, feature = "arbitrary"))]
pub mod arbitrary;
pub mod draft;
#[cfg(any(test, feature = "files"))]
pub mod file;
pub mod issue;
mod typed;
pub mod validate;
pub mod value;

pub use app::App;
pub use draft::Draft;
pub use issue::{Issue, Issues, Problem, Severity};
pub use typed::Typed;
pub use validate::{Verdict, out_of_bounds, validate, validate_running};
