//! Two teams in one cluster know nothing of each other.

use std::time::Duration;

use slipway_api::{AppDetail, AppRow, Change, Event, NamespaceList, Page, StreamState, paths};

use crate::support::{Client, Namespace, TestApp, eventually};

/// An app in a namespace of a team.
async fn an_app_of(app: &TestApp, team: &str, name: &str) -> (String, Namespace) {
    let namespace = app.namespace_of(team).await;
    let objects = Namespace::shared(&namespace).await;
    objects
        .deployment(name, &format!("{team}/secret-image:1"), 1)
        .await;
    (namespace, objects)
}

async fn apps(client: &Client, query: &str) -> Page<AppRow> {
    let path = format!("{}{query}", paths::apps("test"));
    eventually("the cluster is listed", async || {
        let answer = client.get(&path).await;
        (answer.status != 503).then_some(answer)
    })
    .await
    .json(200)
}

async fn sees(client: &Client, name: &str) {
    // Other tests leave many apps of the team behind.
    let query = format!("?search={name}&limit=100");
    eventually("one's own app is listed", async || {
        apps(client, &query)
            .await
            .rows
            .iter()
            .any(|row| row.key.name == name)
            .then_some(())
    })
    .await;
}

fn tells_of(events: &[Event], namespace: &str) -> bool {
    events
        .iter()
        .any(|event| serde_json::to_string(event).unwrap().contains(namespace))
}

#[tokio::test]
async fn neither_team_sees_apps_names_or_numbers_of_the_other() {
    let app = TestApp::new().await;
    let (shop, _) = an_app_of(&app, "shop", "web").await;
    let (bank, _) = an_app_of(&app, "bank", "ledger").await;
    let (shopper, banker) = (app.member_of("shop"), app.member_of("bank"));
    sees(&shopper, "web").await;
    sees(&banker, "ledger").await;

    // Other tests of the two teams share the cluster, so their apps are counted by namespace.
    for (client, own, others, other_app) in
        [(&shopper, &shop, &bank, "ledger"), (&banker, &bank, &shop, "web")]
    {
        let all = apps(client, "?limit=100&sort=created").await;
        assert!(all.rows.iter().any(|row| &row.key.namespace == own));
        assert!(!all.rows.iter().any(|row| &row.key.namespace == others));
        assert_eq!(all.total, all.unfiltered);

        let mine = apps(client, &format!("?namespace={own}")).await;
        assert_eq!((mine.rows.len(), mine.total), (1, 1));
        for search in [others.as_str(), other_app] {
            let found = apps(client, &format!("?search={search}&limit=100")).await;
            assert!(
                !found.rows.iter().any(|row| &row.key.namespace == others),
                "{search}"
            );
        }
        assert_eq!(apps(client, &format!("?search={others}")).await.total, 0);
        client
            .get(&format!("{}?namespace={others}", paths::apps("test")))
            .await
            .problem(404);
        let hidden = client
            .get(&paths::app("test", others, "deployment", other_app))
            .await
            .problem(404);
        let absent = client
            .get(&paths::app("test", own, "deployment", "no-such"))
            .await
            .problem(404);
        assert_eq!((hidden.code, hidden.title), (absent.code, absent.title));
        let namespaces: NamespaceList = client.get(&paths::namespaces("test")).await.json(200);
        assert!(!namespaces.complete && namespaces.names.contains(own) && !namespaces.names.contains(others));
    }
}

