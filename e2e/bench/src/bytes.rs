//! Bytes to the first page, as a browser fetches them.

use std::collections::BTreeSet;
use std::path::Path;

use crate::figure::Report;
use crate::server::Server;

pub(crate) async fn measure(server: &Server, report: &mut Report) -> anyhow::Result<()> {
    let mut waiting = vec!["/".to_owned()];
    let mut seen = BTreeSet::from(["/".to_owned()]);
    let mut total = 0;
    while let Some(path) = waiting.pop() {
        let packed = server
            .get(&path)
            .header("Accept-Encoding", "br")
            .send()
            .await?
            .error_for_status()?;
        total += packed.bytes().await?.len();
        if path == "/" || is_script(&path) {
            let text = server
                .get(&path)
                .header("Accept-Encoding", "identity")
                .send()
                .await?
                .text()
                .await?;
            waiting.extend(
                assets(&text)
                    .into_iter()
                    .filter(|asset| seen.insert(asset.clone())),
            );
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a few hundred thousand bytes")]
    report.number(
        &format!("bytes to the first page, {} files", seen.len()),
        "kB",
        total as f64 / 1000.0,
        Some("≤ 208"),
    );
    Ok(())
}

/// What the model alone weighs, compressed.
pub(crate) fn weigh(module: &Path, report: &mut Report) -> anyhow::Result<()> {
    #[expect(clippy::cast_precision_loss, reason = "a few hundred thousand bytes")]
    let bytes = module.metadata()?.len() as f64;
    report.number(
        "bytes of the model alone, as wasm",
        "kB",
        bytes / 1000.0,
        Some("≤ 120"),
    );
    Ok(())
}

fn is_script(path: &str) -> bool {
    std::path::Path::new(path)
        .extension()
        .is_some_and(|extension| extension == "js")
}

/// Every path under `/assets/` that a text names.
fn assets(text: &str) -> Vec<String> {
    let end = |rest: &str| {
        rest.find(['"', '\'', '`', ')', ' ', '<', '?'])
            .unwrap_or(rest.len())
    };
    text.match_indices("/assets/")
        .map(|(at, _)| text[at..at + end(&text[at..])].to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::assets;

    #[test]
    fn assets_are_found_in_pages_and_scripts() {
        let text = r#"<script src="/assets/a.1.js"></script> import('/assets/b.2.wasm')"#;

        assert_eq!(assets(text), ["/assets/a.1.js", "/assets/b.2.wasm"]);
    }
}
