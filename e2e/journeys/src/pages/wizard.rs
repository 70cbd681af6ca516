//! The wizard.

use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use crate::wait::{SOON, until};
use crate::{Page, Server};

/// A step of the wizard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Application basics.
    Basics,
    /// The containers.
    Containers,
    /// Access and scaling.
    Advanced,
    /// What became of it.
    Done,
}

impl Step {
    /// Its button in the bar of steps.
    fn button(self) -> String {
        let place = match self {
            Self::Basics => 1,
            Self::Containers => 2,
            Self::Advanced => 3,
            Self::Done => 4,
        };
        format!(".wizard-steps li:nth-child({place}) button")
    }
}

/// The wizard in a tab.
#[derive(Clone, Debug)]
pub struct Wizard {
    page: Page,
}

impl Wizard {
    /// Opens an empty form.
    pub async fn begin(page: &Page, server: &Server) -> anyhow::Result<Self> {
        Self::at(page, &format!("/c/{}/create", server.cluster())).await
    }

    /// Opens a draft.
    pub async fn reopen(page: &Page, draft: &str) -> anyhow::Result<Self> {
        Self::at(page, &format!("/drafts/{draft}")).await
    }

    async fn at(page: &Page, path: &str) -> anyhow::Result<Self> {
        page.open(path).await?;
        Self::opened(page).await
    }

    /// The form that the tab is on its way to.
    pub async fn opened(page: &Page) -> anyhow::Result<Self> {
        let wizard = Self { page: page.clone() };
        wizard.open().await?;
        Ok(wizard)
    }

    /// Waits until the form is there.
    pub async fn open(&self) -> anyhow::Result<()> {
        self.page.find("[id='basics.namespace']").await?;
        self.page.settled().await
    }

    /// Goes to a step.
    pub async fn go(&self, step: Step) -> anyhow::Result<()> {
        self.page.click(&step.button()).await?;
        self.is_at(step).await
    }

    /// Waits until a step is shown.
    pub async fn is_at(&self, step: Step) -> anyhow::Result<()> {
        self.page
            .find(&format!("{}[aria-current=step]", step.button()))
            .await?;
        Ok(())
    }

    /// The path of the container that is shown.
    pub async fn shown_container(&self) -> anyhow::Result<String> {
        self.page.find("[role=tabpanel][id^='container-']").await?;
        self.only_row("containers").await
    }

    /// Opens every Service and Ingress for change.
    pub async fn unfold(&self) -> anyhow::Result<()> {
        while self.page.has("[id$='-change']").await? {
            self.page.click("[id$='-change']").await?;
        }
        Ok(())
    }

    /// The ids of the rows of a list that stand in the page, in order.
    pub async fn rows(&self, list: &str) -> anyhow::Result<Vec<u32>> {
        let script = r#"
            const start = `${arguments[0]}.`;
            const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
            const rows = ids.filter((id) => id.startsWith(start)).map((id) => Number(id.slice(start.length).split(/[.-]/)[0]));
            return [...new Set(rows.filter((row) => row > 0))];
        "#;
        Ok(serde_json::from_value(
            self.page.run(script, vec![json!(list)]).await?,
        )?)
    }

    /// The path of the only row of a list.
    pub async fn only_row(&self, list: &str) -> anyhow::Result<String> {
        let rows = self.rows(list).await?;
        ensure!(rows.len() == 1, "{list} has the rows {rows:?}");
        Ok(format!("{list}.{}", rows[0]))
    }

    /// Adds a row to a list and answers its path.
    pub async fn add_row(&self, list: &str) -> anyhow::Result<String> {
        self.add(list, &format!("{list}-add")).await
    }

    /// Creates the Service or the Ingress (`services`, `ingresses`) and answers its path.
    pub async fn create(&self, list: &str) -> anyhow::Result<String> {
        self.add(list, &format!("{list}-create")).await
    }

