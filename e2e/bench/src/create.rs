//! From submitting an app to all its objects being in the cluster, beside a bare client that sends the same requests.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use local_cluster::Cluster;
use serde_json::json;
use slipway_api::{DraftView, OperationState, OperationView, paths};

use crate::figure::Report;
use crate::server::Server;
use crate::{app, bare};

/// How often it is looked whether an operation has ended.
const PAUSE: Duration = Duration::from_millis(50);

/// How long the controllers of the cluster have for what was created before, which takes from both what is measured.
const QUIET: Duration = Duration::from_millis(400);

pub(crate) async fn measure(
    server: &Server,
    cluster: &Cluster,
    rounds: usize,
    report: &mut Report,
) -> anyhow::Result<()> {
    let namespace = cluster.namespace("bench-create").await?;
    let client = cluster.client().await?;
    let (mut accepted, mut applied) = (Vec::new(), Vec::new());
    let (mut bare_asked, mut bare_created) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let draft = app::draft(server, &namespace, &format!("product-{round}")).await?;
        tokio::time::sleep(QUIET).await;
        let (to_accepted, to_applied) = created(server, &draft).await?;
        accepted.push(to_accepted);
        applied.push(to_applied);
        let bodies = app::bodies(server, &namespace, &format!("bare-{round}")).await?;
        tokio::time::sleep(QUIET).await;
        let (asked, created) = bare::create(&client, &namespace, &bodies).await?;
        bare_asked.push(asked);
        bare_created.push(created);
    }
    report.times(
        "submit to 202, beside bare dry runs",
        &accepted,
        Some(&bare_asked),
        None,
    );
    report.times(
        "submit to all objects applied",
        &applied,
        Some(&bare_created),
        Some("ratio ≤ 1.3"),
    );
    Ok(())
}

/// Submits a draft.
pub(crate) async fn submit(server: &Server, draft: &DraftView) -> anyhow::Result<OperationView> {
    let answer = server
        .post(&paths::draft_operations(&draft.id))
        .header("If-Match", format!("\"{}\"", draft.revision))
        .header("Idempotency-Key", &draft.id)
        .json(&json!({}))
        .send()
        .await?;
    anyhow::ensure!(answer.status() == 202, "refused: {}", answer.text().await?);
    Ok(answer.json().await?)
}

/// An operation as it is once it has ended, and how long that took from the submit on: by the server's clock, which is this
/// machine's, since looking again and again would take from the server what is measured.
pub(crate) async fn ended(
    server: &Server,
    mut operation: OperationView,
    begin: Duration,
) -> anyhow::Result<(OperationView, Duration)> {
    while !operation.state.is_final() {
        tokio::time::sleep(PAUSE).await;
        operation = server
            .get(&paths::operation(&operation.id))
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
    }
    let finished = Duration::from_millis(u64::try_from(operation.finished_at.unwrap_or_default())?);
    // A moment that is told in whole milliseconds may be up to one later.
    let applied = (finished + Duration::from_millis(1)).saturating_sub(begin);
    Ok((operation, applied))
}

/// The time of this machine, as the server has it.
#[expect(
    clippy::disallowed_methods,
    reason = "compared with what the server says of a real moment"
)]
pub(crate) fn now() -> anyhow::Result<Duration> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?)
}

/// Submits a draft. Answers the time to the 202 and to the last object.
async fn created(server: &Server, draft: &DraftView) -> anyhow::Result<(Duration, Duration)> {
    let (begin, clock) = (Instant::now(), now()?);
    let operation = submit(server, draft).await?;
    let accepted = begin.elapsed();
    let (operation, applied) = ended(server, operation, clock).await?;
    anyhow::ensure!(operation.state == OperationState::Succeeded, "{operation:?}");
    Ok((accepted, applied))
}
