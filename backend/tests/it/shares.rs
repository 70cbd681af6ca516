//! Nobody takes what others need: places, streams, connections.

use std::net::SocketAddr;
use std::time::Duration;

use http::Method;
use serde_json::json;
use slipway_api::paths;
use slipway_backend::http::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Client, Events, TestApp, add_members, eventually, token_of};

/// Longer than any test: what is held is held.
const FOR_EVER: Duration = Duration::from_hours(1);

/// A request whose body has only begun to arrive.
async fn begun(address: SocketAddr, path: &str, token: &str, length: usize) -> TcpStream {
    let mut connection = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nx-slipway: 1\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\nexpect: 100-continue\r\n\r\n",
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut go_on = [0; 25];
    connection.read_exact(&mut go_on).await.unwrap();
    assert!(go_on.starts_with(b"HTTP/1.1 100 Continue"));
    connection.write_all(b"{").await.unwrap();
    connection
}

async fn rest(mut connection: TcpStream) -> String {
    let mut answer = Vec::new();
    drop(connection.read_to_end(&mut answer).await);
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn bodies_that_do_not_arrive_hold_up_nobody() {
    let app = TestApp::within(Limits {
        sign_in: FOR_EVER,
        ..Limits::default()
    })
    .await;
    let body = json!({ "token": token_of("shop") }).to_string();
    let mut slow = Vec::new();
    for _ in 0..300 {
        slow.push(begun(app.address, paths::SESSION, "", body.len()).await);
    }

    app.member_of("shop").get(paths::DRAFTS).await.demand(200);
    let browser = app.nobody().signed_in(&token_of("bank")).await;
    browser.get(paths::SESSION).await.demand(200);

    let mut last = slow.pop().unwrap();
    last.write_all(&body.as_bytes()[1..]).await.unwrap();
    let mut status = [0; 12];
    last.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 200");
}

#[tokio::test]
async fn large_bodies_of_one_member_that_do_not_arrive_leave_room_for_those_of_others() {
    let app = TestApp::within(Limits {
        body: FOR_EVER,
        large_bodies_per_member: 1,
        ..Limits::default()
    })
    .await;
    let large = json!({ "cluster": "test", "content": { "basics": { "name": "x".repeat(100_000) } } });
    let slow = begun(app.address, paths::DRAFTS, &token_of("shop"), 100_000).await;

    let refused = app.member_of("shop").post(paths::DRAFTS, &large).await;

    assert_eq!(refused.problem(429).code, "too_many_at_once");
    assert_eq!(refused.header("retry-after"), "1");
    app.member_of("bank")
        .post(paths::DRAFTS, &large)
        .await
        .demand(201);
    let small = json!({ "cluster": "test" });
    app.member_of("shop")
        .post(paths::DRAFTS, &small)
        .await
        .demand(201);
    drop(slow);
    eventually("there is room again", async || {
        let answer = app.member_of("shop").post(paths::DRAFTS, &large).await;
        (answer.status == 201).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_member_who_has_their_share_of_places_is_told_so_and_strangers_are_not() {
    let app = TestApp::within(Limits {
        requests_per_member: 0,
        ..Limits::default()
    })
    .await;

    let refused = app.member_of("shop").get(paths::DRAFTS).await;

    assert_eq!(refused.problem(429).code, "too_many_at_once");
    assert_eq!(refused.header("retry-after"), "1");
    app.nobody().get(paths::OPENAPI).await.demand(200);
    app.nobody().get("/healthz").await.demand(200);
}

async fn streams(client: &Client, count: usize) -> Vec<Events> {
    let mut streams = Vec::new();
    for _ in 0..count {
        streams.push(client.listen("apps:test").await);
    }
    streams
}

#[tokio::test]
async fn a_member_has_a_share_of_streams_and_leaves_the_rest_to_others() {
    let app = TestApp::offline().await;
    let (shop, bank) = (app.member_of("shop"), app.member_of("bank"));
    let stream = format!("{}?topics=apps:test", paths::STREAM);
    let mut theirs = streams(&shop, Limits::default().streams_per_member).await;

    let refused = shop.get(&stream).await;

    assert_eq!(refused.problem(429).code, "too_many_streams");
    assert_eq!(refused.header("retry-after"), "1");
    streams(&bank, 1).await;
    shop.get(paths::DRAFTS).await.demand(200);
    theirs.pop();
    eventually("there is a stream again", async || {
        let response = shop.open(Method::GET, &stream, "".into()).await;
        (response.status() == 200).then_some(())
    })
    .await;
}

fn few_connections() -> Limits {
    Limits {
        connections: 8,
        connections_per_address: 3,
        ..Limits::default()
    }
}

#[tokio::test]
async fn an_idle_connection_makes_room_for_one_that_asks() {
    let app = TestApp::within(few_connections()).await;
    let mut idle = Vec::new();
    for _ in 0..3 {
        idle.push(TcpStream::connect(app.address).await.unwrap());
    }
    // Accepted in order, so that the first is the one that has been idle for longest.
    app.nobody().get("/healthz").await.demand(200);

    assert_eq!(rest(idle.remove(0)).await, "");
}

#[tokio::test]
async fn connections_in_use_are_kept_and_a_new_one_is_told_to_come_back() {
    let app = TestApp::within(few_connections()).await;
    let mut listening = streams(&app.member_of("shop"), 3).await;

    let refused = app.nobody().get("/healthz").await;

    assert_eq!(refused.problem(503).code, "too_many_connections");
    assert_eq!(refused.header("retry-after"), "5");
    assert_eq!(refused.header("x-content-type-options"), "nosniff");
    listening.pop();
    eventually("there is room again", async || {
        (app.nobody().get("/healthz").await.status == 200).then_some(())
    })
    .await;
    assert!(listening[0].next().await.is_some());
}

#[tokio::test]
async fn a_proxy_that_is_trusted_brings_many_clients_over_its_connections() {
    let trusting = |config: &mut slipway_backend::config::Config, folder: &std::path::Path| {
        add_members(config, folder);
        config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    };
    let app = TestApp::prepared(trusting, few_connections()).await;

    let _listening = streams(&app.member_of("shop"), 5).await;

    app.nobody().get("/healthz").await.demand(200);
}
