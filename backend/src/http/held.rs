//! Answers that hold something until they have been sent.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use http_body::{Frame, SizeHint};

/// A body with something that is dropped with it.
struct Held<T> {
    body: Body,
    _held: T,
}

/// The same answer, holding something until its body has been sent or given up.
pub(super) fn by_body<T: Send + Unpin + 'static>(response: Response, held: T) -> Response {
    response.map(|body| Body::new(Held { body, _held: held }))
}

/// Bytes of a part. The HTTP library takes a part when it has room, but takes it whole.
const PART: usize = 32 * 1024;

/// The same for a large answer, which is given away in parts: else it would count as sent when the library has taken it.
pub(super) fn by_parts<T: Send + Unpin + 'static>(response: Response, held: T) -> Response {
    response.map(|body| {
        Body::new(Parts {
            body,
            rest: Bytes::new(),
            _held: held,
        })
    })
}

struct Parts<T> {
    body: Body,
    rest: Bytes,
    _held: T,
}

impl<T: Unpin> HttpBody for Parts<T> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(other) => return Poll::Ready(Some(Ok(other))),
                },
                other => return Poll::Ready(other),
            }
        }
        let length = self.rest.len().min(PART);
        let part = self.rest.split_to(length);
        Poll::Ready(Some(Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let of_rest = self.rest.len() as u64;
        let of_body = self.body.size_hint();
        let mut hint = SizeHint::new();
        hint.set_lower(of_body.lower() + of_rest);
        if let Some(upper) = of_body.upper() {
            hint.set_upper(upper + of_rest);
        }
        hint
    }
}

impl<T: Unpin> HttpBody for Held<T> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn a_large_answer_holds_until_its_last_part_is_taken() {
        let held = Arc::new(());
        let text = "x".repeat(3 * PART + 1);
        let mut body = by_parts(Response::new(Body::from(text.clone())), held.clone()).into_body();
        let mut taken = 0;
        assert_eq!(body.size_hint().exact(), Some(text.len() as u64));

        while let Some(frame) = body.frame().await {
            let part = frame.unwrap().into_data().unwrap();
            assert!(part.len() <= PART);
            taken += part.len();
            assert_eq!(Arc::strong_count(&held), 2, "after {taken}");
        }

        assert_eq!(taken, text.len());
        assert!(body.is_end_stream());
        drop(body);
        assert_eq!(Arc::strong_count(&held), 1);
    }
}
