//! Pages by their address. Everything but signing in stands in the page frame and needs a session.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Redirect, Route, Router};
use leptos_router::hooks::use_location;
use leptos_router::path;

use crate::address::Address;
use crate::apps::{AppList, AppPage};
use crate::frame::Frame;
use crate::pages::{
    Clusters, Drafts, Home, Lost, OperationPage, Operations, Settings, SignInPage, has_link_token,
};
use crate::session::{self, Session};
use crate::wizard::WizardPage;
use crate::{language, load, stream, theme, ui};

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    language::mark_page();
    theme::follow();
    // A link that was opened is used even where somebody is signed in already: that is what opening it means.
    if has_link_token() {
        session::session().set(Session::SignedOut);
    } else {
        session::ask();
    }
    stream::start();
    view! {
        <Router>
            {move || match session::session().get() {
                Session::Unknown => view! { <Waiting /> }.into_any(),
                Session::Failed(failure) => view! {
                    <main class="app-alone"><load::Failed failure retry=move |()| session::ask() /></main>
                }.into_any(),
                Session::SignedOut => view! { <SignInPage /> }.into_any(),
                Session::SignedIn(who) => view! { <Frame who><Pages /></Frame> }.into_any(),
            }}
        </Router>
        <ui::Toasts />
    }
}

#[component]
fn Waiting() -> impl IntoView {
    view! { <main class="app-alone"><ui::Skeleton lines=4 /></main> }
}

/// What stands in the frame. A page stays while only what it is about changes.
#[component]
fn Pages() -> impl IntoView {
    view! {
        <FlatRoutes fallback=|| view! { <CurrentPage /> }>
            <Route path=path!("/*any") view=|| view! { <CurrentPage /> }.into_any() />
        </FlatRoutes>
    }
}

#[component]
fn CurrentPage() -> impl IntoView {
    let path = use_location().pathname;
    let address = Memo::new_with_compare(
        move |_| Address::of(&path.get()),
        |before, now| !before.zip(now).is_some_and(|(before, now)| before.same_page(now)),
    );
    move || match address.get() {
        Address::Home => view! { <Home /> }.into_any(),
        Address::SignIn => view! { <Redirect path="/" /> }.into_any(),
        Address::Clusters => view! { <Clusters /> }.into_any(),
        Address::Drafts => view! { <Drafts /> }.into_any(),
        Address::Operations => view! { <Operations /> }.into_any(),
        Address::Operation(_) => view! { <OperationPage /> }.into_any(),
        Address::Settings => view! { <Settings /> }.into_any(),
        Address::Apps(_) => view! { <AppList /> }.into_any(),
        Address::App(_) => view! { <AppPage /> }.into_any(),
        Address::Wizard => view! { <WizardPage /> }.into_any(),
        Address::Lost => view! { <Lost /> }.into_any(),
    }
}
