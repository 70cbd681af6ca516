use serde_json::json;
use slipway_plan::ObjectKey;
use tempfile::TempDir;
use uuid::Uuid;

use crate::apply::AppAddress;
use crate::clock::Ids;
use crate::clusters::ClusterId;
use crate::db::Db;
use crate::identity::TeamId;
use crate::revisions::{Found, Life, Recorded, Revision, RevisionStore};

async fn store() -> (TempDir, RevisionStore) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).await.unwrap();
    (folder, RevisionStore::new(db))
}

fn life(team: &str, found: bool) -> Life {
    Life {
        id: Ids::random().next(),
        cluster: ClusterId(1),
        address: AppAddress::parse("shop", "Deployment", "web").unwrap(),
        team: TeamId::new(team),
        found,
    }
}

fn revision(number: i64) -> Revision {
    Revision {
        number,
        plan: serde_json::from_value(json!({ "objects": [] })).unwrap(),
        draft: slipway_model::Draft::default(),
        person: "ann".to_owned(),
        created_at: 1,
    }
}

fn recorded(uid: &str) -> [Recorded; 1] {
    [Recorded {
        key: ObjectKey::namespaced("apps/v1", "Deployment", "shop", "web"),
        uid: uid.to_owned(),
    }]
}

async fn keep(store: &RevisionStore, life: &Life, why: Found, number: i64) -> bool {
    store
        .keep(life, why, &revision(number), &recorded("seen"))
        .await
        .unwrap()
}

#[tokio::test]
async fn each_team_has_its_own_history_of_what_somebody_else_made_beside_the_app_of_the_address() {
    let (_folder, store) = store().await;
    let (own, shop, bank) = (life("shop", false), life("shop", true), life("bank", true));

    // A team counts on at its address, whatever was there.
    for (life, why, number) in [
        (&own, Found::TakenOver, 1),
        (&shop, Found::Theirs, 2),
        (&bank, Found::Theirs, 3),
    ] {
        assert!(keep(&store, life, why, number).await, "{life:?}");
    }
    assert!(
        !keep(&store, &bank, Found::Theirs, 2).await,
        "a number of one team is none of another"
    );
    assert!(keep(&store, &bank, Found::Theirs, 4).await);

    let found = async |team: &str| {
        let team = TeamId::new(team);
        store.found(ClusterId(1), &own.address, &team).await.unwrap()
    };
    assert_eq!(found("shop").await, Some(shop.clone()));
    assert_eq!(found("bank").await, Some(bank.clone()));
    assert_eq!(found("other").await, None);
    assert_eq!(
        store.owned(ClusterId(1), &own.address).await.unwrap(),
        Some(own.clone())
    );
    assert_eq!(store.history(&shop).await.unwrap().len(), 1);
    assert_eq!(store.history(&bank).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_somebody_else_has_kept_meanwhile_is_not_kept_twice() {
    let (_folder, store) = store().await;
    let known = life("shop", true);
    assert!(keep(&store, &known, Found::Theirs, 1).await);

    assert!(
        !keep(&store, &known, Found::Theirs, 1).await,
        "the number is taken"
    );
    assert!(
        !keep(&store, &life("shop", true), Found::Theirs, 1).await,
        "the team knows it"
    );
    assert!(
        !keep(&store, &life("shop", false), Found::TakenOver, 1).await,
        "no number comes twice, also not in another app at the address"
    );
    assert!(keep(&store, &life("shop", false), Found::TakenOver, 2).await);
    assert!(
        !keep(&store, &life("bank", false), Found::TakenOver, 1).await,
        "it is a team's already"
    );
}

#[tokio::test]
async fn marks_are_believed_only_as_long_as_no_app_is_known_that_was_made_here() {
    let (_folder, store) = store().await;
    let may = async |id: Uuid| store.may_rebuild(&id.to_string()).await.unwrap();
    let (first, second) = (life("shop", false), Ids::random().next());

    assert!(may(second).await);
    assert!(keep(&store, &life("bank", true), Found::Theirs, 1).await);
    assert!(may(second).await, "what somebody else made is not made here");
    assert!(keep(&store, &first, Found::Rebuilt, 7).await);
    assert!(may(second).await, "the others are still forgotten");
    assert!(!may(first.id).await, "and this one is known");

    let elsewhere = Life {
        address: AppAddress::parse("shop", "Deployment", "made").unwrap(),
        ..life("shop", false)
    };
    assert!(keep(&store, &elsewhere, Found::TakenOver, 1).await);
    assert!(!may(second).await);
}

#[tokio::test]
async fn an_id_alone_leads_to_nothing() {
    let (_folder, store) = store().await;
    let known = life("shop", false);
    assert!(keep(&store, &known, Found::TakenOver, 1).await);
    let forged = [
        Life {
            team: TeamId::new("bank"),
            ..known.clone()
        },
        Life {
            cluster: ClusterId(2),
            ..known.clone()
        },
        Life {
            address: AppAddress::parse("bank", "Deployment", "web").unwrap(),
            ..known.clone()
        },
        Life {
            address: AppAddress::parse("shop", "StatefulSet", "web").unwrap(),
            ..known.clone()
        },
    ];

    for life in [&known].into_iter().chain(&forged) {
        let is = life == &known;
        assert_eq!(store.current(life).await.unwrap().is_some(), is, "{life:?}");
        assert_eq!(store.revision(life, 1).await.unwrap().is_some(), is, "{life:?}");
        assert_eq!(
            store.history(life).await.unwrap().len(),
            usize::from(is),
            "{life:?}"
        );
        assert_eq!(
            store.record(life).await.unwrap().len(),
            usize::from(is),
            "{life:?}"
        );
        assert_eq!(
            store
                .take_over(life, &recorded("taken"), ("ada", 2))
                .await
                .unwrap(),
            is,
            "{life:?}"
        );
    }
    assert!(store.has(&known, "taken", "").await.unwrap());
    assert!(
        !store.has(&known, "seen", "").await.unwrap(),
        "the object that was there before is no longer its"
    );
}

#[tokio::test]
async fn what_a_team_has_seen_of_somebody_elses_app_is_no_base_of_its_own_one() {
    let (_folder, store) = store().await;
    let (seen, own) = (life("shop", true), life("shop", false));
    assert!(keep(&store, &seen, Found::Theirs, 1).await);
    assert!(keep(&store, &own, Found::TakenOver, 2).await);
    let base = async |life: &Life, number| store.base(life, number).await.unwrap().is_some();

    assert!(base(&seen, 1).await);
    assert!(
        !base(&own, 1).await,
        "it may hold kinds that its reader may not see"
    );
    assert!(base(&own, 2).await);
    let again = life("shop", false);
    assert!(base(&again, 2).await, "the team's own app of before");
    assert!(!base(&life("bank", false), 2).await);
}
