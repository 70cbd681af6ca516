//! What a refusal looks like on the wire (RFC 9457).

use std::error::Error;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use slipway_api::Problem;
use slipway_model::Issue;

use crate::cluster::ClusterError;
use crate::db::DbError;
use crate::fair_queue::{Busy, TooManyLooks};
use crate::live::LiveError;
use crate::paging::OutOfRange;

/// Why a request was refused or failed. Modules have errors of their own; this is what becomes of them at the edge.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    problem: Box<Problem>,
    retry_after: Option<Duration>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

/// Characters of a text in a refusal. What was sent is said again in some, and nobody shall get an answer that is larger
/// than what they sent.
const LONGEST: usize = 1000;

/// The text, or its beginning.
fn shortened(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.push('…');
    }
    text
}

impl ApiError {
    /// A refusal. `code` is public API; `title` says the same in English, for people reading the wire.
    pub fn new(status: StatusCode, code: &str, title: impl Into<String>) -> Self {
        let problem = Problem {
            kind: format!("/problems/{code}"),
            code: code.to_owned(),
            title: shortened(title.into()),
            status: status.as_u16(),
            ..Problem::default()
        };
        Self {
            status,
            problem: Box::new(problem),
            retry_after: None,
            cause: None,
        }
    }

    /// 400: the request cannot be read.
    pub fn malformed(code: &str, title: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, title)
    }

    /// 401: nobody is signed in.
    pub fn signed_out() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "signed_out", "nobody is signed in")
    }

    /// 403: may know, but not do.
    pub fn forbidden(code: &str, title: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, title)
    }

    /// 404: there is no such thing, or it may not be known that there is.
    pub fn missing(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            format!("there is no such {what}"),
        )
        .param("what", what)
    }

    /// 409: taken, full, or somebody else's.
    pub fn conflict(code: &str, title: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, title)
    }

    /// 412: changed since it was read.
    pub fn stale(current: u64) -> Self {
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "stale",
            "it was changed meanwhile",
        )
        .param("current", current)
    }

    /// 422: understood, and wrong.
    pub fn unprocessable(code: &str, title: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, title)
    }

    /// 503: not now.
    pub fn unavailable(code: &str, title: impl Into<String>, retry_after: Duration) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, code, title)
        }
    }

    /// 503: there is no room for it.
    fn disk_full(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let title = "the disk of the server is full; nothing was stored";
        Self {
            cause: Some(cause.into()),
            ..Self::unavailable("disk_full", title, Duration::from_secs(1))
        }
    }

    /// 500: our fault. The cause goes to the log, not to the caller.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let answer = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "something went wrong on the server",
        );
        Self {
            cause: Some(cause.into()),
            ..answer
        }
    }

    /// The same with something its sentence needs.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "numbers and texts are given as they are"
    )]
    pub fn param(mut self, name: &str, value: impl ToString) -> Self {
        let value = shortened(value.to_string());
        self.problem.params.insert(name.to_owned(), value);
        self
    }

    /// The same with issues of a draft.
    #[must_use]
    pub fn issues(mut self, issues: Vec<Issue>) -> Self {
        self.problem.issues = issues;
        self
    }

    /// The same, to be tried again later.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }
}

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        if error.is_full() {
            return Self::disk_full(error);
        }
        if !error.is_busy() {
            return Self::internal(error);
        }
        let busy = Self::unavailable(
            "busy",
            "too many want the database at once",
            Duration::from_secs(1),
        );
        Self {
            cause: Some(error.into()),
            ..busy
        }
    }
}

impl From<Busy> for ApiError {
    fn from(busy: Busy) -> Self {
        Self::unavailable("busy", busy.to_string(), Duration::from_secs(1))
    }
}

impl From<TooManyLooks> for ApiError {
    fn from(busy: TooManyLooks) -> Self {
        Self::unavailable("cluster_busy", busy.to_string(), Duration::from_secs(2))
    }
}

/// A file that could not be written.
impl From<std::io::Error> for ApiError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull => Self::disk_full(error),
            _ => Self::internal(error),
        }
    }
}

impl From<ClusterError> for ApiError {
    fn from(error: ClusterError) -> Self {
        let title = error.to_string();
        match error {
            ClusterError::Unreachable(_) | ClusterError::Setup(_) => {
                Self::unavailable("cluster_unreachable", title, Duration::from_secs(5))
            }
            ClusterError::Busy { retry_after } => Self::unavailable(
                "cluster_busy",
                title,
                retry_after.unwrap_or(Duration::from_secs(2)),
            ),
            ClusterError::Failed { message } => {
                Self::unavailable("cluster_failed", title, Duration::from_secs(5)).param("message", message)
            }
            ClusterError::Unauthenticated { .. } | ClusterError::ServerForbidden { .. } => {
                Self::unavailable("cluster_credentials_refused", title, Duration::from_secs(30))
            }
            ClusterError::Forbidden { message } => {
                Self::forbidden("cluster_forbidden", title).param("message", message)
            }
            ClusterError::Missing { message } => Self::missing("object").param("message", message),
            ClusterError::Conflict { message, .. } => {
                Self::conflict("cluster_conflict", title).param("message", message)
            }
            ClusterError::Refused { message, .. } => {
                Self::unprocessable("cluster_refused", title).param("message", message)
            }
        }
    }
}

impl From<OutOfRange> for ApiError {
    fn from(error: OutOfRange) -> Self {
        let OutOfRange { field, min, max } = error;
        Self::unprocessable("out_of_range", error.to_string())
            .param("field", field)
            .param("min", min)
            .param("max", max)
    }
}

impl From<LiveError> for ApiError {
    fn from(error: LiveError) -> Self {
        let title = error.to_string();
        match error {
            LiveError::StillLoading => Self::unavailable("still_loading", title, Duration::from_secs(1)),
            LiveError::Missing(what) => Self::missing(what),
            LiveError::OutOfRange(error) => error.into(),
            LiveError::Cluster(error) => error.into(),
            LiveError::Database(error) => error.into(),
        }
    }
}

impl IntoResponse for ApiError {
    /// The problem stands in the body, and beside it for [`trace`](super::trace) to add the id of the request.
    fn into_response(self) -> Response {
        if let Some(cause) = &self.cause {
            tracing::error!(error = &**cause as &dyn Error, "request failed");
        }
        let mut response = rendered(self.status, &self.problem);
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(Told(self.problem));
        response
    }
}

/// The problem an answer tells of.
#[derive(Clone)]
pub(super) struct Told(pub(super) Box<Problem>);

/// An answer with a problem as its body.
pub(super) fn rendered(status: StatusCode, problem: &Problem) -> Response {
    let body = serde_json::to_vec(problem).unwrap_or_default();
    let kind = HeaderValue::from_static("application/problem+json");
    (status, [(header::CONTENT_TYPE, kind)], body).into_response()
}
