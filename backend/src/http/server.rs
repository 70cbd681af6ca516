//! The sockets: accept, serve, and stop without cutting anybody off.

use std::convert::Infallible;
use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt;

use super::client::Peer;
use super::connections::{Connections, Slot, Unsent};
use super::wire::{Unread, Wire};
use super::{Limits, held};
use crate::config::IpBlock;
use crate::network::Network;
use crate::tasks::Tasks;

/// How long requests may go on once the server stops.
const DRAIN: Duration = Duration::from_secs(5);
/// Bytes of the head of a request that has not arrived whole. Anybody may send one, and it takes memory meanwhile.
const LARGEST_HEAD: usize = 32 * 1024;
/// Connections at the same time that are told there is no room. Any more are closed without a word.
const MOST_REFUSALS: usize = 64;
/// How long one that is told so may take to ask.
const REFUSAL: Duration = Duration::from_secs(2);

/// An address that is listened on, and who answers there.
pub struct Door {
    /// The address.
    pub listener: TcpListener,
    /// Who answers.
    pub router: Router,
    /// Who answers when there is no room.
    pub refusing: Router,
    /// How much one client, and all together, may ask for.
    pub limits: Limits,
    /// Whose connections are those of many clients.
    pub trusted_proxies: Vec<IpBlock>,
}

/// Serves until `stop` resolves; then no more connections are taken, and those there are may finish what they began.
pub async fn serve(door: Door, tasks: &Tasks, stop: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let connections = Connections::new(door.limits.connections, door.limits.connections_per_address);
    let refusals = Arc::new(Semaphore::new(MOST_REFUSALS));
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = door.listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let conversation = Conversation::new(stream, Peer(peer), &door.limits, graceful.watcher());
                match connections.admit(door.sharer(peer.ip())) {
                    Some(slot) => {
                        let router = door.router.clone();
                        tasks.spawn("connection", conversation.held_with(slot, router));
                    }
                    None => {
                        if let Ok(place) = refusals.clone().try_acquire_owned() {
                            let refused = conversation.refused_by(door.refusing.clone());
                            tasks.spawn("refused connection", async move {
                                refused.await;
                                drop(place);
                            });
                        }
                    }
                }
            }
            Err(error) => {
                // Out of file descriptors, most likely: others have to end first.
                tracing::warn!(error = &error as &dyn Error, "connection not accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(door.listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
}

impl Door {
    /// Whose share of the connections one from this address is part of.
    fn sharer(&self, address: IpAddr) -> Option<Network> {
        let is_proxy = self.trusted_proxies.iter().any(|block| block.holds(address));
        (!is_proxy).then(|| Network::of(address))
    }
}

/// One connection: requests that are answered one after the other.
struct Conversation {
    wire: Wire,
    unread: Unread,
    unsent: Unsent,
    peer: Peer,
    head: Duration,
    watcher: Watcher,
}

impl Conversation {
    fn new(stream: TcpStream, peer: Peer, limits: &Limits, watcher: Watcher) -> Self {
        // Events are small and shall leave at once.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(error = &error as &dyn Error, "nodelay not set");
        }
        let (unread, unsent) = (Unread::default(), Unsent::default());
        Self {
            wire: Wire::new(stream, limits.taking, unread.clone(), unsent.clone()),
            unread,
            unsent,
            peer,
            head: limits.head,
            watcher,
        }
    }

    /// Answers requests until one end or the other has enough, or the connection has to make room.
    async fn held_with(self, slot: Slot, router: Router) {
        let (closed, unsent) = (slot.clone(), self.unsent.clone());
        let answer = move |request: Request<Body>| {
            let in_use = unsent.until_taken(slot.in_use());
            let router = router.clone();
            async move {
                let response = router.oneshot(request).await;
                response.map(|response| held::by_body(response, in_use))
            }
        };
        tokio::select! {
            () = self.converse(answer, true) => {}
            () = closed.closed() => {}
        }
    }

    /// Answers one request, which is refused.
    async fn refused_by(self, router: Router) {
        let head = self.head.min(REFUSAL);
        Self { head, ..self }
            .converse(move |request| router.clone().oneshot(request), false)
            .await;
    }

    async fn converse<A>(self, answer: impl Fn(Request<Body>) -> A, keep_alive: bool)
    where
        A: Future<Output = Result<Response, Infallible>>,
    {
        let Self {
            wire,
            unread,
            peer,
            head,
            watcher,
            ..
        } = self;
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            let mut request = unread.watch(request);
            request.extensions_mut().insert(peer);
            answer(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head)
            .max_headers(64)
            .max_buf_size(LARGEST_HEAD)
            .keep_alive(keep_alive)
            .serve_connection(TokioIo::new(wire), service);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(error = &error as &dyn Error, "connection ended");
        }
    }
}
