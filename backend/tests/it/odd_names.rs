//! Names that no object can have, in every place of a URL where an app is named: the answer is the one for an app that does
//! not exist, and the API server is never asked about them.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use std::collections::BTreeSet;

use axum::body::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use slipway_api::{Change, DraftView, paths};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::second_cluster::second;
use crate::stage::{Stage, Stands, allow};
use crate::support::{Client, token_of};

const SEGMENTS: usize = 500;
const SEED: u64 = 0x0dd;
/// The app that is there, and one that is not.
const THERE: &str = "nginx";
const ABSENT: &str = "no-such-app";
/// Connections at the same time.
const LANES: usize = 4;

/// Texts that are no names of Kubernetes. Most begin with the name of an app that is there, so that what is cut off or
/// decoded once too often leads to it.
const ODD: &[&str] = &[
    "nginx?x",
    "nginx?",
    "?",
    "nginx#x",
    "#",
    "nginx/",
    "/nginx",
    "nginx/scale",
    "nginx/status",
    "nginx%2Fscale",
    "nginx%3Fx",
    "nginx%253Fx",
    "nginx%23",
    "%00",
    "nginx\0",
    "\0",
    "nginx\r\nHost: x",
    "nginx ",
    " nginx",
    "nginx\t",
    "nginx.",
    ".nginx",
    "nginx..",
    "..",
    ".",
    "../nginx",
    "nginx/../nginx",
    "./nginx",
    "...",
    "-nginx",
    "nginx-",
    "Nginx",
    "NGINX",
    "nginx_x",
    "nginx;x=1",
    "nginx&x",
    "nginx=x",
    "nginx+",
    "nginx*",
    "nginx,nginx",
    "nginx:nginx",
    "nginx@1",
    "nginx\\",
    "nginx'",
    "nginx\"",
    "nginx|x",
    "ｎginx",
    "nginx\u{200b}",
    "nginx\u{202e}",
    "应用",
    "ñginx",
    "nginx\u{301}",
    "🚢",
    "[::1]",
    "{name}",
    "$(nginx)",
    "nginx%",
    "%",
    "%2E%2E",
    "nginx%2e",
    "nginx%20",
];

/// Parts of a path sent as they are: not even text, or nothing that a client would encode.
const RAW: &[&str] = &[
    "nginx%ff",
    "%c3%28",
    "nginx%ed%a0%80",
    "..%2f..",
    "nginx~",
    "nginx!",
    "nginx()",
    "nginx%25u0041",
];

/// Parts of a path that no name of Kubernetes can be, as they are sent.
fn odd_segments() -> Vec<String> {
    let mut segments: BTreeSet<String> = ODD.iter().map(|text| encoded(text)).collect();
    segments.extend(RAW.iter().map(ToString::to_string));
    for length in [254, 300, 700] {
        segments.insert("a".repeat(length));
        segments.insert(format!("nginx.{}", "a.".repeat(length)));
    }
    let mut random = StdRng::seed_from_u64(SEED);
    while segments.len() < SEGMENTS {
        segments.insert(random_segment(&mut random));
    }
    segments.into_iter().take(SEGMENTS).collect()
}

