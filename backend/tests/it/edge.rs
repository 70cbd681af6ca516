//! What strangers can send, and what is said of it.

use std::net::SocketAddr;

use http::Method;
use serde_json::json;
use slipway_api::paths;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Client, TestApp, add_members};

/// What comes back for these bytes, until the server hangs up.
async fn sent(address: SocketAddr, bytes: &[u8]) -> String {
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    drop(connection.read_to_end(&mut answer).await);
    String::from_utf8(answer).unwrap()
}

/// A request that says how long its body is, and sends nothing of it.
fn announced(address: SocketAddr, path: &str, headers: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nx-slipway: 1\r\nconnection: close\r\n\
         content-type: application/json\r\n{headers}\r\n\r\n"
    )
    .into_bytes()
}

#[tokio::test]
async fn methods_and_paths_of_strangers_are_no_figures() {
    let app = TestApp::offline().await;
    for number in 0..50 {
        let method = Method::from_bytes(format!("STRANGE{number}").as_bytes()).unwrap();
        let answer = app
            .nobody()
            .send(method, &format!("/strange-path-{number}"), "".into())
            .await;
        answer.problem(405);
    }
    let strange = Method::from_bytes(b"STRANGE").unwrap();
    app.member_of("shop")
        .send(strange, paths::DRAFTS, "".into())
        .await
        .demand(405);

    let figures = app.nobody().get("/metrics").await.demand(200).text();

    assert!(!figures.to_lowercase().contains("strange"), "{figures}");
    assert!(
        figures.contains(
            "slipway_request_seconds_count{method=\"other\",route=\"/api/v1/drafts\",status=\"405\"}"
        ),
        "{figures}"
    );
}

#[tokio::test]
async fn figures_with_an_address_of_their_own_are_answered_there_only() {
    let app = TestApp::with(|config, _| config.metrics_listen = Some(([127, 0, 0, 1], 0).into())).await;
    let there = Client::new(app.metrics.unwrap());

    let figures = there.get("/metrics").await;

    assert!(figures.demand(200).text().contains("slipway_build_info"));
    assert_eq!(figures.header("cache-control"), "no-store");
    assert_eq!(app.nobody().get("/metrics").await.problem(404).code, "not_found");
    for path in ["/", "/healthz", paths::SESSION, "/metrics/x"] {
        there.get(path).await.problem(404);
    }
    there.post_empty("/metrics").await.problem(405);
    app.nobody().get("/healthz").await.demand(200);
}

#[tokio::test]
async fn a_body_is_refused_by_what_it_says_of_its_length_before_it_is_sent() {
    let app = TestApp::offline().await;
    let bearer = format!("authorization: Bearer {}\r\n", crate::support::token_of("shop"));
    let draft = format!("{bearer}content-length: 1048577");

    for (path, headers, max) in [
        (paths::DRAFTS, &*draft, "1048576"),
        (paths::SESSION, "content-length: 4097", "4096"),
    ] {
        let answer = sent(app.address, &announced(app.address, path, headers)).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        assert!(answer.contains(&format!("\"max\":\"{max}\"")), "{answer}");
    }
}

