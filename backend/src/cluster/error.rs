//! What a caller can do about a failure.

use std::error::Error;
use std::time::Duration;

use kube::core::Status;

/// Why the cluster did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// It did not answer, or not in time. Whether it did what was asked is not known.
    #[error("the cluster cannot be reached: {0}")]
    Unreachable(String),
    /// The kubeconfig does not lead to a connection; asking again helps only after it was changed.
    #[error("the cluster is not set up: {0}")]
    Setup(String),
    /// It asks to come back later (429, 503).
    #[error("the cluster is busy")]
    Busy {
        /// When to come back, if it said.
        retry_after: Option<Duration>,
    },
    /// A right is missing, or the cluster does not know who asks.
    #[error("not allowed: {message}")]
    Forbidden {
        /// The cluster's words.
        message: String,
    },
    /// There is nothing of that name.
    #[error("not found: {message}")]
    Missing {
        /// The cluster's words.
        message: String,
    },
    /// The name is taken, or the object has changed meanwhile.
    #[error("conflict: {message}")]
    Conflict {
        /// `AlreadyExists` or `Conflict`.
        reason: String,
        /// The cluster's words.
        message: String,
    },
    /// It refuses the object.
    #[error("refused: {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The cluster's words.
        message: String,
        /// Field and words of each cause.
        causes: Vec<(String, String)>,
    },
    /// It failed inside (500).
    #[error("the cluster failed: {message}")]
    Failed {
        /// The cluster's words.
        message: String,
    },
}

impl ClusterError {
    /// The failure that a status of Kubernetes means. The one place where statuses are told apart.
    pub(super) fn of_status(status: Status, retry_after: Option<Duration>) -> Self {
        let details = status.details.as_ref();
        let said = details
            .map(|details| details.retry_after_seconds)
            .filter(|seconds| *seconds > 0);
        let retry_after = retry_after.or_else(|| said.map(|seconds| Duration::from_secs(seconds.into())));
        let message = status.message;
        match status.code {
            401 | 403 => Self::Forbidden { message },
            404 => Self::Missing { message },
            409 => Self::Conflict {
                reason: status.reason,
                message,
            },
            429 | 503 => Self::Busy { retry_after },
            // The server gave up waiting for its store, which may still carry the write out.
            504 => Self::Unreachable(message),
            500.. => Self::Failed { message },
            code => {
                let causes = status.details.map(|details| details.causes).unwrap_or_default();
                let causes = causes
                    .into_iter()
                    .map(|cause| (cause.field, cause.message))
                    .collect();
                Self::Refused {
                    status: code,
                    message,
                    causes,
                }
            }
        }
    }

    /// Whether the same request may succeed later with nobody changing anything.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_) | Self::Busy { .. } | Self::Failed { .. }
        )
    }
}

impl From<kube::Error> for ClusterError {
    fn from(error: kube::Error) -> Self {
        match error {
            kube::Error::Api(status) => Self::of_status(*status, None),
            // Its words may hold what a credential plugin printed.
            kube::Error::Auth(_) => Self::Forbidden {
                message: "the kubeconfig's credentials cannot be had".to_owned(),
            },
            kube::Error::SerdeError(_) | kube::Error::FromUtf8(_) => Self::Failed {
                message: format!("an answer that cannot be read: {error}"),
            },
            other => Self::Unreachable(words(&other)),
        }
    }
}

/// An error with its causes, in one line, each said once.
pub(super) fn words(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        source = cause.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_leads_to_what_a_caller_can_do() {
        let of = |code| {
            ClusterError::of_status(
                Status {
                    code,
                    ..Status::default()
                },
                None,
            )
        };
        assert!(matches!(of(401), ClusterError::Forbidden { .. }));
        assert!(matches!(of(403), ClusterError::Forbidden { .. }));
        assert!(matches!(of(404), ClusterError::Missing { .. }));
        assert!(matches!(of(409), ClusterError::Conflict { .. }));
        assert!(matches!(of(422), ClusterError::Refused { status: 422, .. }));
        assert!(matches!(of(400), ClusterError::Refused { status: 400, .. }));
        assert!(matches!(of(429), ClusterError::Busy { .. }));
        assert!(matches!(of(503), ClusterError::Busy { .. }));
        assert!(matches!(of(500), ClusterError::Failed { .. }));
        assert!(
            matches!(of(504), ClusterError::Unreachable(_)),
            "the write may still be carried out"
        );
    }
}
