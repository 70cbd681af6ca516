//! Image references: `[host[:port]/]path[:tag][@sha256:…]`.

use super::checked_text;
use crate::Problem;
use crate::issue::ImagePart;

checked_text! {
    /// A reference to an image. Kubernetes accepts any text here and fails later, so it is judged before.
    ImageRef
}

impl ImageRef {
    /// Reads a reference.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        super::name::sized(text, 512)?;
        let wrong = |part| Problem::ImageMalformed { part };
        if text.len() == 64 && text.bytes().all(is_hex) {
            // It would be read as the id of an image.
            return Err(wrong(ImagePart::Repository));
        }
        let (rest, digest) = text
            .split_once('@')
            .map_or((text, None), |(rest, digest)| (rest, Some(digest)));
        if digest.is_some_and(|digest| !good_digest(digest)) {
            return Err(wrong(ImagePart::Digest));
        }
        let (host, path) = split_host(rest);
        if host.is_some_and(|host| !good_host(host)) {
            return Err(wrong(ImagePart::Host));
        }
        let (path, tag) = path
            .rsplit_once(':')
            .map_or((path, None), |(path, tag)| (path, Some(tag)));
        if tag.is_some_and(|tag| !good_tag(tag)) {
            return Err(wrong(ImagePart::Tag));
        }
        if path.len() > 255 || !path.split('/').all(good_component) {
            return Err(wrong(ImagePart::Repository));
        }
        Ok(Self(text.to_owned()))
    }

    /// Whether the reference names one fixed version: a digest, or a tag other than `latest`.
    pub fn is_pinned(&self) -> bool {
        let (_, path) = split_host(self.0.split('@').next().unwrap_or_default());
        self.0.contains('@') || path.rsplit_once(':').is_some_and(|(_, tag)| tag != "latest")
    }
}

/// The first component is a host only if it has a dot or a port, or is `localhost`.
fn split_host(text: &str) -> (Option<&str>, &str) {
    match text.split_once('/') {
        Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => (Some(first), rest),
        _ => (None, text),
    }
}

fn good_host(host: &str) -> bool {
    let good_port = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
    if let Some((address, rest)) = host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        let port = rest.strip_prefix(':');
        return address.parse::<std::net::Ipv6Addr>().is_ok()
            && (rest.is_empty() || port.is_some_and(good_port));
    }
    let (name, port) = host
        .rsplit_once(':')
        .map_or((host, None), |(name, port)| (name, Some(port)));
    let good_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.split('.').all(good_label) && port.is_none_or(good_port)
}

/// Lower-case letters and digits, joined by `.`, `_`, `__` or any number of `-`.
fn good_component(component: &str) -> bool {
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let separators = component
        .split(alphanumeric)
        .filter(|separator| !separator.is_empty());
    component.starts_with(alphanumeric)
        && component.ends_with(alphanumeric)
        && separators
            .into_iter()
            .all(|s| matches!(s, "." | "_" | "__") || s.bytes().all(|b| b == b'-'))
}

fn good_tag(tag: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    tag.len() <= 128
        && tag.bytes().next().is_some_and(word)
        && tag.bytes().all(|b| word(b) || b == b'.' || b == b'-')
}

fn good_digest(digest: &str) -> bool {
    let known = [("sha256:", 64), ("sha384:", 96), ("sha512:", 128)];
    let hex = known
        .iter()
        .find_map(|(name, length)| Some((digest.strip_prefix(name)?, *length)));
    hex.is_some_and(|(hex, length)| hex.len() == length && hex.bytes().all(is_hex))
}

fn is_hex(letter: u8) -> bool {
    matches!(letter, b'0'..=b'9' | b'a'..=b'f')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_references() {
        let digest = format!("nginx@sha256:{}", "a".repeat(64));
        for good in [
            "nginx",
            "nginx:1.27",
            "library/nginx:1",
            "localhost/a",
            "localhost:5000/a/b__c-d.e:T_1",
            "images.example.com:8443/team/app:v1",
            "anolis-registry.cn-zhangjiakou.cr.aliyuncs.com/openanolis/nginx:1.14.1-8.6",
            digest.as_str(),
        ] {
            assert!(ImageRef::parse(good).is_ok(), "{good}");
        }
    }

    /// As distribution/reference 0.6.0 reads them.
    #[test]
    fn addresses_in_brackets_and_longer_digests_are_good_and_an_id_is_not() {
        for good in [
            "[fd00::1]:5000/x:1".to_owned(),
            "[::1]/x".to_owned(),
            format!("nginx@sha512:{}", "a".repeat(128)),
            format!("nginx@sha384:{}", "a".repeat(96)),
            format!("{}:1", "a".repeat(64)),
            format!("library/{}", "a".repeat(64)),
        ] {
            assert!(ImageRef::parse(&good).is_ok(), "{good}");
        }
        for bad in [
            "0123456789abcdef".repeat(4),
            "[fd00::1]5000/x".to_owned(),
            "[fd00::g]/x".to_owned(),
            "[fd00::1]:0/x".to_owned(),
            format!("nginx@sha512:{}", "a".repeat(64)),
        ] {
            assert!(ImageRef::parse(&bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_wrong_part_is_named() {
        let part = |text: &str| match ImageRef::parse(text) {
            Err(Problem::ImageMalformed { part }) => part,
            other => panic!("{text}: {other:?}"),
        };
        for bad in ["nginx:", "nginx:-a", "a/b:1 2", "nginx:1:2/x:ä"] {
            assert!(
                matches!(
                    part(bad),
                    ImagePart::Tag | ImagePart::Host | ImagePart::Repository
                ),
                "{bad}"
            );
        }
        for bad in [
            "Nginx",
            "a//b",
            "/a",
            "a/",
            "a___b",
            "a..b",
            "_a",
            "https://nginx",
        ] {
            assert!(
                matches!(part(bad), ImagePart::Repository | ImagePart::Host),
                "{bad}"
            );
        }
        assert_eq!(part("nginx@sha256:abc"), ImagePart::Digest);
        assert_eq!(part("-a.com/b"), ImagePart::Host);
        assert_eq!(part("a.com:0/b"), ImagePart::Host);
        assert_eq!(part("nginx:"), ImagePart::Tag);
        assert_eq!(part("Nginx"), ImagePart::Repository);
    }

    #[test]
    fn pinned_means_a_digest_or_a_tag_that_is_not_latest() {
        let pinned = |text: &str| ImageRef::parse(text).unwrap().is_pinned();
        assert!(pinned("nginx:1.27"));
        assert!(!pinned("nginx"));
        assert!(!pinned("nginx:latest"));
        assert!(!pinned("localhost:5000/nginx"));
        assert!(pinned(&format!("nginx:latest@sha256:{}", "0".repeat(64))));
    }
}
