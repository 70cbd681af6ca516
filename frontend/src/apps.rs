//! The apps that run: their list, and each in detail.

mod access;
mod access_note;
mod autoscaler;
mod detail;
mod endpoint;
mod health;
mod hosts;
mod list;
mod overview;
mod pods;
mod query;

pub use detail::AppPage;
pub use endpoint::{EndpointLink, EndpointList};
pub use health::{HealthBadge, Reason};
pub use hosts::HostsLines;
pub use list::AppList;
