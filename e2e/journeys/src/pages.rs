//! The product's pages, in the words of the people who use them.

mod sign_in;
mod wizard;

pub use sign_in::{sign_in, sign_in_as};
pub use wizard::{Step, Wizard};
