//! Signing in, signing out, and who is signed in.

use axum::Extension;
use axum::Router;
use axum::extract::State;
use axum::response::AppendHeaders;
use axum::routing::{get, post};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use slipway_api::{SessionView, SignIn, SignInLink, TeamView, paths};

use super::{ApiError, ClientAddress, Json, member};
use crate::identity::{Member, Token};
use crate::state::{AppState, Entrance};

/// Routes for anybody.
pub(super) fn public_routes() -> Router<AppState> {
    Router::new().route(paths::SESSION, post(sign_in))
}

/// Routes for members.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(paths::SESSION, get(who).delete(sign_out))
        .route(paths::SIGN_IN_LINK, post(another_browser))
}

/// `POST /api/v1/session`: sign in with the token of a link, or one's own. The session that the cookie stands for is over.
#[utoipa::path(post, operation_id = "sign_in", path = "/api/v1/session", tag = "session", request_body = SignIn, security(()),
    responses((status = 200, body = SessionView), (status = 401, body = slipway_api::Problem), (status = 429, body = slipway_api::Problem)))]
pub(super) async fn sign_in(
    State(entrance): State<Entrance>,
    client: Option<Extension<ClientAddress>>,
    headers: HeaderMap,
    Json(SignIn { token }): Json<SignIn>,
) -> Result<(SetCookie, Json<SessionView>), ApiError> {
    let member = member::signing_in(&entrance, &token, client.map(|Extension(client)| client))?;
    let session = begun(&entrance, &member, &headers).await.inspect_err(|_| {
        // Nobody was signed in by it.
        entrance.links.give_back(&token);
    })?;
    if entrance.members.single().is_some()
        && let Err(error) = entrance.links.fresh()
    {
        tracing::warn!(error = &error as &dyn std::error::Error, "no fresh sign-in link");
    }
    tracing::info!(person = member.person.name, "signed in");
    Ok((
        set_cookie(entrance.cookie.set(&session)),
        Json(view(&entrance, &member)),
    ))
}

async fn begun(entrance: &Entrance, member: &Member, headers: &HeaderMap) -> Result<Token, ApiError> {
    let _place = entrance.beginnings.place(member).await?;
    let before = entrance.cookie.read(headers);
    Ok(entrance.sessions.start(member, before).await?)
}

/// `GET /api/v1/session`: who is signed in.
#[utoipa::path(get, operation_id = "read_session", path = "/api/v1/session", tag = "session", responses((status = 200, body = SessionView), (status = 401, body = slipway_api::Problem)))]
pub(super) async fn who(State(entrance): State<Entrance>, member: Member) -> Json<SessionView> {
    Json(view(&entrance, &member))
}

/// `DELETE /api/v1/session`: sign out; the session is over wherever its cookie is.
#[utoipa::path(delete, operation_id = "sign_out", path = "/api/v1/session", tag = "session", responses((status = 204)))]
pub(super) async fn sign_out(
    State(entrance): State<Entrance>,
    _: Member,
    headers: HeaderMap,
) -> Result<(StatusCode, SetCookie), ApiError> {
    if let Some(token) = entrance.cookie.read(&headers) {
        entrance.sessions.end(token).await?;
    }
    Ok((StatusCode::NO_CONTENT, set_cookie(entrance.cookie.clear())))
}

/// `POST /api/v1/session/link`: a fresh link to sign another browser in (single-user mode).
#[utoipa::path(post, operation_id = "create_sign_in_link", path = "/api/v1/session/link", tag = "session", responses((status = 200, body = SignInLink), (status = 403, body = slipway_api::Problem)))]
pub(super) async fn another_browser(
    State(entrance): State<Entrance>,
    _: Member,
) -> Result<Json<SignInLink>, ApiError> {
    if entrance.members.single().is_none() {
        return Err(ApiError::forbidden(
            "members_have_tokens",
            "members sign in with their own tokens",
        ));
    }
    let link = entrance.links.fresh()?;
    Ok(Json(SignInLink { link }))
}

fn view(entrance: &Entrance, member: &Member) -> SessionView {
    let single = entrance.members.single().is_some();
    let teams = member.teams.iter().map(|team| TeamView {
        id: team.id.to_string(),
        name: team.name.clone(),
    });
    SessionView {
        member: member.id(),
        person: (!single).then(|| member.person.name.clone()),
        teams: teams.collect(),
        can_sign_in_others: single,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

type SetCookie = AppendHeaders<Option<(HeaderName, HeaderValue)>>;

fn set_cookie(value: Option<HeaderValue>) -> SetCookie {
    AppendHeaders(value.map(|value| (header::SET_COOKIE, value)))
}
