//! Rights of the super-user.

use super::checked_text;
use super::name::sized;
use crate::Problem;

checked_text! {
    /// A right of the super-user, as Linux names it, without `CAP_`.
    Capability
}

impl Capability {
    /// The only one that the standard `restricted` allows.
    pub const RESTRICTED: &str = "NET_BIND_SERVICE";

    /// Reads a right.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        sized(text, 63)?;
        if !text.starts_with("CAP_")
            && text
                .bytes()
                .all(|b| b.is_ascii_uppercase() || matches!(b, b'_' | b'0'..=b'9'))
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::CapabilityMalformed {})
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_is_upper_case_without_its_prefix() {
        assert!(Capability::parse("NET_BIND_SERVICE").is_ok());
        for bad in ["net_admin", "CAP_NET_ADMIN", "A B"] {
            assert_eq!(
                Capability::parse(bad),
                Err(Problem::CapabilityMalformed {}),
                "{bad}"
            );
        }
    }
}
