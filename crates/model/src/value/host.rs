//! Host names of an Ingress.

use super::checked_text;
use super::name::{is_subdomain, sized};
use crate::Problem;

checked_text! {
    /// A host name, or `*.` and one: lower case, no port, no address.
    HostName
}

impl HostName {
    /// Reads a host name.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        sized(text, 253)?;
        if text.parse::<std::net::IpAddr>().is_ok() {
            return Err(Problem::HostIsAddress {});
        }
        let name = text.strip_prefix("*.").unwrap_or(text);
        if is_subdomain(name) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::HostMalformed {})
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_lower_case_name_without_port() {
        assert!(HostName::parse("foo.bar.com").is_ok());
        assert!(HostName::parse("*.bar.com").is_ok());
        assert_eq!(HostName::parse("10.0.0.1"), Err(Problem::HostIsAddress {}));
        assert_eq!(HostName::parse("::1"), Err(Problem::HostIsAddress {}));
        for bad in [
            "Foo.com",
            "foo.com:80",
            "http://foo.com",
            "*",
            "foo.*.com",
            "foo_bar.com",
            "foo.com.",
        ] {
            assert_eq!(HostName::parse(bad), Err(Problem::HostMalformed {}), "{bad}");
        }
    }
}