/// The name that is there with something odd in it, encoded once or twice.
fn random_segment(random: &mut StdRng) -> String {
    const PARTS: [&str; 24] = [
        "?",
        "#",
        "/",
        "%2F",
        "%3F",
        "%23",
        "%",
        "..",
        "../",
        "\0",
        " ",
        "\t",
        "\n",
        "\\",
        ";",
        "&",
        "_",
        "A",
        "é",
        "界",
        "\u{feff}",
        "😀",
        "?watch=true",
        "?labelSelector=a",
    ];
    let mut text: Vec<String> = THERE.chars().map(String::from).collect();
    for _ in 0..random.random_range(1..4) {
        let at = random.random_range(0..=text.len());
        text.insert(at, PARTS[random.random_range(0..PARTS.len())].to_owned());
    }
    if random.random_bool(0.2) {
        text.push("x".repeat(random.random_range(1..300)));
    }
    let once = encoded(&text.concat());
    if random.random_bool(0.2) {
        encoded(&once)
    } else {
        once
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// A route with an app in it, as the description of the API has it.
#[derive(Clone, Debug)]
struct Route {
    method: Method,
    path: String,
}

fn routes_with_an_app() -> Vec<Route> {
    let document = serde_json::to_value(slipway_backend::http::document()).unwrap();
    let mut routes = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        if !path.contains("{namespace}") || !path.contains("{name}") {
            continue;
        }
        for method in methods.as_object().unwrap().keys() {
            let method = method.to_ascii_uppercase();
            if let Ok(method) = Method::from_bytes(method.as_bytes()) {
                let path = path.clone();
                routes.push(Route { method, path });
            }
        }
    }
    routes
}

impl Route {
    /// The route for an app; the first revision where it names one.
    fn of(&self, cluster: &str, [namespace, kind, name]: [&str; 3]) -> String {
        let path = self.path.replace("{cluster}", cluster);
        let path = path.replace("{namespace}", namespace).replace("{kind}", kind);
        let path = path.replace("{name}", name).replace("{number}", "1");
        path.replace("{to}", "1")
    }

    /// A body that the route takes; a new route is asked with an empty one until it has one here.
    fn body(&self) -> Value {
        if self.path.ends_with("/operations") {
            json!({ "kind": "delete" })
        } else if self.path.ends_with("/takeover") {
            json!({ "uid": "any" })
        } else {
            json!({})
        }
    }
}

/// One connection, kept for many requests.
struct Line {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    token: String,
}

impl Line {
    async fn to(stage: &Stage, team: &str) -> Self {
        let stream = TcpStream::connect(stage.app.address).await.unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        #[expect(clippy::disallowed_methods, reason = "the connection ends with its sender")]
        tokio::spawn(connection);
        Self {
            sender,
            host: stage.app.address.to_string(),
            token: token_of(team),
        }
    }

    /// The answer without what differs from request to request.
    async fn ask(&mut self, route: &Route, path: &str) -> Told {
        let request = Request::builder()
            .method(route.method.clone())
            .uri(path)
            .header("host", &self.host)
            .header("x-slipway", "1")
            .header("authorization", format!("Bearer {}", self.token))
            .header("if-match", "\"1\"")
            .header("idempotency-key", "odd")
            .header("content-type", "application/json");
        let body = if route.method == Method::GET {
            Bytes::new()
        } else {
            route.body().to_string().into()
        };
        let request = request.body(Full::new(body)).unwrap();
        self.sender.ready().await.unwrap();
        let (head, body) = self.sender.send_request(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Told::of(head.status, head.headers, &body)
    }
}

#[derive(Debug, PartialEq)]
struct Told {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Told {
    fn of(status: StatusCode, mut headers: HeaderMap, body: &[u8]) -> Self {
        headers.remove("x-request-id");
        headers.remove("date");
        let mut body: Value = serde_json::from_slice(body).unwrap_or_default();
        if let Some(body) = body.as_object_mut() {
            body.remove("request_id");
        }
        Self {
            status,
            headers,
            body,
        }
    }
}

/// What each route answers for an app that does not exist, and for each odd segment in one of the three places.
async fn asked_everywhere(stage: &Stage, team: &str, segments: &[String]) -> usize {
    let (slug, routes) = (stage.slug(), routes_with_an_app());
    let mut lanes = JoinSet::new();
    for lane in 0..LANES {
        let mut line = Line::to(stage, team).await;
        let (slug, namespace) = (slug.clone(), stage.namespace.clone());
        let routes: Vec<Route> = routes.iter().skip(lane).step_by(LANES).cloned().collect();
        let segments = segments.to_vec();
        lanes.spawn(async move {
            let mut asked = 0;
            for (number, route) in routes.iter().enumerate() {
                let absent = route.of(&slug, [&namespace, "deployment", ABSENT]);
                let expected = line.ask(route, &absent).await;
                assert_eq!(expected.status, StatusCode::NOT_FOUND, "{route:?}: {expected:?}");
                for (place, odd) in segments.iter().enumerate() {
                    let mut address = [&*namespace, "deployment", THERE];
                    // Mostly in place of the name, where it has most ways to lead somewhere.
                    address[[2, 0, 2, 1][(place + number) % 4]] = odd;
                    let path = route.of(&slug, address);
                    let told = line.ask(route, &path).await;
                    assert_eq!(told, expected, "{} {path}", route.method);
                    asked += 1;
                }
            }
            asked
        });
    }
    lanes.join_all().await.into_iter().sum()
}

/// The stage on the second cluster, with an app of the team `shop` that members of `bank` may read and change.
async fn with_an_app_that_both_may_change() -> Stage {
    let cluster = second().await;
    let stage = Stage::on(Stands::On(cluster), cluster.kubeconfig()).await;
    stage.running().await;
    allow(&stage.kube, &stage.namespace, "bank-dev", "edit").await;
    stage
}

/// Every segment of the paths that were asked for as one of our members is the beginning of a name.
fn demand_names_only(stage: &Stage) {
    let cluster = &stage.cluster;
    let entries = cluster.audit().unwrap();
    let ours = entries
        .iter()
        .filter(|entry| ["shop-dev", "bank-dev"].contains(&entry.actor()));
    let mut reads = 0;
    for entry in ours {
        let path = entry.request_uri.split('?').next().unwrap();
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.');
        for segment in path.split('/').filter(|segment| !segment.is_empty()) {
            let is_name = segment.bytes().all(plain) && segment.len() <= 253 && !segment.ends_with('.');
            assert!(is_name, "{entry:?}");
        }
        reads += usize::from(path.ends_with(ABSENT));
    }
    assert!(reads > 0, "what is asked for is seen in the audit log");
}

#[tokio::test]
async fn a_name_that_no_object_can_have_is_told_like_one_that_none_has_and_asked_nowhere() {
    let stage = with_an_app_that_both_may_change().await;
    let segments = odd_segments();
    assert_eq!(segments.len(), SEGMENTS);
    let routes = routes_with_an_app().len();
    assert!(routes >= 10, "{routes} routes have an app in them");

    let asked = asked_everywhere(&stage, "bank", &segments).await;
    let own = asked_everywhere(&stage, "shop", &segments[..40]).await;

    assert_eq!(asked, routes * SEGMENTS);
    assert_eq!(own, routes * 40);
    topics_and_namespaces(&stage, &segments).await;
    origins(&stage, &segments).await;
    demand_names_only(&stage);
}

/// Topics of the stream and the filter of the list.
async fn topics_and_namespaces(stage: &Stage, segments: &[String]) {
    let bank = stage.app.member_of("bank");
    let slug = stage.slug();
    let list = |namespace: &str| format!("{}?namespace={namespace}", paths::apps(&slug));
    let absent = bank.get(&list("no-such-namespace")).await;
    for odd in segments.iter().step_by(9) {
        let told = bank.get(&list(odd)).await;
        if percent_decode_str(odd).decode_utf8().is_ok() {
            assert_eq!(
                (told.status, problem(&told.body)),
                (absent.status, problem(&absent.body)),
                "{odd}"
            );
        }
        let text = percent_decode_str(odd).decode_utf8_lossy().into_owned();
        if text.contains('/') || text.contains(',') || text.trim() != text {
            continue; // such a text is several topics, or none
        }
        for address in [
            format!("{}/deployment/{text}", stage.namespace),
            format!("{text}/deployment/nginx"),
        ] {
            assert_eq!(
                app_told(&bank, &format!("app:{slug}/{address}")).await,
                None,
                "{address}"
            );
        }
    }
    let there = app_told(
        &bank,
        &format!("app:{slug}/{}/deployment/{THERE}", stage.namespace),
    )
    .await;
    assert_eq!(there.as_deref(), Some(THERE));
}

/// The name of the app that a topic tells of first.
async fn app_told(client: &Client, topic: &str) -> Option<String> {
    let mut events = client.listen(&encoded(topic)).await;
    events
        .until("the app is told, or that there is none", |change| match change {
            Change::App { app } => Some(app.as_ref().map(|app| app.row.key.name.clone())),
            _ => None,
        })
        .await
}

/// Drafts that say they were opened at such an address.
async fn origins(stage: &Stage, segments: &[String]) {
    let bank = stage.app.member_of("bank");
    let absent = told_of_origin(stage, &bank, ABSENT).await;
    for odd in segments.iter().step_by(25) {
        let text = percent_decode_str(odd).decode_utf8_lossy().into_owned();
        assert_eq!(told_of_origin(stage, &bank, &text).await, absent, "{text:?}");
    }
}

async fn told_of_origin(stage: &Stage, client: &Client, name: &str) -> Vec<(u16, Value)> {
    let origin = json!({ "namespace": stage.namespace, "kind": "Deployment", "name": name, "revision": 1, "base_hash": "" });
    let content = json!({ "basics": { "namespace": stage.namespace, "name": "nginx", "kind": "Deployment" },
        "containers": [{ "id": 1, "image": "nginx:1.27" }], "origin": origin });
    let draft: DraftView = client
        .post(
            paths::DRAFTS,
            &json!({ "cluster": stage.slug(), "content": content }),
        )
        .await
        .json(201);
    let seen = client.clone().with_header("if-match", "\"1\"");
    let answers = [
        client.get(&paths::draft_changes(&draft.id)).await,
        client.get(&paths::draft_merge(&draft.id)).await,
        seen.post(&paths::draft_merge(&draft.id), &json!({ "theirs": 1 }))
            .await,
        seen.post_empty(&paths::draft_drift(&draft.id)).await,
        client.post_empty(&paths::draft_checks(&draft.id)).await,
        seen.with_header("idempotency-key", &draft.id)
            .post_empty(&paths::draft_operations(&draft.id))
            .await,
    ];
    client.delete(&paths::draft(&draft.id)).await.demand(204);
    answers
        .iter()
        .map(|answer| (answer.status.as_u16(), problem(&answer.body)))
        .collect()
}

fn problem(body: &[u8]) -> Value {
    let mut body: Value = serde_json::from_slice(body).unwrap_or_default();
    if let Some(body) = body.as_object_mut() {
        body.remove("request_id");
    }
    body
}
