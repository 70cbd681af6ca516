//! The app has moved on while a draft of it was open: three columns, and a choice where both have changed a field.

mod choices;

use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::{FieldMerge, MergeView, Side};

use super::autosave::{Autosave, use_autosave};
use super::changing::{Changing, use_changing};
use super::focus;
use super::form::use_form;
use super::work::use_work;
use crate::api::{self, Failure};
use crate::change::{FieldValue, Naming, app_of, failure};
use crate::load::{Loaded, States};
use crate::session::has_names;
use crate::ui::{Alert, Button, Column, Look, Radio, Table, Tone, toast};
use crate::{browser, say, words};
use choices::{Choices, Taken};

/// The three versions, while they are being brought together.
#[component]
pub(super) fn Merge() -> impl IntoView {
    let changing = use_changing();
    move || changing.merging.get().then(|| view! { <Open changing /> })
}

/// Asks for the three versions: of the draft as it is saved.
fn ask(view: Loaded<MergeView>, autosave: &Autosave) {
    let autosave = *autosave;
    view.fetch(async move {
        match autosave.settle().await {
            Some((id, _)) => api::merge_view(&id).await,
            None => Err(Failure::Unreachable),
        }
    });
}

#[component]
fn Open(changing: Changing) -> impl IntoView {
    let autosave = use_autosave();
    let view = Loaded::<MergeView>::new();
    ask(view, &autosave);
    let close = move |()| changing.merging.set(false);
    request_animation_frame(|| browser::focus("merge"));
    view! {
        <section class="wizard-merge" id="merge" tabindex="-1" aria-labelledby="merge-title">
            <h2 class="pf-v6-c-title pf-m-lg" id="merge-title">{words!(change.merge.title)}</h2>
            <States of=view retry=move |()| ask(view, &autosave) lines=4>
                {move || view.get().map(|found| view! { <Columns changing view found later=Callback::new(close) /> })}
            </States>
            // What could not be read can be put off as well.
            {move || view.failure().map(|_| view! { <div><Button label=words!(change.merge.later) look=Look::Link on_click=close /></div> })}
        </section>
    }
}

#[component]
fn Columns(
    changing: Changing,
    view: Loaded<MergeView>,
    found: MergeView,
    later: Callback<()>,
) -> impl IntoView {
    let autosave = use_autosave();
    let MergeView {
        base,
        theirs,
        person,
        fields,
        ..
    } = found;
    let naming = names(theirs);
    let choices = RwSignal::new(Choices::of(&fields));
    let trouble = RwSignal::new(None::<Failure>);
    let busy = RwSignal::new(false);
    let left = Memo::new(move |_| choices.with(Choices::left));
    let intro = move || {
        if has_names() && !person.is_empty() {
            say!(
                change.merge.intro_by,
                person = person.clone(),
                theirs = theirs,
                base = base
            )
        } else {
            say!(change.merge.intro, theirs = theirs, base = base)
        }
    };
    let told = move || match left.get() {
        0 => say!(change.merge.free).to_owned(),
        count => say!(change.merge.left, count = count),
    };
    let merge = move |()| {
        busy.set(true);
        let body = choices.with_untracked(|choices| choices.body(theirs));
        spawn_local(async move {
            let answer = match autosave.settle().await {
                Some((id, revision)) => api::merge(&id, revision, &body).await,
                None => Err(Failure::Unreachable),
            };
            let _ = busy.try_set(false);
            match answer {
                Ok(draft) => {
                    autosave.take(draft);
                    changing.merging.set(false);
                    toast(Tone::Success, say!(change.merge.done));
                    browser::focus(focus::HEADING);
                }
                Err(why) => {
                    // Either may have moved on once more.
                    if why.status() == Some(412) {
                        ask(view, &autosave);
                    }
                    let _ = trouble.try_set(Some(why));
                }
            }
        });
    };
    let head = move || {
        view! {
            <Column label=words!(change.fields.field) />
            <Column label=Signal::derive(move || say!(change.merge.base, number = base)) />
            <Column label=Signal::derive(move || say!(change.merge.theirs, number = theirs)) />
            <Column label=words!(change.merge.mine) />
            <Column label=words!(change.merge.result) />
        }
    };
    let lines = fields
        .into_iter()
        .enumerate()
        .map(|(place, field)| view! { <Line naming choices place field /> })
        .collect_view();
    view! {
        <p>{intro}</p>
        <Table name=words!(change.merge.table) head>{lines}</Table>
        {move || trouble.get().map(|why| view! {
            <Alert tone=Tone::Danger title=words!(change.merge.failed)><p>{move || failure(&why)}</p></Alert>
        })}
        <div class="app-acts">
            <Button label=words!(change.merge.act) look=Look::Primary busy disabled=Signal::derive(move || left.get() > 0) on_click=merge />
            <Button label=words!(change.merge.later) look=Look::Link on_click=later />
            <span role="status">{told}</span>
        </div>
    }
}

/// Names fields by what is typed here, and by what the app has become.
fn names(theirs: u64) -> Naming {
    let slug = use_work().slug.get_value();
    let (draft, app) = use_form().now(|draft| (draft.clone(), app_of(&slug, draft)));
    let naming = Naming::of(draft);
    if let Some(app) = app {
        naming.and_revision(&app, theirs);
    }
    naming
}

/// A field with its three values, and the one that is taken.
#[component]
fn Line(naming: Naming, choices: RwSignal<Choices>, place: usize, field: FieldMerge) -> impl IntoView {
    let taken = choices::taken(&field);
    let FieldMerge {
        field: path,
        base,
        theirs,
        mine,
        ..
    } = field;
    let named = {
        let path = path.clone();
        Signal::derive(move || naming.place(&path))
    };
    view! {
        <tr class="pf-v6-c-table__tr" role="row">
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(change.fields.field)>{named}</td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(change.merge.base_short)><FieldValue value=base /></td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(change.merge.theirs_short)><FieldValue value=theirs /></td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(change.merge.mine)><FieldValue value=mine /></td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(change.merge.result)>
                {match taken {
                    Taken::Theirs => words!(change.merge.from_theirs).into_any(),
                    Taken::Mine => words!(change.merge.from_mine).into_any(),
                    Taken::Both => words!(change.merge.both).into_any(),
                    Taken::Asked => view! { <Choice choices place path named /> }.into_any(),
                }}
            </td>
        </tr>
    }
}

/// Whose value a field takes that both have changed.
#[component]
fn Choice(choices: RwSignal<Choices>, place: usize, path: String, named: Signal<String>) -> impl IntoView {
    let name = Signal::derive(move || say!(change.merge.choose_for, field = named.get()));
    let one = |side: Side, id: &str, label: Signal<String>| {
        let (asked, chosen) = (path.clone(), path.clone());
        view! {
            <Radio
                id=format!("merge-{place}-{id}")
                group=format!("merge-{place}")
                label
                on=Signal::derive(move || choices.with(|choices| choices.is(&asked, side)))
                on_choose=move |()| choices.update(|choices| choices.choose(&chosen, side))
            />
        }
    };
    view! {
        <div class="wizard-agree" role="radiogroup" aria-label=name>
            {one(Side::Theirs, "theirs", Signal::derive(|| say!(change.merge.choose_theirs).to_owned()))}
            {one(Side::Mine, "mine", Signal::derive(|| say!(change.merge.choose_mine).to_owned()))}
        </div>
    }
}
