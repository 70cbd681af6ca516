//! The clusters: whether they answer, and what was found on them.

use leptos::prelude::*;
use slipway_api::{ClusterState, ClusterView, Feature, FeatureView, Provider};

use crate::frame::Page;
use crate::load::{Loaded, States};
use crate::ui::{Ago, Badge, Colour, DescriptionList, EmptyState, Fact, Icon, Shape};
use crate::{api, place, say, words};

/// How often the clusters are asked for while the page is open.
const REPEAT: std::time::Duration = std::time::Duration::from_secs(10);

/// The clusters.
#[component]
pub fn Clusters() -> impl IntoView {
    let clusters = Loaded::<Vec<ClusterView>>::new();
    let fetch = move || clusters.fetch(api::clusters());
    fetch();
    if let Ok(timer) = set_interval_with_handle(fetch, REPEAT) {
        on_cleanup(move || timer.clear());
    }
    view! {
        <Page title=words!(pages.clusters.title)>
            <States of=clusters retry=move |()| fetch()>
                {move || clusters.with(|all| all.is_some_and(Vec::is_empty)).then(|| view! {
                    <EmptyState
                        shape=Shape::Unplugged
                        title=words!(pages.clusters.empty_title)
                        body=words!(pages.clusters.empty_body)
                    />
                })}
                <div class="app-cards">
                    {move || clusters.get().unwrap_or_default().into_iter().map(|cluster| view! { <Card cluster /> }).collect_view()}
                </div>
            </States>
        </Page>
    }
}

#[component]
fn Card(cluster: ClusterView) -> impl IntoView {
    let (found, missing): (Vec<_>, Vec<_>) = cluster.features.iter().copied().partition(|view| view.present);
    let title = format!("cluster-{}", cluster.slug);
    let labelled = title.clone();
    let classes = classes(&cluster);
    let answers = cluster.state == ClusterState::Reachable;
    let (nodes, virtual_nodes) = (cluster.nodes, cluster.virtual_nodes.filter(|count| *count > 0));
    view! {
        <article class="pf-v6-c-card app-card" aria-labelledby=labelled>
            <div class="pf-v6-c-card__title app-card__title">
                <h2 class="pf-v6-c-card__title-text" id=title>{cluster.name.clone()}</h2>
                <State state=cluster.state />
                <ProviderBadge provider=cluster.provider />
            </div>
            <div class="pf-v6-c-card__body">
                <DescriptionList>
                    <Fact term=words!(pages.clusters.version)>{cluster.version.clone().unwrap_or_else(|| "–".to_owned())}</Fact>
                    <Fact term=words!(pages.clusters.nodes)>
                        {move || match nodes {
                            Some(nodes) => nodes.to_string(),
                            None if answers => say!(pages.clusters.nodes_unknown).to_owned(),
                            None => "–".to_owned(),
                        }}
                        {virtual_nodes.map(|count| view! {
                            <div class="app-quiet app-small">{move || say!(pages.clusters.virtual_nodes, count = count)}</div>
                        })}
                    </Fact>
                    <Fact term=words!(pages.clusters.namespace)>{cluster.default_namespace.clone()}</Fact>
                    <Fact term=words!(pages.clusters.ingress_classes)>{classes}</Fact>
                    <Fact term=words!(pages.clusters.seen)>
                        {match cluster.seen_at {
                            Some(at) => view! { <Ago at /> }.into_any(),
                            None => words!(pages.clusters.never).into_any(),
                        }}
                    </Fact>
                </DescriptionList>
                <ul class="app-features">
                    {found.into_iter().chain(missing).map(|view: FeatureView| {
                        let (feature, present) = (view.feature, view.present);
                        view! {
                            <li class:app-quiet=!present>
                                <Icon shape=if present { Shape::Check } else { Shape::Minus } />
                                <span class="pf-v6-screen-reader">
                                    {move || if present { say!(pages.clusters.found) } else { say!(pages.clusters.missing) }} ": "
                                </span>
                                {move || feature_name(feature)}
                            </li>
                        }
                    }).collect_view()}
                </ul>
            </div>
            <div class="pf-v6-c-card__footer">
                <a href=place::apps_href(&cluster.slug, None) class="pf-v6-c-button pf-m-secondary">
                    <span class="pf-v6-c-button__text">
                        {words!(pages.clusters.open)}
                        <span class="pf-v6-screen-reader">" " {cluster.name}</span>
                    </span>
                </a>
            </div>
        </article>
    }
}

fn classes(cluster: &ClusterView) -> impl Fn() -> String + Clone + Send + 'static {
    let names = cluster.ingress_classes.clone();
    let default = cluster.default_ingress_class.clone();
    move || {
        let words = names.iter().map(|name| {
            if default.as_ref() == Some(name) {
                say!(pages.clusters.default_mark, name = name.clone())
            } else {
                name.clone()
            }
        });
        let text = words.collect::<Vec<_>>().join(", ");
        if text.is_empty() {
            say!(pages.clusters.none).to_owned()
        } else {
            text
        }
    }
}

#[component]
fn State(state: ClusterState) -> impl IntoView {
    let (colour, icon) = match state {
        ClusterState::Connecting => (Colour::Blue, Shape::Progress),
        ClusterState::Reachable => (Colour::Green, Shape::Good),
        ClusterState::Unreachable => (Colour::Red, Shape::Unplugged),
        ClusterState::Forbidden => (Colour::Orange, Shape::Lock),
    };
    let label = move || match state {
        ClusterState::Connecting => say!(pages.clusters.connecting),
        ClusterState::Reachable => say!(pages.clusters.reachable),
        ClusterState::Unreachable => say!(pages.clusters.unreachable),
        ClusterState::Forbidden => say!(pages.clusters.forbidden),
    };
    view! { <Badge label colour icon /> }
}

#[component]
fn ProviderBadge(provider: Provider) -> impl IntoView {
    match provider {
        Provider::Ack => {
            view! { <Badge label=words!(pages.clusters.provider_ack) colour=Colour::Blue /> }.into_any()
        }
        Provider::Simulated => view! {
            <Badge
                label=words!(pages.clusters.provider_simulated)
                colour=Colour::Purple
                meaning=words!(pages.clusters.simulated_meaning)
            />
        }
        .into_any(),
        Provider::Other => ().into_any(),
    }
}

fn feature_name(feature: Feature) -> &'static str {
    match feature {
        Feature::Metrics => say!(pages.clusters.metrics),
        Feature::CronHpa => say!(pages.clusters.cron_hpa),
        Feature::GatewayApi => say!(pages.clusters.gateway_api),
        Feature::Ingress => say!(pages.clusters.ingress),
        Feature::DefaultStorage => say!(pages.clusters.default_storage),
    }
}
