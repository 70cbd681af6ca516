//! The edge: what stands between the network and the modules.
//!
//! [`server`] takes connections, of which each address has a share ([`connections`]). [`router`](router()) puts the rest
//! together. A request passes, in this order: its id, its log line and figures ([`trace`]), the headers of every answer
//! ([`headers`]), a net for panics, the checks of where it comes from ([`guard`]), for everything but the few routes that
//! are public the question who it is ([`member`]), and limits ([`limits`]).

mod app_operations;
mod apps;
mod assets;
mod changes;
mod client;
mod clusters;
mod connections;
pub mod cookie;
mod drafts;
mod error;
mod guard;
mod headers;
mod health;
mod held;
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
mod wire;

pub use client::ClientAddress;
pub use error::ApiError;
pub use guard::Guard;
use if_match::revision_number;
pub use if_match::{IfMatch, etag};
pub use json::{Json, OrNothing, WithDraft};
pub use limits::Limits;
pub use openapi::document;
pub use params::{Path, Query};
pub use router::{Edge, figures_router, refusing_router, router};
pub use server::{Door, serve};
