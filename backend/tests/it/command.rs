//! The program as it is started and stopped by people.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use http::Method;
use serde_json::json;
use slipway_api::paths;

use crate::support::Client;

fn slipway(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_slipway"));
    command
        .env_clear()
        .env("HOME", folder)
        .args(arguments)
        .arg("--data-dir")
        .arg(folder.join("data"));
    command
}

fn serve(folder: &Path) -> Command {
    let kubeconfig = crate::support::kubeconfig_to_nowhere(folder);
    let mut command = slipway(folder, &["serve", "--listen", "127.0.0.1:0"]);
    command.arg("--kubeconfig").arg(kubeconfig).stderr(Stdio::piped());
    command
}

struct Running(Child);

impl Running {
    fn start(folder: &Path) -> Self {
        Self::of(serve(folder), folder)
    }

    fn of(mut command: Command, folder: &Path) -> Self {
        let child = command.spawn().unwrap();
        let deadline = Instant::now() + Duration::from_mins(1);
        while !folder.join("data/sign-in").exists() {
            assert!(Instant::now() < deadline, "the server starts");
            // Looking without a pause would keep a processor from the server that is waited for.
            std::thread::park_timeout(Duration::from_millis(10));
        }
        Self(child)
    }

    fn terminate(mut self) -> std::process::ExitStatus {
        let pid = self.0.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        self.0.wait().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn words(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_link_is_printed_while_the_server_runs_and_gone_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let before = words(&slipway(folder.path(), &["sign-in"]).output().unwrap());
    let server = Running::start(folder.path());

    let during = words(&slipway(folder.path(), &["sign-in"]).output().unwrap());
    let ended = server.terminate();
    let after = words(&slipway(folder.path(), &["sign-in"]).output().unwrap());

    assert!(
        during.1.starts_with("http://127.0.0.1:") && during.1.contains("/sign-in#"),
        "{during:?}"
    );
    assert!(ended.success(), "{ended}");
    for gone in [before, after] {
        assert_eq!(gone.0, Some(1));
        assert!(gone.2.contains("is `slipway serve` running?"), "{gone:?}");
    }
}

/// glibc 2.36, malloc(3), mallopt(3): `M_ARENA_MAX` is eight for each processor unless `MALLOC_ARENA_MAX` says otherwise.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn the_server_has_one_heap_unless_somebody_chose_a_number() {
    let environment = |chosen: Option<&str>| {
        let folder = tempfile::tempdir().unwrap();
        let mut command = serve(folder.path());
        if let Some(number) = chosen {
            command.env("MALLOC_ARENA_MAX", number);
        }
        let server = Running::of(command, folder.path());
        let variables = std::fs::read(format!("/proc/{}/environ", server.0.id())).unwrap();
        let name = std::fs::read_to_string(format!("/proc/{}/comm", server.0.id())).unwrap();
        assert_eq!(name, "slipway\n");
        String::from_utf8(variables).unwrap()
    };

    assert!(environment(None).contains("MALLOC_ARENA_MAX=1\0"));
    assert!(environment(Some("5")).contains("MALLOC_ARENA_MAX=5\0"));
}

#[test]
fn a_second_server_on_the_same_folder_says_why_it_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let _first = Running::start(folder.path());

    let (code, _, complaint) = words(&serve(folder.path()).output().unwrap());

    assert_eq!(code, Some(1));
    assert!(complaint.contains("is in use by another slipway"), "{complaint}");
}

#[test]
fn a_server_that_was_killed_leaves_nothing_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Running::start(folder.path());
    first.0.kill().unwrap();
    first.0.wait().unwrap();
    std::fs::remove_file(folder.path().join("data/sign-in")).unwrap();

    let second = Running::start(folder.path());

    assert!(second.terminate().success());
}

