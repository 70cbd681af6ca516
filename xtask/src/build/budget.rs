//! How many bytes a person waits for before the first page.

use std::path::{Path, PathBuf};

/// What the files of the first page together may have, compressed.
const AIM: u64 = 208_000;
/// What a build may not pass, for the files of the first page together and by kind.
const LIMITS: [(&str, u64); 3] = [("", AIM), ("wasm", 182_000), ("css", 20_000)];

/// A file, with and without compression.
struct Weight<'a> {
    file: &'a Path,
    raw: u64,
    brotli: u64,
    /// Whether it is fetched after the first page.
    later: bool,
}

/// Prints the sizes, and refuses a build whose first page is over its budget. `later` are the addresses of what the
/// first page does without; index.html names everything else.
pub(crate) fn check(files: &[PathBuf], later: &[String]) -> anyhow::Result<()> {
    let weights = files.iter().map(|file| weigh(file, later));
    let weights = weights.collect::<anyhow::Result<Vec<_>>>()?;
    println!("{:>10} {:>10}  file", "bytes", "brotli");
    for weight in &weights {
        println!(
            "{:>10} {:>10}  {}{}",
            weight.raw,
            weight.brotli,
            weight.file.file_name().unwrap_or_default().display(),
            if weight.later { " (later)" } else { "" }
        );
    }
    let everything: u64 = weights.iter().map(|weight| weight.brotli).sum();
    println!(
        "{:>10} {:>10}  to the first page (aim: {AIM})",
        "",
        first(&weights, "")
    );
    println!("{:>10} {everything:>10}  with all that comes later", "");
    for (kind, limit) in LIMITS {
        let real = first(&weights, kind);
        anyhow::ensure!(
            real <= limit,
            "over budget: {real} bytes of {kind:?} compressed, {limit} allowed"
        );
    }
    Ok(())
}

/// What the first page needs of a kind of file, or of all.
fn first(weights: &[Weight], kind: &str) -> u64 {
    let needed = weights.iter().filter(|weight| !weight.later);
    needed
        .filter(|weight| kind.is_empty() || weight.file.extension().is_some_and(|e| e == kind))
        .map(|weight| weight.brotli)
        .sum()
}

fn weigh<'a>(file: &'a Path, later: &[String]) -> anyhow::Result<Weight<'a>> {
    Ok(Weight {
        file,
        raw: size(file)?,
        brotli: size(&file.with_added_extension("br"))?,
        later: later.iter().any(|address| file.ends_with(&address[1..])),
    })
}

fn size(file: &Path) -> anyhow::Result<u64> {
    Ok(file.metadata()?.len())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Weight, first};

    #[test]
    fn what_comes_later_does_not_count() {
        let weight = |name, brotli, later| Weight {
            file: Path::new(name),
            raw: 9,
            brotli,
            later,
        };
        let weights = [
            weight("app.wasm", 4, false),
            weight("app.css", 2, false),
            weight("wizard.wasm", 8, true),
        ];

        assert_eq!(first(&weights, ""), 6);
        assert_eq!(first(&weights, "wasm"), 4);
    }
}
