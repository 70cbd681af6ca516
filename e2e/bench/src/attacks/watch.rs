//! What somebody notices who only works.

use std::time::{Duration, Instant};

use slipway_api::{ClusterState, ClusterView, paths};
use tokio::time::{MissedTickBehavior, interval};

use super::crowd::Crowd;

/// How often each thing is asked for.
const PERIOD: Duration = Duration::from_millis(20);
/// In which of these rounds it is asked whether the cluster answers.
const STATE_EVERY: usize = 10;

/// What was noticed.
#[derive(Default)]
pub(super) struct Seen {
    /// How long `/healthz` took.
    pub(super) health: Vec<Duration>,
    /// How long a list of apps took.
    pub(super) list: Vec<Duration>,
    /// The most memory, in MiB.
    pub(super) memory: f64,
    /// Answers that were refusals, or did not come.
    pub(super) refused: f64,
    /// How often the cluster was not said to be reachable.
    pub(super) unreachable: f64,
}

impl Seen {
    /// The 99th percentile of the list, in milliseconds.
    pub(super) fn list_p99_millis(&self) -> f64 {
        let mut sorted = self.list.clone();
        sorted.sort();
        let at = (sorted.len() * 99 / 100).min(sorted.len().saturating_sub(1));
        sorted.get(at).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    }

    /// Asks, and answers how long it took.
    async fn timed(&mut self, request: reqwest::RequestBuilder) -> Duration {
        let begin = Instant::now();
        let answered = async { request.send().await?.error_for_status()?.bytes().await }.await;
        if answered.is_err() {
            self.refused += 1.0;
        }
        begin.elapsed()
    }

    async fn look(&mut self, crowd: &Crowd, round: usize) -> anyhow::Result<()> {
        let took = self.timed(crowd.worker("/healthz")).await;
        self.health.push(took);
        let took = self.timed(crowd.worker(&paths::apps(crowd.cluster()))).await;
        self.list.push(took);
        if round.is_multiple_of(STATE_EVERY) {
            let view = crowd.worker(&paths::cluster(crowd.cluster())).send().await;
            let view = match view {
                Ok(answer) => answer.json::<ClusterView>().await.ok(),
                Err(_) => None,
            };
            if view.is_none_or(|view| view.state != ClusterState::Reachable) {
                self.unreachable += 1.0;
            }
        }
        Ok(())
    }
}

/// Watches until something else is over. What was asked by then is waited for: an answer that is late counts.
pub(super) async fn during(crowd: &Crowd, other: impl Future<Output = ()>) -> anyhow::Result<Seen> {
    let mut seen = Seen::default();
    let (mut tick, mut sample) = (interval(PERIOD), interval(PERIOD));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    sample.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut other = std::pin::pin!(other);
    let (mut memory, mut over) = (0.0_f64, false);
    let mut rounds = 0_usize..;
    while !over {
        let round = rounds.next().unwrap_or_default();
        let look = async {
            tick.tick().await;
            seen.look(crowd, round).await
        };
        let mut look = std::pin::pin!(look);
        loop {
            tokio::select! {
                looked = &mut look => break looked?,
                () = &mut other, if !over => over = true,
                _ = sample.tick() => memory = memory.max(crowd.memory()?),
            }
        }
    }
    seen.memory = memory;
    Ok(seen)
}
