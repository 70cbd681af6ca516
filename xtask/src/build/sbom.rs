//! What the server is made of, as a `CycloneDX` document beside the binary: the crates of the server and of the browser app
//! that it embeds, what only builds them, and what ships of npm.

mod packages;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};

use packages::{Package, Tree};

/// The package that the document is about.
const SERVER: &str = "slipway-backend";
/// The package that the server embeds, compiled for the browser.
const BROWSER: &str = "slipway-frontend";

/// Writes the document beside a binary of the server.
pub(crate) fn write(binary: &Path) -> anyhow::Result<()> {
    let file = binary.with_extension("cdx.json");
    let text = serde_json::to_string_pretty(&document()?)?;
    std::fs::write(&file, text + "\n").with_context(|| format!("cannot write {}", file.display()))?;
    println!("what it is made of: {}", file.display());
    Ok(())
}

/// The document. It has no time and no random number in it: the same sources give the same bytes.
fn document() -> anyhow::Result<Value> {
    let here = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let server = Tree::of(SERVER, &here)?;
    let browser = Tree::of(BROWSER, crate::tools::WASM)?;
    let (whole, embedded) = (server.root.clone(), browser.root.clone());
    let mut parts = Parts::default();
    parts.needs(&whole, &embedded);
    for tree in [server, browser] {
        parts.add(tree);
    }
    for package in packages::shipped_from_npm()? {
        parts.needs(&embedded, &package.reference());
        parts.packages.insert(package.reference(), package);
    }
    parts.described(&whole)
}

/// Packages by their reference, and which needs which.
#[derive(Default)]
struct Parts {
    packages: BTreeMap<String, Package>,
    needs: BTreeMap<String, BTreeSet<String>>,
}

impl Parts {
    fn needs(&mut self, from: &str, to: &str) {
        self.needs
            .entry(from.to_owned())
            .or_default()
            .insert(to.to_owned());
    }

    fn add(&mut self, tree: Tree) {
        for package in tree.packages {
            let linked = package.linked;
            let known = self.packages.entry(package.reference()).or_insert(package);
            // What is linked anywhere is linked, although elsewhere it only builds something.
            known.linked |= linked;
        }
        for (from, to) in &tree.edges {
            self.needs(from, to);
        }
    }

    fn described(mut self, whole: &str) -> anyhow::Result<Value> {
        let whole = self
            .packages
            .remove(whole)
            .context("the server is not among its packages")?;
        let components: Vec<Value> = self
            .packages
            .values()
            .map(|package| component(package, "library"))
            .collect();
        let dependencies: Vec<Value> = self
            .needs
            .iter()
            .map(|(from, to)| json!({ "ref": from, "dependsOn": to }))
            .collect();
        Ok(json!({
            "bomFormat": "CycloneDX",
            "specVersion": "1.5",
            "version": 1,
            "metadata": { "component": component(&whole, "application") },
            "components": components,
            "dependencies": dependencies,
        }))
    }
}

fn component(package: &Package, kind: &str) -> Value {
    let reference = package.reference();
    let mut component = json!({
        "type": kind,
        "bom-ref": reference,
        "name": package.name,
        "version": package.version,
        // In the words of the format: what is only needed to build is excluded.
        "scope": if package.linked { "required" } else { "excluded" },
        "purl": reference,
    });
    if let Some(license) = &package.license {
        component["licenses"] = json!([{ "expression": license }]);
    }
    if let Some((algorithm, hash)) = &package.hash {
        component["hashes"] = json!([{ "alg": algorithm, "content": hash }]);
    }
    component
}

#[cfg(test)]
mod tests;
