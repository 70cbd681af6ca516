//! Secret values that are told apart from everything else are put where an app takes them from. After everything that can
//! be done with an app they are found in no answer, no line of the log and no byte of the data folder.
//!
//! Nor is what was typed in a draft and hidden by a switch: the value of a variable that comes from a Secret now from the next
//! save on, everything else outside of the draft, and in no byte any more once the draft is deleted.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

mod foreign;
mod switched;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use data_encoding::BASE64;
use http::Method;
use http_body_util::BodyExt;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use kube::api::{Patch, PatchParams, PostParams};
use local_cluster::Proxy;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use slipway_api::{DeletionView, DraftView, OperationState, OperationView, paths};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;

use crate::process::until;
use crate::stage::{allow, draft_of};
use crate::support::{Answer, Client};
use foreign::{a_foreign_app, a_foreign_life};
use switched::{a_switched_life, everything_is_deleted};

/// Names of Secrets. They may be told, and are: by them it is seen that the scan finds what is there.
const NAMES: [&str; 3] = ["seeded-values", "seeded-registry", "seeded-certificate"];

/// What nobody may ever see.
struct Seeds {
    value: String,
    password: String,
    key: String,
    token: String,
    /// Typed as the value of a variable that was switched to a Secret.
    moved: String,
    /// Typed as a header of a health check that asks otherwise now.
    hidden: String,
    /// Typed and chosen in a draft that was deleted.
    deleted: String,
}

impl Seeds {
    fn sown() -> Self {
        let mut random = StdRng::seed_from_u64(42);
        let mut text = || {
            let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
            (0..40)
                .map(|_| char::from(letters[random.random_range(0..letters.len())]))
                .collect::<String>()
        };
        Self {
            value: text(),
            password: text(),
            key: text(),
            token: text(),
            moved: text(),
            hidden: text(),
            deleted: text(),
        }
    }

    /// The Secrets of the namespace.
    async fn planted(&self, api: &Api<Secret>) {
        let auth = BASE64.encode(format!("somebody:{}", self.password).as_bytes());
        let registry = json!({ "auths": { "registry.example.com": {
            "username": "somebody", "password": self.password, "auth": auth } } });
        let secrets = [
            ("Opaque", json!({ "password": self.value })),
            (
                "kubernetes.io/dockerconfigjson",
                json!({ ".dockerconfigjson": registry.to_string() }),
            ),
            (
                "kubernetes.io/tls",
                json!({ "tls.crt": "a certificate", "tls.key": self.key }),
            ),
        ];
        for (name, (kind, data)) in NAMES.iter().zip(secrets) {
            let secret = json!({ "metadata": { "name": name }, "type": kind, "stringData": data });
            api.create(&PostParams::default(), &serde_json::from_value(secret).unwrap())
                .await
                .unwrap();
        }
    }

    /// All of them, with what proves the server's own rights and the session.
    fn all(&self, kubeconfig: &Path, session: &str) -> Vec<String> {
        let config: Value = serde_json::from_str(&std::fs::read_to_string(kubeconfig).unwrap()).unwrap();
        let token = config["users"][0]["user"]["token"].as_str().unwrap();
        let seeds = [&self.value, &self.password, &self.key, &self.token];
        let mut all: Vec<String> = seeds
            .into_iter()
            .chain(self.typed())
            .flat_map(|seed| in_base64(seed).into_iter().chain([seed.clone()]))
            .collect();
        all.extend([token.to_owned(), session.to_owned()]);
        all
    }

    /// What was typed in drafts.
    fn typed(&self) -> [&String; 3] {
        [&self.moved, &self.hidden, &self.deleted]
    }
}

/// What stays of a text in Base64, wherever in a longer one it begins.
fn in_base64(text: &str) -> Vec<String> {
    let shifted = |shift: usize| {
        let written = BASE64.encode(format!("{}{text}", "_".repeat(shift)).as_bytes());
        written[4..written.len() - 4].to_owned()
    };
    (0..3).map(shifted).collect()
}

