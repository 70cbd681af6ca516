//! A client over real sockets, so that headers, limits and streams are what they are in earnest.

use std::net::SocketAddr;

use axum::body::{Body, Bytes};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde::Serialize;
use tokio::net::TcpStream;

use super::Answer;

/// Calls the server as one person would.
#[derive(Clone, Debug)]
pub struct Client {
    address: SocketAddr,
    headers: HeaderMap,
}

impl Client {
    /// A client that is no browser and not signed in.
    pub fn new(address: SocketAddr) -> Self {
        let client = Self {
            address,
            headers: HeaderMap::new(),
        };
        client
            .with_header("host", &address.to_string())
            .with_header("x-slipway", "1")
    }

    /// The same with a header, instead of one of the same name.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(
            name.parse::<HeaderName>().unwrap(),
            HeaderValue::from_bytes(value.as_bytes()).unwrap(),
        );
        self
    }

    /// The same without a header.
    pub fn without_header(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// The same with the session it gets for a token.
    pub async fn signed_in(self, token: &str) -> Self {
        let answer = self
            .post("/api/v1/session", &serde_json::json!({ "token": token }))
            .await;
        answer.demand(200);
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        self.with_header("cookie", &cookie)
    }

    /// The value of the session cookie it sends.
    pub fn cookie(&self) -> String {
        self.headers["cookie"]
            .to_str()
            .unwrap()
            .split_once('=')
            .unwrap()
            .1
            .to_owned()
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Bytes::new()).await
    }

    /// Sends JSON.
    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.with_json().send(Method::POST, path, json(body)).await
    }

    /// Sends nothing.
    pub async fn post_empty(&self, path: &str) -> Answer {
        self.send(Method::POST, path, Bytes::new()).await
    }

    /// Replaces what has this revision.
    pub async fn put(&self, path: &str, revision: u64, body: &impl Serialize) -> Answer {
        let client = self
            .with_json()
            .with_header("if-match", &format!("\"{revision}\""));
        client.send(Method::PUT, path, json(body)).await
    }

    /// Deletes.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, Bytes::new()).await
    }

    /// Any request.
    pub async fn send(&self, method: Method, path: &str, body: Bytes) -> Answer {
        let response = self.open(method, path, body).await;
        let (head, body) = response.into_parts();
        let body = body.collect().await.expect("the body arrives").to_bytes();
        Answer {
            status: head.status,
            headers: head.headers,
            body,
        }
    }

    /// Any request, answered as soon as the head of the answer is there: for streams.
    pub async fn open(&self, method: Method, path: &str, body: Bytes) -> Response<Body> {
        let stream = TcpStream::connect(self.address)
            .await
            .expect("the server listens");
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake::<_, Full<Bytes>>(TokioIo::new(stream))
                .await
                .unwrap();
        #[expect(clippy::disallowed_methods, reason = "the connection ends with its answer")]
        tokio::spawn(connection);
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().unwrap();
        *request.headers_mut() = self.headers.clone();
        sender
            .send_request(request)
            .await
            .expect("the server answers")
            .map(|body: Incoming| Body::new(body))
    }

    fn with_json(&self) -> Self {
        self.clone().with_header("content-type", "application/json")
    }
}

fn json(body: &impl Serialize) -> Bytes {
    serde_json::to_vec(body).unwrap().into()
}
