//! The packages that something is built of: those of cargo as cargo resolves them for one package and one target, those of
//! npm from the lock file.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use data_encoding::{BASE64, HEXLOWER};
use serde::Deserialize;

use crate::build::root;
use crate::command::{cargo, output};

/// What of npm is in what browsers load. Everything else there only builds it.
const SHIPPED: [&str; 1] = ["@patternfly/patternfly"];

/// Where a package comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// crates.io, or this repository.
    Crates,
    /// npm.
    Npm,
}

/// A package.
#[derive(Clone, Debug)]
pub(super) struct Package {
    pub(super) origin: Origin,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) license: Option<String>,
    /// The hash of what was downloaded: its algorithm, and its value in hexadecimal. None for packages of this repository.
    pub(super) hash: Option<(&'static str, String)>,
    /// Whether it is in the result, instead of only building it.
    pub(super) linked: bool,
}

impl Package {
    /// Its package URL, which also names it within the document.
    pub(super) fn reference(&self) -> String {
        let kind = match self.origin {
            Origin::Crates => "cargo",
            Origin::Npm => "npm",
        };
        // The characters that stand in names and versions and mean something else in a URL.
        let name = self.name.replace('@', "%40");
        let version = self.version.replace('+', "%2B");
        format!("pkg:{kind}/{name}@{version}")
    }
}

/// A package with everything that it is built of.
pub(super) struct Tree {
    /// The reference of the package itself.
    pub(super) root: String,
    /// The package and everything below it, each once.
    pub(super) packages: Vec<Package>,
    /// Which needs which, by reference.
    pub(super) edges: BTreeSet<(String, String)>,
}

impl Tree {
    /// The tree of one of our packages, compiled for a target. Dependencies of tests are none of it.
    pub(super) fn of(package: &str, target: &str) -> anyhow::Result<Self> {
        let checksums = checksums(&std::fs::read_to_string(root().join("Cargo.lock"))?)?;
        let linked = printed(package, target, "normal,no-proc-macro")?;
        let linked: BTreeSet<String> = lines(&linked).map(|line| line.package.reference()).collect();
        let mut tree = read(&printed(package, target, "normal,build")?)?;
        for package in &mut tree.packages {
            package.linked = linked.contains(&package.reference());
            let sum = checksums.get(&(package.name.clone(), package.version.clone()));
            package.hash = sum.map(|sum| ("SHA-256", sum.clone()));
        }
        Ok(tree)
    }
}

fn printed(package: &str, target: &str, edges: &str) -> anyhow::Result<String> {
    let form = ["--prefix", "depth", "--format", "{p}\t{l}"];
    let args = [
        "tree",
        "--locked",
        "--package",
        package,
        "--target",
        target,
        "--edges",
        edges,
    ];
    output(&mut cargo(args.into_iter().chain(form)))
}

/// A line of what `cargo tree` prints.
struct Line {
    depth: usize,
    package: Package,
}

fn lines(printed: &str) -> impl Iterator<Item = Line> {
    printed.lines().filter_map(line)
}

/// Reads `3serde v1.0.1 (proc-macro) (/a/folder)`, a tab, and `MIT OR Apache-2.0 (*)`.
fn line(text: &str) -> Option<Line> {
    let (package, license) = text.split_once('\t')?;
    let start = package.find(|letter: char| !letter.is_ascii_digit())?;
    let (depth, package) = package.split_at(start);
    let mut words = package.split(' ');
    let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
    let license = license.trim_end_matches("(*)").trim();
    Some(Line {
        depth: depth.parse().ok()?,
        package: Package {
            origin: Origin::Crates,
            name: name.to_owned(),
            version: version.to_owned(),
            license: spdx(license),
            hash: None,
            linked: true,
        },
    })
}

/// A licence as an SPDX expression. Older crates write `/` for `OR`.
fn spdx(license: &str) -> Option<String> {
    (!license.is_empty()).then(|| license.replace('/', " OR "))
}

/// Reads all of it: what stands deeper belongs to what stood before it.
fn read(printed: &str) -> anyhow::Result<Tree> {
    let mut packages: BTreeMap<String, Package> = BTreeMap::new();
    let mut edges = BTreeSet::new();
    let mut above: Vec<String> = Vec::new();
    for Line { depth, package } in lines(printed) {
        let reference = package.reference();
        above.truncate(depth);
        if let Some(parent) = above.last() {
            edges.insert((parent.clone(), reference.clone()));
        }
        above.push(reference.clone());
        packages.entry(reference).or_insert(package);
    }
    Ok(Tree {
        root: above.into_iter().next().context("cargo tree printed nothing")?,
        packages: packages.into_values().collect(),
        edges,
    })
}

