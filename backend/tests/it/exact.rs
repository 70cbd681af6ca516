//! Changing what runs is exact: every edit that the form allows, saved through the server on a real API server, changes
//! what the preview announced, and nothing else.
//!
//! 200 edits, 20 with `SLIPWAYDEV_QUICK=1`, any number with `SLIPWAYDEV_EDITS`. `SLIPWAYDEV_EDITS_SEED` says with which seed
//! the first app is chosen. The kinds of edits that were made least often come first, and where none has a place yet, the
//! row or the choice that gives it one: so a full round is little more than as many edits as there are kinds, and from
//! [`FULL_ROUND`] edits on every leaf and list must have been edited. For finding, `SLIPWAYDEV_EDITS_ONLY` names a part of
//! the kinds that are to be made, as they are printed, and `SLIPWAYDEV_EDITS_AT_ONCE` how many apps are edited at the same
//! time: with one, the same seed makes the same edits.
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
use k8s_openapi::api::networking::v1::IngressClass;
use kube::Api;
use kube::api::{DeleteParams, PostParams};
use local_cluster::{Audit, Cluster, INGRESS_CLASS, Load, Options};
use tokio::task::JoinSet;

use self::budget::Budget;
use self::running::Run;
use crate::support::{TestApp, number, seed, the_cluster};

/// Apps that are edited at the same time.
const AT_ONCE: usize = 6;
/// From how many edits on each kind must have been made, or been refused with a reason.
const FULL_ROUND: usize = 5_000;

fn edits() -> usize {
    let quick = std::env::var("SLIPWAYDEV_QUICK").is_ok_and(|value| value == "1");
    let asked = number("SLIPWAYDEV_EDITS").and_then(|edits| usize::try_from(edits).ok());
    asked.unwrap_or(if quick { 20 } else { 200 })
}

fn at_once() -> usize {
    let asked = number("SLIPWAYDEV_EDITS_AT_ONCE").and_then(|apps| usize::try_from(apps).ok());
    asked.unwrap_or(AT_ONCE)
}

/// Makes the class of Ingresses that of a controller which knows canaries.
async fn serve_canaries(cluster: &Cluster) {
    let classes: Api<IngressClass> = Api::all(cluster.client().await.unwrap());
    let mut class = classes.get(INGRESS_CLASS).await.unwrap();
    classes
        .delete(INGRESS_CLASS, &DeleteParams::default())
        .await
        .unwrap();
    class.metadata.resource_version = None;
    class.spec.get_or_insert_default().controller = Some("k8s.io/ingress-nginx".to_owned());
    classes.create(&PostParams::default(), &class).await.unwrap();
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
    cluster.serve_routes().await.unwrap();
    serve_canaries(&cluster).await;
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
#[ignore = "begins to run with the others when runs of a thousand are without a fault"]
async fn every_edit_changes_on_the_server_what_was_announced_and_nothing_else() {
    let (seed, wanted, begun) = (seed("SLIPWAYDEV_EDITS_SEED"), edits(), Instant::now());
    let (cluster, app, _time) = started().await;
    let run = Run::new(&cluster, &app).await;
    let only = std::env::var("SLIPWAYDEV_EDITS_ONLY").ok();
    let is_full_round = wanted >= FULL_ROUND && only.is_none();
    let budget = Budget::new(wanted, seed, only);

    stream::iter(seed..)
        .take_while(|_| std::future::ready(!budget.is_spent()))
        .for_each_concurrent(at_once(), |seed| worlds::play(&run, &budget, seed))
        .await;

    println!("{}", budget.summary(begun.elapsed()));
    assert_eq!(budget.faults(), [""; 0], "again: SLIPWAYDEV_EDITS_SEED={seed}");
    if is_full_round {
        assert_eq!(budget.missing(), [""; 0], "nobody has edited this");
    }
}
