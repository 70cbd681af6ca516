//! Who a request is: the only way to a [`Member`].

use axum::extract::{FromRef, FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use slipway_api::MEMBER_HEADER;

use super::guard::only;
use super::{ApiError, ClientAddress};
use crate::identity::{Member, SessionName};
use crate::state::{AppState, Entrance};

/// Stands before every route that is not public: finds the member, or answers 401.
pub(super) async fn demand(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let client = request.extensions().get::<ClientAddress>().copied();
    let entrance = Entrance::from_ref(&state);
    let (member, session) = find(&entrance, request.headers(), client)
        .await?
        .ok_or_else(ApiError::signed_out)?;
    let meant = request.headers().get(MEMBER_HEADER);
    demand_same(&member, meant.map(|value| value.to_str().unwrap_or_default()))?;
    tracing::Span::current().record("person", member.person.name.as_str());
    request.extensions_mut().insert(member);
    if let Some(session) = session {
        request.extensions_mut().insert(session);
    }
    Ok(next.run(request).await)
}

/// Refuses what is meant for another member. A page keeps the member it was loaded for; the cookie is that of whoever has
/// signed in last, perhaps in another tab.
pub(super) fn demand_same(member: &Member, meant: Option<&str>) -> Result<(), ApiError> {
    if meant.is_none_or(|id| id == member.id()) {
        return Ok(());
    }
    Err(ApiError::new(
        StatusCode::UNAUTHORIZED,
        "member_changed",
        "another member has signed in since this page was loaded",
    ))
}

/// The member, and the session if they came by one. A member's own token wins over the session of a browser.
async fn find(
    entrance: &Entrance,
    headers: &HeaderMap,
    client: Option<ClientAddress>,
) -> Result<Option<(Member, Option<SessionName>)>, ApiError> {
    if let Some(value) = only(headers, "authorization") {
        let Some(token) = bearer(value) else {
            return Ok(None);
        };
        return by_token(entrance, token, client).map(|member| Some((member, None)));
    }
    let Some(token) = entrance.cookie.read(headers) else {
        return Ok(None);
    };
    let member = entrance.sessions.member(token).await?;
    Ok(member.map(|member| (member, Some(SessionName::of(token)))))
}

/// The token of an `Authorization` header. The name of a scheme may be written in any case (RFC 9110, 11.1).
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The member with this static token.
fn by_token(entrance: &Entrance, token: &str, client: Option<ClientAddress>) -> Result<Member, ApiError> {
    tried(entrance, client, || entrance.members.by_token(token))
}

/// The member who signs in with this token: the link's in single-user mode, else their own.
pub(super) fn signing_in(
    entrance: &Entrance,
    token: &str,
    client: Option<ClientAddress>,
) -> Result<Member, ApiError> {
    tried(entrance, client, || match entrance.members.single() {
        Some(member) => entrance.links.redeem(token).then(|| member.clone()),
        None => entrance.members.by_token(token),
    })
}

/// Whoever tries many wrong tokens is told to wait: 429. The token is looked at first, in a time that tells nothing: a right
/// one is good whoever else has failed from the same address, and tokens have too many characters to be guessed.
fn tried(
    entrance: &Entrance,
    client: Option<ClientAddress>,
    attempt: impl FnOnce() -> Option<Member>,
) -> Result<Member, ApiError> {
    attempt().ok_or_else(|| {
        let wait = client.and_then(|ClientAddress(address)| entrance.throttle.failed(address));
        wait.map_or_else(unknown_token, too_many)
    })
}

fn unknown_token() -> ApiError {
    ApiError::new(
        StatusCode::UNAUTHORIZED,
        "unknown_token",
        "this token signs nobody in (any more)",
    )
}

fn too_many(wait: std::time::Duration) -> ApiError {
    ApiError::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too_many_attempts",
        "too many wrong tokens were tried",
    )
    .retry_after(wait)
}

impl<S: Send + Sync> FromRequestParts<S> for Member {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(ApiError::signed_out)
    }
}
