//! All apps of a cluster that the member may see.

use std::time::Duration;

use leptos::prelude::*;
use slipway_api::{AppKey, AppQuery, AppRow, AppSort, Change, Health, Page as Rows, StreamState, Topic};

use super::health::word;
use super::query::{self, LIMIT};
use super::{EndpointLink, HealthBadge, Reason};
use crate::address::{self, Address};
use crate::frame::Page;
use crate::load::{Loaded, States};
use crate::router::IN_PLACE;
use crate::ui::{
    Ago, Badge, Button, Choice, Colour, Column, EmptyState, Look, Pagination, SearchBox, Select, Shape,
    SortHead, Table, Toolbar,
};
use crate::whenever::whenever;
use crate::{api, place, router, say, stream, words};

/// How long to wait after a key before searching.
const TYPING: Duration = Duration::from_millis(250);
/// How long to gather changes before asking for the page again.
const GATHER: Duration = Duration::from_millis(400);

/// The list of apps. Its address holds search, filters, order and page.
#[component]
pub fn AppList() -> impl IntoView {
    let cluster = address::subject(|address| match address {
        Address::Apps(cluster) => Some(cluster),
        _ => None,
    });
    let url = router::query();
    let asked = Memo::new(move |_| url.with(query::read));
    let rows = Loaded::<Rows<AppRow>>::new();
    let fetch = move || {
        let (cluster, query) = (cluster.get_untracked(), asked.get_untracked());
        rows.fetch(async move { api::apps(&cluster, &query).await });
    };
    whenever(move || {
        place::choose_namespace(asked.with(|query| query.namespace.clone()));
        cluster.track();
        fetch();
    });
    listen(cluster, rows, fetch);

    let go = Callback::new(move |query: AppQuery| {
        let href = format!("/c/{}/apps{}", cluster.get_untracked(), api::query_string(&query));
        router::go(&href, IN_PLACE);
    });
    let create = move || view! { <CreateLink cluster /> };
    view! {
        <Page title=words!(apps.title) acts=create>
            <Filters asked go />
            <States of=rows retry=move |()| fetch()>
                <Trust rows />
                {move || rows.with(|rows| rows.is_some_and(|rows| rows.rows.is_empty())).then(|| view! {
                    <Nothing cluster asked go />
                })}
                {move || rows.with(|rows| rows.is_some_and(|rows| !rows.rows.is_empty())).then(|| view! {
                    <AppTable rows asked go />
                    <Pagination
                        page=Signal::derive(move || asked.with(|query| query.page.unwrap_or(1)))
                        limit=Signal::derive(move || asked.with(|query| query.limit.unwrap_or(LIMIT)))
                        total=Signal::derive(move || rows.with(|rows| rows.map_or(0, |rows| rows.total)))
                        on_page=move |page: u32| go.run(AppQuery { page: (page > 1).then_some(page), ..asked.get_untracked() })
                    />
                })}
            </States>
        </Page>
    }
}

/// Keeps the rows as the cluster has them. A row that is shown changes at once; what may change which rows are shown
/// makes the page ask again.
fn listen(cluster: Memo<String>, rows: Loaded<Rows<AppRow>>, fetch: impl Fn() + Copy + 'static) {
    let waiting = StoredValue::new(false);
    let ask_soon = move || {
        if waiting.try_get_value() == Some(false) {
            waiting.set_value(true);
            set_timeout(
                move || {
                    if waiting.try_set_value(false).is_none() {
                        fetch();
                    }
                },
                GATHER,
            );
        }
    };
    whenever(move || {
        stream::listen(
            &Topic::Apps {
                cluster: cluster.get(),
            },
            Change::of_apps,
            move |change| match change {
                Change::AppsSnapshot { .. } => ask_soon(),
                Change::AppsDelta { rows: changed, .. } => {
                    rows.change(|page| merge(&mut page.rows, changed));
                    ask_soon();
                }
                Change::State { state, since } => {
                    rows.change(|page| {
                        page.access.stale_since = since.filter(|_| *state == StreamState::Stale);
                    });
                    ask_soon();
                }
                _ => {}
            },
        );
    });
}

