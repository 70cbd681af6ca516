//! What every request has to pass, and what every answer carries.

use http::Method;
use serde_json::json;
use slipway_api::paths;

use crate::support::TestApp;

/// Everything anybody may ask for without being signed in.
const PUBLIC: [(&str, &str); 1] = [("post", "/api/v1/session")];

#[tokio::test]
async fn every_route_but_signing_in_asks_who_it_is() {
    let app = TestApp::offline().await;
    let document = serde_json::to_value(slipway_backend::http::document()).unwrap();
    let mut asked = 0;

    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods
            .as_object()
            .unwrap()
            .keys()
            .filter(|method| *method != "parameters")
        {
            if PUBLIC.contains(&(method.as_str(), path.as_str())) {
                continue;
            }
            let path = path
                .split('/')
                .map(|part| if part.starts_with('{') { "x" } else { part })
                .collect::<Vec<_>>();
            let answer = app
                .nobody()
                .send(method.to_uppercase().parse().unwrap(), &path.join("/"), "".into())
                .await;
            assert_eq!(answer.problem(401).code, "signed_out", "{method} {path:?}");
            asked += 1;
        }
    }

    assert!(asked >= 8, "{asked}");
}

#[tokio::test]
async fn changes_come_from_our_own_pages_or_say_they_are_no_browser() {
    let app = TestApp::offline().await;
    let ours = format!("http://{}", app.address);
    let cases: [(&[(&str, &str)], bool); 12] = [
        (&[], false),
        (&[("x-slipway", "1")], true),
        (&[("x-slipway", "yes")], false),
        (&[("origin", &ours)], true),
        (&[("origin", &ours), ("sec-fetch-site", "same-origin")], true),
        (&[("sec-fetch-site", "same-origin")], true),
        (&[("origin", "https://elsewhere.test")], false),
        (&[("origin", "https://elsewhere.test"), ("x-slipway", "1")], false),
        (&[("origin", &ours), ("sec-fetch-site", "cross-site")], false),
        (&[("origin", "null")], false),
        (&[("sec-fetch-site", "same-site"), ("x-slipway", "1")], false),
        (&[("sec-fetch-site", "none")], false),
    ];

    for (headers, welcome) in cases {
        let mut client = app.member_of("shop").without_header("x-slipway");
        for (name, value) in headers {
            client = client.with_header(name, value);
        }
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let answer = client.send(method.clone(), "/api/v1/drafts/x", "".into()).await;
            let refused = answer.status == 403 && answer.problem(403).code == "cross_origin";
            assert_eq!(refused, !welcome, "{method} {headers:?}: {}", answer.text());
        }
        client.get(paths::DRAFTS).await.demand(200);
    }
}

#[tokio::test]
async fn an_upgrade_is_held_to_the_same_as_a_change() {
    let app = TestApp::offline().await;
    let client = app
        .member_of("shop")
        .with_header("upgrade", "websocket")
        .with_header("connection", "upgrade");

    let foreign = client
        .with_header("origin", "https://elsewhere.test")
        .get(paths::DRAFTS)
        .await;

    assert_eq!(foreign.problem(403).code, "cross_origin");
}

#[tokio::test]
async fn bodies_are_json_or_refused() {
    let app = TestApp::offline().await;
    let body = || json!({ "cluster": "test" }).to_string().into();
    let dev = app.member_of("shop");

    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
    ] {
        let answer = dev
            .clone()
            .with_header("content-type", kind)
            .send(Method::POST, paths::DRAFTS, body())
            .await;
        assert_eq!(answer.problem(415).code, "not_json", "{kind}");
    }
    let with_charset = dev
        .clone()
        .with_header("content-type", "Application/JSON; charset=utf-8");
    with_charset
        .send(Method::POST, paths::DRAFTS, body())
        .await
        .demand(201);
    let broken = dev
        .with_header("content-type", "application/json")
        .send(Method::POST, paths::DRAFTS, "{".into())
        .await;
    assert_eq!(broken.problem(400).code, "bad_json");
}

#[tokio::test]
async fn reading_never_changes_anything() {
    let app = TestApp::offline().await;
    let dev = app.member_of("shop");

    for path in ["/api/v1/session/link", "/api/v1/drafts/x/operations"] {
        let answer = dev.get(path).await;
        assert!(
            [404, 405].contains(&answer.status.as_u16()),
            "{path}: {}",
            answer.status
        );
    }
}

#[tokio::test]
async fn a_host_nobody_configured_is_refused() {
    let app =
        TestApp::with(|config, _| config.public_urls = vec!["http://slipway.test".parse().unwrap()]).await;
    let port = app.address.port();
    let named = |host: &str| app.nobody().with_header("host", host);

    for bad in [
        "elsewhere.test",
        "127.0.0.1",
        &format!("slipway.test:{port}"),
        &format!("127.0.0.1:{port}.evil.test"),
        "",
    ] {
        assert_eq!(
            named(bad).get(paths::SESSION).await.problem(421).code,
            "unknown_host",
            "{bad}"
        );
    }
    for good in [
        "slipway.test",
        "SLIPWAY.test",
        &format!("localhost:{port}"),
        &format!("[::1]:{port}"),
    ] {
        named(good).get(paths::SESSION).await.problem(401);
    }
    for machine in ["/healthz", "/metrics"] {
        named("10.1.2.3:8080").get(machine).await.demand(200);
    }
}

