//! The accessibility rules of WCAG 2.0 to 2.2, A and AA, as far as a program can judge them.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::json;

use crate::{Language, Page, Theme};

const RULES: [&str; 4] = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];

#[derive(Debug, Deserialize)]
struct Violation {
    id: String,
    help: String,
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    target: serde_json::Value,
    html: String,
    failure_summary: String,
}

impl Page {
    /// Demands that nothing is wrong with the page as it is now: no complaint of the browser, and no accessibility rule
    /// broken in either language and theme. `name` says which page, and names its screenshots if those are asked for.
    pub async fn is_sound(&self, name: &str) -> anyhow::Result<()> {
        self.settled().await?;
        self.quiet()
            .await
            .with_context(|| format!("on the page {name}"))?;
        let before = self.run("return document.documentElement.lang", vec![]).await?;
        for language in Language::ALL {
            self.speak(language).await?;
            for theme in Theme::ALL {
                self.paint(theme).await?;
                self.obeys_rules()
                    .await
                    .with_context(|| format!("on the page {name} in {language:?}, {theme:?}"))?;
                self.shoot(name, language, theme).await?;
            }
        }
        self.paint(Theme::Light).await?;
        self.speak(if before == json!("zh-CN") {
            Language::Chinese
        } else {
            Language::English
        })
        .await?;
        self.quiet().await.with_context(|| format!("on the page {name}"))
    }

    /// Demands that the page as it is now breaks no accessibility rule.
    pub async fn obeys_rules(&self) -> anyhow::Result<()> {
        if !self
            .run("return 'axe' in window", vec![])
            .await?
            .as_bool()
            .unwrap_or_default()
        {
            self.run(&format!("{}\nwindow.axe = axe;", source()?), vec![])
                .await?;
        }
        let found = self.run_async(RUN, vec![json!(RULES)]).await?;
        let violations: Vec<Violation> = serde_json::from_value(found).context("axe did not run")?;
        if !violations.is_empty() {
            bail!("{}", violations.iter().map(told).collect::<String>());
        }
        Ok(())
    }
}

fn told(violation: &Violation) -> String {
    let places = violation.nodes.iter().map(|node| {
        format!(
            "    {} {}\n      {}\n",
            node.target,
            node.html,
            node.failure_summary.replace('\n', " ")
        )
    });
    format!(
        "{}: {}\n{}",
        violation.id,
        violation.help,
        places.collect::<String>()
    )
}

/// axe-core, from where the browser build has it.
fn source() -> anyhow::Result<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let file: PathBuf = root.join("xtask/web/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&file).with_context(|| {
        format!(
            "there is no {}; it comes with: cargo xtask build --dev",
            file.display()
        )
    })
}

const RUN: &str = r#"
    const [rules, done] = arguments;
    axe.run(document, { runOnly: rules, resultTypes: ["violations"] }).then(
        (result) => done(result.violations),
        (reason) => done(String(reason)),
    );
"#;
