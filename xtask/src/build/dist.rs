//! The folder that the server embeds.

use std::fs;
use std::path::{Path, PathBuf};

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};

/// `dist/`: the page, and under `assets/` what it refers to.
pub(crate) struct Dist {
    folder: PathBuf,
}

impl Dist {
    /// The folder without anything of an earlier build. The folder itself is part of the repository.
    pub(crate) fn emptied(root: &Path) -> anyhow::Result<Self> {
        let folder = root.join("dist");
        let assets = folder.join("assets");
        if assets.exists() {
            fs::remove_dir_all(&assets)?;
        }
        for page in ["index.html", "index.html.br", "index.html.gz"] {
            let page = folder.join(page);
            if page.exists() {
                fs::remove_file(page)?;
            }
        }
        fs::create_dir_all(assets)?;
        Ok(Self { folder })
    }

    /// Copies a file under a name that says its content; the answer is its address.
    pub(crate) fn add(&self, file: &Path, stem: &str, extension: &str) -> anyhow::Result<String> {
        let bytes = fs::read(file)?;
        let hash = BASE32_NOPAD.encode(&Sha256::digest(&bytes)[..10]).to_lowercase();
        let address = format!("/assets/{stem}-{hash}.{extension}");
        fs::write(self.folder.join(&address[1..]), bytes)?;
        Ok(address)
    }

    /// Adds the modules that are not loaded first, and writes their addresses into the script that names their files.
    /// The answer is what they are called now.
    pub(crate) fn add_parts(&self, parts: &[PathBuf], fetcher: &Path) -> anyhow::Result<Vec<String>> {
        let mut script = fs::read_to_string(fetcher)?;
        let mut addresses = Vec::new();
        for part in parts {
            let stem = part.file_stem().unwrap_or_default().to_string_lossy();
            let address = self.add(part, &stem, "wasm")?;
            script = addressed(&script, &stem, &address)?;
            addresses.push(address);
        }
        fs::write(fetcher, script)?;
        Ok(addresses)
    }

    /// Writes the page last, when everything it names is there. `{{name}}` in the template becomes an address.
    pub(crate) fn index(&self, template: &Path, names: &[(&str, String)]) -> anyhow::Result<()> {
        let mut page = fs::read_to_string(template)?;
        for (name, address) in names {
            page = page.replace(&format!("{{{{{name}}}}}"), address);
        }
        anyhow::ensure!(
            !page.contains("{{"),
            "index.html names something that is not built"
        );
        fs::write(self.folder.join("index.html"), page)?;
        Ok(())
    }

    /// Every file that is not a compressed copy.
    pub(crate) fn files(&self) -> anyhow::Result<Vec<PathBuf>> {
        let mut files = vec![self.folder.join("index.html")];
        for entry in fs::read_dir(self.folder.join("assets"))? {
            let path = entry?.path();
            if !matches!(path.extension().and_then(|e| e.to_str()), Some("br" | "gz")) {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }
}

/// A script that fetches a part by its address instead of its file. A part that nothing fetches is a mistake of the build.
fn addressed(script: &str, stem: &str, address: &str) -> anyhow::Result<String> {
    let file = format!("\"./{stem}.wasm\"");
    anyhow::ensure!(script.contains(&file), "nothing fetches {stem}");
    Ok(script.replace(&file, &format!("\"{address}\"")))
}

#[cfg(test)]
mod tests {
    use super::addressed;

    #[test]
    fn a_part_is_fetched_by_its_address() {
        let script = r#"fetch(new URL("./split_wizard.wasm", import.meta.url))"#;

        assert_eq!(
            addressed(script, "split_wizard", "/assets/split_wizard-0f.wasm").unwrap(),
            r#"fetch(new URL("/assets/split_wizard-0f.wasm", import.meta.url))"#
        );
        assert!(addressed(script, "wizard", "/assets/wizard-0f.wasm").is_err());
    }
}
