//! The services a handler may ask for.

use axum::extract::FromRef;

use crate::apply::{OperationStore, Operations, Runner};
use crate::clock::{Clock, Ids};
use crate::clusters::Clusters;
use crate::config::Config;
use crate::cpu::Cpu;
use crate::db::Db;
use crate::drafts::DraftStore;
use crate::fair_queue::{BEGINNINGS, FairQueue, Looks};
use crate::http::cookie::SessionCookie;
use crate::http::stream::EventIds;
use crate::identity::{Members, Sessions, SignInLinks, Throttle};
use crate::live::Live;
use crate::metrics::Figures;
use crate::preflight::Preflight;
use crate::ready::Readiness;
use crate::revisions::RevisionStore;
use crate::tasks::{StreamsEnd, Tasks};

/// All services. Each is cheap to clone, and a handler names the ones it uses.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// The time.
    pub clock: Clock,
    /// New ids.
    pub ids: Ids,
    /// The database, for stores.
    pub db: Db,
    /// Everybody who may use this server, also for work that goes on after their request.
    pub members: Members,
    /// Signing in and out.
    pub entrance: Entrance,
    /// The clusters to work with.
    pub clusters: Clusters,
    /// What they report now.
    pub live: Live,
    /// Work that keeps a processor busy.
    pub cpu: Cpu,
    /// Looking at clusters for members.
    pub looks: Looks,
    /// What was typed so far.
    pub drafts: DraftStore,
    /// What the cluster says beforehand.
    pub preflight: Preflight,
    /// Plans being made real.
    pub operations: Operations,
    /// Works on operations, once started.
    pub runner: Runner,
    /// Figures for Prometheus.
    pub figures: Figures,
    /// Whether everything was read that must be read first.
    pub readiness: Readiness,
    /// Work beside the requests.
    pub tasks: Tasks,
    /// When event streams shall end.
    pub streams: StreamsEnd,
    /// The ids of events.
    pub event_ids: EventIds,
}

/// What signing in and out takes.
#[derive(Clone)]
pub struct Entrance {
    /// Who there is.
    pub members: Members,
    /// Browsers signed in.
    pub sessions: Sessions,
    /// The link of single-user mode.
    pub links: SignInLinks,
    /// Slows guessing down.
    pub throttle: Throttle,
    /// Places for beginning a session, which writes: one member with many keeps nobody else from writing.
    pub beginnings: FairQueue,
    /// The cookie of this server.
    pub cookie: SessionCookie,
}

/// What all services are built on.
pub struct Ground {
    /// The configuration.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// New ids.
    pub ids: Ids,
    /// The members, read from the configuration.
    pub members: Members,
    /// Browsers signed in.
    pub sessions: Sessions,
    /// Failed sign-ins.
    pub throttle: Throttle,
    /// The clusters.
    pub clusters: Clusters,
    /// Operations of the database.
    pub operations: OperationStore,
    /// The port listened on, which may differ from the configured one when that is 0.
    pub port: u16,
}

impl AppState {
    /// Builds the services. Nothing runs yet: see [`start`](Self::start).
    pub fn build(ground: Ground) -> Self {
        let Ground {
            config,
            db,
            clock,
            ids,
            members,
            sessions,
            throttle,
            clusters,
            operations,
            port,
        } = ground;
        let base = config
            .public_urls
            .first()
            .map_or_else(|| format!("http://127.0.0.1:{port}"), ToString::to_string);
        let entrance = Entrance {
            members: members.clone(),
            sessions,
            links: SignInLinks::new(&config.data_dir, &base),
            throttle,
            beginnings: FairQueue::new(BEGINNINGS),
            cookie: SessionCookie::new(port, config.over_tls()),
        };
        let cpu = Cpu::of(&members);
        let preflight = Preflight::new(operations.installation());
        let runner = Runner::new(
            operations.clone(),
            clusters.clone(),
            members.clone(),
            clock.clone(),
        );
        Self {
            operations: Operations::new(
                operations,
                clusters.clone(),
                preflight.clone(),
                clock.clone(),
                cpu.clone(),
            ),
            preflight,
            runner,
            live: Live::of(&clusters, &RevisionStore::new(db.clone()), &clock),
            event_ids: EventIds::new(ids.next()),
            clusters,
            drafts: DraftStore::new(db.clone(), clock.clone(), ids.clone(), cpu.clone()),
            cpu,
            looks: Looks::of(&members),
            clock,
            ids,
            db,
            members,
            entrance,
            figures: Figures::default(),
            readiness: Readiness::default(),
            tasks: Tasks::default(),
            streams: StreamsEnd::default(),
        }
    }

    /// Starts the work beside the requests.
    pub fn start(&self) {
        crate::upkeep::start(self);
        let throttle = self.entrance.throttle.clone();
        self.tasks
            .spawn("failed sign-ins", throttle.keep(self.tasks.stopping()));
        self.clusters.tend(&self.tasks, &self.db);
        self.tasks
            .spawn("runner", self.runner.clone().run(self.tasks.stopping()));
        self.live.start(&self.tasks, &self.readiness);
    }
}
