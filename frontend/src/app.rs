//! Pages by their address. Everything but signing in stands in the page frame and needs a session.

use leptos::prelude::*;

use crate::address::Address;
use crate::apps::AppList;
use crate::frame::Frame;
use crate::pages::{Home, Lost, SignInPage, link};
use crate::router::Redirect;
use crate::session::{self, Session};
use crate::whenever::whenever;
use crate::{language, load, parts, router, theme, ui};

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    language::mark_page();
    theme::follow();
    router::start();
    fetch_part_of_first_page();
    link::follow();
    session::follow_tabs();
    session::ask();
    whenever(|| {
        // The one user of a server cannot become somebody else by it, and it stays good for another browser.
        if session::session().with(is_the_one_user) && link::opened().with(Option::is_some) {
            link::opened().set(None);
        }
    });
    view! {
        {move || match session::session().get() {
            Session::Unknown => view! { <Waiting /> }.into_any(),
            Session::Failed(failure) => view! {
                <main class="app-alone"><load::Failed failure retry=move |()| session::ask() /></main>
            }.into_any(),
            Session::SignedOut => view! { <SignInPage /> }.into_any(),
            Session::SignedIn(who) => view! { <Frame who><CurrentPage /></Frame> }.into_any(),
        }}
        <ui::Toasts />
    }
}

fn is_the_one_user(session: &Session) -> bool {
    matches!(session, Session::SignedIn(_)) && !session::named(session)
}

#[component]
fn Waiting() -> impl IntoView {
    view! { <main class="app-alone"><ui::Skeleton lines=4 /></main> }
}

/// A page that is not loaded first is fetched while the server says who is signed in.
fn fetch_part_of_first_page() {
    let first = router::path().with_untracked(|path| Address::of(path));
    if let Some(part) = parts::of(&first) {
        part.fetch();
    }
}

/// What stands in the frame. A page stays while only what it is about changes.
#[component]
fn CurrentPage() -> impl IntoView {
    let path = router::path();
    let address = Memo::new_with_compare(
        move |_| {
            // Somebody with a name is asked before a link signs this browser in as somebody else.
            let asks = link::opened().with(Option::is_some) && session::has_names();
            if asks {
                Address::OtherLink
            } else {
                Address::of(&path.get())
            }
        },
        |before, now| !before.zip(now).is_some_and(|(before, now)| before.same_page(now)),
    );
    parts::fetch_soon();
    move || {
        let address = address.get();
        if let Some(part) = parts::of(&address) {
            return part.page(address);
        }
        match address {
            Address::Home => view! { <Home /> }.into_any(),
            Address::SignIn => view! { <Redirect href="/" /> }.into_any(),
            Address::Apps(_) => view! { <AppList /> }.into_any(),
            _ => view! { <Lost /> }.into_any(),
        }
    }
}
