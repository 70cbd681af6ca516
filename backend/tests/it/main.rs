//! Requests through the router.

mod drafts;
mod session;
mod support;
