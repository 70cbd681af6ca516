//! Changing an object that is there: one of ours by server-side apply, somebody else's by a patch that tests what it
//! changes.
//!
//! Never by name alone: every write carries the uid, so that it neither adopts nor makes anew, and the version just read.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use slipway_plan::ObjectKey;

use super::managed::{REPLICAS_MANAGER, autoscaler_holds_replicas, converted, we_hold_replicas};
use super::renumber::{owners, renumbered, set_back};
use super::write::{APPLY, GRACE, seconds, written, yaml};
use super::{
    Access, ApiPath, ClusterError, FIELD_MANAGER, MARK_APP_ID, MARK_INSTALLATION, MARK_OPERATION,
    MARK_PLAN_HASH, MARK_REVISION,
};

/// What the cluster counts by itself, a moment after somebody has changed a Deployment.
const COUNTED: &str = "deployment.kubernetes.io/revision";
/// What an operation marks everything with that it writes.
const MARKS: [&str; 5] = [
    MARK_APP_ID,
    MARK_INSTALLATION,
    MARK_OPERATION,
    MARK_PLAN_HASH,
    MARK_REVISION,
];
const JSON_PATCH: &str = "application/json-patch+json";

/// What came of changing an object.
#[derive(Clone, Debug, PartialEq)]
pub enum Applied {
    /// It is as it shall be.
    Now {
        /// What the cluster says about it.
        warnings: Vec<String>,
        /// What it is then.
        object: Value,
    },
    /// Somebody else has set these fields to something else. Nothing was done.
    Conflicts(Vec<Owned>),
    /// Somebody wrote it since it was read. Nothing was done; read it again.
    Moved,
}

/// A field that somebody else has set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    /// The path, as the server names it: `.spec.template.spec.containers[name="web"].image`.
    pub path: String,
    /// Who has set it.
    pub manager: String,
}

/// How much may be overwritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Force {
    /// Nothing of anybody else.
    No,
    /// What was agreed to, after asking what that is.
    Yes,
}

