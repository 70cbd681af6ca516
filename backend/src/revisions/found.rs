//! Apps that the database gets to know without having made them.

mod store;

/// Why the database gets to know an app that it did not make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Somebody else made it.
    Theirs,
    /// Its marks say that it is ours, and the database knows no app at all.
    Rebuilt,
    /// Somebody took it over.
    TakenOver,
}

#[cfg(test)]
mod tests;
