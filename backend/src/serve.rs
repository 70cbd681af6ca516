//! `slipway serve`: everything put together, and taken apart in order.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::apply::{OperationStore, installation};
use crate::clock::{Clock, Ids};
use crate::clusters::{Clusters, ClustersError};
use crate::config::Config;
use crate::db::{Db, DbError, OpenError};
use crate::http::{Door, Edge, Guard, Limits, figures_router, refusing_router, router, serve};
use crate::identity::{Members, MembersError, Sessions, Throttle};
use crate::state::{AppState, Ground};

/// Connections at the same time to the address of the figures.
const MOST_SCRAPERS: usize = 64;
/// How long tasks may take to end.
const TASKS_END: Duration = Duration::from_secs(5);

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The members cannot be used.
    #[error(transparent)]
    Members(#[from] MembersError),
    /// The database was not opened.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// The clusters cannot be used.
    #[error(transparent)]
    Clusters(#[from] ClustersError),
    /// The database refused.
    #[error(transparent)]
    Query(#[from] DbError),
    /// The address cannot be listened on.
    #[error("{key}: {address} cannot be listened on")]
    Listen {
        /// The key of the configuration.
        key: &'static str,
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The sign-in link cannot be written.
    #[error("the sign-in link cannot be written to the data folder")]
    Link(#[source] io::Error),
    /// Signals cannot be heard.
    #[error("signals cannot be heard")]
    Signals(#[source] io::Error),
}

/// Runs the server until it is told to stop.
pub async fn run(config: Config) -> Result<(), StartError> {
    let told_to_stop = stop_signal().map_err(StartError::Signals)?;
    let server = Server::open(config).await?;
    server.announce()?;
    server.run(told_to_stop).await;
    Ok(())
}

/// A server that listens, but does not answer yet.
pub struct Server {
    config: Config,
    listener: TcpListener,
    /// The address of the figures, if it is one of their own, and its port.
    figures: Option<(TcpListener, u16)>,
    limits: Limits,
    /// Its services.
    pub state: AppState,
}

impl Server {
    /// Opens the database and the socket, in this order: a second process must not take the port of the first.
    pub async fn open(config: Config) -> Result<Self, StartError> {
        Self::open_with(config, Clock::system(), Ids::random()).await
    }

    /// The same with a clock and ids of one's own.
    pub async fn open_with(config: Config, clock: Clock, ids: Ids) -> Result<Self, StartError> {
        crate::metrics::start();
        let members = Members::read(&config)?;
        let db = Db::open(&config.data_dir).await?;
        match crate::hidden::take_away_once(&db, &clock).await {
            // People have to be able to make room, which takes a server. The next start tries again.
            Err(error) if error.is_full() => {
                tracing::warn!("values that earlier versions kept stay for now: the disk is full");
            }
            taken => taken?,
        }
        let sessions = Sessions::open(db.clone(), members.clone(), clock.clone()).await?;
        let throttle = Throttle::open(db.clone(), clock.clone()).await?;
        let clusters = Clusters::open(&config.clusters, config.kubeconfig.as_deref(), &db, &clock).await?;
        let operations = operations(&config.data_dir, &db, &clock, &ids).await?;
        let (listener, port) = listen("listen", config.listen)?;
        let figures = match config.metrics_listen {
            Some(address) => Some(listen("metrics_listen", address)?),
            None => None,
        };
        let state = AppState::build(Ground {
            config: config.clone(),
            db,
            clock,
            ids,
            members,
            sessions,
            throttle,
            clusters,
            operations,
            port,
        });
        match describe_lists(&state).await {
            Err(error) if error.is_full() => {
                tracing::warn!("lists do not show everything yet: the disk is full");
            }
            described => described?,
        }
        Ok(Self {
            config,
            listener,
            figures,
            limits: Limits::default(),
            state,
        })
    }

    /// The same with other limits of requests and connections.
    #[must_use]
    pub fn within(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The port it listens on.
    pub fn port(&self) -> io::Result<u16> {
        Ok(self.listener.local_addr()?.port())
    }

    /// The port on which figures are asked for, if it is one of their own.
    pub fn metrics_port(&self) -> Option<u16> {
        self.figures.as_ref().map(|(_, port)| *port)
    }

    /// Puts a sign-in link where the owner of the machine finds it.
    pub fn announce(&self) -> Result<(), StartError> {
        if self.config.takes_clients_for_one() {
            tracing::warn!(
                address = %self.config.listen,
                "listening for other machines without trusted_proxies: behind a proxy, all clients count as one address"
            );
        }
        if let Some(address) = self.config.metrics_listen {
            tracing::info!(%address, "figures have an address of their own");
        }
        let links = &self.state.entrance.links;
        if self.state.members.single().is_some() {
            links.fresh().map_err(StartError::Link)?;
            tracing::info!(address = %self.config.listen, "listening; `slipway sign-in` prints the sign-in link");
        } else {
            links.remove();
            tracing::info!(address = %self.config.listen, "listening");
        }
        Ok(())
    }

    /// Answers until `stop` resolves. Then streams end first, requests drain, tasks end, and the database closes.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Self {
            config,
            listener,
            figures,
            limits,
            state,
        } = self;
        let over_tls = config.over_tls();
        let edge = Edge {
            guard: Guard::new(&config, listener.local_addr().map_or(0, |address| address.port())),
            over_tls,
            figures_elsewhere: figures.is_some(),
        };
        let door = Door {
            listener,
            router: router(state.clone(), limits, &edge),
            refusing: refusing_router(state.clone(), over_tls),
            limits,
            trusted_proxies: config.trusted_proxies,
        };
        state.start();
        let streams = state.streams.clone();
        let stopping = CancellationToken::new();
        let figures = serve_figures(figures, &state, stopping.clone().cancelled_owned());
        let stop = async move {
            stop.await;
            tracing::info!("stopping");
            streams.end();
            stopping.cancel();
        };
        tokio::join!(serve(door, &state.tasks, stop), figures);
        if !state.tasks.stop(TASKS_END).await {
            tracing::warn!("some tasks did not end in time");
        }
        if let Err(error) = state.entrance.sessions.keep_time().await {
            tracing::warn!(error = &error as &dyn Error, "the age of sessions is not stored");
        }
        state.entrance.links.remove();
        state.db.close().await;
        tracing::info!("stopped");
    }
}

/// The operations of a database, which knows what was made by the one that was in the folder before.
async fn operations(folder: &Path, db: &Db, clock: &Clock, ids: &Ids) -> Result<OperationStore, DbError> {
    let known = installation::read(folder).unwrap_or_else(|| ids.next());
    let operations = OperationStore::open_as(known, db.clone(), clock.clone(), ids.clone()).await?;
    if let Err(error) = installation::keep(folder, operations.installation()) {
        tracing::warn!(%error, "the id of the installation is only in the database");
    }
    Ok(operations)
}

/// Stores what lists show of what was kept before they had tables of their own.
async fn describe_lists(state: &AppState) -> Result<(), DbError> {
    state.drafts.describe().await?;
    state.operations.describe().await
}

fn listen(key: &'static str, address: SocketAddr) -> Result<(TcpListener, u16), StartError> {
    let unheard = |source| StartError::Listen { key, address, source };
    let listener = bound(address).map_err(unheard)?;
    let port = listener.local_addr().map_err(unheard)?.port();
    Ok((listener, port))
}

/// Connections wait in a line of this length until they are accepted. In one that is full, each new one is tried again only a
/// second later by whoever opens it, so that a burst of one would be felt by all.
const BACKLOG: u32 = 4096;

fn bound(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Answers at the address of the figures, if they have one.
async fn serve_figures(
    figures: Option<(TcpListener, u16)>,
    state: &AppState,
    stop: impl Future<Output = ()>,
) {
    let Some((listener, _)) = figures else { return };
    let limits = Limits {
        connections: MOST_SCRAPERS,
        connections_per_address: MOST_SCRAPERS,
        ..Limits::default()
    };
    let door = Door {
        listener,
        router: figures_router(state.clone()),
        refusing: refusing_router(state.clone(), false),
        limits,
        trusted_proxies: Vec::new(),
    };
    serve(door, &state.tasks, stop).await;
}

fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn a_burst_of_connections_waits_in_line_and_none_has_to_be_tried_again() {
        let listener = bound(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = listener.local_addr().unwrap();

        // Nobody accepts them meanwhile.
        let opened: Vec<_> = (0..400)
            .map(|_| TcpStream::connect_timeout(&address, Duration::from_millis(900)))
            .collect();

        assert!(opened.iter().all(Result::is_ok), "a line that is full drops them");
    }
}
