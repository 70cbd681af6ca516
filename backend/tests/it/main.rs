//! Requests through the router.

mod drafts;
mod kill;
mod operations;
mod preflight;
mod session;
mod stage;
mod support;
