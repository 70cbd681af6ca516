//! What stands in the URL.

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::ApiError;
use super::json::unknown_field;
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