#[tokio::test]
async fn a_body_without_end_is_cut_off() {
    let app = TestApp::offline().await;
    let dev = app
        .member_of("shop")
        .with_header("content-type", "application/json");
    let large = vec![b' '; 1024 * 1024 + 1];

    let answer = dev.send(Method::POST, paths::DRAFTS, large.into()).await;

    let problem = answer.problem(413);
    assert_eq!(
        (problem.code.as_str(), problem.params["max"].as_str()),
        ("too_large", "1048576")
    );
}

#[tokio::test]
async fn identity_headers_of_strangers_mean_nothing() {
    let app = TestApp::offline().await;
    let stranger = app
        .nobody()
        .with_header("impersonate-user", "shop-dev")
        .with_header("x-remote-user", "shop-dev")
        .with_header("x-forwarded-user", "shop-dev");

    stranger.get(paths::DRAFTS).await.problem(401);
}

#[tokio::test]
async fn the_id_of_a_request_is_ours() {
    let app = TestApp::offline().await;
    let client = app.nobody().with_header("x-request-id", "theirs");

    let (first, second) = (client.get("/healthz").await, client.get("/healthz").await);

    assert_ne!(first.header("x-request-id"), "theirs");
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
}

#[tokio::test]
async fn what_does_not_exist_or_cannot_be_done_is_a_problem_too() {
    let app = TestApp::offline().await;
    let dev = app.member_of("shop");

    assert_eq!(dev.get("/api/v1/nothing").await.problem(404).code, "not_found");
    assert_eq!(
        dev.send(Method::PATCH, paths::DRAFTS, "".into())
            .await
            .problem(405)
            .code,
        "method_not_allowed"
    );
    assert_eq!(
        dev.get("/../../etc/passwd.txt").await.problem(404).code,
        "not_found"
    );
}

#[tokio::test]
async fn every_answer_carries_the_same_protection() {
    let app = TestApp::offline().await;
    let carried = |answer: crate::support::Answer| {
        let quiet = [
            "date",
            "content-length",
            "x-request-id",
            "content-type",
            "www-authenticate",
            "allow",
        ];
        let named = answer
            .headers
            .iter()
            .filter(|(name, _)| !quiet.contains(&name.as_str()));
        named
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect::<Vec<_>>()
            .join("\n")
    };

    let api = carried(app.nobody().get(paths::SESSION).await);
    let refused = carried(
        app.nobody()
            .with_header("host", "elsewhere.test")
            .get(paths::SESSION)
            .await,
    );

    assert_eq!(api, refused);
    insta::assert_snapshot!(api, @r"
    content-security-policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default
    x-content-type-options: nosniff
    referrer-policy: no-referrer
    cross-origin-opener-policy: same-origin
    cross-origin-resource-policy: same-origin
    permissions-policy: camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()
    cache-control: no-store
    ");
}

#[tokio::test]
async fn figures_count_requests_by_route_not_by_path() {
    let app = TestApp::offline().await;
    app.member_of("shop")
        .get(&paths::draft("a-very-special-id"))
        .await
        .problem(404);

    let figures = app.nobody().get("/metrics").await.demand(200).text();

    assert!(figures.contains("slipway_build_info"), "{figures}");
    assert!(figures.contains("route=\"/api/v1/drafts/{id}\""), "{figures}");
    assert!(!figures.contains("a-very-special-id"));
}

#[tokio::test]
async fn the_description_of_the_api_is_what_was_reviewed() {
    let app = TestApp::offline().await;

    let served: serde_json::Value = app.nobody().get(paths::OPENAPI).await.json(200);

    insta::assert_json_snapshot!("openapi", served);
}

#[tokio::test]
async fn the_schema_of_drafts_is_there_for_every_editor() {
    let app = TestApp::offline().await;

    let served: serde_json::Value = app.nobody().get(paths::DRAFT_SCHEMA).await.json(200);

    assert_eq!(served["title"], "Slipway draft");
}

#[tokio::test]
async fn a_connection_serves_many_requests_and_slow_ones_finish_after_stop() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut app = TestApp::offline().await;
    let body = json!({ "cluster": "test" }).to_string();
    let (first, rest) = body.split_at(5);
    let mut connection = tokio::net::TcpStream::connect(app.address).await.unwrap();
    let head = format!(
        "POST /api/v1/drafts HTTP/1.1\r\nhost: {}\r\nx-slipway: 1\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        app.address,
        crate::support::token_of("shop"),
        body.len(),
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut begun = [0; 25];
    connection.read_exact(&mut begun).await.unwrap();
    assert!(begun.starts_with(b"HTTP/1.1 100 Continue"));
    connection.write_all(first.as_bytes()).await.unwrap();

    let address = app.address;
    let (stopped, answer) = tokio::join!(app.stop(), async {
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        connection.write_all(rest.as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        answer
    });

    let () = stopped;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
}
