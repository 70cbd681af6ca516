//! From a change being committed to the browser's stream carrying it, beside a bare watch of the same object.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use k8s_openapi::api::apps::v1::Deployment;
use kube::api::{Api, Patch, PatchParams, PostParams, WatchEvent, WatchParams};
use local_cluster::Cluster;
use serde_json::json;
use slipway_api::{Change, Event, Topic, paths};

use crate::figure::Report;
use crate::server::Server;

pub(crate) async fn measure(
    server: &Server,
    cluster: &Cluster,
    rounds: usize,
    report: &mut Report,
) -> anyhow::Result<()> {
    let namespace = cluster.namespace("bench-stream").await?;
    let api: Api<Deployment> = Api::namespaced(cluster.client().await?, &namespace);
    let created = api.create(&PostParams::default(), &deployment()?).await?;
    let from = created.metadata.resource_version.context("a resource version")?;
    let mut watch = api.watch(&WatchParams::default(), &from).await?.boxed();
    let mut events = Box::pin(events(server).await?);
    let (mut product, mut bare) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let image = format!("nginx:{round}");
        let patch = json!({ "spec": { "template": { "spec": { "containers": [{ "name": "web", "image": image }] } } } });
        let (params, patch) = (PatchParams::default(), Patch::Strategic(patch));
        let begin = Instant::now();
        let (sent, seen_bare, seen) = tokio::join!(
            api.patch("watched", &params, &patch),
            until_watched(&mut watch, &image, begin),
            until_streamed(&mut events, &image, begin),
        );
        sent?;
        bare.push(seen_bare?);
        product.push(seen?);
    }
    report.times(
        "commit to stream, beside a bare watch",
        &product,
        Some(&bare),
        Some("≤ bare + 15 ms"),
    );
    report.number("memory after all of it", "MiB", server.memory()?, None);
    Ok(())
}

/// A Deployment without pods, so that nothing else moves.
fn deployment() -> anyhow::Result<Deployment> {
    Ok(serde_json::from_value(json!({
        "metadata": { "name": "watched" },
        "spec": {
            "replicas": 0,
            "selector": { "matchLabels": { "app": "watched" } },
            "template": {
                "metadata": { "labels": { "app": "watched" } },
                "spec": { "containers": [{ "name": "web", "image": "nginx" }] },
            },
        },
    }))?)
}

async fn until_watched(
    watch: &mut (impl Stream<Item = kube::Result<WatchEvent<Deployment>>> + Unpin),
    image: &str,
    begin: Instant,
) -> anyhow::Result<Duration> {
    while let Some(event) = watch.try_next().await? {
        if let WatchEvent::Modified(deployment) = event {
            let containers = deployment
                .spec
                .and_then(|spec| spec.template.spec)
                .map(|spec| spec.containers);
            if containers.is_some_and(|all| all.iter().any(|one| one.image.as_deref() == Some(image))) {
                return Ok(begin.elapsed());
            }
        }
    }
    anyhow::bail!("the watch ended")
}

async fn until_streamed(
    events: &mut (impl Stream<Item = anyhow::Result<Event>> + Unpin),
    image: &str,
    begin: Instant,
) -> anyhow::Result<Duration> {
    while let Some(event) = events.try_next().await? {
        if let Change::AppsDelta { rows, .. } = event.change
            && rows
                .iter()
                .any(|row| row.images.iter().any(|known| known == image))
        {
            return Ok(begin.elapsed());
        }
    }
    anyhow::bail!("the stream ended")
}

/// The events of the app list, once the first has come.
async fn events(server: &Server) -> anyhow::Result<impl Stream<Item = anyhow::Result<Event>>> {
    let topic = Topic::Apps {
        cluster: server.cluster.clone(),
    };
    let answer = server
        .get(&format!("{}?topics={topic}", paths::STREAM))
        .send()
        .await?
        .error_for_status()?;
    let mut rest = String::new();
    let lines = answer.bytes_stream().map(move |chunk| {
        rest.push_str(&String::from_utf8_lossy(&chunk?));
        let complete = rest.rfind('\n').map_or(0, |at| at + 1);
        Ok(rest.drain(..complete).collect::<String>())
    });
    let events = lines.map(|text: anyhow::Result<String>| {
        let text = text?;
        let data = text.lines().filter_map(|line| line.strip_prefix("data:"));
        Ok(data
            .filter_map(|data| serde_json::from_str(data).ok())
            .collect::<Vec<Event>>())
    });
    let mut events = events
        .map(|batch: anyhow::Result<Vec<Event>>| match batch {
            Ok(batch) => batch.into_iter().map(Ok).collect::<Vec<_>>(),
            Err(error) => vec![Err(error)],
        })
        .flat_map(futures::stream::iter)
        .boxed();
    events.next().await.context("a first event")??;
    Ok(events)
}
