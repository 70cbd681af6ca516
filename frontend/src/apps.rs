//! The apps that run: their list, and each in detail.

mod access;
mod access_note;
mod acts;
mod autoscaler;
mod deletion;
mod detail;
mod drift;
mod endpoint;
mod health;
mod history;
mod hosts;
mod list;
mod opening;
mod overview;
mod pods;
mod query;
mod starting;

pub use detail::AppPage;
pub use endpoint::{EndpointLink, EndpointList};
pub use health::{HealthBadge, Reason};
pub use hosts::HostsLines;
pub use list::AppList;