#[derive(Deserialize)]
struct CargoLock {
    package: Vec<CargoLocked>,
}

#[derive(Deserialize)]
struct CargoLocked {
    name: String,
    version: String,
    checksum: Option<String>,
}

/// The hash of each package, by name and version.
fn checksums(lock: &str) -> anyhow::Result<BTreeMap<(String, String), String>> {
    let lock: CargoLock = toml::from_str(lock)?;
    let hashed = lock.package.into_iter().filter_map(|package| {
        let CargoLocked {
            name,
            version,
            checksum,
        } = package;
        Some(((name, version), checksum?))
    });
    Ok(hashed.collect())
}

#[derive(Deserialize)]
struct NpmLock {
    packages: BTreeMap<String, NpmLocked>,
}

#[derive(Deserialize)]
struct NpmLocked {
    #[serde(default)]
    version: String,
    license: Option<String>,
    integrity: Option<String>,
}

/// What browsers load of npm.
pub(super) fn shipped_from_npm() -> anyhow::Result<Vec<Package>> {
    let lock = std::fs::read_to_string(root().join("xtask/web/package-lock.json"))?;
    let mut lock: NpmLock = serde_json::from_str(&lock)?;
    let shipped = SHIPPED.map(|name| {
        let locked = lock.packages.remove(&format!("node_modules/{name}"));
        let locked = locked.with_context(|| format!("{name} is not in package-lock.json"))?;
        Ok(Package {
            origin: Origin::Npm,
            name: name.to_owned(),
            version: locked.version,
            license: locked.license,
            hash: locked
                .integrity
                .as_deref()
                .and_then(hash_of)
                .map(|hash| ("SHA-512", hash)),
            linked: true,
        })
    });
    shipped.into_iter().collect()
}

/// What npm calls integrity, as other tools write hashes.
fn hash_of(integrity: &str) -> Option<String> {
    let base64 = integrity.strip_prefix("sha512-")?;
    Some(HEXLOWER.encode(&BASE64.decode(base64.as_bytes()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::{hash_of, read, spdx};

    const PRINTED: &str = "0server v0.1.0 (/home/ada/server)\tApache-2.0\n1serde v1.0.2\tMIT OR Apache-2.0\n\
        2serde_derive v1.0.2 (proc-macro)\tMIT\n1yaml v0.9.34+deprecated\tMIT\n2serde v1.0.2\tMIT OR Apache-2.0 (*)\n";

    #[test]
    fn a_tree_is_read_with_who_needs_whom() {
        let tree = read(PRINTED).unwrap();

        assert_eq!(tree.root, "pkg:cargo/server@0.1.0");
        let names: Vec<_> = tree
            .packages
            .iter()
            .map(|package| package.name.as_str())
            .collect();
        assert_eq!(names, ["serde", "serde_derive", "server", "yaml"]);
        let needs = |from: &str, to: &str| {
            tree.edges
                .contains(&(format!("pkg:cargo/{from}"), format!("pkg:cargo/{to}")))
        };
        assert!(needs("server@0.1.0", "serde@1.0.2") && needs("serde@1.0.2", "serde_derive@1.0.2"));
        assert!(needs("yaml@0.9.34%2Bdeprecated", "serde@1.0.2"));
        assert!(!needs("serde@1.0.2", "yaml@0.9.34%2Bdeprecated"));
        assert_eq!(tree.packages[0].license.as_deref(), Some("MIT OR Apache-2.0"));
    }

    #[test]
    fn an_old_way_to_write_a_licence_is_understood() {
        assert_eq!(spdx("MIT/Apache-2.0").as_deref(), Some("MIT OR Apache-2.0"));
        assert_eq!(spdx(""), None);
    }

    #[test]
    fn a_hash_of_npm_is_written_as_others_write_it() {
        let hash = hash_of("sha512-AAECAw==").unwrap();

        assert_eq!(hash, "00010203");
        assert_eq!(hash_of("sha1-AAECAw=="), None);
    }
}
