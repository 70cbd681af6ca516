use slipway_api::OperationLine;

use super::*;
use crate::paging::Stretch;

const ALL: Stretch = Stretch { skip: 0, take: 100 };

/// An operation on an app that has ended.
async fn ended(desk: &Desk, name: &str, key: &str) -> String {
    let started = desk.store.start(new(name, key, key)).await.unwrap().id();
    let (mut operation, mut claim) = desk.claimed().await;
    operation.given_up(Failure::PermissionLost, 5).unwrap();
    desk.store
        .save(&operation, &[0, 1], &mut claim, desk.lease())
        .await
        .unwrap();
    desk.clock.pass(Duration::from_secs(1));
    started.to_string()
}

async fn of(desk: &Desk, team: &str, address: &AppAddress, stretch: Stretch) -> (Vec<String>, i64) {
    let (lines, total) = desk
        .store
        .list_of(&member(team), ClusterId(1), address, stretch)
        .await
        .unwrap();
    let id = |line: OperationLine| line.id;
    (lines.into_iter().map(id).collect(), total)
}

#[tokio::test]
async fn the_operations_of_an_app_are_found_however_much_else_the_team_has_done() {
    let desk = desk().await;
    let mut newest_first = Vec::new();
    for key in ["k1", "k2", "k3"] {
        newest_first.insert(0, ended(&desk, "web", key).await);
    }
    for number in 0..201 {
        let name = format!("other-{number}");
        desk.store.start(new(&name, &name, &name)).await.unwrap();
    }
    let web = AppAddress::parse("shop", "Deployment", "web").unwrap();

    assert_eq!(of(&desk, "shop", &web, ALL).await, (newest_first.clone(), 3));
    let page = |skip| of(&desk, "shop", &web, Stretch { skip, take: 2 });
    assert_eq!(page(0).await, (newest_first[..2].to_vec(), 3));
    assert_eq!(page(2).await, (newest_first[2..].to_vec(), 3));
    assert_eq!(page(4).await, (Vec::new(), 3));
}

#[tokio::test]
async fn the_operations_of_an_app_are_those_of_its_address_and_of_the_team() {
    let desk = desk().await;
    ended(&desk, "web", "k").await;
    let at = |namespace, kind| AppAddress::parse(namespace, kind, "web").unwrap();

    for (team, address) in [
        ("bank", at("shop", "Deployment")),
        ("shop", at("bank", "Deployment")),
        ("shop", at("shop", "StatefulSet")),
    ] {
        assert_eq!(
            of(&desk, team, &address, ALL).await,
            (Vec::new(), 0),
            "{team} {address:?}"
        );
    }
    let (shop, web) = (member("shop"), at("shop", "Deployment"));
    let elsewhere = desk.store.list_of(&shop, ClusterId(2), &web, ALL);
    assert_eq!(elsewhere.await.unwrap(), (Vec::new(), 0));
}
