//! Every path of the REST API, written once.

/// `GET`, `POST` (sign in), `DELETE` (sign out).
pub const SESSION: &str = "/api/v1/session";
/// `POST`: a fresh link to sign another browser in.
pub const SIGN_IN_LINK: &str = "/api/v1/session/link";
/// `GET`: the clusters.
pub const CLUSTERS: &str = "/api/v1/clusters";
/// `GET`: drafts of the team. `POST`: a new one.
pub const DRAFTS: &str = "/api/v1/drafts";
/// `GET`: operations of the team.
pub const OPERATIONS: &str = "/api/v1/operations";
/// `GET`: server-sent events; `?topics=apps:{cluster},operation:{id}`.
pub const STREAM: &str = "/api/v1/stream";
/// The description of this API.
pub const OPENAPI: &str = "/api/openapi.json";
/// The JSON Schema of drafts.
pub const DRAFT_SCHEMA: &str = "/api/draft.schema.json";

/// `GET`: one cluster.
pub fn cluster(cluster: &str) -> String {
    format!("{CLUSTERS}/{cluster}")
}

/// `GET`: the namespaces a member may choose.
pub fn namespaces(cluster: &str) -> String {
    format!("{CLUSTERS}/{cluster}/namespaces")
}

/// `GET`: the apps a member may see; the query is an [`AppQuery`](crate::AppQuery).
pub fn apps(cluster: &str) -> String {
    format!("{CLUSTERS}/{cluster}/apps")
}

/// `GET`: one app. `kind` is the workload's kind in lower case, as in the URL of its page.
pub fn app(cluster: &str, namespace: &str, kind: &str, name: &str) -> String {
    format!("{CLUSTERS}/{cluster}/apps/{namespace}/{kind}/{name}")
}

/// `POST` (with `Idempotency-Key`): a draft of a running app.
pub fn app_drafts(cluster: &str, namespace: &str, kind: &str, name: &str) -> String {
    format!("{}/drafts", app(cluster, namespace, kind, name))
}

/// `GET`: operations of an app. `POST` (with `If-Match` and `Idempotency-Key`): rolls it back, or deletes it.
pub fn app_operations(cluster: &str, namespace: &str, kind: &str, name: &str) -> String {
    format!("{}/operations", app(cluster, namespace, kind, name))
}

/// `GET`: the revisions of an app, the newest first.
pub fn app_revisions(cluster: &str, namespace: &str, kind: &str, name: &str) -> String {
    format!("{}/revisions", app(cluster, namespace, kind, name))
}

/// `GET`: one revision of an app.
pub fn app_revision(cluster: &str, namespace: &str, kind: &str, name: &str, number: &str) -> String {
    format!("{}/{number}", app_revisions(cluster, namespace, kind, name))
}

/// `GET`: what going from one revision to another changes.
pub fn app_compare(cluster: &str, namespace: &str, kind: &str, name: &str, from: &str, to: &str) -> String {
    format!(
        "{}/compare/{to}",
        app_revision(cluster, namespace, kind, name, from)
    )
}

/// `GET`: what was changed outside Slipway.
pub fn app_drift(cluster: &str, namespace: &str, kind: &str, name: &str) -> String {
    format!("{}/drift", app(cluster, namespace, kind, name))
}

/// `GET`: what deleting an app would take away.
pub fn app_deletion(cluster: &str, namespace: &str, kind: &str, name: &str) -> String {
    format!("{}/deletion", app(cluster, namespace, kind, name))
}

/// `POST`: takes over what somebody else made at the address of an app, from a plan for it.
pub fn app_takeover(cluster: &str, namespace: &str, kind: &str, name: &str) -> String {
    format!("{}/takeover", app(cluster, namespace, kind, name))
}

/// `POST` (with `If-Match`): gives up an app of the member's team. Nothing changes in the cluster.
pub fn app_release(cluster: &str, namespace: &str, kind: &str, name: &str) -> String {
    format!("{}/release", app(cluster, namespace, kind, name))
}

/// `GET`, `PUT` (with `If-Match`), `DELETE`.
pub fn draft(id: &str) -> String {
    format!("{DRAFTS}/{id}")
}

/// `GET`: the objects a draft leads to, and its issues.
pub fn draft_plan(id: &str) -> String {
    format!("{DRAFTS}/{id}/plan")
}

/// `POST`: asks the cluster what it would say.
pub fn draft_checks(id: &str) -> String {
    format!("{DRAFTS}/{id}/checks")
}

/// `GET`: what a draft of a running app would change.
pub fn draft_changes(id: &str) -> String {
    format!("{DRAFTS}/{id}/changes")
}

/// `GET`: the draft beside what its app has become. `POST` (with `If-Match`): brings the two together.
pub fn draft_merge(id: &str) -> String {
    format!("{DRAFTS}/{id}/merge")
}

/// `POST` (with `If-Match`): takes what was changed outside Slipway into the draft.
pub fn draft_drift(id: &str) -> String {
    format!("{DRAFTS}/{id}/drift")
}

/// `POST` (with `If-Match` and `Idempotency-Key`): starts creating or changing the app.
pub fn draft_operations(id: &str) -> String {
    format!("{DRAFTS}/{id}/operations")
}

/// `GET`: the record of one operation.
pub fn operation(id: &str) -> String {
    format!("{OPERATIONS}/{id}")
}

/// `GET`: the record of one operation and what it sent, as a file.
pub fn operation_receipt(id: &str) -> String {
    format!("{OPERATIONS}/{id}/receipt")
}
