//! Step 1: application basics 应用基本信息.

use leptos::prelude::*;

use super::changing::use_changing;
use super::fields::{Number, Pick, Text};
use super::fixed::Fixed;
use super::form::use_form;
use super::kind_text;
use super::rows::{Rows, Shown};
use super::section::{Note, Section};
use crate::ui::Choice;
use crate::{say, words};

/// Name, replicas, type and labels.
#[component]
pub(crate) fn Basics() -> impl IntoView {
    let form = use_form();
    let scaled = move || form.with(|draft| draft.scaling.metric.enabled.is_on());
    let changing = use_changing();
    let (name, kind) = (form.typed("basics.name"), form.typed("basics.kind"));
    let kinds = Signal::derive(|| vec![Choice::new("Deployment", say!(wizard.basics.deployment))]);
    let replicas_help = Signal::derive(move || {
        if scaled() {
            say!(wizard.basics.replicas_scaled)
        } else {
            say!(wizard.basics.replicas_help)
        }
        .to_owned()
    });
    view! {
        <Section title=words!(wizard.basics.about)>
            {move || if changing.is_change() {
                let kind = Signal::derive(move || kind_text::called(&kind.get()));
                view! {
                    <Fixed path="basics.name" label=words!(wizard.basics.name) value=name />
                    <Fixed path="basics.kind" label=words!(wizard.basics.kind) value=kind />
                }.into_any()
            } else {
                view! {
                    <Text
                        path="basics.name"
                        label=words!(wizard.basics.name)
                        help=words!(wizard.basics.name_help)
                        placeholder="nginx"
                        required=true
                    />
                    <Pick path="basics.kind" label=words!(wizard.basics.kind) choices=kinds help=words!(wizard.basics.kind_help) />
                }.into_any()
            }}
            <Number path="basics.replicas" label=words!(wizard.basics.replicas) help=replicas_help />
        </Section>
        <Section title=words!(wizard.basics.labels)>
            <Note text=words!(wizard.basics.labels_help) />
            <Rows
                list="basics.labels"
                shown=Shown { class: "wizard-row wizard-row--pair", first: "key" }
                add=words!(wizard.basics.add_label)
                one=words!(wizard.field.label)
                row=|row: String| view! {
                    <Text path=format!("{row}.key") label=words!(wizard.field.key) placeholder="team" />
                    <Text path=format!("{row}.value") label=words!(wizard.field.value) placeholder="shop" />
                }.into_any()
            />
        </Section>
    }
}
