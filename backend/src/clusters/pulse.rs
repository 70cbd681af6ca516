//! Asks a cluster now and then whether it is still there, and what it has.
//!
//! The silence of a watch says nothing, so a cheap question is asked each second: a cluster that stops answering is
//! marked within three.

use std::time::Duration;

use slipway_api::ClusterState;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Cluster, Facts};
use crate::cluster::{Access, ClusterError};

const PERIOD: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(2);
/// The pause after which a cluster that does not answer is asked again: doubled each time, at most this.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
/// How long a discovery holds.
const DISCOVERY_PERIOD: Duration = Duration::from_mins(1);

/// Asks until told to stop.
pub(super) async fn tend(cluster: Cluster, stop: CancellationToken) {
    let mut discovered: Option<Instant> = None;
    let mut pause = PERIOD;
    loop {
        let due = discovered.is_none_or(|at| at.elapsed() >= DISCOVERY_PERIOD);
        let heard = tokio::select! {
            () = stop.cancelled() => return,
            heard = ask(&cluster, due) => heard,
        };
        if let Err(error) = &heard {
            note_failure(&cluster, error);
        }
        // After a silence it may be another cluster, so it is asked again what it is.
        discovered = if heard.is_err() {
            None
        } else if due {
            Some(Instant::now())
        } else {
            discovered
        };
        pause = if heard.is_ok() {
            PERIOD
        } else {
            (pause * 2).min(LONGEST_PAUSE)
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn ask(cluster: &Cluster, discover: bool) -> Result<(), ClusterError> {
    cluster.reopen().await;
    let access = cluster.pulse()?;
    access.within(PATIENCE).answers().await?;
    if discover {
        acquaint(cluster, &access).await?;
    }
    cluster.note_heard(ClusterState::Reachable);
    Ok(())
}

/// Learns which cluster it is before it counts as reachable, so that nothing is written to another one.
async fn acquaint(cluster: &Cluster, access: &Access) -> Result<(), ClusterError> {
    cluster.identify(access).await?;
    cluster.note_facts(Facts::of(access.discover().await?));
    Ok(())
}

fn note_failure(cluster: &Cluster, error: &ClusterError) {
    let before = cluster.state();
    match error {
        ClusterError::Forbidden { .. } | ClusterError::Unauthenticated { .. } => {
            cluster.note_heard(ClusterState::Forbidden);
        }
        _ => cluster.note_unheard(),
    }
    if before != cluster.state() {
        tracing::warn!(cluster = cluster.slug(), error = %error, "the cluster does not answer");
    }
}
