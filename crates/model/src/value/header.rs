//! Names of HTTP headers.

use super::checked_text;
use super::name::sized;
use crate::Problem;

checked_text! {
    /// The name of an HTTP header as Kubernetes takes it: letters, digits and `-`.
    HeaderName
}

impl HeaderName {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        sized(text, 256)?;
        if text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::HeaderNameMalformed {})
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_has_no_underscore() {
        assert!(HeaderName::parse("X-Request-Id").is_ok());
        for bad in ["X_Id", "X Id", "X:", "头"] {
            assert_eq!(
                HeaderName::parse(bad),
                Err(Problem::HeaderNameMalformed {}),
                "{bad}"
            );
        }
    }
}
