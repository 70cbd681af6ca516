//! Why a configuration is refused, in words for whoever wrote it.

use std::net::SocketAddr;

use figment::error::Kind;

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ConfigError {
    /// A key that does not exist.
    #[error("there is no key `{key}`{}{place}", nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default())]
    UnknownKey {
        /// The key, with the keys around it.
        key: String,
        /// The key that was perhaps meant.
        nearest: Option<&'static str>,
        /// Where it stands.
        place: String,
    },
    /// A value of the wrong kind.
    #[error("{key}: {detail}{place}")]
    Value {
        /// The key, with the keys around it.
        key: String,
        /// What is wrong with its value.
        detail: String,
        /// Where it stands.
        place: String,
    },
    /// Others could reach it under any name.
    #[error("listen: {0} can be reached from other machines, so public_urls must say under which addresses")]
    NoPublicUrl(SocketAddr),
    /// A cookie is either for TLS or not.
    #[error("public_urls: either all of them are https or none")]
    MixedPublicUrls,
    /// Not a log level.
    #[error("log_level: `{0}` cannot be read; try `info`")]
    LogLevel(String),
}

impl ConfigError {
    pub(super) fn from_figment(error: &figment::Error) -> Self {
        let place = error.metadata.as_ref().map(|metadata| match &metadata.source {
            Some(source) => format!(" ({source})"),
            None => format!(" ({})", metadata.name),
        });
        let place = place.unwrap_or_default();
        let key = error.path.join(".");
        match &error.kind {
            Kind::UnknownField(_, expected) => Self::UnknownKey {
                nearest: nearest(error.path.last(), expected),
                key,
                place,
            },
            kind => Self::Value {
                key,
                detail: kind.to_string(),
                place,
            },
        }
    }
}

fn nearest(key: Option<&String>, expected: &'static [&'static str]) -> Option<&'static str> {
    crate::nearest::nearest(key?, expected.iter().copied())
}
