//! What the wizard offers to pick, asked as the person who picks.

mod namespaces;

pub use namespaces::namespaces;
