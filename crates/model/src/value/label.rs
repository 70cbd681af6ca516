//! Label keys and values.

use super::checked_text;
use super::name::{is_subdomain, sized};
use crate::Problem;

checked_text! {
    /// The key of a label: an optional DNS subdomain and `/`, then a name of at most 63 characters.
    LabelKey
}

impl LabelKey {
    /// Reads a key.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (prefix, name) = text
            .split_once('/')
            .map_or((None, text), |(prefix, name)| (Some(prefix), name));
        sized(name, 63).map_err(|problem| match problem {
            Problem::Missing {} if prefix.is_some() => Problem::LabelKeyMalformed {},
            other => other,
        })?;
        let good_prefix = prefix.is_none_or(|prefix| prefix.len() <= 253 && is_subdomain(prefix));
        if good_prefix && is_label_name(name) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::LabelKeyMalformed {})
        }
    }

    /// Whether Slipway sets this label itself.
    pub fn is_reserved(&self) -> bool {
        self.0.starts_with("slipway.dev/")
            || matches!(
                self.as_str(),
                "app.kubernetes.io/managed-by" | "app.kubernetes.io/name"
            )
    }
}

checked_text! {
    /// The value of a label: empty, or at most 63 letters, digits, `-`, `_` and `.`.
    LabelValue
}

impl LabelValue {
    /// Reads a value.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        if text.is_empty() {
            return Ok(Self(String::new()));
        }
        sized(text, 63)?;
        if is_label_name(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::LabelValueMalformed {})
        }
    }
}

/// Whether this is a name of at most 63 characters, perhaps after a DNS subdomain and `/`.
pub(super) fn is_qualified_name(text: &str) -> bool {
    let (prefix, name) = text
        .split_once('/')
        .map_or((None, text), |(prefix, name)| (Some(prefix), name));
    prefix.is_none_or(|prefix| prefix.len() <= 253 && is_subdomain(prefix))
        && name.len() <= 63
        && is_label_name(name)
}

fn is_label_name(text: &str) -> bool {
    let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric());
    edge(text.bytes().next())
        && edge(text.bytes().last())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_have_a_prefix() {
        for good in ["app", "example.com/Tier", "a_b.c-d", "a/b"] {
            assert!(LabelKey::parse(good).is_ok(), "{good}");
        }
        for bad in ["/a", "a/", "A.com/x", "a/b/c", "-a", "a b", "标签"] {
            assert_eq!(LabelKey::parse(bad), Err(Problem::LabelKeyMalformed {}), "{bad}");
        }
        assert_eq!(LabelKey::parse(""), Err(Problem::Missing {}));
    }

    #[test]
    fn a_value_may_be_empty() {
        assert!(LabelValue::parse("").is_ok());
        assert!(LabelValue::parse("Web_1.0").is_ok());
        assert_eq!(LabelValue::parse("a b"), Err(Problem::LabelValueMalformed {}));
        assert_eq!(
            LabelValue::parse(&"a".repeat(64)),
            Err(Problem::TooLong { max: 63 })
        );
    }
}
