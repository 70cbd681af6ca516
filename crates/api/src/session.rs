//! Who is signed in.

use serde::{Deserialize, Serialize};

/// The header in which a request names the member it is meant for, by [`SessionView::member`].
pub const MEMBER_HEADER: &str = "x-slipway-member";

/// Body of `POST /api/v1/session`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// The token of the sign-in link, or the member's own.
    pub token: String,
}

/// Answer of `POST /api/v1/session/link`: a link that signs one other browser in.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInLink {
    /// The link. It replaces the one before it.
    pub link: String,
}

/// The member behind a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionView {
    /// The id of the member, a person acting for a team: the same in all their sessions, and nobody else's. A page sends it
    /// as [`MEMBER_HEADER`], so that what it does for one member is not done for another who has signed in since.
    pub member: String,
    /// The person, as the cluster's audit log will name them; absent where the server acts under its own identity.
    pub person: Option<String>,
    /// The teams the person belongs to; the first is the one they act for.
    pub teams: Vec<TeamView>,
    /// Whether other browsers can be signed in by link (single-user mode).
    pub can_sign_in_others: bool,
    /// Where signed in from the browser's point of view: the version of the server.
    pub version: String,
}

/// A team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TeamView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}
