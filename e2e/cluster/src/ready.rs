//! Waits until a cluster can be used, with our own client and its certificates verified.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use k8s_openapi::api::core::v1::{Node, ServiceAccount};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::{Api, Client};

use crate::cluster::Cluster;
use crate::{Load, objects};

const PATIENCE: Duration = Duration::from_secs(90);
const PAUSE: Duration = Duration::from_millis(50);

/// Asks again and again until the answer is yes, and fails with the name of what was waited for.
pub(crate) async fn until<F>(what: &str, within: Duration, mut holds: impl FnMut() -> F) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<bool>>,
{
    let end = Instant::now() + within;
    loop {
        // A paused server does not answer at all, so an answer has its own limit.
        let answer = tokio::time::timeout(Duration::from_secs(5), holds()).await;
        if matches!(answer, Ok(Ok(true))) {
            return Ok(());
        }
        if Instant::now() > end {
            let reason = answer.map_or_else(|late| Some(late.into()), Result::err);
            bail!(
                "{what}: not within {} s {}",
                within.as_secs(),
                reason.map(|r| format!("({r:#})")).unwrap_or_default()
            );
        }
        tokio::time::sleep(PAUSE).await;
    }
}

impl Cluster {
    /// Waits until the API server answers and has set up its own roles.
    pub(crate) async fn api_server_ready(&self, client: &Client) -> anyhow::Result<()> {
        self.until("the API server is ready", || async {
            self.all_running().await?;
            let request = http::Request::get("/readyz").body(Vec::new())?;
            Ok(client.request_text(request).await? == "ok")
        })
        .await
    }

    /// Waits until pods can be created, run and be seen running.
    pub(crate) async fn usable(&self, client: &Client) -> anyhow::Result<()> {
        let accounts: Api<ServiceAccount> = Api::namespaced(client.clone(), "default");
        self.until("the controllers work", || async {
            self.all_running().await?;
            Ok(accounts.get_opt("default").await?.is_some())
        })
        .await?;
        let nodes: Api<Node> = Api::all(client.clone());
        let names = objects::node_names(self.options());
        let no_node_answers = self.options().load == Load::StoredOnly;
        self.until("the nodes are ready", || async {
            let list = nodes.list(&kube::api::ListParams::default()).await?;
            let ready = list
                .items
                .iter()
                .filter(|node| no_node_answers || node_ready(node));
            Ok(ready.count() >= names.len())
        })
        .await?;
        let kinds: Api<CustomResourceDefinition> = Api::all(client.clone());
        self.until("the CronHPA kind is served", || async {
            let list = kinds.list(&kube::api::ListParams::default()).await?;
            Ok(!list.items.is_empty() && list.items.iter().all(established))
        })
        .await
    }

    /// As [`until`], adding what the processes wrote last when it fails.
    pub(crate) async fn until<F>(&self, what: &str, holds: impl FnMut() -> F) -> anyhow::Result<()>
    where
        F: Future<Output = anyhow::Result<bool>>,
    {
        let result = until(what, PATIENCE, holds).await;
        result.with_context(|| format!("the local Kubernetes is not ready\n{}", self.last_words()))
    }
}

fn node_ready(node: &Node) -> bool {
    let conditions = node.status.as_ref().and_then(|status| status.conditions.as_ref());
    conditions
        .into_iter()
        .flatten()
        .any(|condition| condition.type_ == "Ready" && condition.status == "True")
}

fn established(kind: &CustomResourceDefinition) -> bool {
    let conditions = kind.status.as_ref().and_then(|status| status.conditions.as_ref());
    conditions
        .into_iter()
        .flatten()
        .any(|condition| condition.type_ == "Established" && condition.status == "True")
}
