//! Bodies: how large they may be, and how long they may take to arrive.

use std::error::Error;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use http::{Method, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::super::ApiError;
use super::Limits;
use crate::identity::Member;

/// Bytes of a body. The largest draft that makes sense is a tenth of it.
pub(in crate::http) const LARGEST_BODY: usize = 1024 * 1024;
/// Bytes of a body with a token, which anybody may send.
const LARGEST_SIGN_IN: usize = 4 * 1024;
/// A body that is larger than this, or may be, is one of a limited number.
const SMALL_BODY: u64 = 64 * 1024;

/// How large the body of a request may be, and how long it may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance {
    bytes: usize,
    time: Duration,
}

impl Allowance {
    /// What this request is allowed: of a stranger a token, wherever they send it; of a member a draft; nothing where nothing
    /// is read.
    pub(super) fn of(request: &Request, limits: &Limits) -> Self {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let is_member = request.extensions().get::<Member>().is_some();
        let (bytes, time) = match (reads, is_member) {
            (true, _) => (0, limits.sign_in),
            (false, false) => (LARGEST_SIGN_IN, limits.sign_in),
            (false, true) => (LARGEST_BODY, limits.body),
        };
        Self { bytes, time }
    }

    /// Refuses a body that says it is too large, before anything of it is read.
    pub(super) fn demand_fitting(&self, request: &Request) -> Result<(), ApiError> {
        let at_least = request.body().size_hint().lower();
        if at_least > u64::try_from(self.bytes).unwrap_or(u64::MAX) {
            return Err(self.too_large());
        }
        Ok(())
    }

    /// Whether a body is large, or does not say that it is not.
    pub(super) fn may_be_large(&self, request: &Request) -> bool {
        let most = u64::try_from(self.bytes).unwrap_or(u64::MAX);
        request
            .body()
            .size_hint()
            .upper()
            .map_or(most, |size| size.min(most))
            > SMALL_BODY
    }

    /// The same request once all of its body is here.
    pub(super) async fn arrived(&self, request: Request) -> Result<Request, ApiError> {
        let (head, body) = request.into_parts();
        if body.is_end_stream() {
            return Ok(Request::from_parts(head, Body::empty()));
        }
        let whole = tokio::time::timeout(self.time, Limited::new(body, self.bytes).collect());
        let bytes: Bytes = match whole.await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) => return Err(self.broken(&*error)),
            Err(_) => return Err(too_slow()),
        };
        Ok(Request::from_parts(head, Body::from(bytes)))
    }

    fn broken(&self, error: &(dyn Error + 'static)) -> ApiError {
        if error.is::<LengthLimitError>() {
            return self.too_large();
        }
        ApiError::malformed("body_cut_short", "the body of the request did not arrive")
    }

    /// 413.
    fn too_large(&self) -> ApiError {
        ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            "the body of the request is too large",
        )
        .param("max", self.bytes)
    }
}

fn too_slow() -> ApiError {
    let title = "the request took too long to arrive";
    ApiError::new(StatusCode::REQUEST_TIMEOUT, "request_too_slow", title)
}
