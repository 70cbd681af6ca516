//! Pictures of every page, for people to look at: set `SLIPWAYDEV_SCREENSHOTS` to a folder.

use std::path::PathBuf;

use serde_json::json;

use crate::page::{HEIGHT, WIDTH};
use crate::{Language, Page, Theme};

const WIDTHS: [u32; 3] = [390, 1024, 1440];

impl Page {
    /// Saves the page from top to bottom at the widths of a phone, a small and a large laptop, if screenshots are asked for.
    pub(crate) async fn shoot(&self, name: &str, language: Language, theme: Theme) -> anyhow::Result<()> {
        let Some(folder) = folder() else {
            return Ok(());
        };
        for width in WIDTHS {
            self.resize(width, HEIGHT).await?;
            self.resize(width, self.whole_height().await?).await?;
            let file = format!("{name}-{}-{}-{width}.png", language.tag(), theme.name());
            self.save_png(&folder.join(file)).await?;
        }
        self.resize(WIDTH, HEIGHT).await
    }

    /// Saves the upper part of the page as it is, if screenshots are asked for: a picture for the documents.
    pub async fn portrait(&self, name: &str) -> anyhow::Result<()> {
        let Some(folder) = folder() else {
            return Ok(());
        };
        self.resize(WIDTH, 840).await?;
        let corner = json!({ "type": "mouseMoved", "x": 1, "y": 1 });
        self.devtools("Input.dispatchMouseEvent", corner).await?;
        self.run(
            "document.activeElement.blur(); document.querySelector('main').scrollTo(0, 0)",
            vec![],
        )
        .await?;
        self.save_png(&folder.join(format!("{name}.png"))).await?;
        self.resize(WIDTH, HEIGHT).await
    }

    /// How high the window has to be for all of the page to be in it.
    async fn whole_height(&self) -> anyhow::Result<u32> {
        let script = "const main = document.querySelector('main');
            return Math.ceil(Math.max(innerHeight, innerHeight - main.clientHeight + main.scrollHeight))";
        let height = self.run(script, vec![]).await?.as_u64().unwrap_or_default();
        Ok(u32::try_from(height).unwrap_or(HEIGHT).min(4000))
    }
}

fn folder() -> Option<PathBuf> {
    std::env::var_os("SLIPWAYDEV_SCREENSHOTS").map(PathBuf::from)
}
