//! How much one client, one member, and all together may ask for.
//!
//! A request first arrives whole, which holds up nobody else ([`arrival`]). Then it takes one of the places in which
//! requests are worked on ([`room`]): so many in all, of which one address and one member may have a share only.
//! Connections and streams have shares of their own.

mod arrival;
mod room;
mod shares;

use std::time::Duration;

pub(super) use arrival::LARGEST_BODY;
pub(super) use room::{Places, Room, hold_stream, keep};
use shares::{Share, Shares};

/// How much one client, one member, and all together may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long the head of a request may take to arrive, idle time between two requests included.
    pub head: Duration,
    /// How long the body of a request may take to arrive.
    pub body: Duration,
    /// The same for signing in, which anybody may try.
    pub sign_in: Duration,
    /// How long a request that has arrived may take until its answer begins. A stream may go on after that.
    pub answer: Duration,
    /// How long a client may take nothing of what is sent to it.
    pub taking: Duration,
    /// Requests worked on at the same time.
    pub requests: usize,
    /// Requests of one address among them.
    pub requests_per_address: usize,
    /// Requests of one member among them.
    pub requests_per_member: usize,
    /// Large bodies that arrive at the same time.
    pub large_bodies: usize,
    /// Large bodies of one member among them.
    pub large_bodies_per_member: usize,
    /// Connections at the same time.
    pub connections: usize,
    /// Connections of one address among them, unless it is a trusted proxy.
    pub connections_per_address: usize,
    /// Streams at the same time: fewer than connections, so that there is always room for requests.
    pub streams: usize,
    /// Streams of one address among them. An office may have one address.
    pub streams_per_address: usize,
    /// Streams of one member among them. All tabs of a browser share one.
    pub streams_per_member: usize,
}

impl Limits {
    /// For one member, who is all there are: what an address may have is theirs.
    #[must_use]
    pub(in crate::http) fn for_one(self) -> Self {
        Self {
            requests_per_member: self.requests_per_address,
            ..self
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(30),
            body: Duration::from_secs(30),
            sign_in: Duration::from_secs(5),
            answer: Duration::from_secs(30),
            taking: Duration::from_secs(30),
            requests: 256,
            requests_per_address: 128,
            requests_per_member: 64,
            large_bodies: 64,
            large_bodies_per_member: 16,
            connections: 2048,
            connections_per_address: 512,
            streams: 1536,
            streams_per_address: 256,
            streams_per_member: 16,
        }
    }
}
