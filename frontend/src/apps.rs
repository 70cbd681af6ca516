//! The apps that run: their list, and each in detail.

mod access;
mod access_note;
mod detail;
mod endpoint;
mod health;
mod list;
mod overview;
mod pods;
mod query;

pub use detail::AppPage;
pub use endpoint::EndpointLink;
pub use health::{HealthBadge, Reason};
pub use list::AppList;
