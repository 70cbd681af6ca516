//! The cookie of a session.

use http::{HeaderMap, HeaderValue, header};

use crate::identity::{ABSOLUTE_LIFE, Token};

/// How the cookie is called and guarded here.
///
/// Without TLS its name carries the port: cookies do not keep ports of one host apart, and a developer may run two
/// servers. With TLS the prefix `__Host-` makes the browser refuse one that was set from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionCookie {
    name: String,
    secure: bool,
}

impl SessionCookie {
    /// The cookie of a server that listens on `port`, behind TLS or not.
    pub fn new(port: u16, over_tls: bool) -> Self {
        let name = if over_tls {
            "__Host-slipway".to_owned()
        } else {
            format!("slipway-{port}")
        };
        Self {
            name,
            secure: over_tls,
        }
    }

    /// The token a request brings.
    pub fn read<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        let lines = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok());
        let mut pairs = lines
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == self.name).map(|(_, value)| value)
    }

    /// The header that gives a browser its session.
    pub fn set(&self, token: &Token) -> Option<HeaderValue> {
        self.header(token.reveal(), ABSOLUTE_LIFE.as_secs())
    }

    /// The header that takes it away.
    pub fn clear(&self) -> Option<HeaderValue> {
        self.header("", 0)
    }

    fn header(&self, value: &str, seconds: u64) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        let text = format!(
            "{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}",
            self.name
        );
        let mut header = HeaderValue::try_from(text).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}
