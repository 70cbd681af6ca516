//! Why there is no live view.

use crate::cluster::ClusterError;
use crate::db::DbError;
use crate::paging::OutOfRange;

/// Why there is no live view.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// The cluster answers, but has not been listed yet.
    #[error("the cluster is still being read")]
    StillLoading,
    /// It is not there, or this member may not know of it.
    #[error("there is no such {0}")]
    Missing(&'static str),
    /// A page that cannot be.
    #[error(transparent)]
    OutOfRange(#[from] OutOfRange),
    /// The cluster did not say what the member may see.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The database did not say whose it is.
    #[error(transparent)]
    Database(#[from] DbError),
}
