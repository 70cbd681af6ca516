//! What stands in the URL.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, MatchedPath};
use http::request::Parts;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;

use super::ApiError;
use super::json::unknown_field;
use crate::apply::AppAddress;
use crate::nearest::nearest;

/// Parts of the path. One that cannot be read names nothing that exists: 404.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(ApiError::missing("page")),
        }
    }
}

/// The parts of the path by the names they have in the route, each as it was sent and decoded once. None is refused here:
/// what is not even text is no name of anything, and told as such where it is looked for.
pub(super) struct Segments(Vec<(String, String)>);

impl Segments {
    pub(super) fn of(parts: &Parts) -> Self {
        let route = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
        let named = route
            .unwrap_or_default()
            .split('/')
            .zip(parts.uri.path().split('/'));
        let segment = |(name, sent): (&str, &str)| {
            let name = name.strip_prefix('{')?.strip_suffix('}')?;
            let text = percent_decode_str(sent).decode_utf8_lossy().into_owned();
            Some((name.to_owned(), text))
        };
        Self(named.filter_map(segment).collect())
    }

    /// The part of this name; empty if the route has none.
    pub(super) fn get(&self, name: &str) -> String {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, text)| text.clone()).unwrap_or_default()
    }
}

/// Where an app is, as the URL says.
pub(super) struct AppPath {
    pub(super) cluster: String,
    pub(super) namespace: String,
    pub(super) kind: String,
    pub(super) name: String,
}

impl AppPath {
    pub(super) fn of(segments: &Segments) -> Self {
        Self {
            cluster: segments.get("cluster"),
            namespace: segments.get("namespace"),
            kind: segments.get("kind"),
            name: segments.get("name"),
        }
    }

    /// The address; nothing if no app can have it.
    pub(super) fn address(&self) -> Option<AppAddress> {
        AppAddress::in_url(&self.namespace, &self.kind, &self.name)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for AppPath {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&Segments::of(parts)))
    }
}

/// The query. Unknown names and wrong values are refused (422).
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let read = axum::extract::Query::try_from_uri(&parts.uri);
        read.map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection| refused(&cause(&rejection)))
    }
}

/// The innermost sentence: the outer ones only say that it was a query.
fn cause(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => cause(source),
        None => error.to_string(),
    }
}

/// The sentence may begin with the name of the parameter.
fn refused(message: &str) -> ApiError {
    let sentence = message
        .find("unknown field ")
        .map_or(message, |at| &message[at..]);
    match unknown_field(sentence) {
        Some((name, known)) => {
            let refusal =
                ApiError::unprocessable("unknown_field", format!("there is no `{name}` to ask for"));
            let refusal = refusal.param("field", name).param("name", name);
            match nearest(name, known) {
                Some(nearest) => refusal.param("nearest", nearest),
                None => refusal,
            }
        }
        None => ApiError::unprocessable("wrong_type", format!("the query does not fit: {message}")),
    }
}
