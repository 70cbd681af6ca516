//! The description of the API, for programs.

use std::sync::LazyLock;

use axum::body::Bytes;
use http::header;
use utoipa::OpenApi;

use super::{app_operations, apps, changes, clusters, drafts, operations, plan, session, stream};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Slipway",
        description = "From a container image to a running app on Kubernetes.",
        license(name = "Apache-2.0")
    ),
    paths(
        session::who,
        session::sign_in,
        session::sign_out,
        session::another_browser,
        drafts::list,
        drafts::create,
        drafts::read,
        drafts::save,
        drafts::delete,
        plan::show,
        plan::check,
        operations::start,
        operations::list,
        operations::show,
        operations::receipt,
        clusters::list,
        clusters::read,
        clusters::namespaces,
        apps::list,
        apps::read,
        app_operations::open,
        app_operations::start,
        app_operations::list,
        app_operations::revisions,
        app_operations::revision,
        app_operations::compare,
        app_operations::drift,
        app_operations::deletion,
        app_operations::take_over,
        app_operations::release,
        changes::changes,
        changes::merging,
        changes::merge,
        changes::take_drift,
        stream::listen,
    )
)]
struct Description;

/// The description.
pub fn document() -> utoipa::openapi::OpenApi {
    Description::openapi()
}

/// As it is sent. Anybody may ask for it, and it is the same each time.
static SENT: LazyLock<Bytes> = LazyLock::new(|| serde_json::to_vec(&document()).unwrap_or_default().into());

/// `GET /api/openapi.json`: this description.
pub(super) async fn serve() -> ([(header::HeaderName, &'static str); 1], Bytes) {
    ([(header::CONTENT_TYPE, "application/json")], SENT.clone())
}

/// `GET /api/draft.schema.json`: the JSON Schema of drafts, for editors.
pub(super) async fn draft_schema() -> ([(header::HeaderName, &'static str); 1], &'static str) {
    let kind = [(header::CONTENT_TYPE, "application/schema+json")];
    (kind, slipway_model::file::SCHEMA)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_description_is_put_together_once() {
        let (first, second) = (serve().await.1, serve().await.1);

        assert!(first.len() > 10_000);
        assert_eq!(first.as_ptr(), second.as_ptr());
    }
}
