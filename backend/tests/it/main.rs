//! Requests through the router.

mod session;
mod support;
