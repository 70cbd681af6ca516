//! What stands between the person and their work being kept, and what to do about it.

use leptos::prelude::*;
use slipway_model::Draft;

use super::changing::use_changing;
use super::create::Creating;
use super::page::{Opened, Parts};
use super::saving::{Happened, Status};
use super::{field_text, issue_text};
use crate::api::Failure;
use crate::session::{Session, has_names, session};
use crate::ui::{Ago, Alert, Button, Look, Tone};
use crate::{change, say, text, words};

/// The notices of the wizard.
#[component]
pub(super) fn Notices(opened: Opened) -> impl IntoView {
    let Parts {
        autosave,
        create,
        restored,
        ..
    } = opened.get_value();
    let status = autosave.status;
    let changing = use_changing();
    view! {
        <div class="wizard-notices">
            {move || match status.get() {
                Status::Offline => view! {
                    <Alert tone=Tone::Warning title=words!(wizard.notice.offline)>
                        <p>{words!(wizard.notice.offline_more)}</p>
                        <Button label=words!(wizard.notice.retry) look=Look::Link on_click=move |()| autosave.note(Happened::Hope) />
                    </Alert>
                }.into_any(),
                Status::Conflict => view! { <Conflict opened /> }.into_any(),
                Status::SignedOut => view! {
                    <Alert tone=Tone::Warning title=words!(wizard.notice.signed_out)>
                        <p>{words!(wizard.notice.signed_out_more)}</p>
                        <Button label=words!(wizard.notice.sign_in) on_click=|()| session().set(Session::SignedOut) />
                        <Button label=words!(wizard.notice.retry) look=Look::Link on_click=move |()| autosave.note(Happened::Hope) />
                    </Alert>
                }.into_any(),
                Status::Gone => view! {
                    <Alert tone=Tone::Warning title=words!(wizard.notice.gone)>
                        <p>{words!(wizard.notice.gone_more)}</p>
                        <Button label=words!(wizard.notice.keep_as_new) on_click=move |()| autosave.note(Happened::KeptAsNew) />
                    </Alert>
                }.into_any(),
                Status::Refused { code } => {
                    let title = Signal::derive(move || {
                        let known = text::full(&code).map(ToOwned::to_owned);
                        known.unwrap_or_else(|| say!(wizard.notice.refused, code = code.clone()).to_string())
                    });
                    view! { <Alert tone=Tone::Danger title><p>{words!(wizard.notice.refused_more)}</p></Alert> }.into_any()
                }
                _ => ().into_any(),
            }}
            {move || restored.get().then(|| view! { <Restored opened /> })}
            {move || match create.state.get() {
                Creating::Unanswered => view! {
                    <Alert tone=Tone::Warning title=Signal::derive(move || if changing.is_change() {
                        say!(change.wizard.unanswered).to_owned()
                    } else {
                        say!(wizard.notice.unanswered).to_owned()
                    })>
                        <p>{words!(wizard.notice.unanswered_more)}</p>
                        <Button label=words!(wizard.notice.ask_again) on_click=move |()| create.start() />
                    </Alert>
                }.into_any(),
                Creating::Unsaved => view! {
                    <Alert tone=Tone::Warning title=words!(wizard.notice.unsaved)><p>{words!(wizard.notice.unsaved_more)}</p></Alert>
                }.into_any(),
                Creating::Refused(failure) => {
                    view! { <NotCreated opened failure /> }.into_any()
                }
                Creating::Idle | Creating::Busy => ().into_any(),
            }}
        </div>
    }
}

/// Creating was refused: which fields are to blame, else the reason.
#[component]
fn NotCreated(opened: Opened, failure: Failure) -> impl IntoView {
    let form = opened.get_value().form;
    let blamed = match &failure {
        Failure::Problem(problem) => problem.issues(),
        _ => Vec::new(),
    };
    let reason = blamed
        .is_empty()
        .then(|| view! { <p>{move || change::failure(&failure)}</p> });
    let changing = use_changing();
    let title = Signal::derive(move || {
        if changing.is_change() {
            say!(change.wizard.refused)
        } else {
            say!(wizard.notice.create_refused)
        }
        .to_owned()
    });
    let lines = blamed.into_iter().map(move |issue| {
        let place = form.now(|draft| field_text::place(draft, &issue.field));
        let sentence = issue_text::sentence(&issue);
        let go = move |()| form.go_to(&issue.field);
        view! { <li><Button label=place look=Look::Link small=true on_click=go />" "{sentence}</li> }
    });
    view! {
        <Alert tone=Tone::Danger title>
            {reason}
            <ul class="wizard-links">{lines.collect_view()}</ul>
        </Alert>
    }
}

