//! Where a request comes from.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;

use crate::config::IpBlock;

/// The address of whoever made the request, as far as the proxies on the way can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// The other end of the connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) SocketAddr);

impl ClientAddress {
    /// Walks `X-Forwarded-For` from its end while those who wrote it are trusted.
    pub(super) fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[IpBlock]) -> Self {
        let is_trusted = |address: IpAddr| trusted.iter().any(|block| block.holds(address));
        let mut client = peer.to_canonical();
        let lines: Vec<_> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|line| line.to_str().ok())
            .collect();
        for hop in lines.iter().flat_map(|line| line.split(',')).rev() {
            if !is_trusted(client) {
                break;
            }
            let Ok(next) = hop.trim().parse::<IpAddr>() else {
                break;
            };
            client = next.to_canonical();
        }
        Self(client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &'static str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        ClientAddress::of(peer.parse().unwrap(), &headers, &trusted)
            .0
            .to_string()
    }

    #[test]
    fn a_stranger_cannot_claim_to_be_somebody_else() {
        assert_eq!(client("192.0.2.7", "198.51.100.1"), "192.0.2.7");
    }

    #[test]
    fn a_trusted_proxy_is_believed_about_its_own_client_only() {
        assert_eq!(client("10.0.0.1", "203.0.113.9, 198.51.100.1"), "198.51.100.1");
        assert_eq!(client("10.0.0.1", "198.51.100.1, 10.0.0.2"), "198.51.100.1");
        assert_eq!(client("10.0.0.1", "nonsense"), "10.0.0.1");
    }
}
