//! The edge: what stands between the network and the modules.
//!
//! [`router`](router()) puts it together. A request passes, in this order: its id, its log line and figures ([`trace`]),
//! the headers of every answer ([`headers`]), a net for panics, limits ([`limits`]), the checks of where it comes from
//! ([`guard`]), and — for everything but the few routes that are public — the question who it is ([`member`]).

mod app_operations;
mod apps;
mod assets;
mod changes;
mod client;
mod clusters;
pub mod cookie;
mod drafts;
mod error;
mod guard;
mod headers;
mod health;
mod idempotency;
mod if_match;
mod json;
mod limits;
mod member;
mod openapi;
mod operations;
mod params;
mod plan;
mod router;
mod server;
mod session;
pub mod stream;
mod trace;

pub use client::ClientAddress;
pub use error::ApiError;
pub use guard::Guard;
pub use if_match::{IfMatch, etag};
pub use json::{Json, OrNothing, WithDraft};
pub use limits::Limits;
pub use openapi::document;
pub use params::{Path, Query};
pub use router::router;
pub use server::serve;
