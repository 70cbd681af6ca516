//! Networks, by which clients are told apart.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// The network of a client: its IPv4 address, or the first 64 bits of its IPv6 address, since one household has 2⁶⁴ of
/// those.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// The network an address belongs to.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(v6) => Self(IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into())),
            v4 @ IpAddr::V4(_) => Self(v4),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Network {
    type Err = std::net::AddrParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self::of)
    }
}

#[cfg(test)]
mod tests {
    use super::Network;

    #[test]
    fn one_client_is_not_many_for_having_many_addresses() {
        let network = |text: &str| text.parse::<Network>().unwrap();

        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::2"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }

    #[test]
    fn what_is_written_is_read_as_the_same() {
        for text in ["192.0.2.1", "2001:db8:1:2::"] {
            assert_eq!(text.parse::<Network>().unwrap().to_string(), text);
        }
    }
}
