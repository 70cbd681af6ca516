//! What an app has been: each applied plan is a revision of the whole app, and what it consists of is kept by uid.

mod align;
mod compare;
mod found;
mod history;
mod life;
mod merge;
mod running;
mod store;

pub use align::aligned;
pub use compare::field_changes;
pub use found::Found;
pub use life::{Life, Recorded, Revision, RevisionEntry};
pub use merge::{Merged, merge};
pub use running::Running;
pub use store::RevisionStore;
pub(crate) use store::{ended, insert_life, insert_revision, next_number};
