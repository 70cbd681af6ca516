//! `Idempotency-Key`: by it a request that is sent again, because its answer was lost, is known as the same.

use http::HeaderMap;

use super::ApiError;

/// The most characters of a key.
const LENGTH: usize = 128;

/// The key of a request, if it has one.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let key = headers
        .get("idempotency-key")
        .map(|value| value.to_str().unwrap_or_default().trim());
    match key {
        None | Some("") => Ok(None),
        Some(key) if key.len() > LENGTH => Err(ApiError::malformed(
            "idempotency_key_too_long",
            "the Idempotency-Key is too long",
        )
        .param("max", LENGTH)),
        Some(key) => Ok(Some(key.to_owned())),
    }
}
