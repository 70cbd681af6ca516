//! An admission webhook that takes its time: the API server asks it, and waits.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};
use http::{Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::Cluster;
use crate::proxy::acceptor;

/// A webhook that allows whatever it is asked, late. Dropping it closes it.
#[derive(Debug)]
pub struct Webhook {
    address: SocketAddr,
    authority: PathBuf,
    asked: Arc<AtomicUsize>,
    _stop: oneshot::Sender<()>,
}

impl Webhook {
    /// Starts one that the API server of a cluster trusts. It allows everything after a delay.
    pub async fn start(cluster: &Cluster, delay: Duration) -> anyhow::Result<Self> {
        let pair = cluster
            .certificates()
            .for_server("webhook", &["127.0.0.1", "localhost"])?;
        let acceptor = acceptor(&pair)?;
        let asked = Arc::new(AtomicUsize::new(0));
        let (bound, address) = oneshot::channel();
        let (stop, stopped) = oneshot::channel();
        let slow = Slow {
            delay,
            asked: Arc::clone(&asked),
        };
        thread::Builder::new()
            .name("webhook".to_owned())
            .spawn(move || run(&slow, &acceptor, bound, stopped))?;
        Ok(Self {
            address: address.await.context("the webhook did not start")?,
            authority: cluster.certificates().path("ca.crt"),
            asked,
            _stop: stop,
        })
    }

    /// Where the API server finds it, as its configuration wants to have it.
    pub fn client_config(&self) -> anyhow::Result<Value> {
        let authority = std::fs::read(&self.authority)?;
        Ok(json!({
            "url": format!("https://{}/", self.address),
            "caBundle": data_encoding::BASE64.encode(&authority),
        }))
    }

    /// How often it was asked so far.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[derive(Clone)]
struct Slow {
    delay: Duration,
    asked: Arc<AtomicUsize>,
}

/// Runs on a thread and a runtime of its own, as long as the one who started it is there.
fn run(
    slow: &Slow,
    acceptor: &TlsAcceptor,
    bound: oneshot::Sender<SocketAddr>,
    stopped: oneshot::Receiver<()>,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        if bound.send(listener.local_addr()?).is_err() {
            bail!("nobody waits for it");
        }
        tokio::select! {
            _ = stopped => Ok(()),
            result = slow.serve(&listener, acceptor) => result,
        }
    })
}

impl Slow {
    async fn serve(&self, listener: &TcpListener, acceptor: &TlsAcceptor) -> anyhow::Result<()> {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    connections.spawn(self.clone().connection(accepted?.0, acceptor.clone()));
                }
                Some(_) = connections.join_next() => {}
            }
        }
    }

    async fn connection(self, stream: TcpStream, acceptor: TlsAcceptor) {
        let Ok(stream) = acceptor.accept(stream).await else {
            return;
        };
        let service = service_fn(|request| self.answer(request));
        // The API server hangs up when its patience is over, which is what is wanted.
        drop(
            hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await,
        );
    }

    async fn answer(&self, request: Request<Incoming>) -> anyhow::Result<Response<Full<Bytes>>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let body = request.into_body().collect().await?.to_bytes();
        let review: Value = serde_json::from_slice(&body)?;
        tokio::time::sleep(self.delay).await;
        let answer = json!({
            "apiVersion": "admission.k8s.io/v1",
            "kind": "AdmissionReview",
            "response": { "uid": review["request"]["uid"], "allowed": true },
        });
        let body = Full::from(serde_json::to_vec(&answer)?);
        Ok(Response::builder()
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)?)
    }
}
