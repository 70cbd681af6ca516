//! Generated worlds of rights: for every member and every route what the server shows and does beside what the API server
//! itself lets that person see and do.
//!
//! 200 worlds, 10 with `SLIPWAYDEV_QUICK=1`, any number with `SLIPWAYDEV_RBAC_WORLDS`. `SLIPWAYDEV_RBAC_SEED` says with which
//! seed the first begins; each further one has the next seed. A world that fails tells its seed, with which it is played again
//! alone. With `SLIPWAYDEV_RBAC_PART=n` each person asks about one of n routes, others in each world, so that more worlds are
//! seen in the same time; it is 3 unless said. `SLIPWAYDEV_RBAC_AT_ONCE` says how many are played at the same time. Thousands
//! are worth a build that is slower to make and quicker to run:
//!
//! ```sh
//! SLIPWAYDEV_RBAC_WORLDS=20000 SLIPWAYDEV_RBAC_SEED=1 SLIPWAYDEV_RBAC_PART=6 SLIPWAYDEV_RBAC_AT_ONCE=12 \
//!     cargo test --profile soak --workspace --test it worlds::in_generated -- --nocapture
//! ```

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

mod about_apps;
mod about_drafts;
mod admin;
mod generate;
mod member;
mod oracle;
mod places;
mod play;
mod routes;
mod silence;
mod stream;
mod traces;

use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::future::join_all;
use futures::{FutureExt, StreamExt, stream as streams};
use local_cluster::{Audit, Cluster, Load, Options};
use slipway_backend::clusters::ClusterSettings;
use slipway_backend::config::{Config, MemberConfig};
use tokio::task::JoinSet;

use self::admin::Admin;
use self::generate::{Person, World};
use self::play::{Namespaces, Run};
use crate::support::{TestApp, a_team, number, seed, server_account};

/// Worlds played at the same time: each waits for the cluster most of its time.
const AT_ONCE: usize = 4;
/// Worlds of one server: its members are those of all its worlds.
const ROUND: usize = 200;
/// Each person asks about one of so many routes: in 200 worlds each route is still asked by some hundred people.
const PART: u32 = 3;
/// Who sees all apps, to know when the server has heard of them.
const OVERSEER: &str = "worlds-overseer";

fn worlds() -> usize {
    let quick = std::env::var("SLIPWAYDEV_QUICK").is_ok_and(|value| value == "1");
    let asked = number("SLIPWAYDEV_RBAC_WORLDS").and_then(|worlds| usize::try_from(worlds).ok());
    asked.unwrap_or(if quick { 10 } else { 200 })
}

fn at_once() -> usize {
    number("SLIPWAYDEV_RBAC_AT_ONCE").map_or(AT_ONCE, |worlds| usize::try_from(worlds.max(1)).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_generated_worlds_nobody_is_shown_or_may_do_more_than_the_cluster_says() {
    let (first, count, begun) = (seed("SLIPWAYDEV_RBAC_SEED"), worlds(), Instant::now());
    let options = Options {
        audit: Audit::Off,
        nodes: 1,
        virtual_node: false,
        metrics: false,
        many_services: true,
        load: Load::StoredOnly,
        ..Options::default()
    };
    let cluster = Cluster::start(options).await.unwrap();
    let kubeconfig = server_account(&cluster, "slipway", None).await;
    let admin = Admin(cluster.client().await.unwrap());
    admin.oversee(OVERSEER).await;
    let namespaces = Namespaces::of(&cluster, at_once()).await;
    let mut faulty = 0;
    for round in (0..count).step_by(ROUND) {
        let size = ROUND.min(count - round);
        let worlds =
            (round..round + size).map(|index| World::of(first + index as u64, u32::try_from(index).unwrap()));
        let worlds: Vec<World> = worlds.collect();
        faulty += play_round(&kubeconfig, &admin, &namespaces, worlds).await;
        let played = round + size;
        let each = begun.elapsed() / u32::try_from(played).unwrap();
        eprintln!("{played} worlds from seed {first}, {each:?} each, {faulty} faults");
    }
    assert_eq!(faulty, 0, "faults, each told above");
}

/// Plays worlds on one server and answers how many faults there were, each of which is told at once.
async fn play_round(kubeconfig: &Path, admin: &Admin, namespaces: &Namespaces, worlds: Vec<World>) -> usize {
    let app = server(kubeconfig, &worlds).await;
    let part = number("SLIPWAYDEV_RBAC_PART").map_or(PART, |part| u32::try_from(part.max(1)).unwrap());
    let run = Run::new(&app, admin.clone(), OVERSEER, part);
    run.ready().await;
    let mut time = JoinSet::new();
    let clock = app.clock.clone();
    time.spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            clock.pass(Duration::from_millis(20));
        }
    });
    let faulty = AtomicUsize::new(0);
    streams::iter(worlds)
        .for_each_concurrent(at_once(), async |world| {
            faulty.fetch_add(play_one(&run, world, namespaces).await, Ordering::Relaxed);
        })
        .await;
    faulty.into_inner()
}

/// Plays a world and answers how many faults it has.
async fn play_one(run: &Run, world: World, namespaces: &Namespaces) -> usize {
    let (place, seed) = (namespaces.take(), world.seed);
    let played = AssertUnwindSafe(play::play(run, world, place.clone()));
    let found = if let Ok(found) = played.catch_unwind().await {
        found
    } else {
        // Else the next world there would have its objects.
        join_all(place.iter().map(|namespace| run.admin.empty(namespace))).await;
        vec!["it could not be played: see the panic".to_owned()]
    };
    namespaces.give_back(place);
    for fault in &found {
        eprintln!("{fault}\n    again: SLIPWAYDEV_RBAC_SEED={seed} SLIPWAYDEV_RBAC_WORLDS=1");
    }
    found.len()
}

/// A server whose members are the people of these worlds.
async fn server(kubeconfig: &Path, worlds: &[World]) -> TestApp {
    let overseer = Person {
        user: OVERSEER.to_owned(),
        groups: Vec::new(),
        teams: vec!["overseers".to_owned()],
    };
    let people: Vec<&Person> = worlds
        .iter()
        .flat_map(|world| &world.people)
        .chain([&overseer])
        .collect();
    TestApp::with(|config, folder| {
        config.clusters = vec![ClusterSettings {
            kubeconfig: Some(kubeconfig.to_owned()),
            slug: Some("test".to_owned()),
            ..ClusterSettings::default()
        }];
        for person in people {
            add(config, folder, person);
        }
    })
    .await
}

fn add(config: &mut Config, folder: &Path, person: &Person) {
    for team in &person.teams {
        if !config.teams.iter().any(|known| known.id == *team) {
            config.teams.push(a_team(team));
        }
    }
    let token_file = folder.join(format!("{}.token", person.user));
    std::fs::write(&token_file, token(&person.user)).unwrap();
    config.members.push(MemberConfig {
        name: person.user.clone(),
        groups: person.groups.clone(),
        teams: person.teams.clone(),
        token_file,
    });
}

/// The token of a person.
fn token(user: &str) -> String {
    format!("{user}-token-of-many-characters")
}
