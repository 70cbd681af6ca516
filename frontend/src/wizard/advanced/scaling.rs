//! Scaling by a metric 指标伸缩.

use leptos::prelude::*;
use slipway_api::Feature;
use slipway_model::Draft;

use crate::ui::{Alert, Button, Look, Switch, Tone};
use crate::wizard::fields::{Number, Text};
use crate::wizard::form::{Form, use_form};
use crate::wizard::rows::ListRemark;
use crate::wizard::section::{Note, Section};
use crate::wizard::work::use_work;
use crate::{say, words};

const ENABLED: &str = "scaling.metric.enabled";
const METRICS: &str = "scaling.metric.metrics";

/// The switch, and the figures when it is on.
#[component]
pub(super) fn Scaling() -> impl IntoView {
    let form = use_form();
    // Remembered, so that the figures are drawn anew when the switch is turned, and not while one types in them.
    let on = Memo::new(move |_| form.with(|draft| draft.scaling.metric.enabled.is_on()));
    let switch = move |on: bool| {
        form.edit(|draft| {
            draft
                .scaling
                .metric
                .enabled
                .set(if on { "true" } else { "false" });
            if on && draft.scaling.metric.metrics.is_empty() {
                draft.add_row(METRICS);
            }
        });
        form.leave(ENABLED);
    };
    view! {
        <Section title=words!(wizard.scaling.title)>
            <Switch id=ENABLED label=words!(wizard.scaling.metric) on on_switch=switch />
            <Note text=words!(wizard.scaling.help) />
            {move || on.get().then(|| view! { <Figures /> })}
        </Section>
    }
}

#[component]
fn Figures() -> impl IntoView {
    let form = use_form();
    let work = use_work();
    let metrics = form.rows(METRICS);
    let blind = move || {
        work.cluster.with(|cluster| {
            let features = cluster.as_ref().map(|cluster| &cluster.features);
            features.is_some_and(|all| all.iter().any(|f| f.feature == Feature::Metrics && !f.present))
        })
    };
    view! {
        {move || blind().then(|| view! { <Alert tone=Tone::Warning title=words!(wizard.scaling.no_metrics) /> })}
        <Unrequested />
        <FiguresOffer />
        <div class="wizard-columns">
            <Number path="scaling.metric.min" label=words!(wizard.scaling.min) least=1 />
            <Number path="scaling.metric.max" label=words!(wizard.scaling.max) least=1 />
        </div>
        <For each=move || metrics.get() key=|id| *id let(id)>
            <Text
                path=format!("{METRICS}.{id}.utilization")
                label=words!(wizard.scaling.trigger)
                help=words!(wizard.scaling.trigger_help)
                placeholder="70"
                inputmode="numeric"
                required=true
            />
        </For>
        <ListRemark path=METRICS />
    }
}

/// The containers without a CPU request, each with the way to its field.
#[component]
fn Unrequested() -> impl IntoView {
    let form = use_form();
    let missing = Memo::new(move |_| form.with(unrequested));
    view! {
        {move || (!missing.with(Vec::is_empty)).then(|| view! {
            <Alert tone=Tone::Danger title=words!(wizard.scaling.request_needed)>
                <ul class="wizard-links">
                    {move || missing.get().into_iter().map(|(id, name)| {
                        let label = Signal::derive(move || {
                            if name.is_empty() { say!(wizard.scaling.set_request).to_owned() }
                            else { say!(wizard.scaling.set_request_of, name = name.clone()).to_string() }
                        });
                        let go = move |()| form.go_to(&format!("containers.{id}.resources.cpu_request"));
                        view! { <li><Button label look=Look::Link on_click=go /></li> }
                    }).collect_view()}
                </ul>
            </Alert>
        })}
    }
}

fn unrequested(draft: &Draft) -> Vec<(u32, String)> {
    let without = draft
        .containers
        .iter()
        .filter(|container| container.resources.cpu_request.is_blank());
    without
        .map(|container| {
            let name = if container.name.is_blank() {
                &draft.basics.name
            } else {
                &container.name
            };
            (container.id, name.text().to_owned())
        })
        .collect()
}

/// Offers figures while none are typed.
#[component]
fn FiguresOffer() -> impl IntoView {
    let form = use_form();
    let blank = Memo::new(move |_| {
        form.with(|draft| draft.scaling.metric.min.is_blank() && draft.scaling.metric.max.is_blank())
    });
    let least = Memo::new(move |_| {
        form.with(|draft| {
            draft
                .basics
                .replicas
                .text()
                .parse::<u32>()
                .unwrap_or(1)
                .clamp(1, 1000)
        })
    });
    let most = move || least.get().saturating_mul(5);
    let label =
        Signal::derive(move || say!(wizard.scaling.offer, min = least.get(), max = most()).to_string());
    let accept = move |()| accept(form, least.get_untracked());
    view! {
        {move || blank.get().then(|| view! { <div><Button label look=Look::Secondary small=true on_click=accept /></div> })}
    }
}

fn accept(form: Form, least: u32) {
    form.edit(|draft| {
        draft.scaling.metric.min.set(least.to_string());
        draft.scaling.metric.max.set(least.saturating_mul(5).to_string());
        for metric in draft
            .scaling
            .metric
            .metrics
            .iter_mut()
            .filter(|metric| metric.utilization.is_blank())
        {
            metric.utilization.set("70");
        }
    });
}
