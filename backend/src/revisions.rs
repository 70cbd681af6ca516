//! What an app has been: each applied plan is a revision of the whole app, and what it consists of is kept by uid.

mod life;
mod store;

pub use life::{Life, Recorded, Revision, RevisionEntry};
pub use store::RevisionStore;
pub(crate) use store::{ended, found, insert_life, insert_revision, next_number};
