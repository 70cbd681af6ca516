//! Keys of a ConfigMap or Secret.

use super::checked_text;
use super::name::sized;
use crate::Problem;

checked_text! {
    /// A key of a ConfigMap or Secret: letters, digits, `-`, `_` and `.`, at most 253.
    DataKey
}

impl DataKey {
    /// Reads a key.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        sized(text, 253)?;
        let good = text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        if good && text != "." && !text.starts_with("..") {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::DataKeyMalformed {})
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_letters_digits_and_three_signs() {
        for good in ["tls.crt", ".dockerconfigjson", "A_b-c"] {
            assert!(DataKey::parse(good).is_ok(), "{good}");
        }
        for bad in [".", "..", "..a", "a/b", "a b", "键"] {
            assert_eq!(DataKey::parse(bad), Err(Problem::DataKeyMalformed {}), "{bad}");
        }
    }
}
