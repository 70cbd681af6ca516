//! The API server's audit log, read back.

use std::path::Path;

use serde::Deserialize;

/// One request, as the API server saw it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// What was asked: `create`, `patch`, `delete` …
    pub verb: String,
    /// Path and query, with `dryRun` and `fieldManager` if they were given.
    #[serde(rename = "requestURI")]
    pub request_uri: String,
    /// Who signed in.
    pub user: Person,
    /// As whom it was done, if that is somebody else.
    pub impersonated_user: Option<Person>,
    /// The object, for requests about one.
    #[serde(default)]
    pub object_ref: ObjectRef,
    /// How it was answered.
    #[serde(default)]
    pub response_status: Status,
    /// The client's name for itself.
    #[serde(default)]
    pub user_agent: String,
}

/// A user as the API server knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Person {
    /// The name.
    pub username: String,
    /// The groups.
    pub groups: Vec<String>,
}

/// The object of a request; empty where the request names none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectRef {
    /// The plural of its kind, such as `deployments`.
    pub resource: String,
    /// `status`, `scale`, `log` …
    pub subresource: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The group of its kind.
    pub api_group: String,
}

/// How a request was answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Status {
    /// The HTTP status.
    pub code: u16,
}

impl AuditEntry {
    /// Whether it only asked what would happen.
    pub fn dry_run(&self) -> bool {
        self.request_uri.contains("dryRun=All")
    }

    /// Who did it in the end: the impersonated person, else the one who signed in.
    pub fn actor(&self) -> &str {
        &self.impersonated_user.as_ref().unwrap_or(&self.user).username
    }
}

/// All whole lines of the log. The last one may be half written; it is read the next time.
pub(crate) fn read(log: &Path) -> anyhow::Result<Vec<AuditEntry>> {
    let text = match std::fs::read_to_string(log) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    whole
        .lines()
        .map(|line| Ok(serde_json::from_str(line)?))
        .collect()
}