/// Somebody else saved the draft: whose it is, what differs, and the two ways to go on.
#[component]
fn Conflict(opened: Opened) -> impl IntoView {
    let Parts { form, autosave, .. } = opened.get_value();
    let theirs = autosave.theirs;
    move || {
        theirs.get().map(|theirs| {
            let content = StoredValue::new(theirs.content);
            let differing = Memo::new(move |_| form.with(|mine| content.with_value(|theirs| differences(mine, theirs))));
            let who = theirs.saved_by.clone();
            let title = Signal::derive(move || {
                if who.is_empty() || !has_names() { say!(wizard.notice.conflict).to_owned() } else { say!(wizard.notice.conflict_by, who = who.clone()).to_string() }
            });
            let at = theirs.saved_at;
            view! {
                <Alert tone=Tone::Warning title>
                    <p>{words!(wizard.notice.conflict_more)}" "<Ago at />"."</p>
                    <details class="wizard-differences">
                        <summary>{move || say!(wizard.notice.differences, count = differing.with(Vec::len)).to_string()}</summary>
                        <table class="pf-v6-c-table pf-m-compact pf-m-grid-md">
                            <thead class="pf-v6-c-table__thead"><tr class="pf-v6-c-table__tr">
                                <th class="pf-v6-c-table__th" scope="col">{words!(wizard.notice.field)}</th>
                                <th class="pf-v6-c-table__th" scope="col">{words!(wizard.notice.mine)}</th>
                                <th class="pf-v6-c-table__th" scope="col">{words!(wizard.notice.theirs)}</th>
                            </tr></thead>
                            <tbody class="pf-v6-c-table__tbody">
                                {move || differing.get().into_iter().map(|difference| view! { <DifferenceLine difference /> }).collect_view()}
                            </tbody>
                        </table>
                    </details>
                    <div class="wizard-notices__acts">
                        <Button label=words!(wizard.notice.keep_mine) on_click=move |()| autosave.keep_mine() />
                        <Button label=words!(wizard.notice.take_theirs) on_click=move |()| autosave.take_theirs() />
                    </div>
                </Alert>
            }
        })
    }
}

#[component]
fn DifferenceLine(difference: Difference) -> impl IntoView {
    let Difference { field, mine, theirs } = difference;
    view! {
        <tr class="pf-v6-c-table__tr">
            <td class="pf-v6-c-table__td">{field}</td>
            <td class="pf-v6-c-table__td">{mine}</td>
            <td class="pf-v6-c-table__td">{theirs}</td>
        </tr>
    }
}

/// A field that two versions of a draft hold differently.
#[derive(Clone, Debug, PartialEq)]
struct Difference {
    field: String,
    mine: String,
    theirs: String,
}

/// Every field that differs, in the order of the form.
fn differences(mine: &Draft, theirs: &Draft) -> Vec<Difference> {
    differing(mine, theirs)
        .into_iter()
        .map(|path| {
            let text = |draft: &Draft| {
                draft
                    .leaf(&path)
                    .map(|leaf| leaf.as_str().to_owned())
                    .unwrap_or_default()
            };
            let shown = if mine.leaf(&path).is_some() { mine } else { theirs };
            Difference {
                field: field_text::place(shown, &path),
                mine: text(mine),
                theirs: text(theirs),
            }
        })
        .collect()
}

/// The paths of the fields that differ; one that only one version has differs unless it is empty.
fn differing(mine: &Draft, theirs: &Draft) -> Vec<String> {
    let text = |draft: &Draft, path: &str| {
        draft
            .leaf(path)
            .map(|leaf| leaf.as_str().to_owned())
            .unwrap_or_default()
    };
    let mut paths: Vec<String> = mine.leaves().into_iter().map(|(path, _)| path).collect();
    paths.extend(
        theirs
            .leaves()
            .into_iter()
            .map(|(path, _)| path)
            .filter(|path| mine.leaf(path).is_none()),
    );
    paths.retain(|path| text(mine, path) != text(theirs, path));
    paths
}

/// Work that this browser had kept is shown: so much is said, once.
#[component]
fn Restored(opened: Opened) -> impl IntoView {
    let Parts {
        form,
        autosave,
        restored,
        work,
        ..
    } = opened.get_value();
    let is_new = move || autosave.draft.with(Option::is_none);
    let start_over = move |()| {
        restored.set(false);
        autosave.forget();
        autosave.make_under(None);
        form.replace(Draft::default());
        if let Some(cluster) = work.cluster.get_untracked() {
            form.suggest("basics.namespace", &cluster.default_namespace);
        }
    };
    view! {
        <Alert tone=Tone::Info title=words!(wizard.notice.restored)>
            <div class="wizard-notices__acts">
                <Button label=words!(wizard.notice.good) look=Look::Link on_click=move |()| restored.set(false) />
                {move || is_new().then(|| view! {
                    <Button label=words!(wizard.notice.start_over) look=Look::Link on_click=start_over />
                })}
            </div>
        </Alert>
    }
}

#[cfg(test)]
mod tests {
    use super::differing;
    use slipway_model::Draft;

    #[test]
    fn only_fields_that_differ_are_compared() {
        let mut mine = Draft::default();
        let mut theirs = Draft::default();
        assert!(differing(&mine, &theirs).is_empty());

        mine.basics.name.set("mine");
        theirs.basics.replicas.set("3");

        assert_eq!(differing(&mine, &theirs), ["basics.name", "basics.replicas"]);
    }

    #[test]
    fn a_row_that_one_version_lacks_differs_in_what_was_typed_into_it() {
        let mine = Draft::default();
        let mut theirs = Draft::default();
        let label = theirs.add_row("basics.labels").unwrap();
        theirs
            .leaf_mut(&format!("basics.labels.{label}.key"))
            .unwrap()
            .set("team");

        assert_eq!(differing(&mine, &theirs), [format!("basics.labels.{label}.key")]);
    }
}
