//! What the attacker does.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use futures::future::{join_all, pending};
use reqwest::Method;
use serde_json::{Value, json};
use slipway_api::{DraftView, paths};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use super::crowd::{ATTACKER_ADDRESS, Crowd, token};

/// Requests at once of whoever floods.
const AT_ONCE: usize = 8;
/// Drafts of the attacker's team that are listed.
const DRAFTS: usize = 120;

/// One way to ask for too much.
#[derive(Clone, Copy)]
pub(super) enum Attack {
    /// Methods and paths that nobody has, by nobody known, and the figures again and again.
    Names,
    /// Tokens that do not arrive.
    SlowSignIns,
    /// As many streams and connections as there are.
    Streams,
    /// The largest bodies with as many odd rows as fit, four at once.
    LargeBodies,
    /// Lists of many large drafts, eight at once.
    Lists,
    /// Checks, sixty at once.
    Checks,
    /// Checks of an app that is as large as one can be, eight at once.
    LargeChecks,
}

impl Attack {
    pub(super) const ALL: [Self; 7] = [
        Self::Names,
        Self::SlowSignIns,
        Self::Streams,
        Self::LargeBodies,
        Self::Lists,
        Self::Checks,
        Self::LargeChecks,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Names => "odd methods and paths",
            Self::SlowSignIns => "300 slow sign-ins",
            Self::Streams => "600 streams of one member",
            Self::LargeBodies => "four 1 MiB drafts at once",
            Self::Lists => "eight lists of large drafts",
            Self::Checks => "60 checks at once",
            Self::LargeChecks => "8 checks of a large app",
        }
    }

    /// What has to be there before.
    pub(super) async fn prepare(self, crowd: &Crowd) -> anyhow::Result<()> {
        if matches!(self, Self::Lists) {
            let draft =
                json!({ "cluster": crowd.cluster(), "content": large_draft(&crowd.namespace, 500 * 1024) });
            for _ in 0..DRAFTS {
                let kept = crowd
                    .attacker(Method::POST, paths::DRAFTS)
                    .json(&draft)
                    .send()
                    .await?;
                kept.error_for_status()?;
            }
        }
        Ok(())
    }

    /// Goes on until it is dropped.
    pub(super) async fn run(self, crowd: &Crowd) -> anyhow::Result<()> {
        match self {
            Self::Names => names(crowd.address()?).await,
            Self::SlowSignIns => slow_sign_ins(crowd.address()?).await,
            Self::Streams => streams(crowd).await,
            Self::LargeBodies => {
                let body = odd_rows(crowd.cluster());
                at_once(4, || crowd.attacker(Method::POST, paths::DRAFTS).json(&body)).await
            }
            Self::Lists => at_once(8, || crowd.attacker(Method::GET, paths::DRAFTS)).await,
            Self::Checks => checks(crowd, 60, large_draft(&crowd.namespace, 0)).await,
            Self::LargeChecks => checks(crowd, 8, large_app(&crowd.namespace)).await,
        }
    }
}

/// Sends the same again and again, so many at once, whatever the answers are.
async fn at_once(count: usize, request: impl Fn() -> reqwest::RequestBuilder) -> anyhow::Result<()> {
    let again = |_| async {
        loop {
            if let Ok(answer) = request().send().await {
                drop(answer.bytes().await);
            }
        }
    };
    join_all((0..count).map(again)).await;
    Ok(())
}

async fn connected(address: SocketAddr) -> anyhow::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from((ATTACKER_ADDRESS, 0)))?;
    Ok(socket.connect(address).await?)
}

/// Methods and paths that nobody has, each once.
async fn names(address: SocketAddr) -> anyhow::Result<()> {
    let flood = |lane: usize| async move {
        let mut buffer = vec![0; 64 * 1024];
        for number in 0_u64.. {
            let Ok(mut connection) = connected(address).await else {
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            let path = if number % 16 == 0 {
                String::from("metrics")
            } else {
                format!("p{lane}-{number}")
            };
            let method = if number % 16 == 0 {
                String::from("GET")
            } else {
                format!("M{lane}X{number}")
            };
            let request =
                format!("{method} /{path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
            if connection.write_all(request.as_bytes()).await.is_ok() {
                while connection.read(&mut buffer).await.is_ok_and(|count| count > 0) {}
            }
        }
    };
    join_all((0..AT_ONCE).map(flood)).await;
    Ok(())
}

/// Keeps 300 tokens on their way.
async fn slow_sign_ins(address: SocketAddr) -> anyhow::Result<()> {
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {address}\r\nx-slipway: 1\r\ncontent-type: application/json\r\n\
         content-length: 4000\r\n\r\n{{",
        paths::SESSION
    );
    let slow = |_| async {
        loop {
            if let Ok(mut connection) = connected(address).await
                && connection.write_all(head.as_bytes()).await.is_ok()
            {
                drop(connection.read_to_end(&mut Vec::new()).await);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    join_all((0..300).map(slow)).await;
    Ok(())
}

/// Opens a stream on each of 600 connections, and keeps what it gets.
async fn streams(crowd: &Crowd) -> anyhow::Result<()> {
    let address = crowd.address()?;
    let request = format!(
        "GET {}?topics=apps:{} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\r\n",
        paths::STREAM,
        crowd.cluster(),
        token("attacker"),
    );
    let mut held = Vec::new();
    for _ in 0..600 {
        if let Ok(mut connection) = connected(address).await
            && connection.write_all(request.as_bytes()).await.is_ok()
        {
            held.push(connection);
        }
    }
    // They are read, so that it is not for being slow that they end.
    let reading = |mut connection: TcpStream| async move {
        let mut buffer = vec![0; 16 * 1024];
        while connection.read(&mut buffer).await.is_ok_and(|count| count > 0) {}
    };
    join_all(held.into_iter().map(reading)).await;
    pending().await
}

/// Checks the same draft, many times at once.
async fn checks(crowd: &Crowd, count: usize, content: Value) -> anyhow::Result<()> {
    let draft = json!({ "cluster": crowd.cluster(), "content": content });
    let kept = crowd
        .attacker(Method::POST, paths::DRAFTS)
        .json(&draft)
        .send()
        .await?;
    let draft: DraftView = kept.error_for_status()?.json().await.context("the draft")?;
    let path = paths::draft_checks(&draft.id);
    at_once(count, || crowd.attacker(Method::POST, &path)).await
}

/// A draft that is an app, of nearly 1 MiB: as many variables as a container may have, with a value each.
fn large_app(namespace: &str) -> Value {
    let variable = |number| json!({ "name": format!("VARIABLE_{number}"), "value": "x".repeat(400) });
    let mut draft = large_draft(namespace, 0);
    draft["containers"][0]["env"] = (0..2_000).map(variable).collect();
    draft
}

/// A draft that is an app, with a variable of so many bytes.
fn large_draft(namespace: &str, bytes: usize) -> Value {
    json!({
        "basics": { "namespace": namespace, "name": "attacked", "replicas": 1 },
        "containers": [{ "image": "nginx:1.27", "env": [{ "name": "TEXT", "value": "x".repeat(bytes) }] }],
    })
}

/// A draft of nearly 1 MiB with rows of which none is right.
fn odd_rows(cluster: &str) -> Value {
    let rows: Vec<Value> = (0..75_000).map(|_| json!({ "nam": 1 })).collect();
    json!({ "cluster": cluster, "content": { "containers": [{ "image": "nginx", "env": rows }] } })
}
