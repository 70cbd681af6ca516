//! One cluster for a whole test binary.

use tokio::sync::OnceCell;

use crate::{Cluster, Options};

static SHARED: OnceCell<Cluster> = OnceCell::const_new();

/// The cluster that all tests of this process share: started by the first that asks, stopped with the process.
///
/// Every test takes a [namespace](Cluster::namespace) of its own in it. A test that stops or breaks the API server starts
/// a cluster of its own instead.
///
/// # Panics
/// When it does not start: no test can go on without it.
pub async fn shared() -> &'static Cluster {
    let cluster = SHARED
        .get_or_try_init(|| Cluster::start(Options::default()))
        .await;
    cluster.unwrap_or_else(|error| panic!("{error:?}"))
}
