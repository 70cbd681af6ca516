//! What can be set in this browser, and how to sign in another one.

use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::paths;

use crate::frame::{Page, Preferences};
use crate::session::{self, Session};
use crate::ui::{Button, CodeBlock, DescriptionList, Fact, Tone, toast};
use crate::{api, say, text, words};

/// The settings.
#[component]
pub fn Settings() -> impl IntoView {
    let who = Memo::new(|_| match session::session().get() {
        Session::SignedIn(who) => Some(who),
        _ => None,
    });
    let person = move || {
        who.with(|who| who.as_ref().and_then(|who| who.person.clone()))
            .unwrap_or_else(|| say!(frame.single_user).to_owned())
    };
    let version = move || who.with(|who| who.as_ref().map(|who| who.version.clone()));
    let by_link = Memo::new(move |_| who.with(|who| who.as_ref().is_some_and(|who| who.can_sign_in_others)));
    view! {
        <Page title=words!(pages.settings.title)>
            <div class="app-sections app-narrow">
                <section>
                    <h2 class="pf-v6-c-title pf-m-lg">{words!(pages.settings.appearance)}</h2>
                    <Preferences />
                </section>
                {move || by_link.get().then(|| view! { <OtherBrowser /> })}
                <section>
                    <h2 class="pf-v6-c-title pf-m-lg">{words!(pages.settings.about)}</h2>
                    <DescriptionList>
                        <Fact term=words!(pages.settings.who)>{person}</Fact>
                        <Fact term=words!(pages.settings.version)>{version}</Fact>
                        <Fact term=words!(pages.settings.api)><a href=paths::OPENAPI rel="external">{paths::OPENAPI}</a></Fact>
                    </DescriptionList>
                </section>
            </div>
        </Page>
    }
}

#[component]
fn OtherBrowser() -> impl IntoView {
    let link = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let make = move |()| {
        busy.set(true);
        spawn_local(async move {
            match api::sign_in_link().await {
                Ok(made) => {
                    let _ = link.try_set(Some(made.link));
                }
                Err(failure) => {
                    session::note(&failure);
                    toast(Tone::Danger, text::failure(&failure));
                }
            }
            let _ = busy.try_set(false);
        });
    };
    view! {
        <section>
            <h2 class="pf-v6-c-title pf-m-lg">{words!(pages.settings.other_browser)}</h2>
            <p>{words!(pages.settings.other_browser_how)}</p>
            {move || match link.get() {
                Some(link) => view! { <CodeBlock code=link name=words!(pages.settings.link) /> }.into_any(),
                None => view! { <Button label=words!(pages.settings.make_link) busy on_click=make /> }.into_any(),
            }}
        </section>
    }
}
