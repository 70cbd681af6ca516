//! A running control plane of its own.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use k8s_openapi::api::authentication::v1::TokenRequest;
use k8s_openapi::api::core::v1::{Namespace, ServiceAccount};
use kube::api::PostParams;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Api, Client, Config};

use crate::audit::{self, AuditEntry};
use crate::build::{self, Programs};
use crate::certificates::Certificates;
use crate::guard::{Guard, Signal};
use crate::identities::{Identities, random_name};
use crate::ports::Ports;
use crate::programs::{self, Layout};
use crate::ready::until;
use crate::{Audit, Load, Options, kwok, objects};

const API_SERVER: &str = "kube-apiserver";

/// How often a start is tried anew when another program took a port first.
const ATTEMPTS: usize = 3;

/// A running control plane. Dropping it, like ending this process in any way, stops it.
#[derive(Debug)]
pub struct Cluster {
    options: Options,
    folder: PathBuf,
    programs: Programs,
    ports: Ports,
    certificates: Certificates,
    identities: Identities,
    guard: Guard,
}

impl Cluster {
    /// Starts a cluster and waits until pods can run in it. Builds its programs first if that was never done.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let release = options.release;
        let programs =
            tokio::task::spawn_blocking(move || build::build(release, &build::to_stderr)).await??;
        for attempt in 1.. {
            let cluster = Self::prepare(options.clone(), programs.clone())?;
            let Err(error) = cluster.bring_up().await else {
                return Ok(cluster);
            };
            if attempt == ATTEMPTS || !cluster.last_words().contains("address already in use") {
                return Err(error);
            }
            Ports::forget(&cluster.folder);
            cluster.guard.end().await?;
        }
        bail!("the local Kubernetes did not start")
    }

    fn prepare(options: Options, programs: Programs) -> anyhow::Result<Self> {
        let folder = match &options.data {
            Some(folder) => folder.clone(),
            None => tempfile::Builder::new()
                .prefix("slipway-cluster-")
                .tempdir()?
                .keep(),
        };
        for part in ["run", "log"] {
            std::fs::create_dir_all(folder.join(part))
                .with_context(|| format!("cannot write to {}", folder.display()))?;
        }
        let guard = Guard::start(&programs.path("guard"), &folder, options.data.is_none())?;
        let ports = Ports::pick(&folder)?;
        let certificates = Certificates::prepare(folder.join("keys"))?;
        let url = format!("https://127.0.0.1:{}", ports.api_server);
        let identities = Identities::prepare(folder.join("users"), url, certificates.clone())?;
        Ok(Self {
            options,
            folder,
            programs,
            ports,
            certificates,
            identities,
            guard,
        })
    }

    async fn bring_up(&self) -> anyhow::Result<()> {
        let policy = match self.options.audit {
            Audit::Everything => include_str!("../assets/audit-policy-with-reads.yaml"),
            Audit::Writes | Audit::Off => include_str!("../assets/audit-policy.yaml"),
        };
        std::fs::write(self.folder.join("run/audit-policy.yaml"), policy)?;
        let layout = self.layout();
        self.guard.run(layout.etcd()).await?;
        self.guard.run(layout.api_server()).await?;
        let client = self.client().await?;
        self.api_server_ready(&client).await?;
        self.guard.run(layout.controller_manager()).await?;
        if self.options.load != Load::StoredOnly {
            self.guard.run(layout.scheduler()).await?;
            self.guard
                .run(layout.kwok(&kwok::configure(&self.folder.join("run"))?))
                .await?;
        }
        if self.options.metrics {
            self.guard.run(layout.metrics_server()).await?;
        }
        objects::apply(&client, &self.options, &self.ports, &self.certificates).await?;
        self.usable(&client).await
    }

    fn layout(&self) -> Layout<'_> {
        Layout {
            folder: &self.folder,
            programs: &self.programs,
            ports: &self.ports,
            certificates: &self.certificates,
            identities: &self.identities,
            options: &self.options,
        }
    }

    /// Stops it and waits until that is done.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.guard.end().await
    }

    /// What it was started with.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The folder with its data, logs and keys.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn certificates(&self) -> &Certificates {
        &self.certificates
    }

    /// The address of the API server.
    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.ports.api_server)
    }

    /// The path of `kubectl`, or of another of the built programs.
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.path(name)
    }

    /// The kubeconfig of an administrator.
    pub fn kubeconfig(&self) -> PathBuf {
        self.identities.kubeconfig("admin")
    }

    /// The kubeconfig of somebody without a single right until a test binds roles to the user or the group.
    pub fn kubeconfig_for(&self, user: &str, groups: &[&str]) -> anyhow::Result<PathBuf> {
        self.identities.add(user, groups)
    }

    /// The kubeconfig of a service account that is there.
    pub async fn kubeconfig_of_account(&self, namespace: &str, name: &str) -> anyhow::Result<PathBuf> {
        let accounts: Api<ServiceAccount> = Api::namespaced(self.client().await?, namespace);
        let request = TokenRequest::default();
        let answer = accounts
            .create_token_request(name, &PostParams::default(), &request)
            .await?;
        let token = answer.status.context("a token request without an answer")?.token;
        self.identities
            .add_token(&format!("system:serviceaccount:{namespace}:{name}"), &token)
    }

    /// A client that acts as an administrator. It belongs to the runtime it is made in.
    pub async fn client(&self) -> anyhow::Result<Client> {
        client_of(&self.kubeconfig()).await
    }

    /// A client that acts as somebody else.
    pub async fn client_for(&self, user: &str, groups: &[&str]) -> anyhow::Result<Client> {
        client_of(&self.kubeconfig_for(user, groups)?).await
    }

    /// Creates a namespace with a name of its own that begins as given, and waits until pods can be created in it.
    pub async fn namespace(&self, prefix: &str) -> anyhow::Result<String> {
        let client = self.client().await?;
        let name = format!("{prefix}-{}", random_name(4)?);
        let mut namespace = Namespace::default();
        namespace.metadata.name = Some(name.clone());
        Api::all(client.clone())
            .create(&PostParams::default(), &namespace)
            .await?;
        let accounts: Api<ServiceAccount> = Api::namespaced(client, &name);
        until(
            "the namespace has its service account",
            Duration::from_secs(30),
            || async { Ok(accounts.get_opt("default").await?.is_some()) },
        )
        .await?;
        Ok(name)
    }

    /// Creates a namespace unless it is there.
    pub async fn ensure_namespace(&self, name: &str) -> anyhow::Result<()> {
        let namespaces: Api<Namespace> = Api::all(self.client().await?);
        let mut namespace = Namespace::default();
        namespace.metadata.name = Some(name.to_owned());
        match namespaces.create(&PostParams::default(), &namespace).await {
            // It is there, or another test was first.
            Err(kube::Error::Api(refusal)) if refusal.code == 409 => {}
            made => drop(made?),
        }
        Ok(())
    }

    /// The audit log so far. The entry of a request may come a moment after its answer: see [`audited`](Self::audited).
    pub fn audit(&self) -> anyhow::Result<Vec<AuditEntry>> {
        audit::read(&programs::audit_log(&self.folder))
    }

    /// Waits for an audit entry and answers the first that fits.
    pub async fn audited(&self, fits: impl Fn(&AuditEntry) -> bool) -> anyhow::Result<AuditEntry> {
        until(
            "the audit log has such an entry",
            Duration::from_secs(10),
            || async { Ok(self.audit()?.iter().any(&fits)) },
        )
        .await?;
        self.audit()?
            .into_iter()
            .find(&fits)
            .context("the audit log has been cut")
    }

    /// Suspends the API server: it accepts connections and answers nothing.
    pub async fn pause_api_server(&self) -> anyhow::Result<()> {
        self.guard.signal(API_SERVER, Signal::Pause).await
    }

    /// Lets a suspended API server go on.
    pub async fn resume_api_server(&self) -> anyhow::Result<()> {
        self.guard.signal(API_SERVER, Signal::Resume).await
    }

    /// Stops the API server in good order: connections are refused.
    pub async fn stop_api_server(&self) -> anyhow::Result<()> {
        self.guard.stop(API_SERVER).await
    }

    /// Kills the API server: open connections break.
    pub async fn kill_api_server(&self) -> anyhow::Result<()> {
        self.guard.signal(API_SERVER, Signal::Kill).await
    }

    /// Starts a stopped or killed API server at the same address and waits until it is ready.
    pub async fn start_api_server(&self) -> anyhow::Result<()> {
        self.guard.run(self.layout().api_server()).await?;
        self.api_server_ready(&self.client().await?).await
    }

    /// The guard of its processes, for further ones that are to end with it.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// The ids of the running processes by name.
    pub async fn processes(&self) -> anyhow::Result<std::collections::BTreeMap<String, u32>> {
        self.guard.running().await
    }

    pub(crate) async fn all_running(&self) -> anyhow::Result<()> {
        let running = self.guard.running().await?;
        match ["etcd", API_SERVER]
            .iter()
            .find(|name| !running.contains_key(**name))
        {
            Some(name) => bail!("{name} has ended"),
            None => Ok(()),
        }
    }

    /// The last lines of every process, for an error message.
    pub(crate) fn last_words(&self) -> String {
        let logs = std::fs::read_dir(self.folder.join("log"))
            .into_iter()
            .flatten()
            .flatten();
        let texts = logs
            .filter(|entry| entry.path().extension().is_some_and(|end| end == "log"))
            .map(|entry| {
                let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
                let tail: Vec<&str> = text.lines().rev().take(8).collect();
                let tail: Vec<&str> = tail.into_iter().rev().collect();
                format!("--- {}\n{}\n", entry.file_name().display(), tail.join("\n"))
            });
        texts.collect()
    }
}

/// A client for a kubeconfig file. It never goes through a proxy: the server is on this machine.
pub(crate) async fn client_of(kubeconfig: &Path) -> anyhow::Result<Client> {
    let file = Kubeconfig::read_from(kubeconfig)?;
    let mut config = Config::from_custom_kubeconfig(file, &KubeConfigOptions::default()).await?;
    config.proxy_url = None;
    config.default_retry = false; // what goes wrong is what a test asks about
    Ok(Client::try_from(config)?)
}
