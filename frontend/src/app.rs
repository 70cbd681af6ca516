//! Routes. Everything but signing in stands in the page frame and needs a session.

use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::path;

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

/// What stands in the frame. Each page is erased, so that adding one does not make the type of all of them larger.
#[component]
fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=|| view! { <Lost /> }>
            <Route path=path!("/") view=|| view! { <Home /> }.into_any() />
            <Route path=path!("/sign-in") view=|| view! { <Redirect path="/" /> }.into_any() />
            <Route path=path!("/clusters") view=|| view! { <Clusters /> }.into_any() />
            <Route path=path!("/drafts") view=|| view! { <Drafts /> }.into_any() />
            <Route path=path!("/operations") view=|| view! { <Operations /> }.into_any() />
            <Route path=path!("/operations/:id") view=|| view! { <OperationPage /> }.into_any() />
            <Route path=path!("/settings") view=|| view! { <Settings /> }.into_any() />
            <Route path=path!("/c/:cluster/apps") view=|| view! { <AppList /> }.into_any() />
            <Route path=path!("/c/:cluster/apps/:namespace/:kind/:name") view=|| view! { <AppPage /> }.into_any() />
            // One page under two addresses: a draft that gets its own while somebody types is not drawn anew.
            <ParentRoute path=path!("") view=|| view! { <WizardPage /> }.into_any()>
                <Route path=path!("/c/:cluster/create") view=|| () />
                <Route path=path!("/drafts/:id") view=|| () />
            </ParentRoute>
        </Routes>
    }
}
