//! Changing what runs is exact: every edit that the form allows, saved through the server on a real API server, changes
//! what the preview announced, and nothing else.
//!
//! 200 edits, 20 with `SLIPWAYDEV_QUICK=1`, any number with `SLIPWAYDEV_EDITS`. `SLIPWAYDEV_EDITS_SEED` says with which seed
//! the first app is chosen. The kinds of edits that were made least often come first, so a full round is as many edits as
//! there are kinds; from [`FULL_ROUND`] edits on every leaf and list must have been edited.
//!
//! ```sh
//! SLIPWAYDEV_EDITS=20000 SLIPWAYDEV_EDITS_SEED=1 \
//!     cargo test --profile soak --workspace --test it exact::every_edit -- --ignored --nocapture
//! ```

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

mod behaviours;
mod budget;
mod consequences;
mod diff;
mod expected;
mod judge;
mod of_others;
mod running;
mod schema;
mod sprinkle;
mod worlds;

use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use local_cluster::{Audit, Cluster, Load, Options};
use tokio::task::JoinSet;

use self::budget::Budget;
use self::running::Run;
use crate::support::{TestApp, the_cluster};

/// Apps that are edited at the same time.
const AT_ONCE: usize = 4;
/// From how many edits on each kind must have been made, or been refused with a reason.
const FULL_ROUND: usize = 5_000;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

fn edits() -> usize {
    let quick = std::env::var("SLIPWAYDEV_QUICK").is_ok_and(|value| value == "1");
    let asked = number("SLIPWAYDEV_EDITS").and_then(|edits| usize::try_from(edits).ok());
    asked.unwrap_or(if quick { 20 } else { 200 })
}

/// The same seed each time, until a run of many edits is without a fault; then the commit's.
fn seed() -> u64 {
    number("SLIPWAYDEV_EDITS_SEED").unwrap_or(1)
}

/// A control plane, the server, and what moves its clock.
async fn started() -> (Cluster, TestApp, JoinSet<()>) {
    let options = Options {
        audit: Audit::Off,
        nodes: 0,
        virtual_node: false,
        metrics: false,
        many_services: true,
        // What counts is what is stored, and no Job ends while it is looked at.
        load: Load::StoredOnly,
        ..Options::default()
    };
    let cluster = Cluster::start(options).await.unwrap();
    let app = TestApp::with(|config, _| config.clusters = vec![the_cluster(cluster.kubeconfig())]).await;
    let mut time = JoinSet::new();
    let clock = app.clock.clone();
    time.spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            clock.pass(Duration::from_millis(20));
        }
    });
    (cluster, app, time)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "begins to run with the others when a run of thousands is without a fault"]
async fn every_edit_changes_on_the_server_what_was_announced_and_nothing_else() {
    let (seed, wanted, begun) = (seed(), edits(), Instant::now());
    let (cluster, app, _time) = started().await;
    let run = Run::new(&cluster, &app).await;
    let budget = Budget::new(wanted, seed);

    stream::iter(seed..)
        .take_while(|_| std::future::ready(!budget.is_spent()))
        .for_each_concurrent(AT_ONCE, |seed| worlds::play(&run, &budget, seed))
        .await;

    println!("{}", budget.summary(begun.elapsed()));
    assert_eq!(budget.faults(), [""; 0], "again: SLIPWAYDEV_EDITS_SEED={seed}");
    if wanted >= FULL_ROUND {
        assert_eq!(budget.missing(), [""; 0], "nobody has edited this");
    }
}
