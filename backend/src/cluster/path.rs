//! Paths of the Kubernetes API: the one place where a name becomes part of a URL.
//!
//! A name with `?`, `#` or `/` in it would otherwise ask for something else than it names, and what comes back would be
//! taken for what was asked for. So every segment is percent-encoded here, nothing else may build a path, and of what comes
//! back kind, namespace and name are compared with what was asked for.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use slipway_plan::ObjectKey;

use super::ClusterError;

/// What is encoded: everything but the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Path and query of a request to an API server, with every part of it encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiPath(String);

impl ApiPath {
    /// A path without a name in it, such as `/api/v1/namespaces`.
    pub fn fixed(path: &'static str) -> Self {
        Self(path.to_owned())
    }

    /// An API group in one version, such as `v1` or `apps/v1`.
    pub(super) fn group(group_version: &str) -> Self {
        let root = if group_version.contains('/') {
            "/apis"
        } else {
            "/api"
        };
        group_version.split('/').fold(Self::fixed(root), Self::segment)
    }

    /// Where the objects of a kind are. Of the key the name does not matter.
    pub(super) fn collection(key: &ObjectKey) -> Self {
        let group = Self::group(&key.api_version);
        let place = match &key.namespace {
            Some(namespace) => group.segment("namespaces").segment(namespace),
            None => group,
        };
        place.segment(&key.plural())
    }

    /// Where one object is.
    pub(super) fn object(key: &ObjectKey) -> Self {
        Self::collection(key).segment(&key.name)
    }

    /// The same with one more segment, which stays one whatever it holds.
    pub(super) fn segment(mut self, text: &str) -> Self {
        self.0.push('/');
        match text {
            // Left as they are, these two would be resolved on the way.
            "." => self.0.push_str("%2E"),
            ".." => self.0.push_str("%2E%2E"),
            text => self.0.extend(utf8_percent_encode(text, ENCODED)),
        }
        self
    }

    /// The same with one more parameter in the query.
    pub(super) fn query(mut self, name: &'static str, value: &str) -> Self {
        self.0.push(if self.0.contains('?') { '&' } else { '?' });
        self.0.push_str(name);
        self.0.push('=');
        self.0.extend(utf8_percent_encode(value, ENCODED));
        self
    }

    /// The text that is sent.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ApiPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an object says of itself. Everything else is passed over, so that no value of a Secret is kept.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    metadata: HeadMetadata,
}

#[derive(Default, Deserialize)]
struct HeadMetadata {
    #[serde(default)]
    name: String,
    namespace: Option<String>,
}

/// Demands that an object is the one that was asked for.
pub(super) fn demand_same(key: &ObjectKey, object: &[u8]) -> Result<(), ClusterError> {
    let head: Head = serde_json::from_slice(object).map_err(|error| ClusterError::Failed {
        message: format!("an answer that cannot be read: {error}"),
    })?;
    let HeadMetadata { name, namespace } = head.metadata;
    if (&head.kind, &namespace, &name) == (&key.kind, &key.namespace, &key.name) {
        return Ok(());
    }
    Err(ClusterError::Missing {
        message: format!("something else than {key} came back"),
    })
}

/// A list, as much of it as says where its objects are.
#[derive(Deserialize)]
struct Heads {
    #[serde(default = "Vec::new")]
    items: Vec<Placed>,
}

/// An object of a list: there kinds are not repeated.
#[derive(Deserialize)]
struct Placed {
    #[serde(default)]
    metadata: HeadMetadata,
}

