//! The buttons below: back, next, and Create, which is there in every step.

use leptos::prelude::*;
use slipway_model::Draft;

use super::changing::use_changing;
use super::create::{Creating, use_create};
use super::form::use_form;
use super::step::Step;
use crate::ui::{Button, Look, Shape};
use crate::{say, words};

/// The buttons below the step.
#[component]
pub(crate) fn Foot() -> impl IntoView {
    let form = use_form();
    let create = use_create();
    let changing = use_changing();
    let go = move |step: Option<Step>| {
        if let Some(step) = step {
            form.show(step);
        }
    };
    let is_done = move || form.step.get() == Step::Done;
    let busy = Signal::derive(move || create.state.get() == Creating::Busy);
    let started = move || create.operation.with(Option::is_some);
    let errors = Memo::new(move |_| form.errors());
    let told = move || match errors.get() {
        0 if changing.undecided() > 0 => {
            let count = changing.undecided();
            say!(change.wizard.decide, count = count)
        }
        0 if started() && changing.is_change() => say!(change.wizard.before).to_owned(),
        0 if started() => say!(wizard.create.before).to_owned(),
        0 => {
            let defaults = form.with(defaulted);
            if defaults.is_empty() {
                String::new()
            } else {
                say!(
                    wizard.create.defaulted,
                    what = defaults.join(say!(wizard.create.and))
                )
                .to_string()
            }
        }
        count if changing.is_change() => say!(change.wizard.in_the_way, count = count),
        count => say!(wizard.create.in_the_way, count = count).to_string(),
    };
    view! {
        <div class="wizard-foot" hidden=move || is_done() && started()>
            <div class="wizard-foot__buttons">
                {move || form.step.get().before().map(|_| view! {
                    <Button label=words!(wizard.foot.back) icon=Shape::Left on_click=move |()| go(form.step.get_untracked().before()) />
                })}
                {move || form.step.get().after().filter(|step| *step != Step::Done).map(|_| view! {
                    <Button label=words!(wizard.foot.next) on_click=move |()| go(form.step.get_untracked().after()) />
                })}
                <button
                    type="button"
                    id="create"
                    class="pf-v6-c-button pf-m-primary"
                    class:pf-m-in-progress=move || busy.get()
                    aria-disabled=move || (errors.get() > 0 || busy.get()).to_string()
                    aria-describedby="create-told"
                    on:click=move |_| create.start()
                >
                    <span class="pf-v6-c-button__text">
                        {move || match (changing.is_change(), busy.get()) {
                            (false, false) => say!(wizard.create.create),
                            (false, true) => say!(wizard.create.creating),
                            (true, false) => say!(change.wizard.save),
                            (true, true) => say!(change.wizard.saving),
                        }}
                    </span>
                </button>
                {move || (errors.get() > 0).then(|| view! {
                    <Button label=words!(wizard.create.show_first) look=Look::Link on_click=move |()| create.start() />
                })}
            </div>
            <p class="wizard-foot__told" id="create-told">{told}</p>
        </div>
    }
}

/// What was left empty and is filled in when creating, in words.
fn defaulted(draft: &Draft) -> Vec<String> {
    let mut told = Vec::new();
    let app = draft.basics.name.text().to_owned();
    if draft.containers.iter().any(|container| container.name.is_blank()) {
        told.push(say!(wizard.create.default_container, name = app).to_string());
    }
    let ports = || draft.services.iter().flat_map(|service| &service.ports);
    if let Some(port) = ports().find(|port| port.target.is_blank()) {
        told.push(say!(wizard.create.default_target, port = port.port.text().to_owned()).to_string());
    }
    if draft.ingresses.iter().any(|ingress| ingress.class.is_blank()) {
        told.push(say!(wizard.create.default_class).to_owned());
    }
    if draft
        .ingresses
        .iter()
        .flat_map(|ingress| &ingress.rules)
        .any(|rule| rule.host.is_blank())
    {
        told.push(say!(wizard.create.default_host).to_owned());
    }
    if draft
        .containers
        .iter()
        .any(|c| c.resources.cpu_request.is_blank() || c.resources.memory_request.is_blank())
    {
        told.push(say!(wizard.create.default_resources).to_owned());
    }
    told
}
