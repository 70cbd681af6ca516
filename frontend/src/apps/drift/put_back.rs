//! Putting back what was changed outside: what is overwritten and whose it is, and then it is done.

use leptos::prelude::*;
use slipway_api::{DriftView, FieldDrift, ObjectDrift, OperationKind, StartAppOperation};

use crate::apps::starting::Starting;
use crate::change::{Consequences, FieldValue, Naming, Questions, called};
use crate::ui::Confirm;
use crate::{say, words};

/// The question. Agreeing is to what was seen: what somebody writes since is not overwritten.
#[component]
pub(super) fn PutBack(
    /// What was changed.
    drift: DriftView,
    /// What names fields.
    naming: Naming,
    /// Whether it is asked.
    open: RwSignal<bool>,
    /// Starts it.
    starting: Starting,
    /// Looks again, where somebody has written since.
    again: Callback<()>,
) -> impl IntoView {
    let revision = drift.revision;
    let consent = Questions::from(&drift).all_agreed();
    let drift = StoredValue::new(drift);
    let put_back = move |()| {
        let wanted = StartAppOperation {
            kind: OperationKind::RollBack,
            revision: Some(revision),
            also: Vec::new(),
            consent: consent.clone(),
        };
        starting.start(revision, wanted, move || again.run(()));
    };
    let title = Signal::derive(move || say!(change.drift.put_back_title, revision = revision));
    view! {
        <Confirm open id="put-back" title act=words!(change.drift.put_back_act) on_confirm=put_back>
            <div class="app-notes">
            <p>{words!(change.drift.put_back_intro)}</p>
            <ul class="app-choices" role="list">
                {drift.with_value(|drift| drift.objects.clone()).into_iter().map(|object| view! { <Object object naming /> }).collect_view()}
            </ul>
            <Consequences consequences=drift.with_value(|drift| drift.consequences.clone()) />
            </div>
        </Confirm>
    }
}

#[component]
fn Object(object: ObjectDrift, naming: Naming) -> impl IntoView {
    let ObjectDrift {
        object,
        missing,
        fields,
    } = object;
    let fields = fields
        .into_iter()
        .map(|field| view! { <Field field naming /> })
        .collect_view();
    view! {
        <li>
            <strong>{move || called(&object)}</strong>
            {missing.then(|| view! { " " {words!(change.drift.made_again)} })}
            <ul class="app-list">{fields}</ul>
        </li>
    }
}

#[component]
fn Field(field: FieldDrift, naming: Naming) -> impl IntoView {
    let FieldDrift {
        path,
        field,
        applied,
        live,
        manager,
    } = field;
    let whose = move || match &manager {
        Some(manager) => say!(change.drift.set_by, manager = manager.clone()),
        None => say!(change.drift.set_by_unknown).to_owned(),
    };
    view! {
        <li>
            {move || naming.place_or(&field, &path)} {words!(change.colon)} <FieldValue value=live />
            <span class="pf-v6-screen-reader">" " {words!(change.fields.after)}</span> <span aria-hidden="true">" → "</span>
            <FieldValue value=applied />
            <span class="app-quiet">" " {whose}</span>
        </li>
    }
}
