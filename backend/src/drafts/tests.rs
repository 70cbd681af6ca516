use std::time::Duration;

use slipway_model::Draft;

use super::{DraftError, DraftStore, LARGEST, MOST_PER_TEAM, Made};
use crate::clock::{Clock, Ids};
use crate::clusters::ClusterId;
use crate::config::Config;
use crate::cpu::Cpu;
use crate::db::Db;
use crate::identity::{Actor, Member, Members, Person, Team, TeamId};

const CLUSTER: ClusterId = ClusterId(1);

struct Shelf {
    folder: tempfile::TempDir,
    db: Db,
    clock: Clock,
    drafts: DraftStore,
}

fn cpu() -> Cpu {
    Cpu::of(&Members::read(&Config::default()).unwrap())
}

async fn a_shelf() -> Shelf {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path()).await.unwrap();
    let clock = Clock::standing(jiff::Timestamp::UNIX_EPOCH);
    let drafts = DraftStore::new(db.clone(), clock.clone(), Ids::counting(), cpu());
    Shelf {
        folder,
        db,
        clock,
        drafts,
    }
}

fn member_of(team: &str) -> Member {
    let team = Team {
        id: TeamId::new(team),
        name: team.to_owned(),
    };
    let person = Person {
        name: format!("{}-dev", team.name),
        groups: Vec::new(),
    };
    Member {
        person,
        teams: vec![team.clone()],
        team,
        actor: Actor::Impersonated,
    }
}

fn named(name: &str) -> Draft {
    let mut draft = Draft::default();
    draft.basics.name.set(name);
    draft
}

#[tokio::test]
async fn a_save_counts_the_revision_and_names_who_and_when() {
    let shelf = a_shelf().await;
    let shop = member_of("shop");
    let draft = shelf.drafts.create(&shop, CLUSTER, named("one")).await.unwrap();

    shelf.clock.pass(Duration::from_secs(1));
    let saved = shelf
        .drafts
        .save(&shop, &draft.id, 1, named("two"))
        .await
        .unwrap();

    assert_eq!(
        (saved.revision, saved.saved_at, saved.saved_by.as_str()),
        (2, 1000, "shop-dev")
    );
    assert_eq!(shelf.drafts.get(&shop, &draft.id).await.unwrap(), saved);
}

#[tokio::test]
async fn a_save_on_an_old_revision_is_refused_and_changes_nothing() {
    let shelf = a_shelf().await;
    let shop = member_of("shop");
    let draft = shelf.drafts.create(&shop, CLUSTER, named("one")).await.unwrap();
    let theirs = shelf
        .drafts
        .save(&shop, &draft.id, 1, named("theirs"))
        .await
        .unwrap();

    let refused = shelf
        .drafts
        .save(&shop, &draft.id, 1, named("mine"))
        .await
        .unwrap_err();

    assert!(matches!(refused, DraftError::Stale { current: 2 }));
    assert_eq!(shelf.drafts.get(&shop, &draft.id).await.unwrap(), theirs);
}

#[tokio::test]
async fn a_save_whose_answer_was_lost_can_be_repeated() {
    let shelf = a_shelf().await;
    let shop = member_of("shop");
    let draft = shelf.drafts.create(&shop, CLUSTER, named("one")).await.unwrap();
    let saved = shelf
        .drafts
        .save(&shop, &draft.id, 1, named("two"))
        .await
        .unwrap();

    let again = shelf
        .drafts
        .save(&shop, &draft.id, 1, named("two"))
        .await
        .unwrap();

    assert_eq!(again, saved);
}

