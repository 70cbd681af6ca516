//! URL paths of an Ingress rule.

use super::checked_text;
use super::name::sized;
use crate::Problem;

checked_text! {
    /// An absolute path without empty or relative elements.
    UrlPath
}

impl UrlPath {
    /// Reads a path.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        sized(text, 1024)?;
        let forbidden = ["//", "/./", "/../", "%2f", "%2F"]
            .iter()
            .any(|part| text.contains(part));
        let good = text.starts_with('/')
            && !forbidden
            && !text.ends_with("/..")
            && !text.ends_with("/.")
            && !text.contains(|c: char| c.is_whitespace() || c.is_control());
        if good {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::PathMalformed {})
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_absolute_and_has_no_empty_or_relative_elements() {
        for good in ["/", "/a/b.c", "/a/"] {
            assert!(UrlPath::parse(good).is_ok(), "{good}");
        }
        for bad in ["a", "//", "/a//b", "/a/../b", "/.", "/a/..", "/%2fa", "/a b"] {
            assert_eq!(UrlPath::parse(bad), Err(Problem::PathMalformed {}), "{bad}");
        }
    }
}
