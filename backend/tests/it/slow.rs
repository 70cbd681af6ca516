//! Clients that take their time, on real sockets.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use std::time::Duration;

use slipway_api::Change;
use slipway_backend::http::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::support::{TestApp, token_of};

/// Long enough for honest requests of a test, short enough to wait for.
const SHORT: Duration = Duration::from_millis(500);
/// By when a connection must have been given up, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

async fn impatient() -> TestApp {
    TestApp::within(Limits {
        head: SHORT,
        body: SHORT,
        sign_in: SHORT,
        answer: SHORT,
        taking: SHORT,
        ..Limits::default()
    })
    .await
}

/// Sends a beginning, then one byte after another, and answers what came back until the server hung up.
async fn trickled(app: &TestApp, beginning: &str) -> String {
    let (mut from, mut to) = TcpStream::connect(app.address).await.unwrap().into_split();
    to.write_all(beginning.as_bytes()).await.unwrap();
    let trickle = async {
        while to.write_all(b"x").await.is_ok() {
            tokio::time::sleep(SHORT / 10).await;
        }
        std::future::pending::<()>().await;
    };
    let mut answer = Vec::new();
    let hung_up = async {
        // A connection that is reset has ended too.
        drop(from.read_to_end(&mut answer).await);
    };
    tokio::select! {
        () = trickle => {}
        ended = timeout(PATIENCE, hung_up) => ended.expect("the server hangs up"),
    }
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_head_that_never_ends_is_not_waited_for() {
    let app = impatient().await;
    let begun = Instant::now();

    let answer = trickled(
        &app,
        &format!("GET /healthz HTTP/1.1\r\nhost: {}\r\nx-slow: ", app.address),
    )
    .await;

    assert!(begun.elapsed() >= SHORT, "not before its time");
    assert!(!answer.contains("200 OK"), "{answer}");
    app.nobody().get("/healthz").await.demand(200);
}

#[tokio::test]
async fn a_body_that_never_ends_is_refused_as_the_clients_fault() {
    let app = impatient().await;
    let head = format!(
        "POST /api/v1/drafts HTTP/1.1\r\nhost: {}\r\nx-slipway: 1\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: 100000\r\n\r\n{{",
        app.address,
        token_of("shop"),
    );

    let answer = trickled(&app, &head).await;

    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("/problems/request_too_slow"), "{answer}");
}

#[tokio::test]
async fn a_token_has_to_arrive_sooner_than_other_bodies() {
    let app = TestApp::within(Limits {
        sign_in: SHORT,
        ..Limits::default()
    })
    .await;
    let head = format!(
        "POST /api/v1/session HTTP/1.1\r\nhost: {}\r\nx-slipway: 1\r\n\
         content-type: application/json\r\ncontent-length: 4000\r\n\r\n{{",
        app.address,
    );

    let answer = trickled(&app, &head).await;

    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[tokio::test]
async fn a_client_that_takes_nothing_of_its_answers_is_not_waited_for() {
    let app = impatient().await;
    let request = format!("GET /api/openapi.json HTTP/1.1\r\nhost: {}\r\n\r\n", app.address);
    // More than the buffers of a connection hold, asked for in one go.
    let mut connection = TcpStream::connect(app.address).await.unwrap();
    let many = request.repeat(300);
    let asking = async {
        connection.write_all(many.as_bytes()).await?;
        loop {
            connection.write_all(b"\r\n").await?;
            tokio::time::sleep(SHORT / 10).await;
        }
    };

    let given_up: std::io::Result<()> = timeout(PATIENCE, asking).await.expect("the server hangs up");

    assert!(given_up.is_err());
    app.nobody().get("/healthz").await.demand(200);
}

#[tokio::test]
async fn a_connection_that_asks_nothing_is_closed() {
    let app = impatient().await;
    let mut silent = TcpStream::connect(app.address).await.unwrap();
    let mut idle = TcpStream::connect(app.address).await.unwrap();
    let request = format!("GET /healthz HTTP/1.1\r\nhost: {}\r\n\r\n", app.address);
    idle.write_all(request.as_bytes()).await.unwrap();

    for connection in [&mut silent, &mut idle] {
        let mut answer = Vec::new();
        let closed = timeout(PATIENCE, connection.read_to_end(&mut answer)).await;
        drop(closed.expect("the server hangs up"));
    }
}

#[tokio::test]
async fn a_stream_outlives_the_time_in_which_an_answer_must_begin() {
    let mut app = impatient().await;
    let mut events = app.member_of("shop").listen("apps:test").await;

    let first = events.during(SHORT * 3).await;

    assert!(
        !first.iter().any(|event| event.change == Change::Bye {}),
        "{first:?}"
    );
    app.stop().await;
    events.over().await;
}
