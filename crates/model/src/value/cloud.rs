//! Ids and servers of the cloud.

use super::checked_text;
use super::name::sized;
use crate::Problem;

checked_text! {
    /// The id of something in the cloud, e.g. `lb-bp1abc`.
    CloudId
}

impl CloudId {
    /// Reads an id that starts in a certain way.
    pub fn parse(text: &str, prefix: &str) -> Result<Self, Problem> {
        sized(text, 64)?;
        let good = text.strip_prefix(prefix).is_some_and(|rest| {
            !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        });
        if good {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::CloudIdMalformed {
                prefix: prefix.to_owned(),
            })
        }
    }
}

checked_text! {
    /// The host name or address of a file server, without port or path. IPv6 stands in brackets.
    ServerName
}

impl ServerName {
    /// Reads a server.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        sized(text, 253)?;
        let v6 = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        let good = match v6 {
            Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
            None => {
                text.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
                    && text.split('.').all(|label| !label.is_empty())
            }
        };
        if good {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::ServerMalformed {})
        }
    }

    /// Whether it is an extreme NAS, which speaks version 3 only.
    pub fn is_extreme(&self) -> bool {
        self.0.contains("extreme.nas.aliyuncs.com")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_starts_as_its_kind_does() {
        assert!(CloudId::parse("lb-bp1", "lb-").is_ok());
        for bad in ["lb-", "d-1", "lb 1", "lb-1/2"] {
            let prefix = "lb-".to_owned();
            assert_eq!(
                CloudId::parse(bad, "lb-"),
                Err(Problem::CloudIdMalformed { prefix }),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_server_has_neither_port_nor_path() {
        for good in [
            "0cd8b4a576-grs79.cn-hangzhou.nas.aliyuncs.com",
            "10.0.0.1",
            "[fd00::1]",
            "nfs",
        ] {
            assert!(ServerName::parse(good).is_ok(), "{good}");
        }
        for bad in ["nfs:/share", "nfs:2049", "a..b", "fd00::1", "nfs/share", "名"] {
            assert_eq!(ServerName::parse(bad), Err(Problem::ServerMalformed {}), "{bad}");
        }
    }
}
