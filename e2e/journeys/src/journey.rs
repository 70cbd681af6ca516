//! What a journey stands on, from start to end.

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

use anyhow::Context;
use futures::FutureExt;
use local_cluster::{Cluster, Release, build, shared};
use tokio::sync::Mutex;

use crate::processes::Processes;
use crate::{Browser, Page, Server, Settings};

/// One browser at a time: two would only wait for each other.
static TURN: Mutex<()> = Mutex::const_new(());

/// A cluster, a server on it and a browser in front.
#[derive(Debug)]
pub struct Journey<'c> {
    /// The control plane.
    pub cluster: &'c Cluster,
    /// The server.
    pub server: Server,
    /// The browser.
    pub browser: Browser,
    processes: Processes,
}

/// How a journey ends.
pub type Report = anyhow::Result<()>;

/// Takes a journey through the plain server of single-user mode, on the cluster that all journeys share.
///
/// # Panics
/// When the journey fails. What the browser showed last and what the server wrote stay in `target/journeys`.
pub async fn journey(name: &str, steps: impl AsyncFnOnce(&Journey<'_>) -> Report) {
    Journey::on(name, Settings::default(), None, steps).await;
}

/// Lets a browser look at pages that are not the product's, served at `origin`.
///
/// # Panics
/// When a step fails.
pub async fn visit(origin: String, steps: impl AsyncFnOnce(&Page) -> Report) {
    let _turn = TURN.lock().await;
    let report = async {
        let programs = build::build(Release::default(), &build::to_stderr)?;
        let processes = Processes::new(&programs.path("guard"))?;
        let browser = Browser::start(&processes, "chromium", origin).await?;
        let report = steps(&browser.page()).await;
        browser.end().await?;
        processes.end().await?;
        report
    };
    if let Err(error) = report.await {
        panic!("{}", told(&error));
    }
}

impl Journey<'_> {
    /// Takes a journey through a server of other settings, or on a cluster of its own.
    ///
    /// # Panics
    /// When the journey fails.
    pub async fn on(
        name: &str,
        settings: Settings,
        cluster: Option<&Cluster>,
        steps: impl AsyncFnOnce(&Journey<'_>) -> Report,
    ) {
        let _turn = TURN.lock().await;
        let cluster = match cluster {
            Some(cluster) => cluster,
            None => shared().await,
        };
        let processes = Processes::new(&cluster.program("guard")).unwrap_or_else(|error| panic!("{error:?}"));
        let report = Self::travel(name, &settings, cluster, &processes, steps).await;
        let ended = processes.end().await;
        if let Err(error) = report.and(ended) {
            panic!("{}", told(&error));
        }
    }

    async fn travel(
        name: &str,
        settings: &Settings,
        cluster: &Cluster,
        processes: &Processes,
        steps: impl AsyncFnOnce(&Journey<'_>) -> Report,
    ) -> Report {
        let server = Server::start(processes, cluster, settings).await?;
        let browser = Browser::start(processes, "chromium", server.origin()).await?;
        let journey = Journey {
            cluster,
            server,
            browser,
            processes: processes.clone(),
        };
        // A failed assertion, too, is to leave a picture behind.
        let report = AssertUnwindSafe(steps(&journey)).catch_unwind().await;
        let report = report.unwrap_or_else(|panic| Err(anyhow::anyhow!("{}", words_of(panic.as_ref()))));
        let report = match report {
            Ok(()) => journey.page().quiet().await.context("at the end"),
            Err(error) => Err(error),
        };
        let report = match report {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(journey.last_seen(name).await)),
        };
        journey.browser.end().await?;
        report
    }

    /// The tab in front.
    pub fn page(&self) -> Page {
        self.browser.page()
    }

    /// Another browser, with a profile of its own. `name` tells it from others of the journey.
    pub async fn another_browser(&self, name: &str) -> anyhow::Result<Browser> {
        Browser::start(&self.processes, name, self.server.origin()).await
    }

    /// Keeps what there was to see when a journey failed, and says where.
    async fn last_seen(&self, name: &str) -> String {
        let folder = results();
        let page = self.page();
        let picture = folder.join(format!("{name}.png"));
        let kept = page.save_png(&picture).await.is_ok();
        let log = folder.join(format!("{name}.log"));
        let wrote = std::fs::write(&log, self.server.log()).is_ok();
        let url = page
            .driver()
            .current_url()
            .await
            .map(|url| url.to_string())
            .unwrap_or_default();
        let text = page.text("body").await.unwrap_or_default();
        let complaints = page.complaints().await.unwrap_or_default();
        let complaints: Vec<String> = complaints.iter().map(|text| beginning(text)).collect();
        let complaints = complaints.join("\n");
        format!(
            "{name} ended at {url}\n  picture: {}\n  server's log: {}\n--- the page said\n{text}\n--- the browser said\n{complaints}\n---",
            if kept {
                picture.display().to_string()
            } else {
                "none".to_owned()
            },
            if wrote {
                log.display().to_string()
            } else {
                "none".to_owned()
            },
        )
    }
}

/// As much of a complaint as tells what it is about; a panic brings its whole stack.
fn beginning(text: &str) -> String {
    text.chars().take(400).collect()
}

/// An error with its causes, one a line.
fn told(error: &anyhow::Error) -> String {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    causes.join("\n")
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let words = panic.downcast_ref::<String>().cloned();
    words
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default()
}

fn results() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/journeys")
}
