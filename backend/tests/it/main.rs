//! Requests through the router.

mod command;
mod drafts;
mod kill;
mod operations;
mod preflight;
mod security;
mod session;
mod stage;
mod support;
