//! Typing at the speed of a person, and a network at the speed of a bad day.

use std::time::Duration;

use anyhow::ensure;
use serde_json::json;

use crate::Page;

/// Between two keys of somebody who types well: short enough for a word to fall into one pause of the autosave.
const BETWEEN_KEYS: Duration = Duration::from_millis(90);

impl Page {
    /// Types a text into the field that has the focus, key by key, and demands after each that the focus is still there
    /// and that the field holds all of what was typed. `before` is what it held.
    pub async fn type_on(&self, path: &str, before: &str, text: &str) -> anyhow::Result<()> {
        let mut typed = before.to_owned();
        for key in text.chars() {
            self.driver()
                .action_chain_with_delay(Some(BETWEEN_KEYS), None)
                .send_keys(key.to_string())
                .perform()
                .await?;
            typed.push(key);
            self.is_typing(path, &typed).await?;
        }
        Ok(())
    }

    /// Demands that a field has the focus and holds a text, both at one moment.
    pub async fn is_typing(&self, path: &str, text: &str) -> anyhow::Result<()> {
        let script = "const field = document.activeElement; return [field.id, field.value ?? null]";
        let now = self.run(script, vec![]).await?;
        ensure!(
            now == json!([path, text]),
            "{path} should have the focus and hold {text:?}, but it is {now}"
        );
        Ok(())
    }

    /// Lets every answer of the server arrive later.
    pub async fn delay_answers(&self, latency: Duration) -> anyhow::Result<()> {
        self.devtools("Network.enable", json!({})).await?;
        let conditions = json!({
            "offline": false,
            "latency": u64::try_from(latency.as_millis())?,
            "downloadThroughput": -1,
            "uploadThroughput": -1,
        });
        self.devtools("Network.emulateNetworkConditions", conditions)
            .await?;
        Ok(())
    }
}
