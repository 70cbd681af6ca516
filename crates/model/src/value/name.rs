//! Names, with the Kubernetes rule behind each.

use super::checked_text;
use crate::Problem;

/// The most characters of a DNS label.
const LABEL_MAX: usize = 63;
/// The most characters of a DNS subdomain.
const SUBDOMAIN_MAX: usize = 253;

checked_text! {
    /// The name of an app and of its workload: a DNS-1035 label of at most 52 characters.
    ///
    /// The app's label is the name, `-` and ten characters; a `StatefulSet` and a `CronJob` append eleven. A Service is
    /// often named like the app, so it may not start with a digit.
    AppName
}

impl AppName {
    /// The most characters.
    pub const MAX: usize = 52;

    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        dns_1035(text, Self::MAX).map(Self)
    }
}

checked_text! {
    /// The name of a Service: a DNS-1035 label of at most 63 characters.
    ServiceName
}

impl ServiceName {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        dns_1035(text, LABEL_MAX).map(Self)
    }
}

checked_text! {
    /// A DNS-1123 label: the name of a namespace, a container or a Service port.
    strict DnsLabel
}

impl DnsLabel {
    /// Reads a label.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        sized(text, LABEL_MAX)?;
        if is_dns_label(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::LabelMalformed {})
        }
    }
}

impl From<AppName> for DnsLabel {
    fn from(name: AppName) -> Self {
        Self(name.as_str().to_owned())
    }
}

checked_text! {
    /// A DNS-1123 subdomain: the name of an Ingress, an Ingress class and most other objects.
    Subdomain
}

impl Subdomain {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        sized(text, SUBDOMAIN_MAX)?;
        if is_subdomain(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::SubdomainMalformed {})
        }
    }
}

impl From<AppName> for Subdomain {
    fn from(name: AppName) -> Self {
        Self(name.0)
    }
}

checked_text! {
    /// The name of a container port: 1–15 lower-case letters, digits and single `-`, at least one letter.
    strict PortName
}

impl PortName {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        sized(text, 15)?;
        let good = text
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && text.bytes().any(|b| b.is_ascii_lowercase())
            && !text.starts_with('-')
            && !text.ends_with('-')
            && !text.contains("--");
        if good {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::PortNameMalformed {})
        }
    }
}

/// Whether this is a DNS-1123 label, its length aside.
fn is_dns_label(text: &str) -> bool {
    let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    edge(text.bytes().next())
        && edge(text.bytes().last())
        && text
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// Whether this is DNS-1123 labels joined by dots, its length aside. (Kubernetes bounds the whole, not each label.)
pub(super) fn is_subdomain(text: &str) -> bool {
    text.split('.').all(is_dns_label)
}

/// Refuses nothing at all, and too much.
pub(super) fn sized(text: &str, max: usize) -> Result<(), Problem> {
    match text.chars().count() {
        0 => Err(Problem::Missing {}),
        n if n > max => Err(Problem::TooLong {
            max: u32::try_from(max).unwrap_or(u32::MAX),
        }),
        _ => Ok(()),
    }
}

fn dns_1035(text: &str, max: usize) -> Result<String, Problem> {
    sized(text, max)?;
    let good = is_dns_label(text) && text.starts_with(|c: char| c.is_ascii_lowercase());
    if good {
        Ok(text.to_owned())
    } else {
        Err(Problem::NameMalformed {})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_name_is_a_dns_1035_label_of_52_characters() {
        assert!(AppName::parse("nginx-2").is_ok());
        assert!(AppName::parse(&"a".repeat(52)).is_ok());
        assert_eq!(AppName::parse(""), Err(Problem::Missing {}));
        assert_eq!(AppName::parse(&"a".repeat(53)), Err(Problem::TooLong { max: 52 }));
        for bad in [
            "2nginx", "Nginx", "nginx-", "-nginx", "ng_inx", "ng.inx", "应用", "a b",
        ] {
            assert_eq!(AppName::parse(bad), Err(Problem::NameMalformed {}), "{bad}");
        }
    }

    #[test]
    fn a_port_name_has_a_letter_and_single_dashes() {
        assert!(PortName::parse("http-2").is_ok());
        for bad in ["80", "http--2", "-http", "http-", "HTTP", "a_b"] {
            assert_eq!(PortName::parse(bad), Err(Problem::PortNameMalformed {}), "{bad}");
        }
        assert_eq!(
            PortName::parse("abcdefghijklmnop"),
            Err(Problem::TooLong { max: 15 })
        );
    }

    #[test]
    fn a_subdomain_is_labels_joined_by_dots() {
        assert!(Subdomain::parse("a.b-c.9").is_ok());
        for bad in [".a", "a.", "a..b", "a.-b", "A.b"] {
            assert_eq!(
                Subdomain::parse(bad),
                Err(Problem::SubdomainMalformed {}),
                "{bad}"
            );
        }
    }
}