/// The server as its own process, which logs all it can.
struct Running {
    folder: PathBuf,
    child: Child,
    address: SocketAddr,
}

impl Running {
    async fn start(folder: &Path, kubeconfig: &Path, token: &str) -> Self {
        // A port that was free a moment ago.
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        std::fs::write(folder.join("token"), token).unwrap();
        let config = format!(
            "[[clusters]]\nslug = \"test\"\nkubeconfig = {:?}\n\n[[teams]]\nid = \"shop\"\n\n\
             [[members]]\nname = \"shop-dev\"\nteams = [\"shop\"]\ntoken_file = {:?}\n",
            kubeconfig.display().to_string(),
            folder.join("token").display().to_string(),
        );
        std::fs::write(folder.join("slipway.toml"), config).unwrap();
        let log = std::fs::File::create(folder.join("log")).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_slipway"))
            .args(["serve", "--listen", &address.to_string(), "--log-level", "trace"])
            .arg("--data-dir")
            .arg(folder.join("data"))
            .arg("--config")
            .arg(folder.join("slipway.toml"))
            .env_clear()
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        until("the server listens", async || {
            tokio::net::TcpStream::connect(address).await.ok()
        })
        .await;
        Self {
            folder: folder.to_owned(),
            child,
            address,
        }
    }

    /// All bytes of the data folder.
    fn kept(&self) -> Vec<(String, Vec<u8>)> {
        let files = std::fs::read_dir(self.folder.join("data")).unwrap();
        files
            .map(|file| {
                let path = file.unwrap().path();
                (path.display().to_string(), std::fs::read(&path).unwrap())
            })
            .collect()
    }

    /// Whether none of these texts is in any byte of the data folder.
    fn holds_none_of(&self, texts: &[&String]) -> bool {
        self.kept().iter().all(|(_, bytes)| {
            let text = String::from_utf8_lossy(bytes);
            texts.iter().all(|seed| !text.contains(*seed))
        })
    }

    fn log(&self) -> Vec<u8> {
        std::fs::read(self.folder.join("log")).unwrap()
    }
}

/// A member who keeps every byte that the server answers.
#[derive(Clone)]
struct Witness {
    client: Client,
    heard: Arc<Mutex<Vec<u8>>>,
    /// Ends with it.
    listening: Arc<Mutex<JoinSet<()>>>,
}

impl Witness {
    fn of(client: Client) -> Self {
        Self {
            client,
            heard: Arc::default(),
            listening: Arc::default(),
        }
    }

    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let json = self
            .client
            .clone()
            .with_header("content-type", "application/json");
        let client = headers
            .iter()
            .fold(json, |client, (name, value)| client.with_header(name, value));
        let bytes = if body.is_null() {
            Bytes::new()
        } else {
            body.to_string().into()
        };
        let answer = client.send(method, path, bytes).await;
        let mut heard = self.heard.lock().unwrap();
        heard.extend(format!("{path} {:?}", answer.headers).bytes());
        heard.extend(&answer.body);
        answer
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], &Value::Null).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::POST, path, &[], body).await
    }

    /// Listens to everything that is told of a topic.
    async fn listens(&self, topic: &str) {
        let path = format!("{}?topics={topic}", paths::STREAM);
        let answer = self.client.open(Method::GET, &path, Bytes::new()).await;
        assert_eq!(answer.status(), 200);
        let (mut body, heard) = (answer.into_body(), self.heard.clone());
        self.listening.lock().unwrap().spawn(async move {
            while let Some(Ok(frame)) = body.frame().await {
                if let Some(bytes) = frame.data_ref() {
                    heard.lock().unwrap().extend(bytes);
                }
            }
        });
    }

    /// Looks at a draft in every way there is.
    async fn looks_at(&self, draft: &DraftView) {
        for path in [
            paths::draft,
            paths::draft_plan,
            paths::draft_changes,
            paths::draft_merge,
        ] {
            self.get(&path(&draft.id)).await;
        }
        self.post(&paths::draft_checks(&draft.id), &Value::Null).await;
    }

    async fn edited(&self, draft: &DraftView, field: &str, value: &str) -> DraftView {
        let mut content = draft.content.clone();
        content.leaf_mut(field).unwrap().set(value);
        let seen = format!("\"{}\"", draft.revision);
        let body = json!({ "content": content });
        self.ask(
            Method::PUT,
            &paths::draft(&draft.id),
            &[("if-match", &seen)],
            &body,
        )
        .await
        .json(200)
    }

    /// Asks for an operation.
    async fn asks_for(&self, path: &str, seen: u64, body: &Value) -> Answer {
        let (seen, key) = (format!("\"{seen}\""), format!("{path} {seen} {body}"));
        let headers = [("if-match", seen.as_str()), ("idempotency-key", key.as_str())];
        self.ask(Method::POST, path, &headers, body).await
    }

    /// The same, to its end, which is success.
    async fn does(&self, path: &str, seen: u64, body: &Value) {
        let ended = self.does_all(path, seen, body).await;
        assert_eq!(ended.state, OperationState::Succeeded, "{ended:#?}");
    }

    /// The same, to whatever end.
    async fn does_all(&self, path: &str, seen: u64, body: &Value) -> OperationView {
        let started: OperationView = self.asks_for(path, seen, body).await.json(202);
        self.listens(&format!("operation:{}", started.id)).await;
        let ended = until("the operation ends", async || {
            let view: OperationView = self.get(&paths::operation(&started.id)).await.json(200);
            view.state.is_final().then_some(view)
        })
        .await;
        self.get(&paths::operation_receipt(&started.id)).await.demand(200);
        ended
    }

    async fn submits(&self, draft: &DraftView) {
        self.does(&paths::draft_operations(&draft.id), draft.revision, &Value::Null)
            .await;
    }
}

