//! Requests through the router.

mod clusters;
mod command;
mod drafts;
mod isolation;
mod kill;
mod live;
mod operations;
mod preflight;
mod security;
mod session;
mod stage;
mod stream;
mod support;
