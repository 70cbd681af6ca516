//! Addresses: under which browsers come, and of proxies on the way.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use http::Uri;
use serde::Deserialize;
use serde::de::{self, Deserializer};

/// An address under which browsers reach this server: `https://` or `http://`, a host, perhaps a port. No path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    https: bool,
    host: String,
}

impl PublicUrl {
    /// Whether it is over TLS.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// What the `Host` header says then: no port where it goes without saying.
    pub fn host(&self) -> &str {
        &self.host
    }
}

impl fmt::Display for PublicUrl {
    /// The same as the `Origin` header.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.https { "https" } else { "http" }, self.host)
    }
}

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("`{text}` is not like `https://slipway.example.com`");
        let uri: Uri = text.trim().parse().map_err(|_| refused())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(refused());
        };
        let default_port = match scheme {
            "https" => 443,
            "http" => 80,
            _ => return Err(refused()),
        };
        if authority.as_str().contains('@') || uri.path() != "/" || uri.query().is_some() {
            return Err(refused());
        }
        let name = authority.host().to_ascii_lowercase();
        let host = match authority.port_u16() {
            Some(port) if port != default_port => format!("{name}:{port}"),
            _ => name,
        };
        Ok(Self {
            https: scheme == "https",
            host,
        })
    }
}

/// An IP address, or a block of them: `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IpBlock {
    address: IpAddr,
    bits: u32,
}

impl IpBlock {
    /// Whether an address belongs to it.
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(block), IpAddr::V4(one)) => {
                let mask = u32::MAX.checked_shl(32 - self.bits).unwrap_or(0);
                u32::from(block) & mask == u32::from(one) & mask
            }
            (IpAddr::V6(block), IpAddr::V6(one)) => {
                let mask = u128::MAX.checked_shl(128 - self.bits).unwrap_or(0);
                u128::from(block) & mask == u128::from(one) & mask
            }
            _ => false,
        }
    }
}

impl FromStr for IpBlock {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("`{text}` is neither an IP address nor a block like `10.0.0.0/8`");
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().map_err(|_| refused())?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| refused())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        if bits > most {
            Err(refused())
        } else {
            Ok(Self { address, bits })
        }
    }
}

/// Reads a list, or a single text with commas, as environment variables have it.
pub(super) fn one_or_many<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err = String>,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    let texts = match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(text) => text.split(',').map(|part| part.trim().to_owned()).collect(),
        OneOrMany::Many(texts) => texts,
    };
    texts
        .iter()
        .filter(|text| !text.is_empty())
        .map(|text| text.parse().map_err(de::Error::custom))
        .collect()
}
