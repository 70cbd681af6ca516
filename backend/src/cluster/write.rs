//! Writing one object, as the member whose access it is.
//!
//! A first write is a POST, never an apply: server-side apply would silently adopt an object of the same name that is
//! not ours. Each write carries a time after which the server itself gives it up, so that after that moment a look-up
//! tells for good whether it was carried out.

use std::fmt::Write as _;
use std::time::Duration;

use http::Method;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, json};
use slipway_api::StepVerb;
use slipway_plan::ObjectKey;

use super::{Access, ApiPath, ClusterError, FIELD_MANAGER, Found};

const JSON: &str = "application/json";
/// Any JSON is YAML, and this is the only type that server-side apply takes.
pub(super) const APPLY: &str = "application/apply-patch+yaml";

const MERGE: &str = "application/merge-patch+json";

/// How much longer than the server an answer is waited for, so that a late "gave up" still arrives.
pub(super) const GRACE: Duration = Duration::from_secs(2);

/// What came of creating an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    /// It was made now.
    Now {
        /// Its uid.
        uid: String,
        /// What the cluster says about it.
        warnings: Vec<String>,
        /// What it is.
        object: Value,
    },
    /// It was there, bearing the same operation: an earlier request had been carried out.
    Before {
        /// Its uid.
        uid: String,
    },
    /// The name belongs to something else.
    Taken {
        /// What has the name; nothing if that may not be read.
        by: Option<Found>,
    },
}

/// What a dry run answered.
#[derive(Clone, Debug, PartialEq)]
pub struct DryRun {
    /// What the cluster says about the object.
    pub warnings: Vec<String>,
    /// The object as it would be.
    pub object: Value,
}

/// How objects that belong to the deleted one go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Propagation {
    /// The object stays until they are gone.
    Foreground,
    /// The object goes at once, they follow.
    Background,
}

impl Propagation {
    /// How to delete an object so that its absence means that nothing of it is left.
    ///
    /// A workload waits for its pods: an app is not undone while they run. Other kinds own nothing that serves.
    pub fn of(key: &ObjectKey) -> Self {
        match key.kind.as_str() {
            "Deployment" | "StatefulSet" | "DaemonSet" | "Job" | "CronJob" => Self::Foreground,
            _ => Self::Background,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Foreground => "Foreground",
            Self::Background => "Background",
        }
    }
}

impl Access {
    /// Creates an object for an operation, whose mark is in `body`. Safe to repeat.
    pub async fn create(
        &self,
        key: &ObjectKey,
        body: &Value,
        operation: &str,
        timeout: Duration,
    ) -> Result<Created, ClusterError> {
        let path = written(ApiPath::collection(key)).query("timeout", &seconds(timeout));
        let access = self.within(timeout + GRACE);
        let answer = access
            .request(Method::POST, &path, Some(JSON), body.to_string().into_bytes())
            .await?;
        let warnings = answer.warnings.clone();
        match answer.object::<Value>(key) {
            Ok(object) => match Found::read(&object) {
                Some(found) => Ok(Created::Now {
                    uid: found.uid,
                    warnings,
                    object,
                }),
                None => Err(ClusterError::Unreachable(
                    "an object without uid came back".to_owned(),
                )),
            },
            Err(ClusterError::Conflict { reason, .. }) if reason == "AlreadyExists" => {
                Ok(match self.look_up(key).await {
                    Ok(Some(found)) if found.is_made_by(operation) => Created::Before { uid: found.uid },
                    Ok(by) => Created::Taken { by },
                    Err(ClusterError::Forbidden { .. }) => Created::Taken { by: None },
                    Err(error) => return Err(error),
                })
            }
            // A quota that was counted by somebody else at the same moment.
            Err(ClusterError::Conflict { .. }) => Err(ClusterError::Busy { retry_after: None }),
            Err(error) => Err(error),
        }
    }

    /// Merges a change into exactly the object that has this uid. Answers what the cluster says about it. Safe to repeat.
    pub async fn merge(
        &self,
        key: &ObjectKey,
        change: &Value,
        uid: &str,
        timeout: Duration,
    ) -> Result<Vec<String>, ClusterError> {
        let mut change = change.clone();
        // A change of the uid is a conflict, so another object of the name stays as it is.
        change["metadata"]["uid"] = json!(uid);
        let path = written(ApiPath::object(key)).query("timeout", &seconds(timeout));
        let access = self.within(timeout + GRACE);
        let answer = access
            .request(Method::PATCH, &path, Some(MERGE), change.to_string().into_bytes())
            .await?;
        let warnings = answer.warnings.clone();
        answer.json::<IgnoredAny>().map(|_| warnings)
    }