/// Puts changed rows where they stand; rows of other pages are not ours.
fn merge(shown: &mut [AppRow], changed: &[AppRow]) {
    for row in shown {
        if let Some(newer) = changed.iter().find(|newer| newer.key == row.key) {
            row.clone_from(newer);
        }
    }
}

#[component]
fn CreateLink(cluster: Memo<String>) -> impl IntoView {
    view! {
        <a href=move || format!("/c/{}/create", cluster.get()) class="pf-v6-c-button pf-m-primary">
            <span class="pf-v6-c-button__text">{words!(apps.create)}</span>
        </a>
    }
}

#[component]
fn Filters(asked: Memo<AppQuery>, go: Callback<AppQuery>) -> impl IntoView {
    let typing = StoredValue::new(0_u32);
    let search = move |text: String| {
        typing.update_value(|count| *count += 1);
        let mine = typing.get_value();
        set_timeout(
            move || {
                if typing.try_get_value() == Some(mine) {
                    let search = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
                    go.run(AppQuery {
                        search,
                        page: None,
                        ..asked.get_untracked()
                    });
                }
            },
            TYPING,
        );
    };
    let healths = [
        Health::Running,
        Health::Progressing,
        Health::Degraded,
        Health::Failed,
        Health::Stopped,
    ];
    let choices = Signal::derive(move || {
        let all = Choice::new("", say!(apps.all_health));
        std::iter::once(all)
            .chain(healths.map(|health| Choice::new(api::code(&health), word(health))))
            .collect::<Vec<_>>()
    });
    view! {
        <Toolbar>
            <SearchBox
                id="search"
                name=words!(apps.search)
                value=Signal::derive(move || asked.with(|query| query.search.clone().unwrap_or_default()))
                on_search=search
            />
            <Select
                id="filter-health"
                name=words!(apps.health)
                choices
                value=Signal::derive(move || asked.with(|query| query.health.map(|health| api::code(&health)).unwrap_or_default()))
                on_choose=move |code: String| go.run(AppQuery { health: api::coded(&code), page: None, ..asked.get_untracked() })
            />
        </Toolbar>
    }
}

/// Says when the rows may be old, and what the member may not see.
#[component]
fn Trust(rows: Loaded<Rows<AppRow>>) -> impl IntoView {
    let access =
        Memo::new(move |_| rows.with(|rows| rows.map(|rows| rows.access.clone()).unwrap_or_default()));
    view! { <super::access_note::AccessNote access /> }
}

#[component]
fn Nothing(cluster: Memo<String>, asked: Memo<AppQuery>, go: Callback<AppQuery>) -> impl IntoView {
    move || {
        if asked.with(query::is_narrowed) {
            view! {
                <EmptyState shape=Shape::Search title=words!(apps.nothing_found) body=words!(apps.nothing_found_body)>
                    <Button label=words!(apps.show_all) look=Look::Link on_click=move |()| go.run(AppQuery::default()) />
                </EmptyState>
            }
            .into_any()
        } else {
            view! {
                <EmptyState shape=Shape::Boxes title=words!(apps.empty_title) body=words!(apps.empty_body)>
                    <CreateLink cluster />
                </EmptyState>
            }
            .into_any()
        }
    }
}

#[component]
fn AppTable(rows: Loaded<Rows<AppRow>>, asked: Memo<AppQuery>, go: Callback<AppQuery>) -> impl IntoView {
    let order = move |sort: AppSort| {
        Signal::derive(move || {
            asked.with(|query| {
                (query.sort.unwrap_or_default() == sort).then_some(query.descending.unwrap_or_default())
            })
        })
    };
    let by = move |sort: AppSort| move |()| go.run(query::sorted_by(&asked.get_untracked(), sort));
    let head = move || {
        view! {
            <SortHead label=words!(apps.name) sorted=order(AppSort::Name) on_sort=by(AppSort::Name) />
            <SortHead label=words!(apps.health) sorted=order(AppSort::Health) on_sort=by(AppSort::Health) />
            <Column label=words!(apps.replicas) />
            <SortHead label=words!(apps.namespace) sorted=order(AppSort::Namespace) on_sort=by(AppSort::Namespace) />
            <Column label=words!(apps.image) />
            <Column label=words!(apps.endpoint) />
            <SortHead label=words!(apps.age) sorted=order(AppSort::Created) on_sort=by(AppSort::Created) />
        }
    };
    let keys = move || {
        rows.with(|rows| {
            rows.map(|rows| rows.rows.iter().map(|row| row.key.clone()).collect::<Vec<_>>())
                .unwrap_or_default()
        })
    };
    view! {
        <Table name=words!(apps.title) head busy=rows.busy()>
            <For each=keys key=AppKey::clone let(key)>
                <Row key rows />
            </For>
        </Table>
    }
}

