//! What an app is made of.

use leptos::prelude::*;
use slipway_api::{AppDetail, AutoscalerView};

use super::{EndpointLink, Reason};
use crate::ui::{Ago, Badge, Colour, CopyText, DescriptionList, Fact, Moment};
use crate::{say, words};

/// The overview of an app.
#[component]
pub fn Overview(
    /// The app.
    detail: Signal<Option<AppDetail>>,
) -> impl IntoView {
    move || {
        detail.get().map(|app| {
        let row = app.row;
        view! {
            <DescriptionList>
                <Fact term=words!(apps.replicas)>
                    {move || say!(apps.replicas_of, ready = row.ready, wanted = row.wanted)}
                </Fact>
                <Fact term=words!(apps.updated)>
                    {move || say!(apps.replicas_of, ready = row.updated, wanted = row.wanted)}
                </Fact>
                <Fact term=words!(apps.image)>
                    {row.images.into_iter().map(|image| view! {
                        <div class="app-copyline"><span class="app-image">{image.clone()}</span><CopyText text=image /></div>
                    }).collect_view()}
                </Fact>
                <Fact term=words!(apps.endpoints)>
                    {if app.endpoints.is_empty() {
                        view! { <span class="app-quiet">{words!(apps.no_endpoint)}</span> }.into_any()
                    } else {
                        app.endpoints.into_iter().map(|endpoint| view! { <div><EndpointLink endpoint /></div> }).collect_view().into_any()
                    }}
                </Fact>
                <Fact term=words!(apps.created_at)><Moment at=row.created_at /> " (" <Ago at=row.created_at /> ")"</Fact>
                {app.strategy.map(|strategy| view! { <Fact term=words!(apps.strategy)>{strategy}</Fact> })}
                {app.revision.map(|revision| view! { <Fact term=words!(apps.revision)>{revision}</Fact> })}
                {app.operation.map(|id| view! {
                    <Fact term=words!(apps.record)>
                        <a href=format!("/operations/{id}")>{words!(apps.open_record)}</a>
                    </Fact>
                })}
                {app.autoscaler.map(|autoscaler| view! {
                    <Fact term=words!(apps.autoscaler)><Autoscaler autoscaler /></Fact>
                })}
                <Fact term=words!(apps.labels)><Labels labels=app.labels /></Fact>
            </DescriptionList>
        }
    })
    }
}

#[component]
fn Autoscaler(autoscaler: AutoscalerView) -> impl IntoView {
    let AutoscalerView {
        min,
        max,
        desired,
        target_utilization,
        current_utilization,
        reason,
        ..
    } = autoscaler;
    view! {
        <div>{move || say!(apps.autoscaler_range, min = min, max = max, desired = desired)}</div>
        {target_utilization.map(|target| view! {
            <div>{move || match current_utilization {
                Some(now) => say!(apps.cpu_use, now = now, target = target),
                None => say!(apps.cpu_target, target = target),
            }}</div>
        })}
        {reason.map(|reason| view! { <Reason reason whole=true /> })}
    }
}

#[component]
fn Labels(labels: Vec<(String, String)>) -> impl IntoView {
    if labels.is_empty() {
        return view! { <span class="app-quiet">{words!(apps.no_labels)}</span> }.into_any();
    }
    let labels = labels.into_iter().map(|(key, value)| {
        let text = if value.is_empty() {
            key
        } else {
            format!("{key}={value}")
        };
        view! { <Badge label=text colour=Colour::Grey /> }
    });
    view! { <div class="app-labels">{labels.collect_view()}</div> }.into_any()
}
