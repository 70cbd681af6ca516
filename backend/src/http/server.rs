//! The sockets: accept, serve, and stop without cutting anybody off.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt;

use super::Limits;
use super::client::Peer;
use crate::tasks::Tasks;

/// How long requests may go on once the server stops.
const DRAIN: Duration = Duration::from_secs(5);

/// Serves until `stop` resolves; then no more connections are taken, and those there are may finish what they began.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    tasks: &Tasks,
    stop: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(limits.connections));
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &room) => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((place, stream, peer)) => {
                let conversation = converse(stream, peer, router.clone(), limits.head, graceful.watcher());
                tasks.spawn("connection", async move {
                    conversation.await;
                    drop(place);
                });
            }
            Err(error) => {
                // Out of file descriptors, most likely: others have to end first.
                tracing::warn!(error = &error as &dyn Error, "connection not accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
}

/// The next connection, once there is room for it.
async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> std::io::Result<(OwnedSemaphorePermit, TcpStream, Peer)> {
    let place = room
        .clone()
        .acquire_owned()
        .await
        .map_err(std::io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((place, stream, Peer(peer)))
}

/// Answers the requests of one connection, one after the other.
async fn converse(stream: TcpStream, peer: Peer, router: Router, head: Duration, watcher: Watcher) {
    // Events are small and shall leave at once.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(error = &error as &dyn Error, "nodelay not set");
    }
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        router.clone().oneshot(request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .max_headers(64)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(error = &error as &dyn Error, "connection ended");
    }
}