impl Access {
    /// An object as it is, if it is there.
    pub async fn read(&self, key: &ObjectKey) -> Result<Option<Value>, ClusterError> {
        match self.object::<Value>(key).await {
            Ok(object) => Ok(Some(object)),
            Err(ClusterError::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes ours what a POST of ours has set, so that an apply takes away what it leaves out. Safe to repeat.
    pub async fn convert(
        &self,
        key: &ObjectKey,
        live: Value,
        timeout: Duration,
    ) -> Result<Value, ClusterError> {
        let Some(entries) = converted(&live) else {
            return Ok(live);
        };
        let metadata = &live["metadata"];
        let patch = json!([
            { "op": "test", "path": "/metadata/uid", "value": metadata["uid"] },
            { "op": "replace", "path": "/metadata/managedFields", "value": entries },
            { "op": "replace", "path": "/metadata/resourceVersion", "value": metadata["resourceVersion"] },
        ]);
        self.rewrite(key, &patch, timeout).await
    }

    /// Sends a patch of the very version that was read, and answers the object as it is then.
    pub(super) async fn rewrite(
        &self,
        key: &ObjectKey,
        patch: &Value,
        timeout: Duration,
    ) -> Result<Value, ClusterError> {
        let url = written(ApiPath::object(key)).query("timeout", &seconds(timeout));
        let access = self.within(timeout + GRACE);
        let body = patch.to_string().into_bytes();
        access
            .request(Method::PATCH, &url, Some(JSON_PATCH), body)
            .await?
            .object(key)
    }

    /// Sees to it that the number of pods does not fall when an autoscaler gets it, and that it can be taken from one.
    ///
    /// What an apply leaves out goes if nobody else holds it, and the cluster would fill in one pod. So before we let go of
    /// the number another manager of ours holds the live one; and where it comes back from an autoscaler, that manager
    /// takes it first, since it can take nothing else.
    pub async fn hand_over_replicas(
        &self,
        key: &ObjectKey,
        body: &Value,
        live: Value,
        timeout: Duration,
    ) -> Result<Value, ClusterError> {
        let wanted = &body["spec"]["replicas"];
        let now = &live["spec"]["replicas"];
        let (replicas, force) = if wanted.is_null() && now.is_number() && we_hold_replicas(&live) {
            (now, Force::No)
        } else if wanted.is_number() && autoscaler_holds_replicas(&live) {
            (wanted, Force::Yes)
        } else {
            return Ok(live);
        };
        let part = json!({
            "apiVersion": body["apiVersion"],
            "kind": body["kind"],
            "metadata": { "name": key.name, "namespace": key.namespace, "uid": live["metadata"]["uid"],
                          "resourceVersion": live["metadata"]["resourceVersion"] },
            "spec": { "replicas": replicas },
        });
        let path = apply_path(key, REPLICAS_MANAGER, force, timeout);
        let access = self.within(timeout + GRACE);
        let answer = access.request(Method::PATCH, &path, Some(APPLY), yaml(&part).into_bytes());
        answer.await?.object(key)
    }

    /// Applies a body to exactly the object that was read. Our marks are set whoever has written on them: nobody else has a
    /// use for them, and nobody shall keep an app from its team by them.
    pub async fn apply(
        &self,
        key: &ObjectKey,
        body: &Value,
        live: &Value,
        force: Force,
        timeout: Duration,
    ) -> Result<Applied, ClusterError> {
        let (access, body) = (self.within(timeout + GRACE), on(body, live));
        let path = apply_path(key, FIELD_MANAGER, force, timeout);
        match access.send_apply(&path, &body).await? {
            Applied::Conflicts(owned) if owned.iter().all(Owned::is_mark) => {
                let path = apply_path(key, FIELD_MANAGER, Force::Yes, timeout);
                access.send_apply(&path, &body).await
            }
            applied => Ok(applied),
        }
    }

    /// Asks what applying a body to the object that was read would do, and does nothing.
    ///
    /// As long as what was posted is not converted, we are in conflict with ourselves; that is no conflict. Then only
    /// conflicts are told: such an apply would leave everything there that it should take away.
    pub async fn dry_apply_on(
        &self,
        key: &ObjectKey,
        body: &Value,
        live: &Value,
        force: Force,
    ) -> Result<Applied, ClusterError> {
        let path = apply_path(key, FIELD_MANAGER, force, GRACE * 5).query("dryRun", "All");
        let body = on(body, live);
        let by_autoscaler = |path: &str| path == ".spec.replicas" && autoscaler_holds_replicas(live);
        let ports = renumbered(live, &body);
        let answer = match self.send_apply(&path, &body).await {
            // Ours beside theirs under one name is refused, once nothing else is in conflict.
            Err(ClusterError::Refused { .. }) if !ports.is_empty() => Applied::Conflicts(Vec::new()),
            answer => answer?,
        };
        match answer {
            _ if !ports.is_empty() && force == Force::Yes => {
                self.patch(key, &set_back(&ports, live), GRACE * 5, true).await
            }
            Applied::Conflicts(owned) => {
                let others: Vec<Owned> = owned
                    .into_iter()
                    .filter(|owned| owned.manager != FIELD_MANAGER && !owned.is_mark())
                    .filter(|owned| !by_autoscaler(&owned.path))
                    .chain(owners(&ports))
                    .collect();
                if !others.is_empty() {
                    return Ok(Applied::Conflicts(others));
                }
                let path = apply_path(key, FIELD_MANAGER, Force::Yes, GRACE * 5).query("dryRun", "All");
                self.send_apply(&path, &body).await
            }
            other => Ok(other),
        }
    }

    async fn send_apply(&self, path: &ApiPath, body: &Value) -> Result<Applied, ClusterError> {
        let answer = self
            .request(Method::PATCH, path, Some(APPLY), yaml(body).into_bytes())
            .await?;
        let warnings = answer.warnings.clone();
        match answer.json::<Value>() {
            Ok(object) => Ok(Applied::Now { warnings, object }),
            Err(ClusterError::Conflict { causes, .. }) if !causes.is_empty() => {
                Ok(Applied::Conflicts(causes.into_iter().map(Owned::of).collect()))
            }
            Err(ClusterError::Conflict { .. }) => Ok(Applied::Moved),
            Err(error) => Err(error),
        }
    }

    /// Sends a patch that tests what it changes. `dry` asks only.
    pub async fn patch(
        &self,
        key: &ObjectKey,
        patch: &Value,
        timeout: Duration,
        dry: bool,
    ) -> Result<Applied, ClusterError> {
        let mut url = written(ApiPath::object(key)).query("timeout", &seconds(timeout));
        if dry {
            url = url.query("dryRun", "All");
        }
        let access = self.within(timeout + GRACE);
        let answer = access
            .request(
                Method::PATCH,
                &url,
                Some(JSON_PATCH),
                patch.to_string().into_bytes(),
            )
            .await?;
        let warnings = answer.warnings.clone();
        match answer.json::<Value>() {
            Ok(object) => Ok(Applied::Now { warnings, object }),
            Err(ClusterError::Conflict { .. }) => Ok(Applied::Moved),
            Err(error) => Err(error),
        }
    }
}

/// A body for exactly the object that was read, at the version it had.
fn on(body: &Value, live: &Value) -> Value {
    let mut body = body.clone();
    for key in ["uid", "resourceVersion"] {
        body["metadata"][key] = live["metadata"][key].clone();
    }
    body
}

fn apply_path(key: &ObjectKey, manager: &str, force: Force, timeout: Duration) -> ApiPath {
    ApiPath::object(key)
        .query("fieldManager", manager)
        .query("fieldValidation", "Strict")
        .query("force", if force == Force::Yes { "true" } else { "false" })
        .query("timeout", &seconds(timeout))
}

impl Owned {
    /// The server says `conflict with "kubectl" using apps/v1`, or the same with the subresource before `using`.
    fn of((path, words): (String, String)) -> Self {
        let manager = words.split('"').nth(1).unwrap_or(&words).to_owned();
        Self { path, manager }
    }

    /// Whether it is one of the marks that an operation puts on what it writes.
    fn is_mark(&self) -> bool {
        let mark = self.path.strip_prefix(".metadata.annotations.");
        mark.is_some_and(|mark| MARKS.contains(&mark))
    }
}

/// What an object is, without what the cluster reports of it: changes exactly when somebody changes it.
pub fn version_of(live: &Value) -> String {
    let mut object = live.clone();
    if let Some(fields) = object.as_object_mut() {
        fields.remove("status");
    }
    if let Some(annotations) = object["metadata"]["annotations"].as_object_mut() {
        annotations.remove(COUNTED);
    }
    if let Some(metadata) = object["metadata"].as_object_mut() {
        metadata.retain(|key, _| !matches!(key.as_str(), "resourceVersion" | "managedFields" | "generation"));
    }
    data_encoding::HEXLOWER.encode(&Sha256::digest(object.to_string())[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_who_has_set_a_field_is_named_in_the_servers_words() {
        let of = |words: &str| Owned::of((".spec.replicas".into(), words.into())).manager;

        assert_eq!(
            of(r#"conflict with "kubectl-edit" using apps/v1"#),
            "kubectl-edit"
        );
        assert_eq!(
            of(r#"conflict with "kubectl" with subresource "scale" using apps/v1"#),
            "kubectl"
        );
    }

    #[test]
    fn only_our_marks_are_ours_whoever_wrote_them() {
        let is_mark = |path: &str| {
            let words = r#"conflict with "kubectl" using apps/v1"#;
            Owned::of((path.into(), words.into())).is_mark()
        };

        assert!(is_mark(".metadata.annotations.slipway.dev/app-id"));
        for other in [
            ".metadata.annotations.slipway.dev/app-id-2",
            ".metadata.annotations.note",
            ".metadata.labels.slipway.dev/app",
            ".spec.replicas",
        ] {
            assert!(!is_mark(other), "{other}");
        }
    }

    #[test]
    fn the_version_of_an_object_changes_with_what_somebody_sets_and_not_with_its_status() {
        let object = |ready: u32, image: &str| {
            json!({ "metadata": { "uid": "u", "resourceVersion": ready.to_string(), "generation": ready },
                    "spec": { "image": image }, "status": { "ready": ready } })
        };

        assert_eq!(version_of(&object(1, "a")), version_of(&object(2, "a")));
        assert_ne!(version_of(&object(1, "a")), version_of(&object(1, "b")));
        let noted = |name: &str, value: &str| {
            let mut object = object(1, "a");
            object["metadata"]["annotations"] = json!({ name: value });
            version_of(&object)
        };
        assert_eq!(noted(COUNTED, "1"), noted(COUNTED, "2"));
        assert_ne!(noted("note", "1"), noted("note", "2"));
    }
}
