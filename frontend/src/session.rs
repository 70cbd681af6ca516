//! Who is signed in, and the way to the sign-in page when nobody is.

use std::sync::OnceLock;

use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::SessionView;

use crate::api::{self, Failure};

/// What is known about who is signed in.
#[derive(Clone, Debug, PartialEq)]
pub enum Session {
    /// Being asked for.
    Unknown,
    /// Nobody.
    SignedOut,
    /// This member.
    SignedIn(SessionView),
    /// The server does not answer.
    Failed(Failure),
}

/// The session of this page. One for the whole app: any call may find out that it is over.
pub fn session() -> &'static ArcRwSignal<Session> {
    static SESSION: OnceLock<ArcRwSignal<Session>> = OnceLock::new();
    SESSION.get_or_init(|| ArcRwSignal::new(Session::Unknown))
}

/// Asks the server who is signed in.
pub fn ask() {
    spawn_local(async {
        session().set(match api::session().await {
            Ok(view) => Session::SignedIn(view),
            Err(Failure::SignedOut) => Session::SignedOut,
            Err(failure) => Session::Failed(failure),
        });
    });
}

/// Notes a failure that ends the session, whoever met it.
pub fn note(failure: &Failure) {
    if *failure == Failure::SignedOut {
        session().set(Session::SignedOut);
    }
}

/// Whether people here have names: with one user alone, whose something is goes without saying.
pub fn has_names() -> bool {
    session().with_untracked(named)
}

fn named(session: &Session) -> bool {
    matches!(session, Session::SignedIn(who) if who.person.is_some())
}

#[cfg(test)]
mod tests {
    use slipway_api::SessionView;

    use super::{Session, named};

    #[test]
    fn the_one_user_of_a_server_needs_no_name() {
        let who = |person: Option<&str>| {
            Session::SignedIn(SessionView {
                person: person.map(ToOwned::to_owned),
                teams: Vec::new(),
                can_sign_in_others: person.is_none(),
                version: "1".into(),
            })
        };

        assert!(named(&who(Some("ada"))));
        assert!(!named(&who(None)));
        assert!(!named(&Session::Unknown));
    }
}
