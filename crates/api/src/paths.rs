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

/// `POST` (with `If-Match` and `Idempotency-Key`): starts creating the app.
pub fn draft_operations(id: &str) -> String {
    format!("{DRAFTS}/{id}/operations")
}

/// `GET`: the record of one operation.
pub fn operation(id: &str) -> String {
    format!("{OPERATIONS}/{id}")
}
