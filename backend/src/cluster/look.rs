//! Looking at what is there, as whoever asks. Only what a caller's type names is kept of an object.

use std::collections::BTreeSet;
use std::fmt;

use http::Method;
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use slipway_plan::ObjectKey;

use super::{Access, ApiPath, ClusterError};

/// Objects in one page of a listing.
const PAGE: &str = "500";

/// The objects of a kind, or as many as were wanted.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// The objects.
    pub items: Vec<T>,
    /// Whether these are all.
    pub complete: bool,
}

/// What a ConfigMap or Secret holds, without what it says: the values are dropped while they are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// The type of a Secret; empty for a ConfigMap.
    pub of_type: String,
    /// The names of its keys.
    pub keys: BTreeSet<String>,
}

#[derive(Deserialize)]
struct List<T> {
    #[serde(default = "Vec::new")]
    items: Vec<T>,
    #[serde(default)]
    metadata: ListMeta,
}

#[derive(Default, Deserialize)]
struct ListMeta {
    #[serde(default, rename = "continue")]
    more: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WithData {
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    data: KeyNames,
    #[serde(default)]
    binary_data: KeyNames,
}

/// The keys of a map, whose values are passed over.
#[derive(Default)]
struct KeyNames(BTreeSet<String>);

impl<'de> Deserialize<'de> for KeyNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = KeyNames;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map or nothing")
    }

    fn visit_unit<E>(self) -> Result<KeyNames, E> {
        Ok(KeyNames::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<KeyNames, A::Error> {
        let mut keys = BTreeSet::new();
        while let Some((key, _)) = map.next_entry::<String, IgnoredAny>()? {
            keys.insert(key);
        }
        Ok(KeyNames(keys))
    }
}

impl Access {
    /// One object, if it is there.
    pub async fn find<T: DeserializeOwned>(&self, key: &ObjectKey) -> Result<Option<T>, ClusterError> {
        match self.object(key).await {
            Ok(object) => Ok(Some(object)),
            Err(ClusterError::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The keys of a ConfigMap or Secret, if it is there.
    pub async fn keys(&self, key: &ObjectKey) -> Result<Option<Keys>, ClusterError> {
        let found: Option<WithData> = self.find(key).await?;
        Ok(found.map(|found| Keys {
            of_type: found.r#type,
            keys: found.data.0.into_iter().chain(found.binary_data.0).collect(),
        }))
    }

    /// The objects of a kind, at least `most` of them if there are as many. `like` says which kind and where; its name
    /// does not matter. A kind that the cluster lacks has no objects.
    pub async fn list<T: DeserializeOwned>(
        &self,
        like: &ObjectKey,
        fields: Option<&str>,
        most: usize,
    ) -> Result<Listed<T>, ClusterError> {
        let mut items = Vec::new();
        let mut more = String::new();
        loop {
            let mut path = ApiPath::collection(like).query("limit", PAGE);
            if let Some(fields) = fields {
                path = path.query("fieldSelector", fields);
            }
            if !more.is_empty() {
                path = path.query("continue", &more);
            }
            let page: List<T> = match self.page(like, &path).await {
                Ok(page) => page,
                Err(ClusterError::Missing { .. }) => break,
                Err(error) => return Err(error),
            };
            items.extend(page.items);
            if page.metadata.more.is_empty() {
                break;
            }
            if items.len() >= most {
                return Ok(Listed {
                    items,
                    complete: false,
                });
            }
            more = page.metadata.more;
        }
        Ok(Listed {
            items,
            complete: true,
        })
    }

    /// One page of the objects of a kind.
    async fn page<T: DeserializeOwned>(
        &self,
        like: &ObjectKey,
        path: &ApiPath,
    ) -> Result<List<T>, ClusterError> {
        let answer = self.request(Method::GET, path, None, Vec::new()).await?;
        answer.list(like)
    }

    /// Whether an API group answers: one that is registered by a program that is down does not.
    pub async fn serves(&self, group_version: &str) -> Result<bool, ClusterError> {
        match self.get::<IgnoredAny>(&ApiPath::group(group_version)).await {
            Ok(_) => Ok(true),
            Err(ClusterError::Missing { .. } | ClusterError::Busy { .. } | ClusterError::Failed { .. }) => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_secret_only_the_names_of_its_keys_are_read() {
        let text = r#"{ "type": "Opaque", "data": { "a": "c2VjcmV0", "b": null }, "binaryData": null }"#;

        let read: WithData = serde_json::from_str(text).unwrap();

        assert_eq!(read.data.0.into_iter().collect::<Vec<_>>(), ["a", "b"]);
        assert!(read.binary_data.0.is_empty());
    }
}
