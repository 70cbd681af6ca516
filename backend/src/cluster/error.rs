//! What a caller can do about a failure.

use std::error::Error;
use std::time::Duration;

use kube::core::Status;
use kube::core::response::StatusDetails;

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
    /// It does not accept the credentials of this server: they have run out, or were taken away. Nothing was done.
    #[error("the cluster does not accept this server's credentials: {message}")]
    Unauthenticated {
        /// The cluster's words.
        message: String,
    },
    /// A right is missing.
    #[error("not allowed: {message}")]
    Forbidden {
        /// The cluster's words.
        message: String,
    },
    /// This server itself lacks a right. Its account is not named: this may be told to anybody.
    #[error("this server has no right to {verb} {resource}")]
    ServerForbidden {
        /// `list`, `get` …
        verb: String,
        /// The plural of the kind with its group.
        resource: String,
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
        /// Fields that somebody else has set, each with the words about it.
        causes: Vec<(String, String)>,
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
        let said = status
            .details
            .as_ref()
            .map(|details| details.retry_after_seconds)
            .filter(|seconds| *seconds > 0);
        let retry_after = retry_after.or_else(|| said.map(|seconds| Duration::from_secs(seconds.into())));
        match blame(&status) {
            Blame::Object => return Self::refused(status),
            Blame::Rights => {
                return Self::Forbidden {
                    message: status.message,
                };
            }
            Blame::Credentials => {
                return Self::Unauthenticated {
                    message: status.message,
                };
            }
            Blame::Nobody => {}
        }
        if status.code == 409 {
            return Self::Conflict {
                causes: causes(status.details),
                reason: status.reason,
                message: status.message,
            };
        }
        let message = status.message;
        match status.code {
            404 => Self::Missing { message },
            429 | 503 => Self::Busy { retry_after },
            // The server gave up waiting for its store, which may still carry the write out.
            504 => Self::Unreachable(message),
            500.. => Self::Failed { message },
            _ => Self::refused(Status { message, ..status }),
        }
    }

    /// Whether a webhook could not be called, or was not done in time: then nothing was stored, and it may be well later.
    pub fn is_of_a_webhook(&self) -> bool {
        matches!(self, Self::Failed { message } if message.contains("failed calling webhook "))
    }

    fn refused(status: Status) -> Self {
        Self::Refused {
            status: status.code,
            message: status.message,
            causes: causes(status.details),
        }
    }
}

/// Field and words of each cause.
fn causes(details: Option<StatusDetails>) -> Vec<(String, String)> {
    let causes = details.map(|details| details.causes).unwrap_or_default();
    causes
        .into_iter()
        .map(|cause| (cause.field, cause.message))
        .collect()
}

/// What a refusal is about.
enum Blame {
    /// What was sent: admission (quota, Pod Security, a policy, a webhook) does not want it.
    Object,
    /// What the one who asks may do.
    Rights,
    /// Who asks.
    Credentials,
    /// Neither, or the status alone says it.
    Nobody,
}

/// Admission may answer with any status, 401 and 403 among them, so these two do not say by themselves what is wrong.
///
/// A refusal of the credentials comes before it is known what is asked for, so it names no object. A missing right is
/// worded by one place in every API server, `… forbidden: User "…" cannot …`; what admission says comes after the same
/// beginning in words of its own, and never begins with a user. A 403 without any word of Kubernetes comes from
/// something before the API server, which knows nothing of objects either.
fn blame(status: &Status) -> Blame {
    if status.message.starts_with("admission webhook ") {
        return Blame::Object;
    }
    let details = status.details.as_ref();
    let names_an_object =
        details.is_some_and(|details| !details.kind.is_empty() || !details.causes.is_empty());
    match (status.code, status.message.split_once("forbidden: ")) {
        (401, _) if names_an_object => Blame::Object,
        (401, _) => Blame::Credentials,
        (403, Some((_, words))) if words.starts_with("User \"") && words.contains("\" cannot ") => {
            Blame::Rights
        }
        (403, None) if !names_an_object => Blame::Rights,
        (403, _) => Blame::Object,
        _ => Blame::Nobody,
    }
}

impl From<kube::Error> for ClusterError {
    fn from(error: kube::Error) -> Self {
        match error {
            kube::Error::Api(status) => Self::of_status(*status, None),
            // Its words may hold what a credential plugin printed.
            kube::Error::Auth(_) => Self::Unauthenticated {
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
mod tests;
