//! What a caller can do about a failure.

/// Why the cluster did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// It did not answer, or not in time. Whether it did what was asked is not known.
    #[error("the cluster cannot be reached: {0}")]
    Unreachable(String),
    /// It asks to come back later (429, 503 with `Retry-After`).
    #[error("the cluster is busy")]
    Busy {
        /// When to come back, if it said.
        retry_after: Option<std::time::Duration>,
    },
    /// A right is missing.
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