/// What only reads has no body: one that is announced is not waited for, whoever asks.
#[tokio::test]
async fn a_request_that_reads_may_send_nothing() {
    let app = TestApp::offline().await;
    let bearer = format!("authorization: Bearer {}\r\n", crate::support::token_of("shop"));
    for (path, headers) in [
        (paths::OPENAPI, ""),
        (paths::DRAFT_SCHEMA, ""),
        (paths::SESSION, &*bearer),
        (paths::DRAFTS, &*bearer),
    ] {
        let headers = format!("{headers}content-length: 1");
        let request = String::from_utf8(announced(app.address, path, &headers)).unwrap();
        let request = request.replacen("POST", "GET", 1);
        let answer = sent(app.address, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        assert!(answer.contains("\"max\":\"0\""), "{answer}");
    }
}

#[tokio::test]
async fn a_body_that_does_not_say_its_length_is_cut_off() {
    let app = TestApp::offline().await;
    let mut bytes = announced(app.address, paths::SESSION, "transfer-encoding: chunked");
    bytes.extend(format!("1001\r\n{}\r\n0\r\n\r\n", " ".repeat(4097)).bytes());

    let answer = sent(app.address, &bytes).await;

    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn what_somebody_unknown_sends_is_not_waited_for() {
    let app = TestApp::offline().await;

    let answer = sent(
        app.address,
        &announced(app.address, paths::DRAFTS, "content-length: 1000"),
    )
    .await;

    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
}

#[tokio::test]
async fn whoever_still_sends_gets_the_answer_before_the_connection_ends() {
    let app = TestApp::offline().await;
    let mut bytes = announced(app.address, paths::SESSION, "content-length: 1000000");
    bytes.resize(bytes.len() + 1_000_000, b' ');

    for _ in 0..20 {
        let answer = sent(app.address, &bytes).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    }
}

#[tokio::test]
async fn what_is_no_request_is_refused_with_the_headers_of_every_answer() {
    let app = TestApp::offline().await;
    let host = format!("host: {}\r\n", app.address);
    let (long_head, long_path) = ("h".repeat(80_000), "p".repeat(70_000));
    for (bytes, status) in [
        (String::from("nonsense\r\n\r\n"), "400"),
        (format!("GET / HTTP/9.9\r\n{host}\r\n"), "400"),
        (format!("GET / HTTP/1.1\r\n{host}bad header\r\n\r\n"), "400"),
        (format!("GET / HTTP/1.1\r\n{host}x: {long_head}\r\n\r\n"), "431"),
        (format!("GET /{long_path} HTTP/1.1\r\n{host}\r\n"), "4"),
        (
            format!("GET / HTTP/1.1\r\n{host}{}\r\n", "x: y\r\n".repeat(65)),
            "431",
        ),
    ] {
        let answer = sent(app.address, bytes.as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
        for carried in [
            "x-content-type-options: nosniff",
            "cache-control: no-store",
            "content-security-policy: default-src 'none'",
        ] {
            assert!(answer.contains(carried), "{carried}: {answer}");
        }
    }
}

#[tokio::test]
async fn the_host_of_a_request_is_never_said_again() {
    let app = TestApp::offline().await;
    let canary = "canary.invalid";
    let (shop, nobody) = (app.member_of("shop"), app.nobody());
    let forwarded = |client: &Client| {
        client
            .clone()
            .with_header("x-forwarded-host", canary)
            .with_header("forwarded", &format!("host={canary}"))
            .with_header("referer", &format!("http://{canary}/"))
    };
    let mut answers = Vec::new();
    for client in [&forwarded(&shop), &forwarded(&nobody)] {
        for path in [
            "/",
            "/healthz",
            paths::DRAFTS,
            "/api/v1/nothing",
            "/gone.js",
            paths::OPENAPI,
        ] {
            answers.push(client.get(path).await);
            answers.push(client.post_empty(path).await);
        }
    }
    let named = nobody.clone().with_header("host", canary);
    answers.push(named.get(paths::DRAFTS).await);
    answers.push(
        shop.with_header("origin", &format!("http://{canary}"))
            .post_empty(paths::DRAFTS)
            .await,
    );
    answers.push(
        nobody
            .with_header("host", canary)
            .get(&format!("http://{canary}{}", paths::DRAFTS))
            .await,
    );

    for answer in answers {
        let told = format!("{:?} {}", answer.headers, answer.text());
        assert!(!told.contains(canary), "{told}");
    }
}

#[tokio::test]
async fn a_stream_is_opened_by_our_own_pages_and_by_programs() {
    let app = TestApp::offline().await;
    let ours = format!("http://{}", app.address);
    let cases: [(&[(&str, &str)], u16); 9] = [
        (&[], 200),
        (&[("origin", &ours)], 200),
        (&[("sec-fetch-site", "same-origin")], 200),
        (&[("origin", "https://elsewhere.test")], 403),
        (&[("origin", "null")], 403),
        (&[("sec-fetch-site", "cross-site")], 403),
        (&[("sec-fetch-site", "same-site")], 403),
        (&[("origin", &ours), ("sec-fetch-site", "cross-site")], 403),
        (&[("origin", "https://elsewhere.test"), ("x-slipway", "1")], 403),
    ];

    for (headers, status) in cases {
        let mut client = app.member_of("shop").without_header("x-slipway");
        for (name, value) in headers {
            client = client.with_header(name, value);
        }
        let stream = format!("{}?topics=apps:test", paths::STREAM);
        let response = client.open(Method::GET, &stream, "".into()).await;
        assert_eq!(response.status(), status, "{headers:?}");
        assert_eq!(response.headers()["cache-control"], "no-store");
    }
}

#[tokio::test]
async fn a_page_of_another_public_address_of_this_server_is_foreign() {
    let app = TestApp::with(|config, folder| {
        add_members(config, folder);
        config.public_urls = vec![
            "http://one.test".parse().unwrap(),
            "http://other.test:8080".parse().unwrap(),
        ];
    })
    .await;
    let asked = async |host: &str, origin: &str| {
        let page = app
            .member_of("shop")
            .with_header("host", host)
            .with_header("origin", origin);
        page.post(paths::DRAFTS, &json!({ "cluster": "test" }))
            .await
            .status
            .as_u16()
    };

    assert_eq!(asked("one.test", "http://one.test").await, 201);
    assert_eq!(asked("ONE.test", "http://one.test").await, 201);
    assert_eq!(asked("other.test:8080", "http://other.test:8080").await, 201);
    let port = app.address.port();
    for (host, origin) in [
        ("one.test", "http://other.test:8080"),
        ("other.test:8080", "http://one.test"),
        ("one.test", "https://one.test"),
        (
            &*format!("127.0.0.1:{port}"),
            &*format!("http://localhost:{port}"),
        ),
    ] {
        assert_eq!(asked(host, origin).await, 403, "{host} {origin}");
    }
}

#[tokio::test]
async fn no_refusal_is_kept_by_a_cache() {
    let app = TestApp::offline().await;
    let shop = app.member_of("shop");

    for (answer, status) in [
        (shop.get("/gone.js").await, 404),
        (shop.get("/api").await, 404),
        (shop.get("/api/v1/nothing").await, 404),
        (shop.post_empty("/").await, 405),
        (shop.send(Method::PATCH, paths::DRAFTS, "".into()).await, 405),
        (shop.get(paths::DRAFTS).await, 200),
        (shop.get(paths::OPENAPI).await, 200),
        (shop.get("/healthz").await, 200),
        (app.nobody().get(paths::DRAFTS).await, 401),
    ] {
        assert_eq!(answer.demand(status).header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_read_is_refused_wherever_one_is_taken() {
    let app = TestApp::offline().await;
    let draft = json!({ "cluster": "test" });
    for key in ["schlüssel", "", " "] {
        let client = app.member_of("shop").with_header("idempotency-key", key);
        let answer = client.post(paths::DRAFTS, &draft).await;
        assert_eq!(answer.problem(400).code, "bad_idempotency_key", "{key:?}");
    }
    let long = app
        .member_of("shop")
        .with_header("idempotency-key", &"k".repeat(129));
    let answer = long.post(paths::DRAFTS, &draft).await;
    assert_eq!(answer.problem(400).code, "idempotency_key_too_long");
}

#[tokio::test]
async fn a_refusal_does_not_say_all_again_that_was_sent() {
    let app = TestApp::offline().await;
    let shop = app.member_of("shop");
    let name = "n".repeat(500_000);
    let bodies = [
        json!({ "cluster": "test", &name: 1 }),
        json!({ "cluster": "test", "content": { "format": 1, &name: 1 } }),
        json!({ "cluster": "test", "content": { "format": &name } }),
    ];

    for body in bodies {
        let refused = shop.post(paths::DRAFTS, &body).await;

        refused.problem(422);
        let length = refused.text().len();
        assert!(length < 20_000, "{length} bytes");
    }
}