    async fn add(&self, list: &str, button: &str) -> anyhow::Result<String> {
        let before = self.rows(list).await?;
        self.page.click(&format!("[id='{button}']")).await?;
        let id = until(&format!("{list} has another row"), SOON, async || {
            Ok(self.rows(list).await?.into_iter().find(|id| !before.contains(id)))
        })
        .await?;
        Ok(format!("{list}.{id}"))
    }

    /// The path of the only row of a list, once it is there.
    pub async fn row_appears(&self, list: &str) -> anyhow::Result<String> {
        until(&format!("{list} has a row"), SOON, async || {
            Ok(Some(self.only_row(list).await?))
        })
        .await
    }

    /// What is said about a field, once anything is.
    pub async fn remark(&self, path: &str) -> anyhow::Result<String> {
        let css = format!("[id='{path}-remark']");
        until(&format!("something is said about {path}"), SOON, async || {
            Ok(Some(self.page.text(&css).await?).filter(|text| !text.trim().is_empty()))
        })
        .await
    }

    /// Waits until the page says that the server has all that is typed.
    pub async fn saved(&self) -> anyhow::Result<()> {
        self.page.says("#saving", "Draft saved", SOON).await?;
        Ok(())
    }

    /// Waits until the page says that somebody else has saved meanwhile.
    pub async fn conflicts(&self) -> anyhow::Result<()> {
        self.page
            .says(".wizard-notices", "Nothing was overwritten", SOON)
            .await?;
        Ok(())
    }

    /// Takes what the other one saved.
    pub async fn take_theirs(&self) -> anyhow::Result<()> {
        self.page.press(".wizard-notices", "Take the other version").await
    }

    /// Keeps what was typed here, over what the other one saved.
    pub async fn keep_mine(&self) -> anyhow::Result<()> {
        self.page.press(".wizard-notices", "Keep mine").await
    }

    /// Presses the button that creates the app.
    pub async fn ask_to_create(&self) -> anyhow::Result<()> {
        self.page.click("#create").await
    }

    /// Waits until the last step says that every object was created.
    pub async fn is_created(&self, within: Duration) -> anyhow::Result<()> {
        self.is_at(Step::Done).await?;
        self.page.says(".wizard-done", "Created: ", within).await?;
        Ok(())
    }

    /// Waits until the last step says that the app runs.
    pub async fn is_running(&self, within: Duration) -> anyhow::Result<()> {
        self.page.says(".wizard-done", "Running: ", within).await?;
        Ok(())
    }

    /// Follows the link to the app.
    pub async fn open_app(&self) -> anyhow::Result<()> {
        self.page.press(".wizard-done", "View the app").await?;
        self.page.settled().await
    }

    /// The id of the draft, from the address of the page.
    pub async fn draft(&self) -> anyhow::Result<String> {
        until("the address names the draft", SOON, async || {
            Ok(self
                .page
                .path()
                .await?
                .strip_prefix("/drafts/")
                .map(ToOwned::to_owned))
        })
        .await
    }

    /// What the server has of the draft.
    pub async fn stored(&self) -> anyhow::Result<Value> {
        let id = self.draft().await?;
        self.page.read(&format!("/api/v1/drafts/{id}")).await
    }

    /// What the server has at a path of the draft.
    pub async fn stored_at(&self, path: &str) -> anyhow::Result<String> {
        let stored = self.stored().await?;
        let mut here = &stored["content"];
        for segment in path.split('.') {
            here = match segment.parse::<u32>() {
                Ok(id) => {
                    let rows = here.as_array().context("not a list")?;
                    rows.iter()
                        .find(|row| row["id"] == id)
                        .with_context(|| format!("{path} is not stored"))?
                }
                Err(_) => &here[segment],
            };
        }
        here.as_str()
            .map(ToOwned::to_owned)
            .with_context(|| format!("{path} is not stored"))
    }
}