#[tokio::test]
async fn a_draft_whose_first_answer_was_lost_is_made_once() {
    let shelf = a_shelf().await;
    let (shop, bank) = (member_of("shop"), member_of("bank"));
    let make = async |member: &Member, name: &str| {
        let made = shelf
            .drafts
            .create_once(member, CLUSTER, named(name), Some("key"));
        made.await.unwrap()
    };
    let Made::Now(draft) = make(&shop, "one").await else {
        panic!("nothing was made before")
    };

    let again = make(&shop, "typed meanwhile").await;
    let theirs = make(&bank, "another team's").await;

    assert_eq!(
        again,
        Made::Before(draft.clone()),
        "as it is kept, so that nothing is overwritten"
    );
    assert!(matches!(theirs, Made::Now(_)), "a key is the team's own");
    let listed = shelf.drafts.list(&shop).await.unwrap();
    assert_eq!(
        listed.iter().map(|line| &line.id).collect::<Vec<_>>(),
        [&draft.id]
    );
}

#[tokio::test]
async fn a_key_stands_for_one_request_and_is_free_when_its_draft_is_deleted() {
    let shelf = a_shelf().await;
    let shop = member_of("shop");
    let make = async |cluster| {
        let made = shelf
            .drafts
            .create_once(&shop, cluster, named("one"), Some("key"));
        made.await
    };
    let Ok(Made::Now(draft)) = make(CLUSTER).await else {
        panic!("nothing was made before")
    };

    let elsewhere = make(ClusterId(2)).await;
    shelf.drafts.delete(&shop, &draft.id).await.unwrap();
    let after = make(CLUSTER).await;

    assert!(matches!(elsewhere, Err(DraftError::KeyReused)));
    assert!(matches!(after, Ok(Made::Now(another)) if another.id != draft.id));
}

#[tokio::test]
async fn of_two_saves_at_the_same_time_one_wins() {
    let shelf = a_shelf().await;
    let shop = member_of("shop");
    let draft = shelf.drafts.create(&shop, CLUSTER, named("one")).await.unwrap();

    let saves = ["a", "b", "c", "d"].map(|name| shelf.drafts.save(&shop, &draft.id, 1, named(name)));
    let outcomes = futures::future::join_all(saves).await;

    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(shelf.drafts.get(&shop, &draft.id).await.unwrap().revision, 2);
}

