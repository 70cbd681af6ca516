//! Slipway's own HTTP API, as a script would use it.

use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use reqwest::{Client, RequestBuilder};
use serde::de::DeserializeOwned;
use serde_json::json;
use slipway_api::{ClusterView, CreateDraft, DraftView, OperationState, OperationView, SignIn, paths};

use super::server::Server;

const PATIENCE: Duration = Duration::from_mins(1);

/// A client that is not signed in.
pub(super) fn plain() -> anyhow::Result<Client> {
    Ok(Client::builder()
        .cookie_store(true)
        .no_proxy()
        .timeout(PATIENCE)
        .build()?)
}

/// A client that is.
pub(super) struct Api {
    client: Client,
    url: String,
}

impl Api {
    /// Signs in by the server's link, which is used up by that.
    pub(super) async fn signed_in(server: &Server) -> anyhow::Result<Self> {
        let api = Self {
            client: plain()?,
            url: server.url(),
        };
        let link = server.sign_in_link()?;
        let (_, token) = link.split_once('#').context("the sign-in link has no token")?;
        let request = api.post(paths::SESSION).json(&SignIn {
            token: token.to_owned(),
        });
        let _: serde_json::Value = answer(request).await.context("cannot sign in")?;
        Ok(api)
    }

    /// The name in URLs of the only cluster.
    pub(super) async fn cluster(&self) -> anyhow::Result<String> {
        let clusters: Vec<ClusterView> = answer(self.get(paths::CLUSTERS)).await?;
        Ok(clusters
            .into_iter()
            .next()
            .context("the server knows no cluster")?
            .slug)
    }

    /// Saves a draft, submits it, and waits until its objects are made.
    pub(super) async fn create_app(&self, cluster: &str, content: serde_json::Value) -> anyhow::Result<()> {
        let content = serde_json::from_value(content).context("a sample is no draft")?;
        let create = CreateDraft {
            cluster: cluster.to_owned(),
            content: Some(content),
        };
        let draft: DraftView = answer(self.post(paths::DRAFTS).json(&create)).await?;
        let request = self
            .post(&paths::draft_operations(&draft.id))
            .header("If-Match", format!("\"{}\"", draft.revision))
            .header("Idempotency-Key", &draft.id)
            .json(&json!({}));
        let mut operation: OperationView = answer(request).await?;
        let end = Instant::now() + PATIENCE;
        while !operation.state.is_final() {
            ensure!(Instant::now() < end, "an operation does not end: {operation:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
            operation = answer(self.get(&paths::operation(&operation.id))).await?;
        }
        if operation.state != OperationState::Succeeded {
            bail!("the cluster refused: {operation:?}");
        }
        Ok(())
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.client
            .post(format!("{}{path}", self.url))
            .header("X-Slipway", "1")
    }
}

async fn answer<T: DeserializeOwned>(request: RequestBuilder) -> anyhow::Result<T> {
    let answer = request.send().await?;
    let (status, url) = (answer.status(), answer.url().path().to_owned());
    if !status.is_success() {
        bail!("{url}: {status}\n{}", answer.text().await.unwrap_or_default());
    }
    Ok(answer.json().await?)
}
