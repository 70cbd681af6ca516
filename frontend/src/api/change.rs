//! Calls about apps that are there: their revisions, and changing or deleting them.

use gloo_net::http::Method;
use slipway_api::{
    AppKey, ChangesView, CompareView, DeletionView, DraftView, DriftView, MergeDraft, MergeView,
    OperationView, RevisionLine, RevisionView, StartAppOperation, TakeOverApp, paths,
};

use super::{Answer, empty, etag, get, json, request, send};

/// A path of an app.
type Path = fn(&str, &str, &str, &str) -> String;

fn of(path: Path, key: &AppKey) -> String {
    path(&key.cluster, &key.namespace, &key.kind, &key.name)
}

/// A draft of a running app. The same `key` makes it once, however often it is sent.
pub async fn draft_of(app: &AppKey, key: &str) -> Answer<DraftView> {
    empty(request(Method::POST, &of(paths::app_drafts, app)).header("Idempotency-Key", key)).await
}

/// The revisions of an app, the newest first.
pub async fn revisions(app: &AppKey) -> Answer<Vec<RevisionLine>> {
    get(&of(paths::app_revisions, app)).await
}

/// One revision of an app.
pub async fn revision(app: &AppKey, number: u64) -> Answer<RevisionView> {
    get(&format!("{}/{number}", of(paths::app_revisions, app))).await
}

/// What going from one revision to another changes.
pub async fn compare(app: &AppKey, from: u64, to: u64) -> Answer<CompareView> {
    let (from, to) = (from.to_string(), to.to_string());
    get(&paths::app_compare(
        &app.cluster,
        &app.namespace,
        &app.kind,
        &app.name,
        &from,
        &to,
    ))
    .await
}

/// What was changed outside Slipway.
pub async fn drift(app: &AppKey) -> Answer<DriftView> {
    get(&of(paths::app_drift, app)).await
}

/// What deleting an app takes away.
pub async fn deletion(app: &AppKey) -> Answer<DeletionView> {
    get(&of(paths::app_deletion, app)).await
}

/// Rolls an app back, or deletes it, if it is still at the revision that was seen.
pub async fn start_app_operation(
    app: &AppKey,
    seen: u64,
    key: &str,
    wanted: &StartAppOperation,
) -> Answer<OperationView> {
    let request = request(Method::POST, &of(paths::app_operations, app))
        .header("If-Match", &etag(seen))
        .header("Idempotency-Key", key);
    json(request, wanted).await
}

/// Takes over the very object that was seen at the address of an app.
pub async fn take_over(app: &AppKey, uid: String) -> Answer<()> {
    let request = request(Method::POST, &of(paths::app_takeover, app));
    send(request.json(&TakeOverApp { uid })).await.map(drop)
}

/// What a draft of a running app would change.
pub async fn changes(draft: &str) -> Answer<ChangesView> {
    get(&paths::draft_changes(draft)).await
}

/// A draft beside what its app has become.
pub async fn merge_view(draft: &str) -> Answer<MergeView> {
    get(&paths::draft_merge(draft)).await
}

/// Brings the two together.
pub async fn merge(draft: &str, base: u64, choices: &MergeDraft) -> Answer<DraftView> {
    json(
        request(Method::POST, &paths::draft_merge(draft)).header("If-Match", &etag(base)),
        choices,
    )
    .await
}

/// Takes what was changed outside Slipway into a draft.
pub async fn take_drift(draft: &str, base: u64) -> Answer<DraftView> {
    empty(request(Method::POST, &paths::draft_drift(draft)).header("If-Match", &etag(base))).await
}
