use serde_json::json;
use slipway_plan::ObjectKey;

use super::*;
use crate::apply::AppAddress;
use crate::clock::Ids;
use crate::clusters::ClusterId;
use crate::db::Db;
use crate::identity::{Actor, Member, Person, Team, TeamId};
use crate::revisions::{Found, Life, Recorded, Revision, RevisionStore};

fn member(teams: [&str; 2]) -> Member {
    let team = |id: &str| Team {
        id: TeamId::new(id),
        name: id.to_owned(),
    };
    Member {
        person: Person {
            name: "ann".to_owned(),
            groups: Vec::new(),
        },
        teams: teams.map(team).to_vec(),
        team: team(teams[0]),
        actor: Actor::Impersonated,
    }
}

fn web() -> AppAddress {
    AppAddress::parse("shop", "Deployment", "web").unwrap()
}

/// An app of the team `shop` of which this very object is one.
async fn keep(store: &RevisionStore, why: Found, uid: &str) -> Life {
    let life = Life {
        id: Ids::random().next(),
        cluster: ClusterId(1),
        address: web(),
        team: TeamId::new("shop"),
        found: why == Found::Theirs,
    };
    let revision = Revision {
        number: 1,
        plan: serde_json::from_value(json!({ "objects": [] })).unwrap(),
        draft: slipway_model::Draft::default(),
        person: "ann".to_owned(),
        created_at: 1,
    };
    let record = [Recorded {
        key: ObjectKey::namespaced("apps/v1", "Deployment", "shop", "web"),
        uid: uid.to_owned(),
    }];
    assert!(store.keep(&life, why, &revision, &record).await.unwrap());
    life
}

#[tokio::test]
async fn a_revision_runs_in_the_very_workload_that_is_on_record_and_is_told_to_its_team() {
    let folder = tempfile::tempdir().unwrap();
    let store = RevisionStore::new(Db::open(folder.path()).await.unwrap());
    keep(&store, Found::TakenOver, "uid").await;
    let (shop, bank, both) = (member(["shop"; 2]), member(["bank"; 2]), member(["bank", "shop"]));
    let (here, there) = (ClusterId(1), ClusterId(2));
    let others = AppAddress::parse("bank", "Deployment", "web").unwrap();

    for (member, cluster, address, uid, runs) in [
        (&shop, here, web(), "uid", true),
        (&both, here, web(), "uid", true),
        (&bank, here, web(), "uid", false),
        (&shop, there, web(), "uid", false),
        (&shop, here, others, "uid", false),
        (&shop, here, web(), "another", false),
        (&shop, here, web(), "", false),
    ] {
        let running = store.running(member, cluster, &address, uid).await.unwrap();
        let expected = runs.then_some(Running {
            revision: 1,
            operation: None,
        });
        assert_eq!(running, expected, "{member:?} {cluster:?} {address:?} {uid}");
    }
}

#[tokio::test]
async fn what_somebody_else_made_runs_no_revision() {
    let folder = tempfile::tempdir().unwrap();
    let store = RevisionStore::new(Db::open(folder.path()).await.unwrap());
    keep(&store, Found::Theirs, "uid").await;

    let running = store
        .running(&member(["shop"; 2]), ClusterId(1), &web(), "uid")
        .await;

    assert_eq!(running.unwrap(), None);
}

#[tokio::test]
async fn what_is_taken_over_runs_the_revision_of_the_app_and_what_was_there_before_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let store = RevisionStore::new(Db::open(folder.path()).await.unwrap());
    let life = keep(&store, Found::TakenOver, "before").await;
    let record = [Recorded {
        key: web().key(),
        uid: "anew".to_owned(),
    }];

    assert!(store.take_over(&life, &record, ("ada", 2)).await.unwrap());

    let shop = member(["shop"; 2]);
    let runs = async |uid| store.running(&shop, ClusterId(1), &web(), uid).await.unwrap();
    assert_eq!(
        runs("anew").await.map(|running| running.revision),
        Some(2),
        "taking over is a revision"
    );
    assert_eq!(runs("before").await, None);
}
