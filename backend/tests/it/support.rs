//! The whole server in process, on a database of its own, with members of two teams.

mod accounts;
mod answer;
mod client;
mod cluster;
mod events;
mod objects;
mod raw;
mod seed;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use slipway_backend::clock::{Clock, Ids};
use slipway_backend::clusters::ClusterSettings;
use slipway_backend::config::{Config, MemberConfig, TeamConfig};
use slipway_backend::http::Limits;
use slipway_backend::serve::Server;
use slipway_backend::state::AppState;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use accounts::{documented, documented_proxy, documented_rules, server_account};
pub use answer::Answer;
pub use client::Client;
pub use cluster::{kubeconfig_to_nowhere, kubeconfig_with};
pub use events::Events;
pub use objects::{Namespace, PATIENCE, eventually};
pub use raw::ApiServer;
pub use seed::{number, seed};

/// When a test clock begins: 2026-01-01T00:00:00Z.
pub const DAWN_MILLIS: i64 = 1_767_225_600_000;

/// A running server. Each has its own folder, clock and ids; two never share anything.
pub struct TestApp {
    /// Its clock, which stands still until moved.
    pub clock: Clock,
    /// Its services.
    pub state: AppState,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where it answers with its figures, if they have an address of their own.
    pub metrics: Option<SocketAddr>,
    folder: TempDir,
    config: Config,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl TestApp {
    /// A server on the real control plane that all tests share, there with the documented rights, with a member in each of the teams `shop` and `bank`:
    /// `shop-dev` in the group `shop-team`, `bank-dev` in `bank-team`. They may do nothing in the cluster but in a
    /// [namespace](Self::namespace_of) of theirs. The cluster's slug is `test`.
    pub async fn new() -> Self {
        Self::on(documented().await).await
    }

    /// The same on the cluster of another kubeconfig.
    pub async fn on(kubeconfig: PathBuf) -> Self {
        Self::with(|config, folder| {
            add_members(config, folder);
            config.clusters = vec![the_cluster(kubeconfig)];
        })
        .await
    }

    /// The same without a cluster behind `test`: for what does not need one.
    pub async fn offline() -> Self {
        Self::with(add_members).await
    }

    /// A server in single-user mode, without a cluster behind `test`.
    pub async fn single_user() -> Self {
        Self::with(|_, _| {}).await
    }

    /// A server without a cluster behind `test`, with limits that a test can wait for.
    pub async fn within(limits: Limits) -> Self {
        Self::prepared(add_members, limits).await
    }

    /// A server with a configuration changed by the test, given the folder for files of the test.
    pub async fn with(change: impl FnOnce(&mut Config, &Path)) -> Self {
        Self::prepared(change, Limits::default()).await
    }

    /// A server with a configuration changed by the test and other limits, without a cluster behind `test`.
    pub async fn prepared(change: impl FnOnce(&mut Config, &Path), limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let kubeconfig = cluster::kubeconfig_to_nowhere(folder.path());
        let mut config = Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data_dir: folder.path().join("data"),
            clusters: vec![the_cluster(kubeconfig)],
            ..Config::default()
        };
        change(&mut config, folder.path());
        let clock = Clock::standing(jiff::Timestamp::from_millisecond(DAWN_MILLIS).unwrap());
        Self::start(folder, config, clock, limits).await
    }

    async fn start(folder: TempDir, config: Config, clock: Clock, limits: Limits) -> Self {
        let server = Server::open_with(config.clone(), clock.clone(), Ids::random())
            .await
            .unwrap()
            .within(limits);
        server.announce().unwrap();
        let state = server.state.clone();
        let address = SocketAddr::from(([127, 0, 0, 1], server.port().unwrap()));
        let metrics = server
            .metrics_port()
            .map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        let (stop, stopped) = oneshot::channel::<()>();
        let run = async move {
            server.run(async { drop(stopped.await) }).await;
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "the server is what waits for its own tasks"
        )]
        let running = Some((stop, tokio::spawn(run)));
        Self {
            clock,
            state,
            address,
            metrics,
            folder,
            config,
            running,
        }
    }

    /// Stops the server as a signal would, and waits.
    pub async fn stop(&mut self) {
        if let Some((stop, running)) = self.running.take() {
            drop(stop);
            tokio::time::timeout(Duration::from_secs(20), running)
                .await
                .expect("the server stops")
                .unwrap();
        }
    }

    /// Stops the server and starts another one on the same folder.
    pub async fn restarted(self) -> Self {
        self.restarted_with(|_, _| {}).await
    }

    /// The same with a configuration that somebody has changed meanwhile.
    pub async fn restarted_with(mut self, change: impl FnOnce(&mut Config, &Path)) -> Self {
        self.stop().await;
        let Self {
            folder,
            mut config,
            clock,
            state,
            address,
            ..
        } = self;
        drop(state);
        config.listen = address;
        change(&mut config, folder.path());
        Self::start(folder, config, clock, Limits::default()).await
    }

    /// Somebody who is not signed in.
    pub fn nobody(&self) -> Client {
        Client::new(self.address)
    }

    /// The member of a team, by their own token.
    pub fn member_of(&self, team: &str) -> Client {
        self.nobody()
            .with_header("authorization", &format!("Bearer {}", token_of(team)))
    }

    /// A browser that is signed in by the link (single-user mode).
    pub async fn owner(&self) -> Client {
        self.nobody().signed_in(&self.link_token()).await
    }

    /// The token of the link in the data folder.
    pub fn link_token(&self) -> String {
        let link = std::fs::read_to_string(self.data_dir().join("sign-in")).unwrap();
        link.trim().split_once('#').unwrap().1.to_owned()
    }

    /// The data folder.
    pub fn data_dir(&self) -> &Path {
        &self.config.data_dir
    }
}

/// The settings of the cluster `test`.
pub fn the_cluster(kubeconfig: PathBuf) -> ClusterSettings {
    ClusterSettings {
        kubeconfig: Some(kubeconfig),
        slug: Some("test".to_owned()),
        ..ClusterSettings::default()
    }
}

/// A member in each of the teams `shop` and `bank`.
pub fn add_members(config: &mut Config, folder: &Path) {
    for team in ["shop", "bank"] {
        config.teams.push(a_team(team));
        config.members.push(MemberConfig {
            groups: vec![format!("{team}-team")],
            ..a_member(&format!("{team}-dev"), team, folder)
        });
    }
}

/// A team.
pub fn a_team(id: &str) -> TeamConfig {
    TeamConfig {
        id: id.to_owned(),
        name: None,
    }
}

/// A member of a team with the token of that team.
pub fn a_member(name: &str, team: &str, folder: &Path) -> MemberConfig {
    let token_file = folder.join(format!("{team}.token"));
    std::fs::write(&token_file, token_of(team)).unwrap();
    MemberConfig {
        name: name.to_owned(),
        groups: Vec::new(),
        teams: vec![team.to_owned()],
        token_file,
    }
}

/// The static token of the member of a team.
pub fn token_of(team: &str) -> String {
    format!("{team}-token-of-many-characters")
}
