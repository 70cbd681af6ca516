//! Bytes to the first page, and to all pages, as a browser fetches them.

use std::collections::BTreeSet;
use std::path::Path;

use crate::figure::Report;
use crate::server::Server;

/// The page names what the browser loads before it draws anything; the scripts among that name what is fetched later.
pub(crate) async fn measure(server: &Server, report: &mut Report) -> anyhow::Result<()> {
    let named = assets(&text(server, "/").await?);
    let mut first = BTreeSet::from(["/".to_owned()]);
    first.extend(named);
    let mut later = BTreeSet::new();
    for script in first.iter().filter(|path| is_script(path)) {
        later.extend(assets(&text(server, script).await?));
    }
    let to_first = packed(server, &first).await?;
    let to_all = to_first + packed(server, &later.difference(&first).cloned().collect()).await?;
    report.number(
        &format!("bytes to the first page, {} files", first.len()),
        "kB",
        to_first,
        Some("≤ 208"),
    );
    report.number(
        &format!("bytes of all pages, {} files", first.union(&later).count()),
        "kB",
        to_all,
        None,
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

/// A file as it is.
async fn text(server: &Server, path: &str) -> anyhow::Result<String> {
    let asked = server.get(path).header("Accept-Encoding", "identity");
    Ok(asked.send().await?.error_for_status()?.text().await?)
}

/// How many kilobytes files have, compressed.
async fn packed(server: &Server, paths: &BTreeSet<String>) -> anyhow::Result<f64> {
    let mut total = 0;
    for path in paths {
        let asked = server.get(path).header("Accept-Encoding", "br");
        total += asked.send().await?.error_for_status()?.bytes().await?.len();
    }
    #[expect(clippy::cast_precision_loss, reason = "a few hundred thousand bytes")]
    let kilobytes = total as f64 / 1000.0;
    Ok(kilobytes)
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
