//! `slipway serve`: everything put together, and taken apart in order.

use std::io;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::apply::OperationStore;
use crate::clock::{Clock, Ids};
use crate::clusters::{Clusters, ClustersError};
use crate::config::Config;
use crate::db::{Db, DbError, OpenError};
use crate::http::{Guard, Limits, router, serve};
use crate::identity::{Members, MembersError};
use crate::state::{AppState, Ground};

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
    #[error("listen: {address} cannot be listened on")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
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
        let clusters = Clusters::open(&config.clusters, config.kubeconfig.as_deref(), &db, &clock).await?;
        let operations = OperationStore::open(db.clone(), clock.clone(), ids.clone()).await?;
        let address = config.listen;
        let unheard = |source| StartError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(unheard)?;
        let port = listener.local_addr().map_err(unheard)?.port();
        let state = AppState::build(Ground {
            config: config.clone(),
            db,
            clock,
            ids,
            members,
            clusters,
            operations,
            port,
        });
        Ok(Self {
            config,
            listener,
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

    /// Puts a sign-in link where the owner of the machine finds it.
    pub fn announce(&self) -> Result<(), StartError> {
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
            limits,
            state,
        } = self;
        let guard = Guard::new(&config, listener.local_addr().map_or(0, |address| address.port()));
        let router = router(state.clone(), guard, limits, config.over_tls());
        state.start();
        let streams = state.streams.clone();
        let stop = async move {
            stop.await;
            tracing::info!("stopping");
            streams.end();
        };
        serve(listener, router, limits, &state.tasks, stop).await;
        if !state.tasks.stop(TASKS_END).await {
            tracing::warn!("some tasks did not end in time");
        }
        state.entrance.links.remove();
        state.db.close().await;
        tracing::info!("stopped");
    }
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
