//! A sign-in link is opened where a member is signed in already. It may be somebody else's, who wants what is done here to
//! be done for them; so it is asked first.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::link;
use crate::frame::Page;
use crate::pages::sign_out::UnsavedWork;
use crate::session::Session;
use crate::ui::{Alert, Button, Look, Tone};
use crate::{api, member, say, session, text, unsaved, words};

/// Says who is signed in, and asks whether the link shall be used.
#[component]
pub fn OtherLink() -> impl IntoView {
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None);
    let work = RwSignal::new(unsaved::all());
    let stay = |()| link::opened().set(None);
    let change = move |()| {
        let Some(token) = link::opened().get_untracked() else {
            return;
        };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            match api::sign_in(token).await {
                Ok(view) => {
                    if member::id() != Some(view.member.as_str()) {
                        member::storage::clear();
                    }
                    link::opened().set(None);
                    session::signed_in(view);
                }
                Err(refused) => {
                    let _ = failure.try_set(Some(refused));
                    let _ = busy.try_set(false);
                }
            }
        });
    };
    let (person, team) = session::session().with_untracked(|session| match session {
        Session::SignedIn(who) => (
            who.person.clone(),
            who.teams.first().map(|team| team.name.clone()),
        ),
        _ => (None, None),
    });
    let person = StoredValue::new(person.unwrap_or_default());
    view! {
        <Page title=words!(pages.sign_in.other_title)>
            <div class="app-question">
                <div>
                    <p><strong>{move || say!(frame.you_as, person = person.get_value())}</strong></p>
                    {team.map(|team| view! { <p class="app-quiet">{move || say!(frame.team, team = team.clone())}</p> })}
                </div>
                <p>{words!(pages.sign_in.other_body)}</p>
                {move || (!work.with(Vec::is_empty)).then(|| view! {
                    <Alert tone=Tone::Warning title=words!(pages.sign_in.other_unsaved)><UnsavedWork work links=false /></Alert>
                })}
                {move || failure.get().map(|failure| view! {
                    <Alert tone=Tone::Danger title=Signal::derive(move || text::failure(&failure)) />
                })}
                <div class="app-question__acts">
                    <Button label=words!(pages.sign_in.other_stay) look=Look::Primary on_click=stay />
                    <Button label=words!(pages.sign_in.other_use) look=Look::Secondary busy on_click=change />
                </div>
            </div>
        </Page>
    }
}
