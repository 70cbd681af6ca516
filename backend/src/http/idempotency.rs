//! `Idempotency-Key`: by it a request that is sent again, because its answer was lost, is known as the same.

use http::HeaderMap;

use super::ApiError;

/// The most characters of a key.
const LENGTH: usize = 128;

/// The key of a request, if it has one. One that two programs could read differently is refused.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let mut lines = headers.get_all("idempotency-key").iter();
    let Some(line) = lines.next() else {
        return Ok(None);
    };
    let text = line.to_str().map(str::trim).unwrap_or_default();
    if text.len() > LENGTH {
        let title = "the Idempotency-Key is too long";
        return Err(ApiError::malformed("idempotency_key_too_long", title).param("max", LENGTH));
    }
    let is_readable = !text.is_empty() && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if !is_readable || lines.next().is_some() {
        let title = "send one Idempotency-Key, of visible ASCII characters";
        return Err(ApiError::malformed("bad_idempotency_key", title));
    }
    Ok(Some(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn keys(values: &[&[u8]]) -> Result<Option<String>, ApiError> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("idempotency-key", HeaderValue::from_bytes(value).unwrap());
        }
        key(&headers)
    }

    #[test]
    fn a_key_is_one_line_of_ascii_that_is_neither_empty_nor_too_long() {
        assert_eq!(keys(&[]).unwrap(), None);
        assert_eq!(keys(&[b" a-key "]).unwrap().as_deref(), Some("a-key"));
        assert!(keys(&[&[b'k'; LENGTH]]).is_ok());
        let bad: [&[&[u8]]; 7] = [
            &[b""],
            &[b"  "],
            &["schlüssel".as_bytes()],
            &[b"\xff"],
            &[b"a\tb"],
            &[&[b'k'; LENGTH + 1]],
            &[b"one", b"other"],
        ];
        for keys_of_one in bad {
            assert!(keys(keys_of_one).is_err(), "{keys_of_one:?}");
        }
    }

    proptest! {
        #[test]
        fn a_key_that_is_taken_is_taken_as_it_was_sent(bytes in proptest::collection::vec(32_u8..=255, 0..140)) {
            prop_assume!(!bytes.contains(&127));
            if let Ok(Some(key)) = keys(&[&bytes]) {
                prop_assert_eq!(key.as_bytes(), bytes.trim_ascii());
            }
        }
    }
}
