//! What an app is made of. Each fact is drawn anew only when it changes, so that whoever reads or uses one is not
//! interrupted by the others.

use leptos::prelude::*;
use slipway_api::AppDetail;

use super::EndpointList;
use super::autoscaler::Autoscaler;
use super::detail::part;
use crate::ui::{Ago, Badge, Colour, CopyText, DescriptionList, Fact, Moment};
use crate::{say, words};

/// The overview of an app.
#[component]
pub fn Overview(
    /// The app.
    detail: Signal<Option<AppDetail>>,
) -> impl IntoView {
    let ready = part(detail, |app| (app.row.ready, app.row.wanted));
    let updated = part(detail, |app| (app.row.updated, app.row.wanted));
    let images = part(detail, |app| app.row.images.clone());
    let endpoints = part(detail, |app| app.endpoints.clone());
    let created_at = part(detail, |app| app.row.created_at);
    let strategy = part(detail, |app| app.strategy.clone());
    let revision = part(detail, |app| app.revision);
    let operation = part(detail, |app| app.operation.clone());
    let autoscaler = part(detail, |app| app.autoscaler.clone());
    let has_autoscaler = Memo::new(move |_| autoscaler.with(Option::is_some));
    let labels = part(detail, |app| app.labels.clone());
    let counted = |of: Memo<(u32, u32)>| {
        move || {
            let (ready, wanted) = of.get();
            say!(apps.replicas_of, ready = ready, wanted = wanted)
        }
    };
    view! {
        <DescriptionList>
            <Fact term=words!(apps.replicas)>{counted(ready)}</Fact>
            <Fact term=words!(apps.updated)>{counted(updated)}</Fact>
            <Fact term=words!(apps.image)>
                {move || images.get().into_iter().map(|image| view! {
                    <div class="app-copyline"><span class="app-image">{image.clone()}</span><CopyText text=image /></div>
                }).collect_view()}
            </Fact>
            <Fact term=words!(apps.endpoints)><EndpointList endpoints /></Fact>
            <Fact term=words!(apps.created_at)><Moment at=created_at /> " (" <Ago at=created_at /> ")"</Fact>
            {move || strategy.get().map(|strategy| view! { <Fact term=words!(apps.strategy)>{strategy}</Fact> })}
            {move || revision.get().map(|revision| view! { <Fact term=words!(apps.revision)>{revision}</Fact> })}
            {move || operation.get().map(|id| view! {
                <Fact term=words!(apps.record)>
                    <a href=format!("/operations/{id}")>{words!(apps.open_record)}</a>
                </Fact>
            })}
            {move || has_autoscaler.get().then(|| view! {
                <Fact term=words!(apps.autoscaler)><Autoscaler autoscaler /></Fact>
            })}
            <Fact term=words!(apps.labels)>{move || view! { <Labels labels=labels.get() /> }}</Fact>
        </DescriptionList>
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
