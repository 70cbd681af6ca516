//! The wizard: from a typed image to a running app, in four steps.
//!
//! One [`form::Form`] holds the whole draft. Fields are bound to it by path, [`slipway_model::validate()`] judges it on
//! every change, and [`autosave::Autosave`] keeps it on the server. The same page serves `/c/{cluster}/create`, where
//! the draft is made at the first input, and `/drafts/{id}`, so nothing is drawn anew when the one becomes the other.

mod advanced;
mod answered;
mod autosave;
mod basics;
mod changing;
mod choices;
mod containers;
mod create;
mod done;
pub(crate) mod field_text;
mod fields;
mod fixed;
mod focus;
mod foot;
mod form;
mod head;
pub(crate) mod issue_text;
mod kept;
pub(crate) mod kind_text;
mod merge;
mod notices;
mod offer;
mod page;
mod place;
mod rows;
mod saving;
mod section;
mod side;
mod step;
mod step_bar;
mod work;
mod workshop;

pub use page::WizardPage;