/// Demands that all objects of a list are in the namespace that was asked for, if one was.
pub(super) fn demand_within(like: &ObjectKey, list: &[u8]) -> Result<(), ClusterError> {
    if like.namespace.is_none() {
        return Ok(());
    }
    let heads: Heads = serde_json::from_slice(list).map_err(|error| ClusterError::Failed {
        message: format!("an answer that cannot be read: {error}"),
    })?;
    let elsewhere = heads
        .items
        .iter()
        .find(|item| item.metadata.namespace != like.namespace);
    match elsewhere {
        None => Ok(()),
        Some(_) => Err(ClusterError::Failed {
            message: format!("objects of another namespace came back for {like}"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn deployment(namespace: &str, name: &str) -> ObjectKey {
        ObjectKey::namespaced("apps/v1", "Deployment", namespace, name)
    }

    #[test]
    fn objects_have_their_place_under_their_group() {
        let service = ObjectKey::namespaced("v1", "Service", "shop", "web");
        let ingress = ObjectKey::namespaced("networking.k8s.io/v1", "Ingress", "shop", "web");
        let volume = ObjectKey::cluster_wide("v1", "PersistentVolume", "disk");

        assert_eq!(
            ApiPath::object(&service).as_str(),
            "/api/v1/namespaces/shop/services/web"
        );
        assert_eq!(
            ApiPath::collection(&ingress).as_str(),
            "/apis/networking.k8s.io/v1/namespaces/shop/ingresses"
        );
        assert_eq!(
            ApiPath::object(&volume).as_str(),
            "/api/v1/persistentvolumes/disk"
        );
    }

    #[test]
    fn a_name_stays_one_segment_whatever_it_holds() {
        let before = ApiPath::collection(&deployment("shop", "")).to_string();
        for odd in [
            "web?x", "web#x", "web/x", "web%2Fx", "..", ".", "a b", "a\0b", "应用", "web;x=1", "web&a=b", "",
            "\r\nX: y",
        ] {
            let path = ApiPath::object(&deployment("shop", odd)).query("dryRun", "All");
            let (path, query) = path.as_str().split_once('?').unwrap();

            let segment = path.strip_prefix(&format!("{before}/")).unwrap();
            let plain = |c: char| c.is_ascii_alphanumeric() || "-._~%".contains(c);
            assert!(segment.chars().all(plain), "{odd:?} became {segment:?}");
            assert!(segment != "." && segment != "..", "{odd:?}");
            let back = percent_encoding::percent_decode_str(segment)
                .decode_utf8()
                .unwrap();
            assert_eq!(back, odd);
            assert_eq!(query, "dryRun=All");
        }
    }

    #[test]
    fn only_what_was_asked_for_is_taken_for_it() {
        let asked = deployment("shop", "web");
        let answer = |kind: &str, namespace: Option<&str>, name: &str| {
            let object = json!({ "kind": kind, "metadata": { "namespace": namespace, "name": name } });
            demand_same(&asked, object.to_string().as_bytes())
        };

        assert!(answer("Deployment", Some("shop"), "web").is_ok());
        for other in [
            answer("Deployment", Some("shop"), "ledger"),
            answer("Deployment", Some("bank"), "web"),
            answer("Deployment", None, "web"),
            answer("Scale", Some("shop"), "web"),
            answer("DeploymentList", None, ""),
        ] {
            assert!(matches!(other, Err(ClusterError::Missing { .. })), "{other:?}");
        }
    }

    #[test]
    fn of_a_list_every_object_is_in_the_namespace_that_was_asked_for() {
        let like = ObjectKey::namespaced("v1", "Service", "shop", "");
        let list = |namespaces: &[&str]| {
            let item = |namespace: &&str| json!({ "metadata": { "name": "web", "namespace": namespace } });
            let items: Vec<_> = namespaces.iter().map(item).collect();
            serde_json::to_vec(&json!({ "kind": "ServiceList", "items": items })).unwrap()
        };

        assert!(demand_within(&like, &list(&[])).is_ok());
        assert!(demand_within(&like, &list(&["shop", "shop"])).is_ok());
        assert!(matches!(
            demand_within(&like, &list(&["shop", "bank"])),
            Err(ClusterError::Failed { .. })
        ));
        let everywhere = ObjectKey::cluster_wide("v1", "Service", "");
        assert!(demand_within(&everywhere, &list(&["shop", "bank"])).is_ok());
    }
}
