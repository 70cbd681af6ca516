//! One connection after another, one request after another.

use std::sync::Arc;

use anyhow::bail;
use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use kube::Client;
use kube::client::Body;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::Rules;
use super::fault::{Action, Asked, Fault, Passed};

/// What clients connect to.
#[derive(Clone)]
pub(super) struct Front {
    pub(super) rules: Arc<Rules>,
    pub(super) acceptor: TlsAcceptor,
    pub(super) cuts: watch::Receiver<u64>,
}

impl Front {
    /// Serves until dropped; connections end with it.
    pub(super) async fn serve(self, listener: &TcpListener, client: &Client) -> anyhow::Result<()> {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    connections.spawn(self.clone().connection(accepted?.0, client.clone()));
                }
                Some(_) = connections.join_next() => {}
            }
        }
    }

    async fn connection(self, stream: TcpStream, client: Client) {
        let mut cuts = self.cuts.clone();
        cuts.mark_unchanged();
        // Clients that give up in the middle of a handshake or a request are their own tests' concern.
        let Ok(stream) = self.acceptor.accept(stream).await else {
            return;
        };
        let service = service_fn(|request| self.pass(request, &client));
        let serving =
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        tokio::select! {
            _ = serving => {}
            _ = cuts.changed() => {}
        }
    }

    /// One request. An error makes the server end the connection without an answer.
    async fn pass(&self, request: Request<Incoming>, client: &Client) -> anyhow::Result<Response<Body>> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let asked = asked(&parts, body);
        let action = self.rules.action(&asked);
        let mut passing = Passing {
            rules: &self.rules,
            passed: Some(Passed { asked, status: None }),
        };
        match &action {
            Some(Action::Fault(Fault::Cut)) => bail!("cut"),
            Some(Action::Fault(fault @ (Fault::Answer { .. } | Fault::Invalid { .. }))) => {
                return refusal(fault);
            }
            Some(Action::Fault(Fault::Delay(time))) => tokio::time::sleep(*time).await,
            Some(Action::HoldRequest(gate)) => gate.clone().pass().await,
            Some(Action::Fault(Fault::LoseAnswer) | Action::HoldAnswer(_)) | None => {}
        }
        let answer = client.send(forwarded(parts, passing.body())).await?;
        passing.answered(answer.status().as_u16());
        match action {
            Some(Action::Fault(Fault::LoseAnswer)) => bail!("the answer is lost"),
            Some(Action::HoldAnswer(gate)) => gate.pass().await,
            _ => {}
        }
        Ok(answer)
    }
}

/// Notes a request when it has ended, in whatever way, a client that hangs up included.
struct Passing<'a> {
    rules: &'a Rules,
    passed: Option<Passed>,
}

impl Passing<'_> {
    fn body(&self) -> Bytes {
        self.passed
            .as_ref()
            .map(|passed| passed.asked.body.clone())
            .unwrap_or_default()
    }

    fn answered(&mut self, status: u16) {
        if let Some(passed) = &mut self.passed {
            passed.status = Some(status);
        }
    }
}

impl Drop for Passing<'_> {
    fn drop(&mut self) {
        if let Some(passed) = self.passed.take() {
            self.rules.note(passed);
        }
    }
}

fn asked(parts: &http::request::Parts, body: Bytes) -> Asked {
    let impersonated = parts
        .headers
        .get("impersonate-user")
        .and_then(|name| name.to_str().ok());
    Asked {
        method: parts.method.clone(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        impersonated: impersonated.map(ToOwned::to_owned),
        body,
    }
}

/// The same request, without what belongs to the connection it came on.
fn forwarded(mut parts: http::request::Parts, body: Bytes) -> Request<Body> {
    for name in [
        header::HOST,
        header::AUTHORIZATION,
        header::CONNECTION,
        header::CONTENT_LENGTH,
    ] {
        parts.headers.remove(name);
    }
    Request::from_parts(parts, Body::from(body))
}

fn refusal(fault: &Fault) -> anyhow::Result<Response<Body>> {
    let (code, reason, retry_after, details) = match fault {
        Fault::Answer {
            code,
            reason,
            retry_after,
        } => (*code, *reason, *retry_after, serde_json::Value::Null),
        Fault::Invalid { field } => (422, "Invalid", None, blaming(field)),
        _ => bail!("not an answer"),
    };
    let status = serde_json::json!({
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "refused by the fault proxy",
        "reason": reason,
        "code": code,
        "details": details,
    });
    let mut answer = Response::builder()
        .status(code)
        .header(header::CONTENT_TYPE, "application/json");
    if let Some(seconds) = retry_after {
        answer = answer.header(header::RETRY_AFTER, seconds);
    }
    Ok(answer.body(Body::from(serde_json::to_vec(&status)?))?)
}

fn blaming(field: &str) -> serde_json::Value {
    serde_json::json!({
        "causes": [{ "reason": "FieldValueInvalid", "message": "refused by the fault proxy", "field": field }],
    })
}
