//! A sign-in link is opened where a member is signed in already. It may be somebody else's, who wants what is done here to
//! be done for them; so it is asked first.

use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::SessionView;

use super::link;
use crate::frame::UnsavedWork;
use crate::ui::{Alert, Button, Look, Tone};
use crate::whenever::whenever;
use crate::{api, member, say, session, text, unsaved, words};

/// Says who is signed in, and asks whether the link shall be used.
#[component]
pub fn OtherLink(
    /// Who is signed in.
    who: SessionView,
) -> impl IntoView {
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
    let person = StoredValue::new(who.person.clone().unwrap_or_default());
    let team = who.teams.first().map(|team| team.name.clone());
    whenever(|| document().set_title(&say!(frame.title, page = say!(pages.sign_in.other_title))));
    view! {
        <main class="app-alone app-sign-in">
            <div class="app-sign-in__card">
                <h1 class="pf-v6-c-title pf-m-2xl">{words!(pages.sign_in.other_title)}</h1>
                <div>
                    <p><strong>{move || say!(frame.you_as, person = person.get_value())}</strong></p>
                    {team.map(|team| view! { <p class="app-quiet">{move || say!(frame.team, team = team.clone())}</p> })}
                </div>
                <p>{words!(pages.sign_in.other_body)}</p>
                {move || (!work.with(Vec::is_empty)).then(|| view! {
                    <Alert tone=Tone::Warning title=words!(pages.sign_in.other_unsaved)><UnsavedWork work /></Alert>
                })}
                {move || failure.get().map(|failure| view! {
                    <Alert tone=Tone::Danger title=Signal::derive(move || text::failure(&failure)) />
                })}
                <div class="app-sign-in__acts">
                    <Button label=words!(pages.sign_in.other_stay) look=Look::Primary on_click=stay />
                    <Button label=words!(pages.sign_in.other_use) look=Look::Secondary busy on_click=change />
                </div>
                <crate::frame::Preferences />
            </div>
        </main>
    }
}