#[tokio::test]
async fn no_secret_and_nothing_typed_reaches_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let mut command = serve(folder.path());
    command
        .args(["--log-level", "trace", "--log-format", "json"])
        .stderr(std::fs::File::create(&log).unwrap());
    let server = Running::of(command, folder.path());
    let link = std::fs::read_to_string(folder.path().join("data/sign-in")).unwrap();
    let (page, token) = link.trim().split_once("/sign-in#").unwrap();
    let nobody = Client::new(page.strip_prefix("http://").unwrap().parse().unwrap());

    let owner = nobody.clone().signed_in(token).await;
    let typed = json!({ "cluster": "nowhere", "content": { "basics": { "name": "TypedByHand" } } });
    owner.post(paths::DRAFTS, &typed).await.demand(201);
    owner.get("/api/v1/drafts?token=in-the-query").await;
    nobody
        .with_header("authorization", "Bearer of-bad-news")
        .get(paths::DRAFTS)
        .await
        .problem(401);
    server.terminate();

    let log = std::fs::read_to_string(log).unwrap();
    assert!(
        log.contains("\"route\":\"/api/v1/drafts\"") && log.contains("\"status\":201"),
        "{log}"
    );
    assert!(log.contains("\"person\":\"local\""), "{log}");
    let cookie = owner.cookie();
    for secret in [token, &cookie, "of-bad-news", "TypedByHand", "in-the-query"] {
        let told = log.lines().find(|line| line.contains(secret));
        assert_eq!(told, None, "{secret}");
    }
}

/// A request with a secret somewhere, and the status with which it is refused.
struct Refused {
    status: u16,
    method: Method,
    path: &'static str,
    header: Option<(&'static str, &'static str)>,
    body: String,
}

impl Refused {
    fn of(status: u16, method: Method, body: &str) -> Self {
        Self {
            status,
            method,
            path: paths::SESSION,
            header: (!body.is_empty()).then_some(("content-type", "application/json")),
            body: body.to_owned(),
        }
    }

    fn with(self, name: &'static str, value: &'static str) -> Self {
        let header = Some((name, value));
        Self { header, ..self }
    }

    fn at(self, path: &'static str) -> Self {
        Self { path, ..self }
    }

    /// One of each kind. The last one is refused for those before it.
    fn all() -> Vec<Self> {
        let large = format!("\"secret-large{}\"", " ".repeat(1024 * 1024));
        let (get, post) = (|status| Self::of(status, Method::GET, ""), Method::POST);
        let guess = |status| Self::of(status, Method::POST, r#"{"token": "secret-guess"}"#);
        let mut all = vec![
            Self::of(400, post.clone(), r#"{"token": "secret-unfinished"#),
            get(401).with("authorization", "Basic secret-basic"),
            Self::of(403, post.clone(), "").with("origin", "https://secret-origin.test"),
            get(404).at("/api/v1/secret-path?token=secret-query"),
            Self::of(405, Method::PATCH, r#"{"token": "secret-patched"}"#),
            Self::of(405, Method::from_bytes(b"secret-method").unwrap(), ""),
            Self::of(413, post.clone(), &large),
            Self::of(415, post.clone(), "secret-text").with("content-type", "text/plain"),
            get(421).with("host", "secret-host.test"),
            Self::of(422, post, r#"{"token": "a", "secret-field": "secret-value"}"#),
        ];
        all.extend((0..10).map(|_| guess(401)));
        all.push(guess(429));
        all
    }
}

#[tokio::test]
async fn no_secret_of_a_request_that_is_refused_or_fails_reaches_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let mut command = serve(folder.path());
    crate::support::kubeconfig_with(folder.path(), "{token: secret-of-the-kubeconfig}");
    command
        .args(["--log-level", "trace", "--log-format", "json"])
        .stderr(std::fs::File::create(&log).unwrap());
    let server = Running::of(command, folder.path());
    let link = std::fs::read_to_string(folder.path().join("data/sign-in")).unwrap();
    let (page, token) = link.trim().split_once("/sign-in#").unwrap();
    let nobody = Client::new(page.strip_prefix("http://").unwrap().parse().unwrap());
    let owner = nobody.clone().signed_in(token).await;

    let stale = format!("slipway-{}=secret-session", page.rsplit(':').next().unwrap());
    let strangers = nobody.clone().with_header("cookie", &stale);
    strangers.get(paths::SESSION).await.problem(401);
    let mut statuses = vec![503];
    for refused in Refused::all() {
        let client = match refused.header {
            Some((name, value)) => nobody.clone().with_header(name, value),
            None => nobody.clone(),
        };
        let answer = client
            .send(refused.method, refused.path, refused.body.into())
            .await;
        assert_eq!(
            answer.status,
            refused.status,
            "{}: {}",
            refused.path,
            answer.text()
        );
        statuses.push(refused.status);
    }
    crate::support::eventually("the cluster is known not to answer", async || {
        let answer = owner.get(&paths::apps("nowhere")).await;
        (answer.problem(503).code == "cluster_unreachable").then_some(())
    })
    .await;
    server.terminate();

    let log = std::fs::read_to_string(log).unwrap();
    for status in statuses {
        assert!(log.contains(&format!("\"status\":{status}")), "{status}");
    }
    for secret in ["secret-", token, &owner.cookie()] {
        let told = log.lines().find(|line| line.contains(secret));
        assert_eq!(told, None, "{secret}");
    }
}

#[test]
fn drafts_in_files_are_judged_with_an_exit_status_for_scripts() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        name.to_owned()
    };
    let good = file(
        "good.yaml",
        "basics: { namespace: default, name: web, replicas: 1 }\ncontainers: [{ image: nginx }]\n",
    );
    let bad = file("bad.yaml", "basics:\n  nmae: web\n");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_slipway"));
        words(
            &command
                .current_dir(folder.path())
                .args(arguments)
                .output()
                .unwrap(),
        )
    };

