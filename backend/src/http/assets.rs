//! The browser app: files made by the build, inside the binary. In debug builds they are read from `dist/`.

use std::borrow::Cow;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::ApiError;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../dist"]
struct Dist;

/// Compressed forms that the build puts beside a file, the best first.
const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

/// Answers whatever is no route: a file, or the app's page, which finds its own way from the path.
pub(super) async fn serve(request: Request) -> Response {
    answer::<Dist>(request.method(), request.uri().path(), request.headers())
        .unwrap_or_else(ApiError::into_response)
}

fn answer<Files: RustEmbed>(method: &Method, path: &str, asked: &HeaderMap) -> Result<Response, ApiError> {
    let path = path.trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return Err(ApiError::missing("page"));
    }
    if !matches!(*method, Method::GET | Method::HEAD) {
        return Err(ApiError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "pages can only be read",
        ));
    }
    match file::<Files>(path, asked) {
        Some(response) => Ok(response),
        None if is_page(path) => {
            file::<Files>("index.html", asked).ok_or_else(|| ApiError::missing("browser app"))
        }
        None => Err(ApiError::missing("file")),
    }
}

/// Pages have no dot in their last part, unless an app's or image's name brings one along below `/c/`.
fn is_page(path: &str) -> bool {
    path.starts_with("c/") || !path.rsplit('/').next().unwrap_or_default().contains('.')
}

/// A file as this client can read it best; nothing when there is none, or when the client should not see it.
fn file<Files: RustEmbed>(path: &str, asked: &HeaderMap) -> Option<Response> {
    let is_side_file = ENCODINGS
        .iter()
        .any(|(_, ending)| path.ends_with(&format!(".{ending}")));
    if path.is_empty() || is_side_file || path.split('/').any(|part| part.starts_with('.')) {
        return None;
    }
    let plain = Files::get(path)?;
    let (file, encoding) = smallest::<Files>(path, plain, asked);
    let tag = format!(
        "\"{}\"",
        data_encoding::HEXLOWER.encode(&file.metadata.sha256_hash()[..12])
    );
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(lifetime(path)));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    let known = asked
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let known = known.is_some_and(|known| known.split(',').any(|known| known.trim() == tag));
    headers.insert(header::ETAG, HeaderValue::try_from(tag).ok()?);
    if known {
        return Some((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Some((headers, bytes(file)).into_response())
}

fn smallest<Files: RustEmbed>(
    path: &str,
    plain: EmbeddedFile,
    asked: &HeaderMap,
) -> (EmbeddedFile, Option<&'static str>) {
    let accepted = asked
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    for (encoding, ending) in ENCODINGS {
        if accepts(accepted, encoding)
            && let Some(compressed) = Files::get(&format!("{path}.{ending}"))
        {
            return (compressed, Some(encoding));
        }
    }
    (plain, None)
}

/// Whether an `Accept-Encoding` names an encoding, and not with `q=0`.
fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|part| {
        let mut part = part.split(';').map(str::trim);
        let named = part
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let refused = part
            .filter_map(|weight| weight.strip_prefix("q="))
            .any(|q| q.parse() == Ok(0.0_f32));
        named && !refused
    })
}

fn bytes(file: EmbeddedFile) -> axum::body::Bytes {
    match file.data {
        Cow::Borrowed(bytes) => axum::body::Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    }
}

/// Hashed names never change their content; everything else is asked for again.
fn lifetime(path: &str) -> &'static str {
    if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the build leaves behind, in small: a page, and a script with its compressed forms.
    #[derive(RustEmbed)]
    #[folder = "$CARGO_MANIFEST_DIR/tests/dist"]
    struct Built;

    fn asking(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    fn got(path: &str, asked: &HeaderMap) -> Response {
        answer::<Built>(&Method::GET, path, asked).unwrap()
    }

    fn said<'r>(response: &'r Response, name: &header::HeaderName) -> &'r str {
        response
            .headers()
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    #[test]
    fn an_encoding_is_used_only_when_it_is_welcome() {
        assert!(accepts("gzip, deflate, br;q=0.8", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("", "gzip"));
        assert!(!accepts("brotli", "br"));
    }

    #[test]
    fn pages_are_told_from_files() {
        for page in ["", "drafts", "c/prod/apps/shop.eu/deployment/web-1.2"] {
            assert!(is_page(page), "{page}");
        }
        for file in ["assets/app.js", "favicon.ico", "robots.txt"] {
            assert!(!is_page(file), "{file}");
        }
    }

    #[test]
    fn every_page_is_the_app_and_is_asked_for_again() {
        for path in ["/", "/drafts", "/c/prod/apps/shop/deployment/web-1.2"] {
            let page = got(path, &HeaderMap::new());
            assert_eq!(
                said(&page, &header::CONTENT_TYPE),
                "text/html; charset=utf-8",
                "{path}"
            );
            assert_eq!(said(&page, &header::CACHE_CONTROL), "no-cache", "{path}");
        }
    }

    #[test]
    fn a_hashed_file_is_kept_for_ever_and_sent_in_its_smallest_form() {
        for (accepted, encoding) in [("gzip, br", "br"), ("gzip", "gzip"), ("identity", "")] {
            let script = got("/assets/app.0f.js", &asking(header::ACCEPT_ENCODING, accepted));
            assert_eq!(said(&script, &header::CONTENT_ENCODING), encoding);
            assert_eq!(
                said(&script, &header::CONTENT_TYPE),
                "text/javascript; charset=utf-8"
            );
            assert_eq!(
                said(&script, &header::CACHE_CONTROL),
                "public, max-age=31536000, immutable"
            );
            assert_eq!(said(&script, &header::VARY), "accept-encoding");
        }
    }

    #[test]
    fn a_file_that_is_known_already_is_not_sent_again() {
        let first = got("/", &HeaderMap::new());
        let known = HeaderMap::from_iter([(header::IF_NONE_MATCH, first.headers()[header::ETAG].clone())]);

        assert_eq!(got("/", &known).status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn what_is_neither_file_nor_page_is_missing() {
        for path in [
            "/api",
            "/api/v1/nothing",
            "/assets/gone.js",
            "/assets/app.0f.js.br",
        ] {
            assert!(
                answer::<Built>(&Method::GET, path, &HeaderMap::new()).is_err(),
                "{path}"
            );
        }
        assert!(answer::<Built>(&Method::POST, "/", &HeaderMap::new()).is_err());
    }

    #[test]
    fn nothing_outside_the_folder_is_ever_read() {
        let paths = [
            "../Cargo.toml",
            "assets/../../Cargo.toml",
            ".gitkeep",
            "/etc/passwd",
            "..%2fCargo.toml",
            "assets/..\\Cargo.toml",
        ];
        for path in paths {
            assert!(file::<Built>(path, &HeaderMap::new()).is_none(), "{path}");
        }
    }
}