    /// Asks what creating an object would do, and does nothing.
    pub async fn dry_create(&self, key: &ObjectKey, body: &Value) -> Result<DryRun, ClusterError> {
        let path = written(ApiPath::collection(key)).query("dryRun", "All");
        let (warnings, mut object) = self
            .dry::<Value>(Method::POST, &path, JSON, body.to_string())
            .await?;
        // Of a large object they are larger than the object.
        if let Some(metadata) = object["metadata"].as_object_mut() {
            metadata.remove("managedFields");
        }
        Ok(DryRun { warnings, object })
    }

    /// Asks whether creating an object would be accepted, and does nothing. Answers what the cluster says about it.
    pub async fn accepts(&self, key: &ObjectKey, body: &Value) -> Result<Vec<String>, ClusterError> {
        let path = written(ApiPath::collection(key)).query("dryRun", "All");
        let answer = self.dry::<IgnoredAny>(Method::POST, &path, JSON, body.to_string());
        Ok(answer.await?.0)
    }

    /// Asks whether applying an object would be accepted, and does nothing. Lists are merged by other keys than when
    /// creating, so this finds what a later change of the object would stumble over.
    pub async fn dry_apply(&self, key: &ObjectKey, body: &Value) -> Result<Vec<String>, ClusterError> {
        let path = written(ApiPath::object(key))
            .query("dryRun", "All")
            .query("force", "false");
        let answer = self.dry::<IgnoredAny>(Method::PATCH, &path, APPLY, yaml(body));
        Ok(answer.await?.0)
    }

    /// What is said about a request that is only tried, and the object as it would be.
    async fn dry<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &ApiPath,
        kind: &str,
        body: String,
    ) -> Result<(Vec<String>, T), ClusterError> {
        let answer = self.request(method, path, Some(kind), body.into_bytes()).await?;
        let warnings = answer.warnings.clone();
        answer.json::<T>().map(|object| (warnings, object))
    }

    /// Deletes exactly the object that was seen, if it is still as it was seen. Accepted is not gone: look it up.
    pub async fn delete(&self, key: &ObjectKey, seen: &Found, timeout: Duration) -> Result<(), ClusterError> {
        let options = json!({
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "propagationPolicy": Propagation::of(key).as_str(),
            "preconditions": { "uid": seen.uid, "resourceVersion": seen.resource_version },
        });
        let path = ApiPath::object(key).query("timeout", &seconds(timeout));
        let access = self.within(timeout + GRACE);
        let answer = access
            .request(
                Method::DELETE,
                &path,
                Some(JSON),
                options.to_string().into_bytes(),
            )
            .await?;
        answer.json::<IgnoredAny>().map(|_| ())
    }

    /// The object of this name, if there is one.
    pub async fn look_up(&self, key: &ObjectKey) -> Result<Option<Found>, ClusterError> {
        match self.object::<Value>(key).await {
            Ok(object) => Ok(Found::read(&object)),
            Err(ClusterError::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A path that is written to as the field manager [`FIELD_MANAGER`]. Strict: a field the server does not know is an error,
/// not silently dropped.
pub(super) fn written(path: ApiPath) -> ApiPath {
    path.query("fieldManager", FIELD_MANAGER)
        .query("fieldValidation", "Strict")
}

/// A time as the API server reads it. At least a second, since none means for ever.
pub(super) fn seconds(timeout: Duration) -> String {
    format!("{}s", timeout.as_secs().max(1))
}

/// Method and path of what a step does, for people to read.
pub fn request_line(verb: StepVerb, key: &ObjectKey) -> String {
    match verb {
        StepVerb::Create => format!("POST {}", ApiPath::collection(key)),
        StepVerb::Apply | StepVerb::Patch => format!("PATCH {}", ApiPath::object(key)),
        StepVerb::Delete => format!("DELETE {}", ApiPath::object(key)),
    }
}

/// JSON that is YAML as well: control characters, which JSON may hold as they are and YAML may not, are written as numbers.
pub(super) fn yaml(body: &Value) -> String {
    let unprintable = |c: char| c.is_control() || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    let written = body.to_string();
    if !written.contains(unprintable) {
        return written;
    }
    let mut text = String::with_capacity(written.len());
    for c in written.chars() {
        if unprintable(c) {
            // To a String there is always room to write.
            let _ = write!(text, "\\u{:04x}", u32::from(c));
        } else {
            text.push(c);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_applied_holds_no_control_characters() {
        let body = json!({ "a": "x\u{7f}\u{85}\n你好" });

        let text = yaml(&body);

        assert!(!text.contains(char::is_control), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), body);
    }

    #[test]
    fn a_workload_is_deleted_with_its_pods() {
        let of = |kind| Propagation::of(&ObjectKey::namespaced("v1", kind, "shop", "web"));

        assert_eq!(of("Deployment"), Propagation::Foreground);
        assert_eq!(of("Service"), Propagation::Background);
    }
}