#[component]
fn Row(key: AppKey, rows: Loaded<Rows<AppRow>>) -> impl IntoView {
    let fixed = StoredValue::new(key.clone());
    let row = Memo::new(move |before: Option<&Option<AppRow>>| {
        let now =
            rows.with(|rows| rows.and_then(|rows| rows.rows.iter().find(|row| row.key == key).cloned()));
        now.or_else(|| before.cloned().flatten())
    });
    move || {
        row.get().map(|row| view! {
        <tr class="pf-v6-c-table__tr" role="row">
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.name)>
                <div class="app-cell-stack">
                    <a href=fixed.with_value(href) class="app-name">{fixed.with_value(|key| key.name.clone())}</a>
                    <span class="app-cell-line">
                        <span class="app-quiet app-small">{fixed.with_value(|key| kind_name(&key.kind))}</span>
                        {(row.managed_by.as_deref() == Some("slipway")).then(|| view! {
                            <Badge label=words!(apps.managed) colour=Colour::Grey meaning=words!(apps.managed_meaning) />
                        })}
                    </span>
                </div>
            </td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.health)>
                <div class="app-cell-stack">
                    <span><HealthBadge health=row.health /></span>
                    {row.reason.filter(|_| row.health != Health::Running).map(|reason| view! { <span class="app-small"><Reason reason /></span> })}
                </div>
            </td>
            <td class="pf-v6-c-table__td app-number-cell" role="cell" data-label=words!(apps.replicas)>
                {move || say!(apps.replicas_of, ready = row.ready, wanted = row.wanted)}
            </td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.namespace)>{fixed.with_value(|key| key.namespace.clone())}</td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.image)><Images images=row.images /></td>
            <td class="pf-v6-c-table__td" role="cell" data-label=words!(apps.endpoint)>
                {match row.endpoint {
                    Some(endpoint) => view! { <EndpointLink endpoint /> }.into_any(),
                    None => view! { <span class="app-quiet">{words!(apps.no_endpoint)}</span> }.into_any(),
                }}
            </td>
            <td class="pf-v6-c-table__td app-time" role="cell" data-label=words!(apps.age)><Ago at=row.created_at /></td>
        </tr>
    })
    }
}

#[component]
fn Images(images: Vec<String>) -> impl IntoView {
    let more = images.len().saturating_sub(1);
    let all = images.join("\n");
    view! {
        <span class="app-image" title=all>{images.first().map(|image| short(image))}</span>
        {(more > 0).then(|| view! { " " <span class="app-quiet">{move || say!(apps.images_more, count = more)}</span> })}
    }
}

/// An image as it fits into a row: of a digest only what tells it from others. The whole is in the tooltip.
fn short(image: &str) -> String {
    const SHOWN: usize = 12;
    match image.split_once("@sha256:") {
        Some((name, digest)) if digest.len() > SHOWN && digest.is_ascii() => {
            format!("{name}@{}…", &digest[..SHOWN])
        }
        _ => image.to_owned(),
    }
}

/// The address of the page of an app.
pub fn href(key: &AppKey) -> String {
    format!(
        "/c/{}/apps/{}/{}/{}",
        key.cluster, key.namespace, key.kind, key.name
    )
}

/// A kind as Kubernetes writes it.
pub fn kind_name(kind: &str) -> String {
    match kind {
        "deployment" => "Deployment",
        "statefulset" => "StatefulSet",
        "daemonset" => "DaemonSet",
        "job" => "Job",
        "cronjob" => "CronJob",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn a_digest_is_cut_short() {
        assert_eq!(short("nginx:1.27"), "nginx:1.27");
        assert_eq!(
            short("ghcr.io/a/b@sha256:0123456789abcdef0123"),
            "ghcr.io/a/b@0123456789ab…"
        );
        assert_eq!(short("b@sha256:ééééééééé"), "b@sha256:ééééééééé");
    }
}
