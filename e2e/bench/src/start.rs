//! From starting the process to ready, beside a bare client that lists the same kinds; and memory at rest.

use std::path::Path;
use std::time::{Duration, Instant};

use k8s_openapi::api::apps::v1::{Deployment, ReplicaSet};
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::{Pod, Service};
use k8s_openapi::api::networking::v1::Ingress;
use kube::api::ListParams;
use kube::{Api, Client};
use local_cluster::Cluster;

use crate::figure::Report;
use crate::server::Server;

/// How often the server is started.
const STARTS: usize = 7;

pub(crate) async fn measure(slipway: &Path, cluster: &Cluster, report: &mut Report) -> anyhow::Result<()> {
    let (mut times, mut bare, mut memory) = (Vec::new(), Vec::new(), 0.0);
    for _ in 0..STARTS {
        let begin = Instant::now();
        let server = Server::launch(slipway, cluster)?;
        server.ready().await?;
        times.push(begin.elapsed());
        memory = server.memory()?;
        server.stop().await?;
        bare.push(list_everything(cluster).await?);
    }
    report.times(
        "start to ready, beside connecting and listing",
        &times,
        Some(&bare),
        Some("≤ 1 s"),
    );
    report.number("memory at rest, just after ready", "MiB", memory, Some("≤ 64"));
    Ok(())
}

/// What a bare client needs to connect and list every kind once.
async fn list_everything(cluster: &Cluster) -> anyhow::Result<Duration> {
    let begin = Instant::now();
    let client: Client = cluster.client().await?;
    let all = ListParams::default();
    Api::<Deployment>::all(client.clone()).list(&all).await?;
    Api::<ReplicaSet>::all(client.clone()).list(&all).await?;
    Api::<Pod>::all(client.clone()).list(&all).await?;
    Api::<Service>::all(client.clone()).list(&all).await?;
    Api::<Ingress>::all(client.clone()).list(&all).await?;
    Api::<HorizontalPodAutoscaler>::all(client).list(&all).await?;
    Ok(begin.elapsed())
}
