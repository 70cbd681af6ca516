//! How many bytes a person waits for before the first page.

use std::path::{Path, PathBuf};

/// What we aim at for all files together, compressed.
const AIM: u64 = 208_000;
/// What a build may not pass, for all files together and by kind: a little more than it needs today.
const LIMITS: [(&str, u64); 3] = [("", 540_000), ("wasm", 500_000), ("css", 40_000)];

/// Prints the sizes, and refuses a build over its budget.
pub(crate) fn check(files: &[PathBuf]) -> anyhow::Result<()> {
    let sizes = files
        .iter()
        .map(|file| Ok((file.as_path(), size(file)?, size(&pressed(file))?)));
    let sizes = sizes.collect::<anyhow::Result<Vec<_>>>()?;
    println!("{:>10} {:>10}  file", "bytes", "brotli");
    for (file, raw, brotli) in &sizes {
        println!(
            "{raw:>10} {brotli:>10}  {}",
            file.file_name().unwrap_or_default().display()
        );
    }
    let total = |kind: &str| -> u64 {
        sizes
            .iter()
            .filter(|(file, ..)| kind.is_empty() || file.extension().is_some_and(|e| e == kind))
            .map(|size| size.2)
            .sum()
    };
    println!("{:>10} {:>10}  to the first page (aim: {AIM})", "", total(""));
    for (kind, limit) in LIMITS {
        let real = total(kind);
        anyhow::ensure!(
            real <= limit,
            "over budget: {real} bytes of {kind:?} compressed, {limit} allowed"
        );
    }
    Ok(())
}

fn size(file: &Path) -> anyhow::Result<u64> {
    Ok(file.metadata()?.len())
}

fn pressed(file: &Path) -> PathBuf {
    file.with_added_extension("br")
}
