//! Revisions on the wire: `ETag` out, `If-Match` in.

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::ApiError;

/// The revision a change is based on. Missing: 428.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub u64);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Err(ApiError::new(
                StatusCode::PRECONDITION_REQUIRED,
                "if_match_missing",
                "say in If-Match which revision this is based on",
            ));
        };
        let text = value.to_str().unwrap_or_default().trim();
        let revision = text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
            .and_then(revision_number);
        revision.map(Self).ok_or_else(|| {
            ApiError::malformed(
                "bad_if_match",
                "If-Match must be the ETag that was given, a number in quotes",
            )
        })
    }
}

/// The number of a revision, written as it is told: no sign, no zero before it.
pub(super) fn revision_number(text: &str) -> Option<u64> {
    text.parse()
        .ok()
        .filter(|number: &u64| number.to_string() == text)
}

/// The `ETag` of a revision, as headers of an answer.
pub fn etag(revision: u64) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::try_from(format!("\"{revision}\"")) {
        headers.insert(header::ETAG, value);
    }
    headers
}
