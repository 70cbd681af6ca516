//! Names of environment variables.

use super::checked_text;
use super::name::sized;
use crate::Problem;

checked_text! {
    /// The name of an environment variable: printable ASCII without `=`. What clusters before 1.32 refuse is told by
    /// [`VariableName::is_unusual`].
    VariableName
}

impl VariableName {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        sized(text, 4096)?;
        let good = text.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'=');
        if good {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::VariableNameMalformed {})
        }
    }

    /// Whether clusters before 1.32, and many programs, would refuse it.
    pub fn is_unusual(&self) -> bool {
        let usual = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
        self.0.starts_with(|c: char| c.is_ascii_digit())
            || matches!(self.as_str(), "." | "..")
            || self.0.starts_with("..")
            || !self.0.bytes().all(usual)
    }

    /// Whether it sounds like a password or key, which belongs in a Secret.
    pub fn sounds_secret(&self) -> bool {
        let upper = self.0.to_ascii_uppercase();
        let word = |word: &str| upper.split(['_', '-', '.']).any(|part| part == word);
        ["PASSWORD", "PASSWD", "SECRET", "APIKEY", "CREDENTIAL"]
            .iter()
            .any(|part| upper.contains(part))
            || ["PWD", "PASS", "TOKEN"].into_iter().any(word) && upper != "PWD"
            || word("KEY")
                && ["API", "PRIVATE", "ACCESS", "ENCRYPTION", "SIGNING"]
                    .into_iter()
                    .any(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unusual_names_are_allowed_and_told() {
        let unusual = |text: &str| VariableName::parse(text).unwrap().is_unusual();
        assert!(!unusual("LOG_LEVEL"));
        assert!(!unusual("my.app-x"));
        assert!(unusual("1ST"));
        assert!(unusual("a b"));
        for bad in ["A=B", "名", "a\tb"] {
            assert_eq!(
                VariableName::parse(bad),
                Err(Problem::VariableNameMalformed {}),
                "{bad}"
            );
        }
    }

    #[test]
    fn passwords_and_keys_are_heard() {
        let secret = |text: &str| VariableName::parse(text).unwrap().sounds_secret();
        for name in [
            "DB_PASSWORD",
            "redis-pass",
            "GITHUB_TOKEN",
            "AWS_SECRET_ACCESS_KEY",
            "api.key",
        ] {
            assert!(secret(name), "{name}");
        }
        for name in [
            "LOG_LEVEL",
            "PWD",
            "COMPASS",
            "KEYBOARD",
            "CACHE_KEY_PREFIX",
            "TOKENIZER",
        ] {
            assert!(!secret(name), "{name}");
        }
    }
}
