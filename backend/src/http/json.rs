//! JSON in and out, with refusals that name the field.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use slipway_model::Issue;
use slipway_model::file::{Flaw, too_many_rows};

use super::ApiError;
use crate::identity::Member;
use crate::nearest::nearest;
use crate::state::AppState;

/// The field of a body that holds a draft.
const CONTENT: &str = "content";

/// Bytes of an issue that says again what was sent.
const LONGEST_ISSUE: usize = 4096;

/// A JSON body. Unknown fields and wrong types are refused with their path (422), what is no JSON with its place (400).
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let member = request.extensions().get::<Member>().cloned();
        let body = body(request, state).await?;
        read_for(state, member.as_ref(), &body, read).await.map(Self)
    }
}

/// A JSON body that may be left out.
#[derive(Clone, Copy, Debug)]
pub struct OrNothing<T>(pub T);

impl<T: DeserializeOwned + Default> FromRequest<AppState> for OrNothing<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let said = is_json(request.headers());
        let member = request.extensions().get::<Member>().cloned();
        let body = received(request, state).await?;
        match (body.is_empty(), said) {
            (true, _) => Ok(Self(T::default())),
            (false, true) => read_for(state, member.as_ref(), &body, read).await.map(Self),
            (false, false) => Err(not_json()),
        }
    }
}

/// A JSON body with a draft as its `content`. A refusal names everything in it that no draft has, not only the first.
#[derive(Clone, Copy, Debug)]
pub struct WithDraft<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for WithDraft<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let member = request.extensions().get::<Member>().cloned();
        let member = member.ok_or_else(ApiError::signed_out)?;
        let body = body(request, state).await?;
        read_for(state, Some(&member), &body, with_draft).await.map(Self)
    }
}

/// Reads a body where work on texts is done. Who is not signed in yet can send a token only, which is short.
async fn read_for<T>(
    state: &AppState,
    member: Option<&Member>,
    body: &[u8],
    read: impl FnOnce(&[u8]) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    match member {
        Some(member) => state.cpu.on_text(member, body.len(), || read(body)).await?,
        None => read(body),
    }
}

/// Counts first, so that a list that is far too long never becomes rows.
fn with_draft<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    if let Some(issue) = too_many_rows(body, CONTENT) {
        let title = "a list of the draft is longer than any may be";
        return Err(ApiError::unprocessable("too_many_rows", title).issues(vec![issue]));
    }
    read(body).map_err(|refusal| refusal.issues(misfits(body)))
}

async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    if !is_json(request.headers()) {
        return Err(not_json());
    }
    received(request, state).await
}

async fn received<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    // It has arrived already, and was not too large.
    Bytes::from_request(request, state)
        .await
        .map_err(ApiError::internal)
}

/// Everything in the draft of a body that no draft has.
fn misfits(body: &[u8]) -> Vec<Issue> {
    let whole: Value = serde_json::from_slice(body).unwrap_or_default();
    let Some(content) = whole.get(CONTENT).filter(|content| content.is_object()) else {
        return Vec::new();
    };
    let faults = slipway_model::file::misfits(content).into_iter();
    let issues = faults.filter_map(|fault| match fault.flaw {
        Flaw::Field(problem) => Some(Issue::error(fault.field, problem)),
        Flaw::File(_) => None,
    });
    // A name that is that long is in nobody's way: the first refusal has its beginning.
    let is_short = |issue: &Issue| serde_json::to_string(issue).is_ok_and(|text| text.len() <= LONGEST_ISSUE);
    issues.filter(is_short).collect()
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// Whether the body says it is JSON.
pub(super) fn is_json(headers: &http::HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// 415.
pub(super) fn not_json() -> ApiError {
    ApiError::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "not_json",
        "send the body as application/json",
    )
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        refused(&path, error.inner())
    })?;
    deserializer.end().map_err(|error| syntax(&error))?;
    Ok(value)
}

fn refused(path: &str, error: &serde_json::Error) -> ApiError {
    if !error.is_data() {
        return syntax(error);
    }
    let message = error.to_string();
    match unknown_field(&message) {
        Some((name, known)) => {
            let refusal = ApiError::unprocessable("unknown_field", format!("there is no field `{name}`"));
            let refusal = refusal.param("field", path).param("name", name);
            match nearest(name, known) {
                Some(nearest) => refusal.param("nearest", nearest),
                None => refusal,
            }
        }
        None => ApiError::unprocessable("wrong_type", format!("`{path}` does not fit: {message}"))
            .param("field", path),
    }
}

fn syntax(error: &serde_json::Error) -> ApiError {
    ApiError::malformed("bad_json", format!("the body is not JSON: {error}"))
        .param("line", error.line())
        .param("column", error.column())
}

/// Serde tells of an unknown field only by its sentence: ``unknown field `a`, expected one of `b`, `c` ``.
pub(super) fn unknown_field(message: &str) -> Option<(&str, impl Iterator<Item = &str>)> {
    let mut quoted = message
        .strip_prefix("unknown field ")?
        .split('`')
        .skip(1)
        .step_by(2);
    Some((quoted.next()?, quoted))
}
