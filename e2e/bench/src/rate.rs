//! Many teams create apps at the same time: at a steady rate, whatever the server is up to.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use kube::Client;
use local_cluster::Cluster;
use slipway_api::{OperationState, OperationView, paths};
use tokio::time::{MissedTickBehavior, interval};

use crate::create::{ended, now, submit};
use crate::figure::Report;
use crate::server::Server;
use crate::{app, bare};

/// Requests at once while nothing is measured.
const AT_ONCE: usize = 16;

/// How much is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    /// Apps that are submitted in a second.
    pub(crate) rate: u32,
    /// For how many seconds.
    pub(crate) seconds: u32,
    /// Namespaces that take turns.
    pub(crate) namespaces: usize,
}

/// An app that was submitted.
struct Submitted {
    namespace: String,
    begin: Duration,
    accepted: Duration,
    operation: OperationView,
}

/// What became of all of them.
#[derive(Default)]
struct Outcome {
    accepted: Vec<Duration>,
    applied: Vec<Duration>,
    failed: usize,
    /// By namespace, the times to all applied.
    done: BTreeMap<String, Vec<Duration>>,
}

pub(crate) async fn measure(
    server: &Server,
    cluster: &Cluster,
    load: Load,
    report: &mut Report,
) -> anyhow::Result<()> {
    let namespaces: Vec<String> = stream::iter(0..load.namespaces)
        .map(|_| cluster.namespace("bench-rate"))
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    let apps = apps(&namespaces, usize::try_from(load.rate * load.seconds)?);
    let begin = Instant::now();
    let (submitted, refused) = steadily(server, load, apps).await;
    if let Some(why) = refused.first() {
        eprintln!("the first that was refused: {why:#}");
    }
    let mut outcome = Outcome {
        failed: refused.len(),
        ..Outcome::default()
    };
    for one in submitted {
        outcome.count(server, one).await?;
    }
    outcome.tell(load, begin.elapsed(), report);
    let bare = bare_rate(server, &cluster.client().await?, &namespaces).await?;
    report.number("a bare client, two at once", "apps/s", bare, None);
    Ok(())
}

/// So many apps, the namespaces taking turns.
fn apps(namespaces: &[String], count: usize) -> Vec<(String, String)> {
    let namespaces = namespaces.iter().cycle().take(count).enumerate();
    namespaces
        .map(|(number, namespace)| (namespace.clone(), format!("app-{number}")))
        .collect()
}

impl Outcome {
    async fn count(&mut self, server: &Server, one: Submitted) -> anyhow::Result<()> {
        let (operation, applied) = ended(server, one.operation, one.begin).await?;
        if operation.state != OperationState::Succeeded {
            eprintln!("{:?} because of {:?}", operation.state, operation.failure);
            self.failed += 1;
            return Ok(());
        }
        self.accepted.push(one.accepted);
        self.applied.push(applied);
        self.done.entry(one.namespace).or_default().push(applied);
        Ok(())
    }

    fn tell(&self, load: Load, all: Duration, report: &mut Report) {
        let asked = format!("{} creations/s for {} s", load.rate, load.seconds);
        let accepted = format!("{asked}: submit to 202");
        report.times(&accepted, &self.accepted, None, None);
        let applied = format!("{asked}: submit to all applied");
        report.times(&applied, &self.applied, None, Some("p99 ≤ 1 s"));
        report.number(
            &format!("{asked}: failed"),
            "apps",
            count_of(self.failed),
            Some("0"),
        );
        let pace = count_of(self.applied.len()) / all.as_secs_f64();
        report.number(&format!("{asked}: done"), "apps/s", pace, None);
        let served = format!("served of {}", load.namespaces);
        report.number(&served, "namespaces", count_of(self.done.len()), None);
        let fair = jain(&self.done);
        report.number("fairness between them (Jain)", "", fair, Some("≥ 0.95"));
    }
}

/// Submits at a steady rate, however long the answers take.
async fn steadily(
    server: &Server,
    load: Load,
    apps: Vec<(String, String)>,
) -> (Vec<Submitted>, Vec<anyhow::Error>) {
    let mut tick = interval(Duration::from_secs(1) / load.rate);
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut running = stream::FuturesUnordered::new();
    let (mut submitted, mut failed) = (Vec::new(), Vec::new());
    let mut waiting = apps.into_iter();
    let mut over = false;
    while !over || !running.is_empty() {
        tokio::select! {
            _ = tick.tick(), if !over => match waiting.next() {
                Some((namespace, name)) => running.push(one(server, namespace, name)),
                None => over = true,
            },
            Some(answer) = running.next() => match answer {
                Ok(one) => submitted.push(one),
                Err(error) => failed.push(error),
            },
        }
    }
    (submitted, failed)
}

/// Writes a draft, submits it, and throws the draft away: a team may have only so many. Timed is the submit.
async fn one(server: &Server, namespace: String, name: String) -> anyhow::Result<Submitted> {
    let draft = app::draft(server, &namespace, &name).await?;
    let (begin, sent) = (now()?, Instant::now());
    let operation = submit(server, &draft).await?;
    let accepted = sent.elapsed();
    server
        .delete(&paths::draft(&draft.id))
        .send()
        .await?
        .error_for_status()?;
    Ok(Submitted {
        namespace,
        begin,
        accepted,
        operation,
    })
}

/// How many apps a second this machine lets a bare client create.
async fn bare_rate(server: &Server, client: &Client, namespaces: &[String]) -> anyhow::Result<f64> {
    const APPS: usize = 100;
    let mut apps = Vec::new();
    for number in 0..APPS {
        let namespace = &namespaces[number % namespaces.len()];
        let bodies = app::bodies(server, namespace, &format!("bare-{number}")).await?;
        apps.push((namespace, bodies));
    }
    let begin = Instant::now();
    stream::iter(&apps)
        .map(|(namespace, bodies)| bare::create(client, namespace, bodies))
        .buffer_unordered(2)
        .try_collect::<Vec<_>>()
        .await?;
    Ok(count_of(APPS) / begin.elapsed().as_secs_f64())
}

/// How evenly namespaces were served, by the mean time of each: 1 when all waited alike.
fn jain(done: &BTreeMap<String, Vec<Duration>>) -> f64 {
    let means: Vec<f64> = done
        .values()
        .map(|times| times.iter().map(Duration::as_secs_f64).sum::<f64>() / count_of(times.len()))
        .collect();
    let (sum, squares) = means.iter().fold((0.0, 0.0), |(sum, squares), mean| {
        (sum + mean, mean.mul_add(*mean, squares))
    });
    sum * sum / (count_of(means.len()) * squares)
}

fn count_of(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fairness_is_one_when_all_wait_alike_and_less_when_one_starves() {
        let times = |millis: &[u64]| {
            let of =
                |(place, millis): (usize, &u64)| (place.to_string(), vec![Duration::from_millis(*millis)]);
            millis.iter().enumerate().map(of).collect::<BTreeMap<_, _>>()
        };

        assert!((jain(&times(&[70, 70, 70])) - 1.0).abs() < 1e-9);
        assert!(jain(&times(&[70, 70, 7000])) < 0.4);
    }
}