#[tokio::test]
async fn for_another_team_a_draft_does_not_exist() {
    let shelf = a_shelf().await;
    let bank = member_of("bank");
    let draft = shelf
        .drafts
        .create(&member_of("shop"), CLUSTER, named("one"))
        .await
        .unwrap();

    let missing = |error| matches!(error, DraftError::Missing(_));
    assert!(missing(shelf.drafts.get(&bank, &draft.id).await.unwrap_err()));
    assert!(missing(
        shelf
            .drafts
            .save(&bank, &draft.id, 1, named("mine"))
            .await
            .unwrap_err()
    ));
    assert!(missing(shelf.drafts.delete(&bank, &draft.id).await.unwrap_err()));
    assert!(shelf.drafts.list(&bank).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_last_saved_draft_is_listed_first() {
    let shelf = a_shelf().await;
    let shop = member_of("shop");
    let first = shelf.drafts.create(&shop, CLUSTER, named("first")).await.unwrap();
    shelf.clock.pass(Duration::from_secs(1));
    shelf
        .drafts
        .create(&shop, CLUSTER, named("second"))
        .await
        .unwrap();
    shelf.clock.pass(Duration::from_secs(1));
    shelf
        .drafts
        .save(&shop, &first.id, 1, named("first again"))
        .await
        .unwrap();

    let listed = shelf.drafts.list(&shop).await.unwrap();

    let names: Vec<_> = listed.iter().map(|line| line.summary.name.as_str()).collect();
    assert_eq!(names, ["first again", "second"]);
}

#[tokio::test]
async fn a_team_has_room_for_so_many_drafts_and_no_more() {
    let shelf = a_shelf().await;
    let shop = member_of("shop");
    let mut tx = shelf.db.write().await.unwrap();
    sqlx::query(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)
         insert into draft select 'd' || i, 'shop', 1, 1, '{}', 'somebody', 0, null from n",
    )
    .bind(MOST_PER_TEAM)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();

    let refused = shelf
        .drafts
        .create(&shop, CLUSTER, named("one more"))
        .await
        .unwrap_err();

    assert!(matches!(refused, DraftError::TooMany));
    shelf
        .drafts
        .create(&member_of("bank"), CLUSTER, named("theirs"))
        .await
        .unwrap();
}

/// A draft of so many bytes, a few more or less.
fn sized(bytes: usize) -> Draft {
    let mut draft = named("large");
    draft.containers[0].image.set("x".repeat(bytes));
    draft
}

#[tokio::test]
async fn a_team_has_room_for_so_many_bytes_and_can_always_make_some() {
    let shelf = a_shelf().await;
    let (shop, bank) = (member_of("shop"), member_of("bank"));
    let large = LARGEST - 10_000;
    let mut kept = Vec::new();
    let refused = loop {
        match shelf.drafts.create(&shop, CLUSTER, sized(large)).await {
            Ok(draft) => kept.push(draft),
            Err(error) => break error,
        }
    };

    assert!(matches!(refused, DraftError::TooMuch));
    assert_eq!(kept.len(), 64, "what is left is less than one more takes");
    shelf.drafts.create(&bank, CLUSTER, sized(large)).await.unwrap();
    let grown = shelf.drafts.create(&shop, CLUSTER, sized(400_000)).await.unwrap();
    let more = shelf.drafts.save(&shop, &grown.id, 1, sized(large)).await;
    assert!(matches!(more, Err(DraftError::TooMuch)), "by saving as well");
    let less = shelf
        .drafts
        .save(&shop, &grown.id, 1, sized(300_000))
        .await
        .unwrap();
    assert_eq!(less.revision, 2);
    shelf.drafts.delete(&shop, &kept[0].id).await.unwrap();
    shelf
        .drafts
        .save(&shop, &grown.id, 2, sized(large))
        .await
        .unwrap();
    let too_large = shelf.drafts.save(&shop, &grown.id, 3, sized(LARGEST)).await;
    assert!(matches!(too_large, Err(DraftError::TooLarge)));
}

#[tokio::test]
async fn lists_show_drafts_that_were_saved_before_lists_were_kept() {
    let shelf = a_shelf().await;
    let shop = member_of("shop");
    for number in 0..40 {
        let name = format!("app-{number}");
        shelf.drafts.create(&shop, CLUSTER, named(&name)).await.unwrap();
    }
    let before = shelf.drafts.list(&shop).await.unwrap();
    let mut tx = shelf.db.write().await.unwrap();
    sqlx::query("delete from draft_line where name like '%1'")
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("update draft_line set version = 'older', errors = 77, name = '?'")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    shelf.drafts.describe().await.unwrap();

    assert_eq!(shelf.drafts.list(&shop).await.unwrap(), before);
    assert!(
        before
            .iter()
            .all(|line| line.summary.errors > 0 && line.summary.size > 100)
    );
}

#[tokio::test]
async fn drafts_outlive_the_server() {
    let Shelf {
        folder,
        db,
        clock,
        drafts,
    } = a_shelf().await;
    let shop = member_of("shop");
    let draft = drafts.create(&shop, CLUSTER, named("kept")).await.unwrap();
    drop(drafts);
    db.close().await;
    drop(db);

    let db = Db::open(folder.path()).await.unwrap();
    let drafts = DraftStore::new(db, clock, Ids::counting(), cpu());

    assert_eq!(drafts.get(&shop, &draft.id).await.unwrap(), draft);
}

#[tokio::test]
async fn a_draft_of_an_unknown_format_opens_with_what_is_known_of_it() {
    let shelf = a_shelf().await;
    let shop = member_of("shop");
    let draft = shelf.drafts.create(&shop, CLUSTER, named("one")).await.unwrap();
    let mut tx = shelf.db.write().await.unwrap();
    sqlx::query("update draft set content = ?")
        .bind(r#"{"format":0,"basics":{"name":"old","colour":"red"}}"#)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let opened = shelf.drafts.get(&shop, &draft.id).await.unwrap();

    assert_eq!(opened.content.basics.name.as_str(), "old");
}
