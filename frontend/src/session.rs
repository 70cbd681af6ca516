//! Who is signed in, and the way to the sign-in page when nobody is.

use std::sync::OnceLock;

use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::SessionView;

use crate::api::{self, Failure};
use crate::member::tabs::Reaction;
use crate::ui::{Tone, toast};
use crate::{member, text};

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
        match api::session().await {
            Ok(view) => begin(view, false),
            Err(Failure::SignedOut) => session().set(Session::SignedOut),
            Err(failure) => session().set(Session::Failed(failure)),
        }
    });
}

/// Begins the session of somebody who has just signed in.
pub fn signed_in(view: SessionView) {
    begin(view, true);
}

/// Shows the pages of a member, unless this page has served another one. The other tabs are told if that is news.
fn begin(view: SessionView, is_news: bool) {
    let stays = member::serve(&view.member);
    if is_news || member::tabs::told().as_deref() != Some(view.member.as_str()) {
        member::tabs::tell(Some(&view.member));
    }
    if stays {
        member::storage::settle_shared(view.person.is_none());
        session().set(Session::SignedIn(view));
    }
}

/// Signs out. Says what stands in the way, if something does.
pub async fn sign_out() {
    match api::sign_out().await {
        Ok(()) | Err(Failure::SignedOut) => forget(),
        Err(failure) => toast(Tone::Danger, text::failure(&failure)),
    }
}

/// Forgets the member of this page, everywhere in this browser, once the server has ended the session.
fn forget() {
    // Unless another member has signed in meanwhile: the page is then on its way to them.
    if member::is_current() {
        member::storage::clear();
        member::tabs::tell(None);
    }
    member::leave();
}

/// Keeps in step with the other tabs of this browser. Once, in the app.
pub fn follow_tabs() {
    let shown = || session().with_untracked(|session| matches!(session, Session::SignedIn(_)));
    member::tabs::follow(shown, |reaction| match reaction {
        Reaction::None => {}
        Reaction::Ask => ask(),
        Reaction::Leave => member::leave(),
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

/// Whether somebody with a name is signed in.
pub fn named(session: &Session) -> bool {
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
                member: "0a1b".into(),
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