#[tokio::test]
async fn a_stream_tells_of_ones_own_apps_only() {
    let app = TestApp::new().await;
    let (shop, _) = an_app_of(&app, "shop", "web").await;
    let (bank, in_bank) = an_app_of(&app, "bank", "ledger").await;
    let shopper = app.member_of("shop");
    sees(&shopper, "web").await;
    sees(&app.member_of("bank"), "ledger").await;
    let topics = format!("apps:test,app:test/{bank}/deployment/ledger");
    let mut events = shopper.listen(&topics).await;
    let mut theirs = app.member_of("bank").listen("apps:test").await;

    in_bank.scale("ledger", 2).await;
    let banker = app.member_of("bank");
    let theirs_now = format!("?namespace={bank}");
    loop {
        let told = |change: &Change| match change {
            Change::AppsDelta { rows, .. } => rows
                .iter()
                .any(|row| row.key.namespace == bank && row.ready == 2)
                .then_some(true),
            // As below.
            Change::AppsSnapshot { .. } => Some(false),
            _ => None,
        };
        let heard = theirs.until("the bank hears of it", told).await;
        if heard || apps(&banker, &theirs_now).await.rows[0].ready == 2 {
            break;
        }
    }
    Namespace::shared(&shop).await.scale("web", 2).await;
    let own = format!("?namespace={shop}");
    loop {
        let told = |change: &Change| match change {
            Change::AppsDelta { rows, .. } => {
                assert!(!rows.iter().any(|row| row.key.namespace == bank));
                let heard = rows.iter().any(|row| row.key.namespace == shop && row.ready == 2);
                heard.then_some(true)
            }
            // Another test has given the team a namespace: the page is to be asked for again.
            Change::AppsSnapshot { .. } => Some(false),
            Change::App { app } => {
                assert_eq!(*app, None, "the other team's app is not there");
                None
            }
            _ => None,
        };
        let heard = events.until("the shop hears of its own", told).await;
        if heard || apps(&shopper, &own).await.rows[0].ready == 2 {
            break;
        }
    }
    in_bank.delete_deployment("ledger").await;
    let later = events.during(Duration::from_secs(2)).await;

    let about_apps: Vec<Event> = later
        .into_iter()
        .filter(|event| event.topic == "apps:test")
        .collect();
    assert!(!tells_of(&about_apps, &bank), "not even that it is gone");
}

#[tokio::test]
async fn a_right_taken_away_silences_an_open_stream_within_seconds() {
    let app = TestApp::new().await;
    let (shop, in_shop) = an_app_of(&app, "shop", "web").await;
    let client = app.member_of("shop");
    sees(&client, "web").await;
    let topic = format!("app:test/{shop}/deployment/web");
    let mut events = client.listen(&format!("apps:test,{topic}")).await;
    events
        .until("the app is told", |change| {
            matches!(change, Change::App { app: Some(_) }).then_some(())
        })
        .await;

    in_shop.take_rights().await;
    let taken = tokio::time::Instant::now();
    events
        .until("the stream says that it is over", |change| {
            matches!(
                change,
                Change::State {
                    state: StreamState::Forbidden,
                    ..
                }
            )
            .then_some(())
        })
        .await;

    assert!(taken.elapsed() < Duration::from_secs(8), "{:?}", taken.elapsed());
    in_shop.scale("web", 3).await;
    let later = events.during(Duration::from_secs(3)).await;
    let rows = later.iter().any(|event| match &event.change {
        Change::AppsDelta { rows, .. } => rows.iter().any(|row| row.key.namespace == shop),
        Change::App { app } => app.is_some(),
        _ => false,
    });
    assert!(!rows, "{later:?}");
    client
        .get(&format!("{}?namespace={shop}", paths::apps("test")))
        .await
        .problem(404);
    client
        .get(&paths::app("test", &shop, "deployment", "web"))
        .await
        .problem(404);
}

#[tokio::test]
async fn a_right_that_is_given_widens_an_open_stream() {
    let app = TestApp::new().await;
    let client = app.member_of("shop");
    let mut events = client.listen("apps:test").await;
    let before = events
        .until("a first snapshot", |change| match change {
            Change::AppsSnapshot { total } => Some(*total),
            _ => None,
        })
        .await;

    let (shop, _) = an_app_of(&app, "shop", "web").await;

    events
        .until("the new app is told", |change| match change {
            Change::AppsSnapshot { total } => (*total > before).then_some(()),
            Change::AppsDelta { rows, .. } => rows.iter().any(|row| row.key.namespace == shop).then_some(()),
            _ => None,
        })
        .await;
    // There may be one more because another test has made it.
    let path = paths::app("test", &shop, "deployment", "web");
    let detail: AppDetail = eventually("the new app is shown", async || {
        let answer = client.get(&path).await;
        (answer.status != 404).then_some(answer)
    })
    .await
    .json(200);
    assert_eq!(detail.row.key.namespace, shop);
}