/// The guide's example with every way in which an app takes something from a Secret.
fn takes_secrets(draft: &mut Value) {
    let container = &mut draft["containers"][0];
    container["env"] = json!([
        { "id": 3, "kind": "secret", "name": "PASSWORD", "object": NAMES[0], "key": "password" },
        { "id": 30, "kind": "secret", "object": NAMES[0], "prefix": "ALL_" },
    ]);
    container["pull_secrets"] = json!([{ "id": 31, "name": NAMES[1] }]);
    container["mounts"] = json!([{ "id": 32, "volume": "values", "path": "/values" }]);
    draft["volumes"] = json!([{ "id": 33, "name": "values", "kind": "secret", "object": NAMES[0] }]);
    draft["ingresses"][0]["tls"] = json!([{ "id": 34, "host": "foo.bar.com", "secret": NAMES[2] }]);
}

/// Everything that can be done with an app, from its first draft to its end.
async fn a_whole_life(witness: &Witness, namespace: &str, deployments: &Api<Deployment>) {
    let at = |path: fn(&str, &str, &str, &str) -> String| path("test", namespace, "deployment", "nginx");
    witness.listens("apps:test").await;
    let draft = draft_of(&witness.client, "test", namespace, takes_secrets).await;
    witness.looks_at(&draft).await;
    // What stands in no Secret, and what has the wrong type.
    let wrong = witness.edited(&draft, "containers.1.env.3.key", "missing").await;
    let wrong = witness
        .edited(&wrong, "ingresses.6.tls.34.secret", NAMES[0])
        .await;
    witness.looks_at(&wrong).await;
    let draft = draft_of(&witness.client, "test", namespace, takes_secrets).await;
    witness.submits(&draft).await;
    let opened: DraftView = witness.post(&at(paths::app_drafts), &Value::Null).await.json(201);
    let opened = witness.edited(&opened, "containers.1.image", "nginx:1.28").await;
    witness.looks_at(&opened).await;
    witness.submits(&opened).await;

    let theirs = json!({ "spec": { "template": { "spec": { "containers": [{ "name": "nginx", "image": "nginx:theirs" }] } } } });
    let params = PatchParams {
        field_manager: Some("kubectl-edit".to_owned()),
        ..PatchParams::default()
    };
    deployments
        .patch("nginx", &params, &Patch::Strategic(theirs))
        .await
        .unwrap();
    for path in [
        paths::app,
        paths::app_drift,
        paths::app_revisions,
        paths::app_operations,
    ] {
        witness.get(&at(path)).await.demand(200);
    }
    let drifted: DraftView = witness.post(&at(paths::app_drafts), &Value::Null).await.json(201);
    let drifted = witness.edited(&drifted, "containers.1.image", "nginx:1.29").await;
    witness.looks_at(&drifted).await;
    witness
        .asks_for(
            &paths::draft_operations(&drifted.id),
            drifted.revision,
            &Value::Null,
        )
        .await
        .demand(409);
    for path in [
        paths::app_revision("test", namespace, "deployment", "nginx", "1"),
        paths::app_compare("test", namespace, "deployment", "nginx", "1", "2"),
    ] {
        witness.get(&path).await.demand(200);
    }
    let view: DeletionView = witness.get(&at(paths::app_deletion)).await.json(200);
    witness
        .does(
            &at(paths::app_operations),
            view.revision,
            &json!({ "kind": "delete" }),
        )
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seeded_secrets_are_in_no_answer_no_line_of_the_log_and_no_byte_of_the_data() {
    let cluster = local_cluster::shared().await;
    let (folder, seeds) = (tempfile::tempdir().unwrap(), Seeds::sown());
    let namespace = cluster.namespace("seeded").await.unwrap();
    let kube = cluster.client().await.unwrap();
    allow(&kube, &namespace, "shop-dev", "edit").await;
    seeds.planted(&Api::namespaced(kube.clone(), &namespace)).await;
    let deployments = Api::namespaced(kube.clone(), &namespace);
    a_foreign_app(&deployments).await;
    let proxy = Proxy::start(cluster).await.unwrap();
    let mut server = Running::start(folder.path(), proxy.kubeconfig(), &seeds.token).await;
    let client = Client::new(server.address).signed_in(&seeds.token).await;
    let session = client.cookie();
    let witness = Witness::of(client);

    until("the app is seen", async || {
        let path = paths::app("test", &namespace, "deployment", "theirs");
        (witness.get(&path).await.status == 200).then_some(())
    })
    .await;
    a_whole_life(&witness, &namespace, &deployments).await;
    a_foreign_life(&witness, &namespace).await;
    let drafts = a_switched_life(&witness, &seeds, &namespace, &proxy).await;
    everything_is_deleted(&witness.client, &seeds, &namespace, drafts).await;
    for path in [
        paths::DRAFTS,
        paths::OPERATIONS,
        paths::SESSION,
        "/metrics",
        "/no/such/path",
    ] {
        witness.get(path).await;
    }
    witness.get(&paths::apps("test")).await.demand(200);
    until("what was deleted is written over", async || {
        server.holds_none_of(&seeds.typed()).then_some(())
    })
    .await;
    let running = server.kept();
    server.child.kill().await.unwrap();

    // Seeds are letters and digits: what else is in the bytes does not matter.
    let text = |(place, bytes): (String, Vec<u8>)| (place, String::from_utf8_lossy(&bytes).into_owned());
    let places: Vec<(String, String)> = [
        ("the answers".to_owned(), witness.heard.lock().unwrap().clone()),
        ("the log".to_owned(), server.log()),
    ]
    .into_iter()
    .chain(running)
    .chain(server.kept())
    .map(text)
    .collect();
    for secret in seeds.all(&cluster.kubeconfig(), &session) {
        for (place, text) in &places {
            assert!(!text.contains(&secret), "{secret} is in {place}");
        }
    }
    the_scan_can_see(&places);
}

/// What may be told is found.
fn the_scan_can_see(places: &[(String, String)]) {
    assert!(places[0].1.contains(NAMES[0]) && places[1].1.contains("answered"));
    let kept: Vec<&String> = places[2..]
        .iter()
        .filter(|(_, text)| text.contains(NAMES[0]))
        .map(|(place, _)| place)
        .collect();
    assert!(
        !kept.is_empty(),
        "{:?}",
        places.iter().map(|(place, _)| place).collect::<Vec<_>>()
    );
}
