//! Changing an object that is there: one of ours by server-side apply, somebody else's by a patch that tests what it
//! changes.
//!
//! Never by name alone: every write carries the uid, so that it neither adopts nor makes anew, and the version just read.

use std::time::Duration;

use http::Method;
use json_patch::Patch;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use slipway_plan::ObjectKey;
use slipway_plan::change::difference;

use super::applied::applied;
use super::managed::{REPLICAS_MANAGER, autoscaler_holds_replicas, converted, is_posted, we_hold_replicas};
use super::renumber::{owners, renumbered, set_back};
use super::tested::sent;
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
        /// The object as it is then; where it was only asked, as it would be.
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

    /// Makes ours what a POST or a patch of ours has set and `said` says, so that an apply takes away what it leaves out.
    /// Safe to repeat.
    pub async fn convert(
        &self,
        key: &ObjectKey,
        said: Option<&Value>,
        live: Value,
        timeout: Duration,
    ) -> Result<Value, ClusterError> {
        let Some(entries) = converted(&live, said) else {
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
        access
            .request(Method::PATCH, &url, Some(JSON_PATCH), sent(patch))
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
        let (replicas, force) = if replicas_left(body, &live).is_some() {
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
    /// As long as what was posted is not converted, we are in conflict with ourselves; that is no conflict. Such an apply
    /// would also leave everything there that it takes away once it is converted, and one beside ports that others have
    /// renumbered is refused. So what comes of these is computed here, and the server is asked by a patch that makes it so.
    pub async fn dry_apply_on(
        &self,
        key: &ObjectKey,
        sent: Sending<'_>,
        live: &Value,
        force: Force,
    ) -> Result<Applied, ClusterError> {
        let path = |force| apply_path(key, FIELD_MANAGER, force, GRACE * 5).query("dryRun", "All");
        let body = on(&with_replicas_left(sent.body, live), live);
        let ports = renumbered(live, &body);
        let asked = self.send_apply(&path(force), &body).await;
        let others: Vec<Owned> = match &asked {
            Ok(Applied::Conflicts(owned)) => owned
                .iter()
                .filter(|owned| owned.is_of_others(live))
                .cloned()
                .chain(owners(&ports))
                .collect(),
            // Ours beside theirs under one name is refused, once nothing else is in conflict.
            Err(ClusterError::Refused { .. }) => owners(&ports),
            _ => Vec::new(),
        };
        if force == Force::No && !others.is_empty() {
            return Ok(Applied::Conflicts(others));
        }
        match asked {
            Err(error @ ClusterError::Unreachable(_)) => Err(error),
            _ if is_posted(live) || sent.first.is_some() || force == Force::Yes && !ports.is_empty() => {
                let change = json!(difference(live, &will_be(sent, live)));
                self.patch(key, &change, GRACE * 5, true).await
            }
            Ok(Applied::Conflicts(_)) => self.send_apply(&path(Force::Yes), &body).await,
            asked => asked,
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
            .request(Method::PATCH, &url, Some(JSON_PATCH), sent(patch))
            .await?;
        let warnings = answer.warnings.clone();
        match answer.json::<Value>() {
            Ok(object) => Ok(Applied::Now { warnings, object }),
            Err(ClusterError::Conflict { .. }) => Ok(Applied::Moved),
            Err(error) => Err(error),
        }
    }
}

/// What is sent of an object of ours.
#[derive(Clone, Copy, Debug)]
pub struct Sending<'a> {
    /// What is applied.
    pub body: &'a Value,
    /// What was applied before, as it is now: of what was posted only that can be taken away.
    pub said: Option<&'a Value>,
    /// A patch that goes before.
    pub first: Option<&'a Value>,
}

/// What an object of ours becomes, without what the server fills in: after a patch that goes before, ports that others have
/// renumbered are set back, the number of pods is handed over, and what was posted counts as applied.
pub fn will_be(Sending { body, said, first }: Sending<'_>, live: &Value) -> Value {
    let first = first.and_then(|first| serde_json::from_value::<Patch>(first.clone()).ok());
    let mut before = live.clone();
    let is_first_done = first.is_some_and(|first| json_patch::patch(&mut before, &first).is_ok());
    let body = with_replicas_left(body, live);
    let ports = renumbered(&before, &body);
    let patch = serde_json::from_value::<Patch>(set_back(&ports, &before));
    // Where nothing is to be set back the patch tests nothing that was not just read.
    if let Some(patch) = patch.ok().filter(|_| !ports.is_empty()) {
        json_patch::patch(&mut before, &patch).unwrap_or_default();
    }
    if is_first_done {
        // The patch has taken away all that goes.
        let entries = before["metadata"]["managedFields"].take();
        let mut after = applied(&before, &body, None);
        after["metadata"]["managedFields"] = entries;
        return after;
    }
    applied(&before, &body, said)
}

/// The number of pods that stays although a body leaves it out, since another manager of ours takes it over.
fn replicas_left<'l>(body: &Value, live: &'l Value) -> Option<&'l Value> {
    let now = &live["spec"]["replicas"];
    (body["spec"]["replicas"].is_null() && now.is_number() && we_hold_replicas(live)).then_some(now)
}

fn with_replicas_left(body: &Value, live: &Value) -> Value {
    let mut body = body.clone();
    if let Some(replicas) = replicas_left(&body, live) {
        body["spec"]["replicas"] = replicas.clone();
    }
    body
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

    /// Whether somebody else has set it who is asked for. An autoscaler gives the number of pods back.
    fn is_of_others(&self, live: &Value) -> bool {
        let is_scaled = self.path == ".spec.replicas" && autoscaler_holds_replicas(live);
        self.manager != FIELD_MANAGER && !self.is_mark() && !is_scaled
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
    data_encoding::HEXLOWER.encode(&Sha256::digest(sorted(object).to_string())[..16])
}

/// The same with all fields in the order of their names: a patch that is taken back may leave another one.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields
                .into_iter()
                .map(|(key, field)| (key, sorted(field)))
                .collect();
            fields.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(fields.into_iter().collect())
        }
        Value::Array(list) => list.into_iter().map(sorted).collect(),
        plain => plain,
    }
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