    let (code, json, lines) = run(&["validate", &good]);
    assert_eq!(code, Some(0), "a warning does not count: {lines}");
    assert!(
        json.contains("image_not_pinned") && lines.starts_with("good.yaml:2:23: warning: "),
        "{lines}"
    );
    let (code, json, lines) = run(&["validate", &good, &bad]);
    assert_eq!(code, Some(1));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[1]["issues"][0]["params"]["nearest"], "name");
    assert!(
        lines.contains("bad.yaml:2:3: error: basics.nmae: unknown_field, did you mean \"name\"?"),
        "{lines}"
    );
    let (code, objects, _) = run(&["plan", &good]);
    assert_eq!((code, objects.contains("kind: Deployment")), (Some(0), true));
    assert_eq!(run(&["plan", &bad]).0, Some(1));
    let (code, schema, _) = run(&["schema"]);
    assert_eq!((code, schema.as_str()), (Some(0), slipway_model::file::SCHEMA));
}

#[test]
fn a_wrong_setting_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = |name: &str, value: &str| words(&serve(folder.path()).env(name, value).output().unwrap());

    let (code, _, complaint) = wrong("SLIPWAY_PUBLIC_URL", "https://slipway.test");

    assert_eq!(code, Some(1));
    assert!(complaint.contains("did you mean `public_urls`?"), "{complaint}");
}

#[test]
fn a_server_for_other_machines_warns_unless_its_proxies_are_named() {
    let warned = |proxies: &str| {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut command = slipway(folder.path(), &["serve", "--listen", "0.0.0.0:0"]);
        command
            .arg("--kubeconfig")
            .arg(crate::support::kubeconfig_to_nowhere(folder.path()))
            .env("SLIPWAY_PUBLIC_URLS", "https://slipway.test")
            .env("SLIPWAY_TRUSTED_PROXIES", proxies)
            .stderr(std::fs::File::create(&log).unwrap());
        Running::of(command, folder.path()).terminate();
        std::fs::read_to_string(log)
            .unwrap()
            .contains("without trusted_proxies")
    };

    assert!(warned(""));
    assert!(!warned("10.0.0.0/8"));
}

#[test]
fn the_version_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_slipway"))
        .env_clear()
        .env("HOME", folder.path())
        .arg("--version")
        .output();

    assert_eq!(
        words(&output.unwrap()).1,
        format!("slipway {}\n", env!("CARGO_PKG_VERSION"))
    );
}
