//! A Chromium with a fresh profile, and the driver that steers it.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::{Value, json};
use thirtyfour::{Capabilities, WebDriver};

use crate::Page;
use crate::page::{HEIGHT, WATCHER, WIDTH};
use crate::processes::Processes;
use crate::wait::{SOON, until};

/// Nothing that reaches out of this machine, and nothing that moves.
const ARGUMENTS: [&str; 17] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-popup-blocking",
    "--password-store=basic",
    "--force-prefers-reduced-motion",
    "--lang=en-US",
    "--remote-debugging-port=0",
];

/// A Chromium with a profile of its own.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    origin: String,
}

impl Browser {
    /// Starts one. `name` tells its profile from others of the journey.
    pub(crate) async fn start(processes: &Processes, name: &str, origin: String) -> anyhow::Result<Self> {
        let profile = processes.folder().join(name);
        let mut args: Vec<String> = ARGUMENTS.map(ToOwned::to_owned).to_vec();
        args.push(format!("--user-data-dir={}", profile.display()));
        args.push("about:blank".to_owned());
        processes.run(name, &program("chromium")?, args).await?;
        let address = format!("127.0.0.1:{}", debugging_port(&profile).await?);

        let driver = format!("{name}-driver");
        processes
            .run(&driver, &program("chromedriver")?, vec!["--port=0".to_owned()])
            .await?;
        let url = format!("http://127.0.0.1:{}", driver_port(processes, &driver).await?);
        let driver = WebDriver::new(url, capabilities(&address)?)
            .await
            .context("cannot steer the browser")?;
        let browser = Self { driver, origin };
        browser.prepare_tab().await?;
        Ok(browser)
    }

    /// The tab in front.
    pub fn page(&self) -> Page {
        Page::new(self.driver.clone(), self.origin.clone())
    }

    /// Opens another tab and brings it to the front.
    pub async fn new_tab(&self) -> anyhow::Result<()> {
        let tab = self.driver.new_tab().await?;
        self.driver.switch_to_window(tab).await?;
        self.prepare_tab().await
    }

    /// Brings a tab to the front, counted from 0 in the order they were opened.
    pub async fn show_tab(&self, position: usize) -> anyhow::Result<()> {
        let tabs = self.driver.windows().await?;
        let tab = tabs.into_iter().nth(position).context("there is no such tab")?;
        Ok(self.driver.switch_to_window(tab).await?)
    }

    /// Lets the driver go. The browser itself ends with the journey.
    pub async fn end(self) -> anyhow::Result<()> {
        Ok(self.driver.quit().await?)
    }

    /// Listens for violations before the first script of any page runs, and sets the size of a small laptop.
    async fn prepare_tab(&self) -> anyhow::Result<()> {
        let cdp = self.driver.cdp();
        cdp.send_raw("Page.enable", json!({})).await?;
        cdp.send_raw(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": WATCHER }),
        )
        .await?;
        self.page().resize(WIDTH, HEIGHT).await
    }
}

fn capabilities(address: &str) -> anyhow::Result<Capabilities> {
    let wanted = json!({
        "browserName": "chrome",
        "goog:chromeOptions": { "debuggerAddress": address },
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    let Value::Object(wanted) = wanted else {
        bail!("not an object")
    };
    Ok(wanted.into())
}

/// Chromium writes the port it chose into its profile.
async fn debugging_port(profile: &Path) -> anyhow::Result<u16> {
    let file = profile.join("DevToolsActivePort");
    until("Chromium has started", SOON, async || {
        let text = std::fs::read_to_string(&file)?;
        Ok(text.lines().next().map(str::parse).transpose()?)
    })
    .await
}

/// The driver says the port it chose in its log.
async fn driver_port(processes: &Processes, name: &str) -> anyhow::Result<u16> {
    until("chromedriver has started", SOON, async || {
        let log = processes.log(name);
        let said = log.split("started successfully on port ").nth(1);
        let digits = said.and_then(|rest| rest.split('.').next());
        Ok(digits.map(str::parse).transpose()?)
    })
    .await
}

fn program(name: &str) -> anyhow::Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file());
    found.with_context(|| {
        format!("there is no {name}; install it with: apt-get install chromium chromium-driver")
    })
}
