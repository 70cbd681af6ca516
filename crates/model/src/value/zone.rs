//! Time zones.

use super::checked_text;
use super::name::sized;
use crate::Problem;

checked_text! {
    /// The name of a time zone, e.g. `Asia/Shanghai`. Which ones there are, the cluster knows.
    TimeZone
}

impl TimeZone {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        sized(text, 64)?;
        let part = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_alphabetic())
                && part
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'+'))
        };
        if text.split('/').all(part) && !text.eq_ignore_ascii_case("local") {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::TimeZoneMalformed {})
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_named_not_counted() {
        for good in [
            "UTC",
            "Asia/Shanghai",
            "America/Argentina/Buenos_Aires",
            "Etc/GMT+8",
        ] {
            assert!(TimeZone::parse(good).is_ok(), "{good}");
        }
        for bad in ["+08:00", "Local", "Asia/", "/Asia", "Asia Shanghai", "北京"] {
            assert_eq!(TimeZone::parse(bad), Err(Problem::TimeZoneMalformed {}), "{bad}");
        }
    }
}
