//! A second real cluster, for what must be told apart by the cluster alone, and for what is seen in its audit log only.

use local_cluster::{Audit, Cluster, Options};
use tokio::sync::OnceCell;

static SECOND: OnceCell<Cluster> = OnceCell::const_new();

/// The one that all tests of this process share: started by the first that asks. Reads are in its audit log as well.
pub(crate) async fn second() -> &'static Cluster {
    let options = Options {
        nodes: 1,
        virtual_node: false,
        metrics: false,
        audit: Audit::Everything,
        ..Options::default()
    };
    let cluster = SECOND.get_or_try_init(|| Cluster::start(options)).await;
    cluster.unwrap_or_else(|error| panic!("{error:?}"))
}
