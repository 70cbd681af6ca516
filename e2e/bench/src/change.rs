//! Changing an app that runs, which has ten containers and two hundred variables: opening it, previewing one change, and
//! from submitting that to its being applied. Beside another build of the server in the same run, if there is one.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use local_cluster::Cluster;
use serde_json::{Value, json};
use slipway_api::{CreateDraft, DraftView, OperationState, OperationView, paths};

use crate::create::{ended, now};
use crate::figure::Report;
use crate::server::Server;

/// Containers of the app.
const CONTAINERS: usize = 10;
/// Variables of each of them.
const VARIABLES: usize = 20;
/// How long the controllers of the cluster have for what was changed before.
const QUIET: Duration = Duration::from_millis(400);

/// What one build took for each.
#[derive(Default)]
struct Times {
    opened: Vec<Duration>,
    previewed: Vec<Duration>,
    applied: Vec<Duration>,
}

/// An app that a build has made.
struct Made {
    server: Server,
    namespace: String,
    name: &'static str,
    times: Times,
}

pub(crate) async fn measure(
    slipway: &Path,
    beside: Option<&Path>,
    cluster: &Cluster,
    rounds: usize,
    report: &mut Report,
) -> anyhow::Result<()> {
    let namespace = cluster.namespace("bench-change").await?;
    let mut all = vec![made(slipway, cluster, &namespace, "ours").await?];
    if let Some(beside) = beside {
        all.push(made(beside, cluster, &namespace, "beside").await?);
    }
    for round in 0..rounds {
        for made in &mut all {
            tokio::time::sleep(QUIET).await;
            changed(made, round).await?;
        }
    }
    let mut all = all.into_iter();
    let Some(ours) = all.next() else { return Ok(()) };
    let beside = all.next();
    let of = |times: fn(&Times) -> &Vec<Duration>| {
        let beside = beside.as_ref().map(|made| times(&made.times).as_slice());
        (times(&ours.times).clone(), beside)
    };
    let aim = beside.as_ref().map(|_| "ratio ≤ 1.1");
    for (name, (times, beside)) in [
        ("opening a running app", of(|times| &times.opened)),
        ("previewing a change of it", of(|times| &times.previewed)),
        ("submitting that to applied", of(|times| &times.applied)),
    ] {
        report.times(name, &times, beside, aim);
    }
    ours.server.stop().await?;
    if let Some(beside) = beside {
        beside.server.stop().await?;
    }
    Ok(())
}

async fn made(
    slipway: &Path,
    cluster: &Cluster,
    namespace: &str,
    name: &'static str,
) -> anyhow::Result<Made> {
    let server = Server::start(slipway, cluster).await?;
    let create = CreateDraft {
        cluster: server.cluster.clone(),
        content: Some(serde_json::from_value(content(namespace, name))?),
    };
    let kept = server.post(paths::DRAFTS).json(&create).send().await?;
    let draft: DraftView = kept.error_for_status()?.json().await?;
    submitted(&server, &draft).await?;
    Ok(Made {
        server,
        namespace: namespace.to_owned(),
        name,
        times: Times::default(),
    })
}

fn content(namespace: &str, name: &str) -> Value {
    let variable =
        |number| json!({ "name": format!("VARIABLE_{number}"), "value": format!("value {number}") });
    let variables: Vec<Value> = (0..VARIABLES).map(variable).collect();
    let container =
        |number| json!({ "name": format!("part-{number}"), "image": "nginx:1.27", "env": variables });
    json!({
        "basics": { "namespace": namespace, "name": name, "replicas": 1 },
        "containers": (0..CONTAINERS).map(container).collect::<Vec<_>>(),
    })
}

/// Opens the app, changes one variable, looks at what that does, and does it.
async fn changed(made: &mut Made, round: usize) -> anyhow::Result<()> {
    let Made {
        server,
        namespace,
        name,
        times,
    } = made;
    let path = paths::app_drafts(&server.cluster, namespace, "deployment", name);
    let begin = Instant::now();
    let opened = server.post(&path).send().await?.error_for_status()?;
    let draft: Value = opened.json().await?;
    times.opened.push(begin.elapsed());

    let draft = edited(server, &draft, &format!("changed {round}")).await?;
    let begin = Instant::now();
    let seen = server.get(&paths::draft_changes(&draft.id)).send().await?;
    let seen: Value = seen.error_for_status()?.json().await?;
    times.previewed.push(begin.elapsed());
    let changes = seen["objects"].as_array().map(Vec::len);
    anyhow::ensure!(changes == Some(1), "one object changes: {seen}");

    times.applied.push(submitted(server, &draft).await?);
    let path = paths::draft(&draft.id);
    server.delete(&path).send().await?.error_for_status()?;
    Ok(())
}

/// The draft as another build may have it, whose fields this one need not know.
async fn edited(server: &Server, draft: &Value, text: &str) -> anyhow::Result<DraftView> {
    let mut content = draft["content"].clone();
    let variable = content.pointer_mut("/containers/0/env/0/value");
    *variable.context("a variable")? = json!(text);
    let id = draft["id"].as_str().context("an id")?;
    let saved = server
        .put(&paths::draft(id))
        .header("If-Match", format!("\"{}\"", draft["revision"]))
        .json(&json!({ "content": content }))
        .send()
        .await?;
    Ok(saved.error_for_status()?.json().await?)
}

/// Submits a draft. Answers the time to the last object.
async fn submitted(server: &Server, draft: &DraftView) -> anyhow::Result<Duration> {
    let clock = now()?;
    let operation: OperationView = crate::create::submit(server, draft).await?;
    let (operation, applied) = ended(server, operation, clock).await?;
    anyhow::ensure!(operation.state == OperationState::Succeeded, "{operation:?}");
    Ok(applied)
}
