//! Faults that a real API server does not produce on demand: a proxy in front of it.
//!
//! It ends TLS with a certificate of the cluster's own authority and speaks to the API server as the user of a
//! kubeconfig. Requests pass through unchanged unless a [rule](Proxy::on) picks them.

mod connection;
mod fault;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::Context;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, crypto};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio_rustls::TlsAcceptor;

use crate::Cluster;
use crate::certificates::Pair;
use crate::identities::{random_name, write_kubeconfig};
use connection::Front;
use fault::{Action, Rule};
pub use fault::{Asked, Fault, Held, Passed};

/// A proxy in front of a cluster's API server. Dropping it closes all its connections.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    kubeconfig: PathBuf,
    rules: Arc<Rules>,
    cut: watch::Sender<u64>,
    _stop: oneshot::Sender<()>,
}

/// What a proxy does to requests, and what it has seen of them.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    rules: Mutex<Vec<Rule>>,
    passed: Mutex<Vec<Passed>>,
}

impl Proxy {
    /// Starts a proxy that speaks as the cluster's administrator.
    pub async fn start(cluster: &Cluster) -> anyhow::Result<Self> {
        Self::start_as(cluster, &cluster.kubeconfig()).await
    }

    /// Starts a proxy that speaks as the user of a kubeconfig of this cluster.
    pub async fn start_as(cluster: &Cluster, kubeconfig: &Path) -> anyhow::Result<Self> {
        let file = Kubeconfig::read_from(kubeconfig)?;
        let mut upstream = Config::from_custom_kubeconfig(file, &KubeConfigOptions::default()).await?;
        upstream.proxy_url = None;
        upstream.default_retry = false; // a test counts requests
        let acceptor = acceptor(
            &cluster
                .certificates()
                .for_server("proxy", &["127.0.0.1", "localhost"])?,
        )?;
        let rules = Arc::new(Rules::default());
        let (cut, cuts) = watch::channel(0);
        let (stop, stopped) = oneshot::channel();
        let (bound, address) = oneshot::channel();
        let front = Front {
            rules: Arc::clone(&rules),
            acceptor,
            cuts,
        };
        thread::Builder::new()
            .name("fault-proxy".to_owned())
            .spawn(move || run(front, upstream, bound, stopped))?;
        let address = address.await.context("the proxy did not start")?;
        let kubeconfig = cluster
            .folder()
            .join(format!("users/proxy-{}.kubeconfig", random_name(4)?));
        let authority = std::fs::read(cluster.certificates().path("ca.crt"))?;
        // Its user is known by the connection behind it, so a token stands here only because clients want one.
        let credentials = json!({ "token": "through-the-proxy" });
        write_kubeconfig(
            &kubeconfig,
            &format!("https://{address}"),
            &authority,
            "proxy",
            &credentials,
        )?;
        Ok(Self {
            address,
            kubeconfig,
            rules,
            cut,
            _stop: stop,
        })
    }

    /// A kubeconfig whose server is the proxy.
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// The proxy's address.
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// A client that goes through the proxy.
    pub async fn client(&self) -> anyhow::Result<Client> {
        crate::cluster::client_of(&self.kubeconfig).await
    }

    /// Does this to every request that fits, until the rules are [cleared](Self::clear). The first rule that fits counts.
    pub fn on(&self, fits: impl Fn(&Asked) -> bool + Send + Sync + 'static, fault: Fault) {
        self.rules.add(Rule::new(fits, Action::Fault(fault), None));
    }

    /// Does this to the first so many requests that fit.
    pub fn times(&self, times: usize, fits: impl Fn(&Asked) -> bool + Send + Sync + 'static, fault: Fault) {
        self.rules.add(Rule::new(fits, Action::Fault(fault), Some(times)));
    }

    /// Keeps the next request that fits from reaching the API server until it is released.
    pub fn hold(&self, fits: impl Fn(&Asked) -> bool + Send + Sync + 'static) -> Held {
        let (held, gate) = Held::pair();
        self.rules
            .add(Rule::new(fits, Action::HoldRequest(gate), Some(1)));
        held
    }

    /// Lets the next request that fits be done, but keeps its answer back until it is released.
    pub fn hold_answer(&self, fits: impl Fn(&Asked) -> bool + Send + Sync + 'static) -> Held {
        let (held, gate) = Held::pair();
        self.rules.add(Rule::new(fits, Action::HoldAnswer(gate), Some(1)));
        held
    }

    /// Forgets all rules: requests pass unharmed again.
    pub fn clear(&self) {
        self.rules
            .rules
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Breaks every open connection, watches among them. New ones are accepted.
    pub fn cut(&self) {
        self.cut.send_modify(|count| *count += 1);
    }

    /// All requests so far, in the order in which they ended, with what the API server answered, if it was asked.
    pub fn passed(&self) -> Vec<Passed> {
        self.rules
            .passed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Rules {
    fn add(&self, rule: Rule) {
        self.rules
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(rule);
    }

    /// What to do to a request; counts it against the rule that fits.
    pub(crate) fn action(&self, asked: &Asked) -> Option<Action> {
        let rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        rules.iter().find_map(|rule| rule.apply(asked))
    }

    pub(crate) fn note(&self, passed: Passed) {
        self.passed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(passed);
    }
}

/// Runs on a thread and a runtime of its own, so that it outlives the runtime of the test that started it and keeps on
/// working while that one is busy.
fn run(
    front: Front,
    upstream: Config,
    bound: oneshot::Sender<SocketAddr>,
    stopped: oneshot::Receiver<()>,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let client = Client::try_from(upstream)?;
        // The one who started it has gone: there is nobody to serve.
        let _ = bound.send(listener.local_addr()?);
        tokio::select! {
            _ = stopped => Ok(()),
            result = front.serve(&listener, &client) => result,
        }
    })
}

/// Speaks TLS with a certificate of a cluster's own authority.
pub(crate) fn acceptor(pair: &Pair) -> anyhow::Result<TlsAcceptor> {
    let certificate = CertificateDer::from_pem_slice(pair.certificate.as_bytes())?;
    let key = PrivateKeyDer::from_pem_slice(pair.key.as_bytes())?;
    let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
