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
        if is_address(text) {
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

/// Whether Go reads it as an IP address: there the numbers of an old one may begin with noughts.
fn is_address(text: &str) -> bool {
    let number = |part: &str| {
        let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        digits && part.parse::<u64>().is_ok_and(|number| number < 256)
    };
    let old = text.split('.').count() == 4 && text.split('.').all(number);
    old || text.parse::<std::net::Ipv6Addr>().is_ok()
}

impl HostName {
    /// Whether a certificate for this name is good for another one: the same, or with one label in the place of `*`.
    pub fn covers(&self, other: &Self) -> bool {
        let wild = || {
            let parent = self.0.strip_prefix("*.")?;
            let (_, rest) = other.0.split_once('.')?;
            Some(parent == rest)
        };
        self == other || wild().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// kube-apiserver 1.37.2 says of both "must be a DNS name, not an IP address".
    #[test]
    fn an_address_with_leading_noughts_is_one() {
        for address in ["010.0.0.1", "10.0.0.1", "0.0.0.255"] {
            assert_eq!(
                HostName::parse(address),
                Err(Problem::HostIsAddress {}),
                "{address}"
            );
        }
        for name in ["010.0.0.256", "10.0.0", "10.0.0.1.example.com", "1.2.3.4.5"] {
            assert!(HostName::parse(name).is_ok(), "{name}");
        }
    }

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

    #[test]
    fn a_wildcard_stands_for_one_label() {
        let covers = |one: &str, other: &str| {
            let read = |text| HostName::parse(text).unwrap();
            read(one).covers(&read(other))
        };

        assert!(covers("a.example.com", "a.example.com"));
        assert!(covers("*.example.com", "a.example.com"));
        assert!(covers("*.example.com", "*.example.com"));
        assert!(!covers("*.example.com", "example.com"));
        assert!(!covers("*.example.com", "a.b.example.com"));
        assert!(!covers("a.example.com", "*.example.com"));
    }
}
