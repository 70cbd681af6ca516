//! A server with members: `attacker` in a team of their own, and `worker` in another.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use k8s_openapi::api::rbac::v1::RoleBinding;
use kube::Api;
use kube::api::PostParams;
use local_cluster::Cluster;
use reqwest::{Client, RequestBuilder};
use serde_json::json;
use tempfile::TempDir;

use crate::server::Server;

/// Where the attacker comes from. All of 127.0.0.0/8 is this machine.
pub(super) const ATTACKER_ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// The server, and who uses it.
pub(super) struct Crowd {
    server: Server,
    worker: Client,
    attacker: Client,
    /// A namespace in which both may do everything.
    pub(super) namespace: String,
    _files: TempDir,
}

impl Crowd {
    pub(super) async fn start(slipway: &Path, cluster: &Cluster) -> anyhow::Result<Self> {
        let files = TempDir::new()?;
        let config = configuration(files.path())?;
        let mut server = Server::launch_with(slipway, cluster, &["--config", &config])?;
        server.ready().await?;
        server.cluster = cluster_slug(&server).await?;
        Ok(Self {
            worker: client(Ipv4Addr::LOCALHOST)?,
            attacker: client(ATTACKER_ADDRESS)?,
            namespace: shared_namespace(cluster).await?,
            server,
            _files: files,
        })
    }

    /// Where the server listens.
    pub(super) fn address(&self) -> anyhow::Result<SocketAddr> {
        Ok(self.server.address().parse()?)
    }

    /// The slug of the cluster.
    pub(super) fn cluster(&self) -> &str {
        &self.server.cluster
    }

    /// A request of the member who only works.
    pub(super) fn worker(&self, path: &str) -> RequestBuilder {
        let url = format!("http://{}{path}", self.server.address());
        self.worker.get(url).bearer_auth(token("worker"))
    }

    /// A request of the attacker.
    pub(super) fn attacker(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        let url = format!("http://{}{path}", self.server.address());
        let request = self.attacker.request(method, url).header("X-Slipway", "1");
        request.bearer_auth(token("attacker"))
    }

    /// Memory in use, in MiB.
    pub(super) fn memory(&self) -> anyhow::Result<f64> {
        self.server.memory()
    }

    pub(super) async fn stop(self) -> anyhow::Result<()> {
        self.server.stop().await
    }
}

/// The token of a member.
pub(super) fn token(name: &str) -> String {
    format!("token-of-{name}-with-many-characters")
}

fn client(from: Ipv4Addr) -> anyhow::Result<Client> {
    let client = Client::builder()
        .local_address(IpAddr::V4(from))
        .timeout(PATIENCE);
    Ok(client.build()?)
}

fn configuration(folder: &Path) -> anyhow::Result<String> {
    let mut parts = Vec::new();
    for name in ["attacker", "worker"] {
        let file = folder.join(name);
        std::fs::write(&file, token(name))?;
        parts.push(format!(
            "[[teams]]\nid = '{name}'\n[[members]]\nname = '{name}'\ngroups = ['crowd']\nteams = ['{name}']\n\
             token_file = '{}'\n",
            file.display()
        ));
    }
    let file = folder.join("config.toml");
    std::fs::write(&file, parts.concat())?;
    Ok(file.display().to_string())
}

async fn cluster_slug(server: &Server) -> anyhow::Result<String> {
    let clusters: Vec<slipway_api::ClusterView> = server
        .get(slipway_api::paths::CLUSTERS)
        .bearer_auth(token("worker"))
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    Ok(clusters.into_iter().next().context("one cluster")?.slug)
}

async fn shared_namespace(cluster: &Cluster) -> anyhow::Result<String> {
    let namespace = cluster.namespace("bench-attack").await?;
    let binding: RoleBinding = serde_json::from_value(json!({
        "metadata": { "name": "crowd" },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "admin" },
        "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "crowd" }],
    }))?;
    let bindings: Api<RoleBinding> = Api::namespaced(cluster.client().await?, &namespace);
    bindings.create(&PostParams::default(), &binding).await?;
    Ok(namespace)
}
