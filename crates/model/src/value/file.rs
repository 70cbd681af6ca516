//! Paths of files: in a container, on a node, in a volume.

use serde::Serialize;

use super::checked_text;
use super::name::sized;
use crate::Problem;

/// The most characters a path has.
const MOST: usize = 4096;

checked_text! {
    /// A path in a container where a volume is mounted.
    MountPath
}

impl MountPath {
    /// Reads a path.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        absolute(text)?;
        if text.contains(':') {
            return Err(Problem::PathHasColon {});
        }
        Ok(Self(text.to_owned()))
    }

    /// Whether a folder lies at this path or below it.
    pub fn covers(&self, directory: &str) -> bool {
        let at = self.0.trim_end_matches('/');
        directory
            .strip_prefix(at)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

checked_text! {
    /// A path from the root, without `..`: on a node, on a file server.
    FilePath
}

impl FilePath {
    /// Reads a path.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        absolute(text)?;
        if goes_up(text) {
            return Err(Problem::PathGoesUp {});
        }
        Ok(Self(text.to_owned()))
    }
}

checked_text! {
    /// A path inside a volume: not from the root, without `..`.
    InsidePath
}

impl InsidePath {
    /// Reads a path.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        sized(text, MOST)?;
        if text.starts_with('/') || goes_up(text) {
            return Err(Problem::NotInside {});
        }
        Ok(Self(text.to_owned()))
    }

    /// Reads the path of a file made of a key. Names that begin with two dots are the cluster's own there.
    pub fn of_file(text: &str) -> Result<Self, Problem> {
        match Self::parse(text)? {
            path if path.0.starts_with("..") => Err(Problem::NotInside {}),
            path => Ok(path),
        }
    }
}

checked_text! {
    /// What a health check asks an HTTP server for: a path, perhaps with a query.
    ProbePath
}

impl ProbePath {
    /// Reads a path.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        absolute(text).map(|()| Self(text.to_owned()))
    }
}

/// File permissions, typed in octal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FileMode(u16);

impl FileMode {
    /// Reads permissions such as `0644` or `600`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let octal = text.strip_prefix("0o").unwrap_or(text);
        let good = !octal.is_empty() && octal.len() <= 5 && octal.bytes().all(|b| matches!(b, b'0'..=b'7'));
        match u16::from_str_radix(octal, 8) {
            Ok(mode) if good && mode <= 0o777 => Ok(Self(mode)),
            _ => Err(Problem::ModeMalformed {}),
        }
    }

    /// The number.
    pub fn get(self) -> u16 {
        self.0
    }
}

fn absolute(text: &str) -> Result<(), Problem> {
    sized(text, MOST)?;
    if text.starts_with('/') && !text.contains(char::is_control) {
        Ok(())
    } else {
        Err(Problem::NotAbsolute {})
    }
}

fn goes_up(text: &str) -> bool {
    text.split('/').any(|element| element == "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_path_has_its_rule() {
        assert!(MountPath::parse("/var/log").is_ok());
        assert_eq!(MountPath::parse("var/log"), Err(Problem::NotAbsolute {}));
        assert_eq!(MountPath::parse("/a:b"), Err(Problem::PathHasColon {}));
        assert_eq!(FilePath::parse("/a/../b"), Err(Problem::PathGoesUp {}));
        assert!(FilePath::parse("/a..b").is_ok());
        assert!(InsidePath::parse("a/b").is_ok());
        assert_eq!(InsidePath::parse("/a"), Err(Problem::NotInside {}));
        assert_eq!(InsidePath::parse("a/.."), Err(Problem::NotInside {}));
        assert!(InsidePath::parse("..a").is_ok() && InsidePath::of_file("a..b").is_ok());
        assert_eq!(InsidePath::of_file("..a"), Err(Problem::NotInside {}));
        assert!(ProbePath::parse("/healthz?full=1").is_ok());
        assert_eq!(ProbePath::parse("healthz"), Err(Problem::NotAbsolute {}));
    }

    #[test]
    fn permissions_are_octal() {
        assert_eq!(FileMode::parse("0644").unwrap().get(), 0o644);
        assert_eq!(FileMode::parse("0o600").unwrap().get(), 0o600);
        for bad in ["", "888", "1000", "rw", "-1", "+644", "000644"] {
            assert_eq!(FileMode::parse(bad), Err(Problem::ModeMalformed {}), "{bad}");
        }
    }

    #[test]
    fn a_mount_covers_what_is_below_it() {
        let mount = MountPath::parse("/var/log/").unwrap();
        assert!(mount.covers("/var/log") && mount.covers("/var/log/nginx"));
        assert!(!mount.covers("/var/logs") && !mount.covers("/var"));
        assert!(MountPath::parse("/").unwrap().covers("/var"));
    }
}
