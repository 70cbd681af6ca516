//! Bodies that tell when they have arrived.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use http_body::{Frame, SizeHint};

/// Whether the body of a request has arrived.
#[derive(Clone, Debug)]
pub(super) struct Arrival(Arc<AtomicBool>);

impl Arrival {
    /// The same request, and whether its body has arrived.
    pub(super) fn of(request: Request) -> (Request, Self) {
        let arrival = Self(Arc::new(AtomicBool::new(request.body().is_end_stream())));
        let noted = arrival.clone();
        let request = request.map(|body| Body::new(Arriving { body, arrival: noted }));
        (request, arrival)
    }

    /// Whether it has arrived whole, or will not any more.
    pub(super) fn is_over(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

struct Arriving {
    body: Body,
    arrival: Arrival,
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        let over = matches!(polled, Poll::Ready(None | Some(Err(_)))) || self.body.is_end_stream();
        if over {
            self.arrival.0.store(true, Ordering::Relaxed);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
