//! Pictures of every page, for people to look at: set `SLIPWAY_SCREENSHOTS` to a folder.

use std::path::PathBuf;

use crate::{Language, Page, Theme};

const SIZES: [(u32, u32); 2] = [(1024, 768), (1440, 900)];

impl Page {
    /// Saves the page at the widths of a small and a large laptop, if screenshots are asked for.
    pub(crate) async fn shoot(&self, name: &str, language: Language, theme: Theme) -> anyhow::Result<()> {
        let Some(folder) = std::env::var_os("SLIPWAY_SCREENSHOTS").map(PathBuf::from) else {
            return Ok(());
        };
        for (width, height) in SIZES {
            self.resize(width, height).await?;
            let file = format!("{name}-{}-{}-{width}.png", language.tag(), theme.name());
            self.save_png(&folder.join(file)).await?;
        }
        self.resize(1280, 900).await
    }
}
