//! The pods of an app.

use leptos::prelude::*;
use slipway_api::{AppDetail, PodView};

use super::Reason;
use crate::ui::{Ago, Badge, Colour, Column, EmptyState, Shape, Table};
use crate::words;

/// The pods of an app.
#[component]
pub fn Pods(
    /// The app.
    detail: Signal<Option<AppDetail>>,
) -> impl IntoView {
    let pods =
        Memo::new(move |_| detail.with(|app| app.as_ref().map(|app| app.pods.clone()).unwrap_or_default()));
    let head = || {
        view! {
            <Column label=words!(apps.pod) />
            <Column label=words!(apps.status) />
            <Column label=words!(apps.ready) />
            <Column label=words!(apps.restarts) />
            <Column label=words!(apps.node) />
            <Column label=words!(apps.address) />
            <Column label=words!(apps.age) />
        }
    };
    let some = Memo::new(move |_| pods.with(|pods| !pods.is_empty()));
    move || {
        if some.get() {
            view! {
                <Table name=words!(apps.pods) head>
                    // A pod that has changed is drawn anew; the others stay.
                    <For each=move || pods.get() key=|pod| format!("{pod:?}") let(pod)><Row pod /></For>
                </Table>
            }
            .into_any()
        } else {
            view! { <EmptyState shape=Shape::Boxes title=words!(apps.no_pods) body=words!(apps.no_pods_body) /> }.into_any()
        }
    }
}

#[component]
fn Row(pod: PodView) -> impl IntoView {
    let colour = match pod.status.as_str() {
        "Running" if pod.ready == pod.containers => Colour::Green,
        "Running" | "Pending" | "ContainerCreating" | "PodInitializing" | "Terminating" => Colour::Blue,
        "Completed" | "Succeeded" => Colour::Grey,
        _ => Colour::Red,
    };
    view! {
        <tr class="pf-v6-c-table__tr" role="row">
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.pod)><span class="app-name">{pod.name}</span></td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.status)>
                <div class="app-cell-stack">
                    <span lang="en"><Badge label=pod.status colour /></span>
                    {pod.reason.map(|reason| view! { <span class="app-small"><Reason reason /></span> })}
                </div>
            </td>
            <td class="pf-v6-c-table__td app-number-cell" role="cell" data-label=words!(apps.ready)>
                {format!("{}/{}", pod.ready, pod.containers)}
            </td>
            <td class="pf-v6-c-table__td app-number-cell" role="cell" data-label=words!(apps.restarts)>{pod.restarts}</td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.node)>
                {match pod.node {
                    Some(node) => node.into_any(),
                    None => view! { <span class="app-quiet">{words!(apps.no_node)}</span> }.into_any(),
                }}
            </td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.address)>{pod.address.unwrap_or_else(|| "–".to_owned())}</td>
            <td class="pf-v6-c-table__td app-time" role="cell" data-label=words!(apps.age)><Ago at=pod.created_at /></td>
        </tr>
    }
}
