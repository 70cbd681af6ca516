//! Folders that are covered by mounts, as a tree of the elements of their paths.

use std::collections::BTreeMap;

use super::MountPath;

/// Where volumes are mounted. Asking takes time in proportion to the path, however many mounts there are.
#[derive(Debug)]
pub struct Folders(Vec<Node>);

#[derive(Debug, Default)]
struct Node {
    mounted: bool,
    /// The node that an element leads to.
    below: BTreeMap<String, usize>,
}

impl Default for Folders {
    fn default() -> Self {
        Self(vec![Node::default()])
    }
}

impl Folders {
    /// Adds a mount.
    pub fn add(&mut self, mount: &MountPath) {
        let mut at = 0;
        for element in mount.as_str().trim_end_matches('/').split('/') {
            let next = self.0[at].below.get(element).copied();
            at = next.unwrap_or_else(|| {
                let new = self.0.len();
                self.0[at].below.insert(element.to_owned(), new);
                self.0.push(Node::default());
                new
            });
        }
        self.0[at].mounted = true;
    }

    /// Whether a folder lies at a mount or below one.
    pub fn cover(&self, directory: &str) -> bool {
        let mut node = &self.0[0];
        for element in directory.split('/') {
            let Some(next) = node.below.get(element) else {
                return false;
            };
            node = &self.0[*next];
            if node.mounted {
                return true;
            }
        }
        false
    }
}

impl<'m> FromIterator<&'m MountPath> for Folders {
    fn from_iter<I: IntoIterator<Item = &'m MountPath>>(mounts: I) -> Self {
        let mut folders = Self::default();
        mounts.into_iter().for_each(|mount| folders.add(mount));
        folders
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_covered_as_by_each_mount_alone() {
        let mounts = ["/var/log/", "/a/b", "//c", "/d"].map(|path| MountPath::parse(path).unwrap());
        let folders: Folders = mounts.iter().collect();

        for directory in [
            "/var/log",
            "/var/logs",
            "/var",
            "/a/b/c",
            "/a",
            "//c/d",
            "/c",
            "/d",
            "/",
            "",
        ] {
            let alone = mounts.iter().any(|mount| mount.covers(directory));
            assert_eq!(folders.cover(directory), alone, "{directory}");
        }
        let root: Folders = [&MountPath::parse("/").unwrap()].into_iter().collect();
        assert!(root.cover("/var"));
    }
}
