//! What changes, as a member may see it.
//!
//! A feed begins with how things are. It looks at the member's rights again before each thing it tells, and every few
//! seconds in any case: rights that were taken away end it, and rights that were given widen it.

use std::sync::Arc;
use std::time::Duration;

use async_stream::stream;
use futures::Stream;
use slipway_api::{AppDetail, AppKey, Change, StreamState};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::apps::LiveApps;
use super::error::LiveError;
use super::index::Batch;
use super::sight::Sight;
use super::trust::Trust;
use crate::cluster::ClusterError;
use crate::identity::Member;

/// How often rights are looked at when nothing happens.
const LOOK_PERIOD: Duration = Duration::from_secs(4);
/// The most rows told one by one; beyond, the page is asked for again.
const MOST_ROWS: usize = 100;

impl LiveApps {
    /// The apps of the cluster that a member may see, as they change.
    pub fn apps_feed(&self, member: Member) -> impl Stream<Item = Change> + Send + use<> {
        let apps = self.clone();
        stream! {
            let mut causes = Causes::of(&apps);
            let mut told = Told::default();
            let mut shown: Option<Sight> = None;
            let mut cause = Cause::Lost;
            loop {
                let look = Look::at(&apps, &member, &[]).await;
                if let Some(state) = told.news(&look) {
                    yield state;
                }
                if let Some(sight) = &look.sight {
                    let whole = !cause.tellable() || shown.as_ref() != Some(sight);
                    if let Some(change) = if whole { Some(apps.snapshot(sight)) } else { cause.delta(&apps, sight) } {
                        yield change;
                    }
                }
                shown = look.sight;
                match causes.next().await {
                    Some(next) => cause = next,
                    None => return,
                }
            }
        }
    }

    /// One app as it changes, as far as a member may see it.
    pub fn app_feed(&self, member: Member, key: AppKey) -> impl Stream<Item = Change> + Send + use<> {
        let apps = self.clone();
        stream! {
            let mut causes = Causes::of(&apps);
            let mut told = Told::default();
            let mut shown: Option<Option<Box<AppDetail>>> = None;
            loop {
                let look = Look::at(&apps, &member, std::slice::from_ref(&key.namespace)).await;
                if let Some(state) = told.news(&look) {
                    yield state;
                }
                if let Some(sight) = &look.sight {
                    let app = match apps.app(&member, sight, &key).await {
                        // Not known is not gone: it is asked again with the next look.
                        Err(LiveError::Database(_)) => shown.clone().flatten(),
                        app => app.ok().map(Box::new),
                    };
                    if shown.as_ref() != Some(&app) {
                        yield Change::App { app: app.clone() };
                        shown = Some(app);
                    }
                }
                if !causes.concerning(&key).await {
                    return;
                }
            }
        }
    }

    fn snapshot(&self, sight: &Sight) -> Change {
        Change::AppsSnapshot {
            total: self.total(sight),
        }
    }
}

/// How things stand for a member.
struct Look {
    /// None while nothing is known yet.
    state: Option<(StreamState, Option<i64>)>,
    sight: Option<Sight>,
}

impl Look {
    async fn at(apps: &LiveApps, member: &Member, asked: &[String]) -> Self {
        match apps.sight(member, asked).await {
            Ok(sight) => {
                let hidden = asked.iter().any(|namespace| !sight.shows_apps_of(namespace));
                let trust = apps.trust();
                let state = match trust.stale_since.or(sight.unasked_since()) {
                    _ if hidden || trust.forbids_apps() => (StreamState::Forbidden, None),
                    Some(since) => (StreamState::Stale, Some(since)),
                    None => (StreamState::Synced, None),
                };
                Self {
                    state: Some(state),
                    sight: Some(sight),
                }
            }
            Err(LiveError::StillLoading) => Self {
                state: None,
                sight: None,
            },
            Err(LiveError::Cluster(ClusterError::Forbidden { .. })) => Self {
                state: Some((StreamState::Forbidden, None)),
                sight: None,
            },
            Err(_) => {
                let since = apps
                    .trust()
                    .stale_since
                    .or(apps.cluster().observed().unheard_since);
                Self {
                    state: Some((StreamState::Stale, since)),
                    sight: None,
                }
            }
        }
    }
}

/// What was last told about the state.
#[derive(Default)]
struct Told(Option<(StreamState, Option<i64>)>);

impl Told {
    fn news(&mut self, look: &Look) -> Option<Change> {
        let now = look.state?;
        if self.0.replace(now) == Some(now) {
            return None;
        }
        Some(Change::State {
            state: now.0,
            since: now.1,
        })
    }
}

/// Why a feed looks again.
enum Cause {
    /// Something changed.
    Batch(Arc<Batch>),
    /// More changed than is known here.
    Lost,
    /// Time has passed, or the view is trusted more or less than before.
    Looked,
}

impl Cause {
    /// Whether it can be told row by row.
    fn tellable(&self) -> bool {
        match self {
            Self::Batch(batch) => !batch.forgotten && batch.rows.len() + batch.gone.len() <= MOST_ROWS,
            Self::Lost => false,
            Self::Looked => true,
        }
    }

    fn delta(&self, apps: &LiveApps, sight: &Sight) -> Option<Change> {
        let Self::Batch(batch) = self else { return None };
        let rows: Vec<_> = batch
            .rows
            .iter()
            .filter_map(|row| apps.row_for(sight, row))
            .collect();
        let gone: Vec<_> = batch
            .gone
            .iter()
            .filter(|key| sight.shows_apps_of(&key.namespace))
            .cloned()
            .collect();
        (!rows.is_empty() || !gone.is_empty()).then_some(Change::AppsDelta { rows, gone })
    }

    fn concerns(&self, key: &AppKey) -> bool {
        let Self::Batch(batch) = self else { return true };
        batch.forgotten
            || batch
                .touched
                .iter()
                .any(|(namespace, name)| *namespace == key.namespace && *name == key.name)
    }
}

/// Everything that can make a feed look again.
struct Causes {
    batches: broadcast::Receiver<Arc<Batch>>,
    trust: watch::Receiver<Trust>,
    looks: Interval,
}

impl Causes {
    fn of(apps: &LiveApps) -> Self {
        let mut looks = interval(LOOK_PERIOD);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        looks.reset();
        Self {
            batches: apps.batches(),
            trust: apps.watch_trust(),
            looks,
        }
    }

    /// None when the view is no more.
    async fn next(&mut self) -> Option<Cause> {
        tokio::select! {
            batch = self.batches.recv() => match batch {
                Ok(batch) => Some(Cause::Batch(batch)),
                Err(RecvError::Lagged(_)) => Some(Cause::Lost),
                Err(RecvError::Closed) => None,
            },
            changed = self.trust.changed() => changed.ok().map(|()| Cause::Looked),
            _ = self.looks.tick() => Some(Cause::Looked),
        }
    }

    /// Waits for something that may concern an app; false when the view is no more.
    async fn concerning(&mut self, key: &AppKey) -> bool {
        loop {
            match self.next().await {
                Some(cause) if cause.concerns(key) => return true,
                Some(_) => {}
                None => return false,
            }
        }
    }
}
