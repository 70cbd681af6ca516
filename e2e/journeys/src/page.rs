//! One tab of a browser: finding, typing, waiting, and demanding that nothing is wrong with it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use serde_json::{Value, json};
use thirtyfour::prelude::*;
use thirtyfour::{TypingData, WebDriver};

use crate::wait::{SOON, until};

/// Runs before any script of a page: keeps every violation of the content security policy, of every page of the tab.
pub(crate) const WATCHER: &str = r"
    addEventListener('securitypolicyviolation', (event) => {
        const seen = JSON.parse(sessionStorage.getItem('journey.violations') ?? '[]');
        seen.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample} (${event.sourceFile}:${event.lineNumber})`);
        sessionStorage.setItem('journey.violations', JSON.stringify(seen));
    });
";

/// The inside of a window on a small laptop, in CSS pixels.
pub(crate) const WIDTH: u32 = 1280;
/// Its height.
pub(crate) const HEIGHT: u32 = 900;

/// The address of no page at all.
pub const BLANK: &str = "about:blank";

/// A language of the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// Its tag, as `<html lang>` has it.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }
}

/// A theme of the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark text on a light ground.
    Light,
    /// Light text on a dark ground.
    Dark,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The answer to a request that a page sent by itself.
#[derive(Clone, Debug, Deserialize)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// One tab.
#[derive(Clone, Debug)]
pub struct Page {
    driver: WebDriver,
    origin: String,
}

impl Page {
    pub(crate) fn new(driver: WebDriver, origin: String) -> Self {
        Self { driver, origin }
    }

    /// The driver, for what is not here.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Opens a page by its path, or by its whole address.
    pub async fn open(&self, path: &str) -> anyhow::Result<()> {
        let url = if path.starts_with("http") || path == BLANK {
            path.to_owned()
        } else {
            format!("{}{path}", self.origin)
        };
        self.driver.goto(url).await?;
        Ok(())
    }

    /// Loads it again.
    pub async fn reload(&self) -> anyhow::Result<()> {
        Ok(self.driver.refresh().await?)
    }

    /// The path of the page, without the query.
    pub async fn path(&self) -> anyhow::Result<String> {
        Ok(self.driver.current_url().await?.path().to_owned())
    }

    /// Runs a script in the page and answers what it returns.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> anyhow::Result<Value> {
        Ok(self.driver.execute(script, arguments).await?.json().clone())
    }

    /// Runs a script whose last argument is to be called with the answer.
    pub async fn run_async(&self, script: &str, arguments: Vec<Value>) -> anyhow::Result<Value> {
        Ok(self.driver.execute_async(script, arguments).await?.json().clone())
    }

    /// Sends a command of the browser's own protocol for developers.
    pub async fn devtools(&self, method: &str, parameters: Value) -> anyhow::Result<Value> {
        Ok(self.driver.cdp().send_raw(method, parameters).await?)
    }

    /// The element that a CSS selector finds, once it is there.
    pub async fn find(&self, css: &str) -> anyhow::Result<WebElement> {
        until(&format!("{css} is in the page"), SOON, async || {
            Ok(self.driver.find_all(By::Css(css)).await?.into_iter().next())
        })
        .await
    }

    /// Whether a CSS selector finds anything now.
    pub async fn has(&self, css: &str) -> anyhow::Result<bool> {
        Ok(!self.driver.find_all(By::Css(css)).await?.is_empty())
    }

    /// The field of a path of the draft, e.g. `basics.name`.
    pub async fn field(&self, path: &str) -> anyhow::Result<WebElement> {
        self.find(&format!("[id='{path}']")).await
    }

    /// What stands in a field now.
    pub async fn value(&self, path: &str) -> anyhow::Result<String> {
        Ok(self.field(path).await?.prop("value").await?.unwrap_or_default())
    }

    /// Replaces what stands in a text field, by keys, as a person does.
    pub async fn fill(&self, path: &str, text: &str) -> anyhow::Result<()> {
        let field = self.field(path).await?;
        field.scroll_into_view().await?;
        field
            .click()
            .await
            .with_context(|| format!("{path} cannot be clicked"))?;
        field.send_keys(Key::Control + "a").await?;
        field
            .send_keys(if text.is_empty() {
                TypingData::from(Key::Delete)
            } else {
                TypingData::from(text)
            })
            .await?;
        let now = self.value(path).await?;
        ensure!(now == text, "{path} holds {now:?} after typing {text:?}");
        Ok(())
    }

    /// Chooses in a list by what is stored.
    pub async fn choose(&self, path: &str, value: &str) -> anyhow::Result<()> {
        let option = self
            .find(&format!("[id='{path}'] option[value='{value}']"))
            .await?;
        option
            .click()
            .await
            .with_context(|| format!("{value} cannot be chosen in {path}"))
    }

    /// Turns a switch on or off, by clicking its label as the input itself is drawn over.
    pub async fn switch(&self, path: &str) -> anyhow::Result<()> {
        self.click(&format!("label.pf-v6-c-switch[for='{path}']")).await
    }

    /// Clicks what a CSS selector finds, once it is there and can be clicked.
    pub async fn click(&self, css: &str) -> anyhow::Result<()> {
        until(&format!("{css} can be clicked"), SOON, async || {
            let Some(element) = self.driver.find_all(By::Css(css)).await?.into_iter().next() else {
                return Ok(None);
            };
            element.scroll_into_view().await?;
            element.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// Clicks the button or link with this text, once it is there and can be clicked. `within` narrows the search.
    pub async fn press(&self, within: &str, text: &str) -> anyhow::Result<()> {
        until(&format!("{text:?} can be pressed"), SOON, async || {
            let found = self.run(FIND_BY_TEXT, vec![json!(within), json!(text)]).await?;
            if found.is_null() {
                return Ok(None);
            }
            let element = WebElement::from_json(found, self.driver.handle().clone())?;
            element.scroll_into_view().await?;
            element.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// The visible text of what a CSS selector finds; empty where it finds nothing.
    pub async fn text(&self, css: &str) -> anyhow::Result<String> {
        let text = self
            .run(
                "return document.querySelector(arguments[0])?.innerText ?? ''",
                vec![json!(css)],
            )
            .await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the visible text of what a CSS selector finds holds a text, and answers all of it.
    pub async fn says(&self, css: &str, text: &str, within: Duration) -> anyhow::Result<String> {
        until(&format!("{css} says {text:?}"), within, async || {
            let now = self.text(css).await?;
            Ok(now.contains(text).then_some(now))
        })
        .await
    }

    /// Waits until a script returns something true.
    pub async fn holds(&self, what: &str, within: Duration, script: &str) -> anyhow::Result<()> {
        until(what, within, async || {
            let answer = self.run(script, vec![]).await?;
            Ok((answer == json!(true)).then_some(()))
        })
        .await
    }

    /// Waits until nothing is loading any more.
    pub async fn settled(&self) -> anyhow::Result<()> {
        let script = "return document.querySelector('main') !== null && document.querySelector('[aria-busy=true], .pf-v6-c-skeleton') === null";
        self.holds("nothing is loading any more", SOON, script).await
    }

    /// Waits until the element with this id has the focus.
    pub async fn holds_focus(&self, id: &str) -> anyhow::Result<()> {
        let what = format!("{id} has the focus");
        until(&what, SOON, async || {
            let now = self.run("return document.activeElement.id", vec![]).await?;
            Ok((now == json!(id)).then_some(()))
        })
        .await
    }

    /// Presses keys wherever the focus is.
    pub async fn keys(&self, keys: impl Into<TypingData>) -> anyhow::Result<()> {
        self.driver
            .action_chain()
            .send_keys(keys.into())
            .perform()
            .await?;
        Ok(())
    }

    /// Sends a request as the page's own scripts do, with the same cookies.
    pub async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: Value,
        body: Option<Value>,
    ) -> anyhow::Result<Answer> {
        let arguments = vec![
            json!(method),
            json!(path),
            headers,
            json!(body.map(|body| body.to_string())),
        ];
        let answer = self.run_async(FETCH, arguments).await?;
        serde_json::from_value(answer.clone())
            .with_context(|| format!("{method} {path} was not answered: {answer}"))
    }

    /// Reads from the API what must be there.
    pub async fn read(&self, path: &str) -> anyhow::Result<Value> {
        let answer = self.ask("GET", path, json!({}), None).await?;
        ensure!(answer.status == 200, "GET {path} was answered {answer:?}");
        Ok(serde_json::from_str(&answer.body)?)
    }

    /// The size of the window's inside, in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) -> anyhow::Result<()> {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await?;
        Ok(())
    }

    /// Shows the page in a language, by the product's own list of languages. It may be folded away, and opening a menu
    /// would change what is looked at, so the choice is made without the mouse.
    pub async fn speak(&self, language: Language) -> anyhow::Result<()> {
        let tag = language.tag();
        let list = format!("select:has(> option[value='{tag}'])");
        self.find(&list).await?;
        self.run(CHOOSE, vec![json!(list), json!(tag)]).await?;
        let chosen = format!("return document.documentElement.lang === '{tag}'");
        self.holds("the language has changed", SOON, &chosen).await
    }

    /// Shows the page in a theme. Only the class is set, so that nobody's choice is stored; colours on their way from one
    /// theme to the other are taken to their end.
    pub async fn paint(&self, theme: Theme) -> anyhow::Result<()> {
        let script = "document.documentElement.classList.toggle('pf-v6-theme-dark', arguments[0])";
        self.run(script, vec![json!(theme == Theme::Dark)]).await?;
        self.holds("nothing changes its colour any more", SOON, STILL)
            .await
    }

    /// Everything the console and the policy have complained about since the last time.
    pub async fn complaints(&self) -> anyhow::Result<Vec<String>> {
        let log = self.driver.browser_log().await?;
        let mut complaints: Vec<String> = log
            .into_iter()
            .filter(|entry| entry.level == "SEVERE")
            .map(|entry| entry.message)
            .collect();
        let violations = self.run(VIOLATIONS, vec![]).await?;
        let violations: Vec<String> = serde_json::from_value(violations)?;
        complaints.extend(violations);
        Ok(complaints)
    }

    /// Fails if console or policy have complained since the last time.
    pub async fn quiet(&self) -> anyhow::Result<()> {
        let complaints = self.complaints().await?;
        ensure!(
            complaints.is_empty(),
            "the browser complains at {}:\n{}",
            self.path().await?,
            complaints.join("\n")
        );
        Ok(())
    }

    /// As [`quiet`](Self::quiet), but answers that the server or the network was expected to refuse are let through: the
    /// browser itself writes those to the console, and no page can prevent it. Each must hold one of these texts.
    pub async fn quiet_but_for(&self, expected: &[&str]) -> anyhow::Result<()> {
        let complaints = self.complaints().await?;
        let foreign = |text: &&String| {
            !(text.contains("Failed to load resource") || text.contains("net::"))
                || !expected.iter().any(|expected| text.contains(expected))
        };
        let left: Vec<_> = complaints.iter().filter(foreign).collect();
        if !left.is_empty() {
            bail!("the browser complains at {}:\n{left:#?}", self.path().await?);
        }
        Ok(())
    }

    /// Saves what the page looks like.
    pub async fn save_png(&self, file: &Path) -> anyhow::Result<()> {
        let picture = self
            .devtools("Page.captureScreenshot", json!({ "format": "png" }))
            .await?;
        let data = picture["data"].as_str().context("no picture")?;
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(file, BASE64.decode(data)?)?;
        Ok(())
    }
}

const FIND_BY_TEXT: &str = r#"
    const [within, text] = arguments;
    const shown = (element) => element.checkVisibility() && !element.disabled && element.getAttribute("aria-disabled") !== "true";
    for (const root of document.querySelectorAll(within)) {
        for (const element of root.querySelectorAll("button, a, [role=tab], [role=menuitem], summary")) {
            const name = element.getAttribute("aria-label") ?? element.innerText;
            if (name.trim() === text && shown(element)) return element;
        }
    }
    return null;
"#;

const CHOOSE: &str = r#"
    const [list, value] = arguments;
    const select = document.querySelector(list);
    if (select.value !== value) {
        select.value = value;
        select.dispatchEvent(new Event("change", { bubbles: true }));
    }
"#;

const STILL: &str = r"
    const moving = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    moving.forEach((animation) => animation.finish());
    return moving.length === 0;
";

const FETCH: &str = r#"
    const [method, path, more, body, done] = arguments;
    const headers = { "X-Slipway": "1", ...(body && { "Content-Type": "application/json" }), ...more };
    fetch(path, { method, body, headers }).then(
        async (answer) => done({ status: answer.status, body: await answer.text() }),
        (reason) => done({ error: String(reason) }),
    );
"#;

const VIOLATIONS: &str = r#"
    const seen = JSON.parse(sessionStorage.getItem("journey.violations") ?? "[]");
    sessionStorage.removeItem("journey.violations");
    return seen;
"#;
