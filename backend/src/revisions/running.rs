//! Which revision of an app runs.

mod store;

/// What is known of a workload that is one of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// The newest revision that was applied.
    pub revision: i64,
    /// The operation that made it; nothing where it was taken over.
    pub operation: Option<String>,
}

#[cfg(test)]
mod tests;
